// Errors as loggers put them into JSON, to ECS's `error`: objects with a message, a type and a stack, or texts of them.

import { type Fields, isFields, type Value } from '#record'
import { place } from './place.ts'
import { pythonError } from './python-traceback.ts'

/** Names within an error and the field of `error` that each is, in pino, bunyan, winston, zap and ECS itself. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['message', 'message'],
  ['msg', 'message'],
  ['type', 'type'],
  ['name', 'type'],
  ['stack', 'stack_trace'],
  ['stack_trace', 'stack_trace'],
  ['code', 'code'],
  ['id', 'id']
])

/** What a text says under each key. */
const TEXTS: ReadonlyMap<string, 'message' | 'stack_trace' | 'exception'> = new Map([
  ['err', 'message'],
  ['error', 'message'],
  ['stack', 'stack_trace'],
  ['stack_trace', 'stack_trace'],
  ['stacktrace', 'stack_trace'],
  ['exception', 'exception'],
  ['exc_info', 'exception'],
  ['exc_text', 'exception']
])

/** Whether a text under this key is one of an error, unless it is empty. */
export function isErrorText(key: string): boolean {
  return TEXTS.has(key)
}

/** Whether a text under this key is looked at for what it says. */
export function isException(key: string): boolean {
  return TEXTS.get(key) === 'exception'
}

/**
 * Writes an error to `error`; what ECS has no field for stays under the line's own key in `rest`. Returns false, having
 * written nothing, for what is no error.
 */
export function writeError(fields: Fields, rest: Fields, key: string, value: Value): boolean {
  const kind = TEXTS.get(key)
  if (kind === undefined) return false
  if (isFields(value) && kind === 'message') {
    writeObject(fields, rest, key, value)
    return true
  }
  if (typeof value !== 'string' || value === '') return false
  if (kind === 'exception') writeException(fields, value)
  else place(fields, ['error', kind], value)
  return true
}

function writeObject(fields: Fields, rest: Fields, key: string, error: Fields): void {
  for (const name of Object.keys(error)) {
    const value = error[name] ?? null
    const field = name === 'name' && Object.hasOwn(error, 'type') ? undefined : FIELDS.get(name)
    if (field === undefined || (typeof value === 'object' && value !== null)) place(rest, [key, name], value)
    else place(fields, ['error', field], value)
  }
}

/** A traceback of Python, with the exception that it ends with; any other text is what the error says. */
function writeException(fields: Fields, text: string): void {
  const error = pythonError(text)
  place(fields, ['error', text.includes('\n') ? 'stack_trace' : 'message'], text)
  if (error === undefined) return
  place(fields, ['error', 'type'], error.type)
  if (error.message !== undefined) place(fields, ['error', 'message'], error.message)
}
