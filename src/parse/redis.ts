// The log of Redis, in the forms that it has had from its first version on.

import Type, { type Static } from 'typebox'
import type { FieldTypes } from '#record'
import { epochSeconds, strptime, timestamps, timezoneDescription, type Zone, zone } from '#time'
import { closed, type Parser } from './parser.ts'
import { pieces } from './pieces.ts'
import { settersOf } from './values.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('redis', { description: 'The log of Redis.' }),
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  { additionalProperties: false, description: 'Lines of the log of Redis and of Valkey, of all versions.' }
)
export type Options = Static<typeof schema>

const types = {
  '@timestamp': 'date',
  'event.category': 'keyword',
  'event.kind': 'keyword',
  'event.type': 'keyword',
  'log.level': 'keyword',
  message: 'match_only_text',
  'process.pid': 'long',
  'redis.log.role': 'keyword'
} as const satisfies FieldTypes
const set = settersOf(types)

const line = pieces([
  [
    'a process such as 4711:M or [4711], or a time',
    '(?:(?<pid>\\d{1,15}):(?<role>[A-Z]|signal-handler) |\\[(?<oldPid>\\d{1,15})\\] )?'
  ],
  [
    'a time such as 20 Nov 2026 23:11:52.345',
    '(?:(?<time>\\d{1,2} [A-Z][a-z]{2} (?<year>\\d{4} )?\\d\\d:\\d\\d:\\d\\d(?<fraction>\\.\\d{3})?) |\\((?<epoch>\\d+)\\) )'
  ],
  ['a level, one of . - * #', '(?:(?<level>[.*#-]) |(?<=\\(\\d+\\) ))'],
  ['a message', '(?<message>.*)']
])

const LEVELS = new Map([
  ['.', 'debug'],
  ['-', 'verbose'],
  ['*', 'notice'],
  ['#', 'warning']
])
const ROLES = new Map([
  ['M', 'master'],
  ['S', 'slave'],
  ['C', 'child'],
  ['X', 'sentinel']
])
const DATABASE = ['database']
const INFO = ['info']

/**
 * A parser for the log of Redis.
 * @throws SluiceError E_PARSE_OPTION for a wrong zone
 */
export function redis({ timezone }: Options): Parser {
  const timeOf = redisTime(zone(timezone))
  return closed({
    format: 'redis',
    writes: types,
    read(text, values, reading) {
      const found = line.match(text)
      if (found === undefined) return false
      const { pid, oldPid, role, level, message = '' } = found
      const at = timeOf(found)(reading)
      if (at === undefined && reading !== undefined) return false
      if (at !== undefined) set['@timestamp'](values, at)
      const process = pid ?? oldPid
      if (process !== undefined) set['process.pid'](values, Number(process))
      if (role !== undefined) set['redis.log.role'](values, ROLES.get(role) ?? role)
      if (level !== undefined) set['log.level'](values, LEVELS.get(level) ?? level)
      if (message !== '') set.message(values, message)
      set['event.kind'](values, 'event')
      set['event.category'](values, DATABASE)
      set['event.type'](values, INFO)
      return true
    },
    mismatch: text =>
      line.match(text) === undefined ? line.mismatch(text) : { column: 0, expected: 'a time that there is' }
  })
}

type Groups = Readonly<Record<string, string | undefined>>

/** Old servers write no year, older ones no fraction, and what handles signals seconds since 1970. */
function redisTime(here: Zone) {
  const readers = ['%d %b %Y %H:%M:%S.%f', '%d %b %Y %H:%M:%S', '%d %b %H:%M:%S.%f', '%d %b %H:%M:%S'].map(format =>
    timestamps(strptime(format, here).read)
  )
  const epochReader = timestamps(epochSeconds)
  return ({ time = '', year, fraction, epoch }: Groups) =>
    (reading: Parameters<(typeof readers)[number]>[1]) => {
      if (epoch !== undefined) return epochReader(epoch)
      return readers[(year === undefined ? 2 : 0) + (fraction === undefined ? 1 : 0)]?.(time, reading)
    }
}
