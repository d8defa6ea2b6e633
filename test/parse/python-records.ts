// Random format strings of Python's logging and random records, formatted by a real logging.Formatter and parsed back.

import fc from 'fast-check'
import { expect } from 'vitest'
import { SluiceError } from '#errors'
import { compileParser } from '#parse'
import { type Fields, isFields } from '#record'
import { python } from './python.ts'

type Style = '%' | '{' | '$'

/** An attribute of a record: where its value must come out, how values look, and in which ways a format writes them. */
interface Attribute {
  readonly field: string
  readonly kind: 'text' | 'level' | 'integer' | 'decimal' | 'time'
  readonly values: fc.Arbitrary<string | number | null>
}

const NAMES = [
  'root',
  'app',
  'app.db.pool',
  'my-app',
  '모니터링 로그',
  'a - b',
  'a:b',
  'x | y',
  'ns.[1]',
  'worker 3',
  '😀 log'
]
const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL', 'Level 15', 'TRACE']
const WORDS = [
  'started',
  '에러: 서버',
  ' - ',
  'ERROR',
  ': ',
  '[',
  '] ',
  '|',
  'INFO:',
  ' ',
  '42',
  '%',
  '{}',
  '$x',
  '😀',
  '\n',
  "'",
  '"',
  '\\'
]

const oneOf = (...values: (string | null)[]): fc.Arbitrary<string | null> => fc.constantFrom(...values)
const nat = (max: number): fc.Arbitrary<number> => fc.nat(max)
const message = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map(words => words.join(''))
const halves = fc.nat(9999).map(value => value + 0.5)

const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  asctime: { field: '', kind: 'time', values: fc.constant(null) },
  created: { field: '', kind: 'decimal', values: fc.constant(null) },
  msecs: { field: '', kind: 'decimal', values: fc.constant(null) },
  name: { field: 'log.logger', kind: 'text', values: oneOf(...NAMES) },
  levelname: { field: 'log.level', kind: 'level', values: oneOf(...LEVELS) },
  levelno: { field: 'event.severity', kind: 'integer', values: fc.constantFrom(10, 20, 30, 40, 50, 15) },
  message: { field: 'message', kind: 'text', values: message },
  pathname: { field: 'log.origin.file.name', kind: 'text', values: oneOf('/srv/app/views.py', 'C:\\app\\my views.py') },
  filename: { field: 'log.origin.file.name', kind: 'text', values: oneOf('views.py', 'my-app.py', '<stdin>') },
  module: { field: 'python.module', kind: 'text', values: oneOf('views', '<stdin>', '화면') },
  funcName: { field: 'log.origin.function', kind: 'text', values: oneOf('handle', '<module>', '__init__', '처리') },
  lineno: { field: 'log.origin.file.line', kind: 'integer', values: nat(9999) },
  process: { field: 'process.pid', kind: 'integer', values: nat(99_999) },
  processName: {
    field: 'process.name',
    kind: 'text',
    values: oneOf('MainProcess', 'Process-1:2', 'SpawnPoolWorker-3')
  },
  thread: { field: 'process.thread.id', kind: 'integer', values: nat(2 ** 47) },
  threadName: { field: 'process.thread.name', kind: 'text', values: oneOf('MainThread', 'Thread-1 (run)', 'pool-0_1') },
  taskName: { field: 'python.task_name', kind: 'text', values: oneOf('Task-12', 'poll') },
  relativeCreated: { field: 'python.relative_created', kind: 'decimal', values: halves },
  request_id: { field: 'labels.request_id', kind: 'text', values: oneOf('a1b2', '-', '요청') }
}

interface Part {
  readonly attribute: string
  readonly width: number
  readonly precision: number | undefined
  readonly align: '<' | '>' | '^'
  readonly type: 's' | 'r' | 'd' | 'x' | 'f'
}

function part(attribute: string): fc.Arbitrary<Part> {
  const { kind } = ATTRIBUTES[attribute] ?? { kind: 'text' }
  const isText = kind === 'text' || kind === 'level'
  const types = { text: 'sssssr', level: 's', time: 's', integer: 'dds', decimal: 'f' }[kind]
  return fc
    .record({
      attribute: fc.constant(attribute),
      width: attribute === 'msecs' ? fc.constant(3) : fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(14)),
      precision: isText
        ? fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, fc.constantFrom(1, 5, 14))
        : fc.constant(undefined),
      align: fc.constantFrom('<', '>', '^'),
      type: fc.constantFrom(...([...types] as Part['type'][]))
    })
    .map(made => (made.type === 'r' ? { ...made, precision: undefined } : made))
}

const separator = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(' - ', ' ', ':', ': ', ' | ', '] [', ' [', '] ', ' (', ') ', ', ', '\t') },
  { weight: 2, arbitrary: fc.constantFrom('', '-', '.', '::', ' %{$} ', ' at ', '" "') }
)

interface Case {
  readonly style: Style
  readonly parts: readonly Part[]
  readonly literals: readonly string[]
  readonly datefmt: string | undefined
  readonly timezone: string
  readonly record: Readonly<Record<string, string | number | null>>
  readonly ms: number
  readonly exception: readonly [type: string, message: string] | undefined
}

const attributes = fc.shuffledSubarray(
  Object.keys(ATTRIBUTES).filter(name => name !== 'message'),
  { minLength: 0, maxLength: 5 }
)
const START_MS = Date.parse('2026-03-10T00:00:00Z')
const END_MS = Date.parse('2026-10-20T00:00:00Z')

const cases: fc.Arbitrary<Case> = fc
  .tuple(attributes, fc.oneof({ weight: 3, arbitrary: fc.constant(99) }, fc.nat(5)))
  .map(([others, at]) => others.toSpliced(at, 0, 'message'))
  .chain(names =>
    fc.record({
      style: fc.constantFrom<Style>('%', '%', '{', '$'),
      parts: fc.tuple(...names.map(part)),
      literals: fc
        .tuple(
          fc.constantFrom('', '', '[', '(', '> '),
          ...names.slice(1).map(() => separator),
          fc.constantFrom('', '', ']', ' .')
        )
        .map(texts => texts as string[]),
      datefmt: fc.constantFrom(
        undefined,
        undefined,
        undefined,
        '%Y-%m-%dT%H:%M:%S',
        '%d/%b/%Y %H:%M:%S %z',
        '%a %b %e %H:%M:%S %Y',
        '%b %d, %Y %I:%M:%S %p',
        '%A %F %T',
        '%H:%M:%S'
      ),
      timezone: fc.constantFrom('UTC', 'Asia/Seoul', 'America/New_York'),
      record: fc.record(Object.fromEntries(Object.entries(ATTRIBUTES).map(([name, { values }]) => [name, values]))),
      ms: fc.integer({ min: START_MS, max: END_MS }),
      exception: fc.option(fc.constantFrom(['ValueError', 'bad: x'], ['KeyError', ''], ['OSError', 'a\nb'] as const), {
        nil: undefined,
        freq: 5
      })
    })
  )

function formatString({ style, parts, literals }: Case): string {
  const doubled = (text: string): string => text.replace(style === '%' ? /%/g : style === '{' ? /[{}]/g : /\$/g, '$&$&')
  return literals.map((literal, i) => doubled(literal) + written(parts[i], style)).join('')
}

function written(part: Part | undefined, style: Style): string {
  if (part === undefined) return ''
  const { attribute, width, precision, align } = part
  if (style === '$') return `\${${attribute}}`
  const { kind } = ATTRIBUTES[attribute] ?? {}
  const digits = kind === 'decimal' ? (attribute === 'created' ? '.6' : attribute === 'msecs' ? '.0' : '.1') : ''
  const size = `${width === 0 ? '' : width}${precision === undefined ? digits : `.${precision}`}`
  const zero = attribute === 'msecs' ? '0' : ''
  if (style === '%') return `%(${attribute})${align === '<' && zero === '' ? '-' : ''}${zero}${size}${part.type}`
  const spec = `${width === 0 || zero !== '' ? '' : align}${zero}${size}${part.type === 'r' || part.type === 's' ? '' : part.type}`
  return `{${attribute}${part.type === 'r' ? '!r' : ''}${spec === '' ? '' : `:${spec}`}}`
}

const FORMAT = `
import json, logging, os, sys, time
out = []
for case in json.load(sys.stdin):
    os.environ['TZ'] = case['timezone']
    time.tzset()
    exc_info = None
    if case['exception']:
        type, message = case['exception']
        try:
            raise {'ValueError': ValueError, 'KeyError': KeyError, 'OSError': OSError}[type](*([message] if message else []))
        except Exception:
            exc_info = sys.exc_info()
    fields = dict(case['record'], msg=case['record']['message'], args=None, exc_info=exc_info)
    record = logging.makeLogRecord(fields)
    record.created = case['ms'] / 1000
    record.msecs = float(case['ms'] % 1000)
    out.append(logging.Formatter(case['format'], case['datefmt'], case['style']).format(record))
print(json.dumps(out))
`

/** What a value is after it was cut and written as its part says. */
function expected(
  { attribute, precision, align, width, type }: Part,
  value: string | number | null,
  { style, exception, literals, parts }: Case
): unknown {
  const { kind } = ATTRIBUTES[attribute] ?? {}
  if (value === null || kind === 'integer' || kind === 'decimal') return value
  const isCut = style !== '$' && precision !== undefined
  if (kind === 'level') {
    const cut = [...String(value)].slice(0, isCut ? precision : undefined).join('')
    const whole = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL', 'TRACE', 'Level'].filter(name =>
      name.startsWith(cut)
    )
    return whole.length === 1 ? whole[0]?.toLowerCase() : cut.toLowerCase()
  }
  const cut = [...String(value)].slice(0, isCut && type !== 'r' ? precision : undefined)
  // A line that ends in a newline gets no other before the traceback, and reads as if it ended before its own.
  const isAtEnd = parts.at(-1)?.attribute === attribute && literals.at(-1) === ''
  if (exception !== undefined && isAtEnd && cut.at(-1) === '\n') cut.pop()
  if (style === '$' || type === 'r' || cut.length > width) return cut.join('')
  // A value that is padded loses blanks of its own on that side.
  const side = style === '%' && align === '^' ? '>' : align
  const text = side === '<' ? cut.join('') : cut.join('').replace(/^ +/, '')
  return side === '>' ? text : text.replace(/ +$/, '')
}

/**
 * Whether a record keeps to what is taken for granted: but for the message, a text holds none of the separators, unless
 * the name of a level stands behind it, and its beginning shows.
 */
function isUsual({ style, parts, literals, record }: Case): boolean {
  return parts.every(({ attribute, type }, i) => {
    const isQuoted = type === 'r' && style !== '$' && attribute !== 'request_id'
    if (attribute === 'message' || ATTRIBUTES[attribute]?.kind !== 'text' || isQuoted) return true
    const value = String(record[attribute])
    const isBeforeLevel = parts[i + 1]?.attribute === 'levelname' && !'Thread-1 (run)'.includes(literals[i] ?? '')
    const separators = isBeforeLevel ? [literals[i]] : literals
    return separators.every(
      literal => literal === undefined || literal === '' || !value.includes(literal.trim() || literal)
    )
  })
}

interface Tally {
  taken: number
  refused: number
  unusual: number
}

/** Formats and parses back: every record comes out as it went in, unless its format is refused or it is no usual one. */
export function roundTrip(count: number): Tally {
  const all = fc.sample(cases, count)
  const lines = python<string[]>(
    FORMAT,
    all.map(made => ({
      ...made,
      datefmt: made.datefmt ?? null,
      exception: made.exception ?? null,
      format: formatString(made)
    }))
  )
  const tally: Tally = { taken: 0, refused: 0, unusual: 0 }
  for (const [i, made] of all.entries()) tally[judge(made, lines[i] ?? '')]++
  return tally
}

function judge(made: Case, line: string): keyof Tally {
  const { style, datefmt, timezone, record, parts } = made
  const pattern = formatString(made)
  let parser: ReturnType<typeof compileParser>
  try {
    parser = compileParser({ format: 'python-logging', pattern, style, timezone, ...(datefmt && { datefmt }) })
  } catch (error) {
    expect(error).toMatchObject({ code: 'E_PARSE_PATTERN' })
    expect(error).toBeInstanceOf(SluiceError)
    return 'refused'
  }
  const fields: Fields = {}
  const isTaken = parser.parse(line, fields)
  if (!isUsual(made)) return 'unusual'
  expect({ pattern, line, isTaken, why: isTaken ? undefined : parser.mismatch(line) }).toEqual({
    pattern,
    line,
    isTaken: true
  })
  const names = new Set(parts.map(({ attribute }) => attribute))
  const found = Object.fromEntries([...names].map(name => [name, valueAt(fields, fieldOf(name, names)) ?? null]))
  const wanted = Object.fromEntries(
    parts.map(part => [part.attribute, expected(part, record[part.attribute] ?? null, made)])
  )
  const [type, message] = made.exception ?? []
  // What stands at the end of a line before a traceback is not told from the newlines and blanks of a padded message.
  if (type !== undefined) for (const side of [found, wanted]) side.message = String(side.message).trimEnd()
  expect({ pattern, line, ...found, at: fields['@timestamp'], error: withoutTrace(fields.error) }).toEqual({
    pattern,
    line,
    ...wanted,
    at: timestamp(made, names),
    error: type === undefined ? undefined : message === '' ? { type } : { type, message }
  })
  expect(Object.keys(parser.writes)).toEqual(expect.arrayContaining(namesIn(fields)))
  return 'taken'
}

function namesIn(fields: Fields, prefix = ''): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    isFields(value) ? namesIn(value, `${prefix}${name}.`) : `${prefix}${name}`
  )
}

function fieldOf(attribute: string, names: ReadonlySet<string>): string {
  if (attribute === 'pathname' && names.has('filename')) return 'python.pathname'
  return ATTRIBUTES[attribute]?.field ?? ''
}

function valueAt(fields: Fields, field: string): unknown {
  let value: unknown = fields
  for (const step of field.split('.')) value = (value as Fields | undefined)?.[step]
  return value
}

/** What a format says of the time: all of it, the second, or nothing without a day. */
function timestamp({ datefmt, ms }: Case, names: ReadonlySet<string>): string | undefined {
  const isDated = names.has('asctime') && datefmt !== '%H:%M:%S'
  if (!names.has('created') && !isDated) return undefined
  const isWhole = names.has('created') || datefmt === undefined || names.has('msecs')
  return new Date(isWhole ? ms : ms - (ms % 1000)).toISOString()
}

function withoutTrace(error: Fields['error']): Fields | undefined {
  if (error === undefined) return undefined
  const { stack_trace, ...rest } = error as Fields
  expect(stack_trace).toMatch(/^Traceback \(most recent call last\):\n {2}File "<string>"/)
  return rest
}
