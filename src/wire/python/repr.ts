// `str()` and `repr()` of descriptions: what `%s` and `%r` write. What is known of a class is written as that class writes
// itself; of any other the call is written that would have made it.

import type { Budget } from './budget.ts'
import { floatText } from './float.ts'
import { known } from './known.ts'
import { textOfBytes } from './text.ts'
import { type Instance, nameOf, type PythonValue, type Sequence } from './value.ts'

/** Containers that are being written, and contain what is written now. */
type Open = Set<object>

export function str(value: PythonValue, budget: Budget): string {
  return strWithin(value, budget, new Set())
}

export function repr(value: PythonValue, budget: Budget): string {
  return reprWithin(value, budget, new Set())
}

function strWithin(value: PythonValue, budget: Budget, open: Open): string {
  if (typeof value === 'string') return counted(value, budget)
  if (typeof value === 'object' && value !== null) {
    if (value.kind === 'bytes' && value.type === 'str') return counted(textOfBytes(value.bytes), budget)
    if (value.kind === 'instance') {
      const plain = known(value, budget)
      if (plain !== undefined) return strWithin(plain.value, budget, open)
    }
  }
  return reprWithin(value, budget, open)
}

function counted(text: string, budget: Budget): string {
  return budget.write(text.length) ? text : ''
}

function reprWithin(value: PythonValue, budget: Budget, open: Open): string {
  if (!budget.visit(open.size)) return ''
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return budget.write(value.length) ? quoted(value) : ''
  if (typeof value === 'number' || typeof value === 'bigint') return counted(String(value), budget)
  switch (value.kind) {
    case 'float':
      return counted(floatText(value.value), budget)
    case 'bytes':
      return bytesRepr(counted(value.bytes.toString('latin1'), budget), value.type)
    case 'name':
      return counted(`<class '${nameOf(value)}'>`, budget)
    case 'unread':
      return counted(value.text, budget)
    case 'dict':
      return within(value, '{...}', open, () => `{${pairs(value.entries, budget, open)}}`)
    case 'instance':
      return within(value, '...', open, () => instanceRepr(value, budget, open))
    default:
      return within(value, '[...]', open, () => sequenceRepr(value, budget, open))
  }
}

/** What contains itself is written as Python does: with dots where it comes again. */
function within(container: object, again: string, open: Open, write: () => string): string {
  if (open.has(container)) return again
  open.add(container)
  const text = write()
  open.delete(container)
  return text
}

function sequenceRepr({ kind, items }: Sequence, budget: Budget, open: Open): string {
  const text = list(items, budget, open)
  if (kind === 'tuple') return items.length === 1 ? `(${text},)` : `(${text})`
  if (kind === 'list') return `[${text}]`
  const set = items.length === 0 ? '' : `{${text}}`
  return kind === 'set' ? set || 'set()' : `frozenset(${set})`
}

function list(items: readonly PythonValue[], budget: Budget, open: Open): string {
  const texts: string[] = []
  for (const item of items) {
    if (!budget.write(2)) break
    texts.push(reprWithin(item, budget, open))
  }
  return texts.join(', ')
}

function pairs(entries: readonly PythonValue[], budget: Budget, open: Open): string {
  const texts: string[] = []
  for (let i = 0; i < entries.length && budget.write(4); i += 2) {
    texts.push(`${reprWithin(entries[i] ?? null, budget, open)}: ${reprWithin(entries[i + 1] ?? null, budget, open)}`)
  }
  return texts.join(', ')
}

/** The call that would make it; what it was written as, where that was read from a `repr()`. */
function instanceRepr(instance: Instance, budget: Budget, open: Open): string {
  if (instance.written !== undefined) return counted(instance.written, budget)
  const plain = known(instance, budget)
  if (plain !== undefined && typeof plain.value === 'object') return reprWithin(plain.value, budget, open)
  const name = nameOf(instance.callable)
  const short = plain === undefined ? name : name.slice(name.lastIndexOf('.') + 1)
  const args = plain?.type === 'value' ? [plain.value] : instance.args
  return `${counted(short, budget)}(${list(args, budget, open)})`
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  return quote + text.replace(UNPRINTABLE, character => escaped(character, quote)) + quote
}

/** What `str.isprintable` says no to, quotes and the backslash. */
const UNPRINTABLE = /['"\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu

function bytesRepr(latin: string, type: 'bytes' | 'bytearray' | 'str'): string {
  const quote = latin.includes("'") && !latin.includes('"') ? '"' : "'"
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
  const text = quote + latin.replace(/['"\\\x00-\x1f\x7f-\xff]/g, character => escaped(character, quote)) + quote
  return type === 'str' ? text : type === 'bytes' ? `b${text}` : `bytearray(b${text})`
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t']
])

function escaped(character: string, quote: string): string {
  if (character === '"' || character === "'") return character === quote ? `\\${character}` : character
  const short = SHORT.get(character)
  if (short !== undefined) return short
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
