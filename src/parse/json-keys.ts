// What loggers that write JSON call the things that ECS has fields for: pino, bunyan, winston, zap, logrus, structlog,
// python-json-logger, logstash-logback-encoder and those that write ECS themselves.

import { type Fields, isFields, type Value } from '#record'
import { own } from './place.ts'
import { fieldOf } from './python-logging-attributes.ts'

/** What a key may say beyond being a field of its own. */
export type Role = 'time' | 'level' | 'message' | 'logger'

/** In order of preference. `event` is structlog's, `log` Docker's. */
const KEYS: Readonly<Record<Role, readonly string[]>> = {
  time: ['@timestamp', 'timestamp', 'time', 'ts', 'datetime', 'date', 'asctime'],
  level: ['level', 'severity', 'levelname', 'lvl', 'log_level', 'loglevel'],
  message: ['message', 'msg', 'text', 'log', 'event'],
  logger: ['logger', 'logger_name', 'loggerName']
}

const ROLES: ReadonlyMap<string, { readonly role: Role; readonly rank: number }> = new Map(
  (Object.keys(KEYS) as Role[]).flatMap(role => KEYS[role].map((key, rank) => [key, { role, rank }] as const))
)

/** Whether a key may have a role. */
export function isRole(role: Role, key: string): boolean {
  return rankOf(role, key) !== undefined
}

/** How far behind others that may have it a key has a role, from 0; undefined where it has none. */
export function rankOf(role: Role, key: string): number | undefined {
  const known = ROLES.get(key)
  return known?.role === role ? known.rank : undefined
}

/** The keys of an object that have a role. */
export type Cast = { -readonly [Name in Role]: string | undefined }

/**
 * Finds for each role the most preferred key whose value can have it; none for what an ECS logger put into `log` itself.
 * @param dialect says the keys of time and level where no others have them
 */
export function castOf(object: Fields, isTime: (value: Value | undefined) => boolean, dialect?: Dialect): Cast {
  const cast: Cast = { time: undefined, level: undefined, message: undefined, logger: undefined }
  const ranks = { time: 99, level: 99, message: 99, logger: 99 }
  for (const key in object) {
    const known = ROLES.get(key)
    if (known === undefined) continue
    const value = object[key]
    const { role, rank } = known
    if (rank >= ranks[role] || !(role === 'time' ? isTime(value) : canBe(role, key, value))) continue
    cast[role] = key
    ranks[role] = rank
  }
  const log = own(object, 'log')
  if (isFields(log)) {
    if (Object.hasOwn(log, 'level')) cast.level = undefined
    if (Object.hasOwn(log, 'logger')) cast.logger = undefined
  }
  const { time, level } = dialect ?? {}
  if (cast.time === undefined && time !== undefined && isTime(object[time])) cast.time = time
  if (cast.level === undefined && level !== undefined && typeof object[level] === 'string') cast.level = level
  return cast
}

function canBe(role: Role, key: string, value: Value | undefined): boolean {
  if (typeof value === 'string') return role === 'message' || value.trim() !== ''
  if (role === 'level') return typeof value === 'number'
  const isPlain = typeof value === 'number' || typeof value === 'boolean'
  return role === 'message' && (key === 'message' || key === 'msg') && isPlain
}

/** The level that a value says, in lower case; numbers are those of pino and bunyan. */
export function levelOf(value: Value | undefined, dialect?: Dialect): string {
  const text = String(value)
  const known = dialect?.levels?.get(text)
  if (known !== undefined) return known
  return typeof value === 'number' ? (NUMBERS.get(value) ?? text) : text.trim().toLowerCase()
}

const NUMBERS = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal']
])

/** What keys mean only in lines of one logger. */
export interface Dialect {
  /** The key of the time where the others have none. */
  readonly time?: string
  /** The key of the level where the others have none, and what its values mean. */
  readonly level?: string
  readonly levels?: ReadonlyMap<string, string>
  /** Where the value of a key goes; undefined where it stays. */
  pathOf(key: string, value: Value): readonly string[] | undefined
}

/** The logger that writes these keys side by side; undefined where none of those known does. */
export function dialectOf(object: Fields): Dialect | undefined {
  const isNumbered = typeof own(object, 'level') === 'number'
  if (isNumbered && (Object.hasOwn(object, 'pid') || Object.hasOwn(object, 'hostname'))) return pino
  if (typeof own(object, 'levelname') === 'string') return pythonJsonLogger
  return isFields(own(object, 't')) && typeof own(object, 's') === 'string' && Object.hasOwn(object, 'ctx')
    ? mongodb
    : undefined
}

/** See "Log Messages" in the manual of MongoDB. */
const mongodb: Dialect = {
  time: 't',
  level: 's',
  levels: new Map(
    Object.entries({ F: 'fatal', E: 'error', W: 'warning', I: 'info', D: 'debug' }).concat(
      Array.from({ length: 5 }, (_, verbosity) => [`D${verbosity + 1}`, 'debug'])
    )
  ),
  pathOf: key => MONGODB.get(key)
}
const MONGODB: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({ c: 'component', ctx: 'context', id: 'id', svc: 'service', attr: 'attr' }).map(([key, name]) => [
    key,
    ['mongodb', 'log', name]
  ])
)

/** See "base" and "name" of pino's options; bunyan writes the same keys. */
const pino: Dialect = {
  pathOf(key, value) {
    if (key === 'pid' && typeof value === 'number') return ['process', 'pid']
    if (key === 'hostname' && typeof value === 'string') return ['host', 'hostname']
    return key === 'name' && typeof value === 'string' ? ['log', 'logger'] : undefined
  }
}

/** Keys are the attributes of Python's log records. */
const pythonJsonLogger: Dialect = {
  time: 'created',
  pathOf(key, value) {
    const known = fieldOf(key)
    if (known === undefined || (typeof value !== 'string' && typeof value !== 'number')) return undefined
    const isNumber = known.type === 'long' || known.type === 'double'
    return isNumber === (typeof value === 'number') ? known.field.split('.') : undefined
  }
}
