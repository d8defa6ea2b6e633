// Lines of klog and glog, as Kubernetes writes them. Their header leaves out the year, which the reading of the line finds;
// pairs of structured calls become labels, and the stacks behind a fatal message the error's.

import Type, { type Static } from 'typebox'
import type { Fields } from '#record'
import { strptime, timestamps, timezoneDescription, zone } from '#time'
import { readStructured } from './klog-pairs.ts'
import type { Parser } from './parser.ts'
import { pieces } from './pieces.ts'
import { place } from './place.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('klog', { description: 'Lines of klog and glog.' }),
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  {
    additionalProperties: false,
    description:
      'Lines of klog and glog, as the programs of Kubernetes write them: `I0102 15:04:05.067890    1234 file.go:123] text`. The year, where it is left out, is found by the date in the file’s name, the time of its last change and the order of its lines. Pairs behind a message become `labels.<key>`, and `err` becomes `error.message`.'
  }
)
export type Options = Static<typeof schema>

const DATE = '(?:\\d{4})?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])'
const line = pieces([
  ['a severity, one of I, W, E and F', '(?<level>[IWEF])'],
  ['a time such as 0102 15:04:05.067890', `(?<time>${DATE} \\d\\d:\\d\\d:\\d\\d\\.\\d{6})`],
  ['the number of a thread', ' +(?<pid>\\d+)'],
  ['the name of a file', ' (?<file>[^:\\]\\n]+)'],
  ['a line such as :123] ', ':(?<line>\\d+)\\] '],
  ['text', '(?<text>.*)']
])
/** Where the clock stands behind a date without a year. */
const CLOCK_AT = 'mmdd '.length
const LEVELS: ReadonlyMap<string | undefined, string> = new Map([
  ['I', 'info'],
  ['W', 'warning'],
  ['E', 'error'],
  ['F', 'fatal']
])

/** @throws SluiceError E_PARSE_OPTION for a wrong zone */
export function klog({ timezone }: Options): Parser {
  const local = zone(timezone)
  const short = timestamps(strptime('%m%d %H:%M:%S.%6f', local).read)
  const long = timestamps(strptime('%Y%m%d %H:%M:%S.%6f', local).read)
  return {
    format: 'klog',
    writes: 'open',
    parse(text, fields, reading) {
      const found = line.match(text)
      if (found === undefined) return false
      const { level, time = '', pid, file } = found
      const isShort = time[CLOCK_AT - 1] === ' '
      const at = isShort ? short(time, reading) : long(time)
      const isTimeless = isShort && reading === undefined
      if (at === undefined && !isTimeless) return false
      if (at !== undefined) place(fields, ['@timestamp'], at)
      place(fields, ['log', 'level'], LEVELS.get(level) ?? null)
      place(fields, ['log', 'origin'], { file: { name: file, line: Number(found.line) } })
      place(fields, ['process', 'pid'], Number(pid))
      writeText(fields, found.text ?? '')
      return true
    },
    mismatch: text =>
      line.match(text) === undefined ? line.mismatch(text) : { column: 1, expected: 'a day that there is' }
  }
}

function writeText(fields: Fields, text: string): void {
  const stacks = text.search(/\ngoroutine \d+ \[/)
  const head = stacks === -1 ? text : text.slice(0, stacks)
  if (stacks !== -1) place(fields, ['error', 'stack_trace'], text.slice(stacks + 1))
  const structured = readStructured(head)
  fields.message = structured?.message ?? head
  for (const [key, value] of structured?.pairs ?? []) {
    place(fields, key === 'err' ? ['error', 'message'] : ['labels', key.replaceAll('.', '_')], value)
  }
}
