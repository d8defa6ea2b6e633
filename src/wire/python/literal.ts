// Reads what `repr()` wrote: literals, calls of classes with literals, as `ValueError('bad')`, and, of anything else in their
// midst, the text. Nothing is evaluated. See "Lexical analysis" of the Python language reference.

import { whole } from '../pickle/numbers.ts'
import type { Budget } from './budget.ts'
import { known } from './known.ts'
import { unescaped } from './text.ts'
import type { Dict, Instance, Name, PythonValue, Sequence } from './value.ts'

/** The value of a text; undefined where it is not one value to its end, or the budget ends. */
export function literal(text: string, budget: Budget): PythonValue | undefined {
  const reader = new Reader(text, budget)
  const value = reader.value(0)
  return reader.isAtEnd && budget.fault === undefined ? value : undefined
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const WORDS: ReadonlyMap<string, PythonValue> = new Map<string, PythonValue>([
  ['None', null],
  ['True', true],
  ['False', false],
  ['nan', { kind: 'float', value: Number.NaN }],
  ['inf', { kind: 'float', value: Number.POSITIVE_INFINITY }],
  ['-inf', { kind: 'float', value: Number.NEGATIVE_INFINITY }]
])
const PREFIX = /[ub]?(?=['"])/iy
const NUMBER = /-?\d+(?<fraction>(?:\.\d+)?(?:e[+-]?\d+)?)L?(?![\w.])/y
const NAME = /-?[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/uy
const KEYWORD = /([\p{L}_][\p{L}\p{N}_]*)=/uy
const MAX_DIGITS = 4300
const BACKSLASH = 0x5c

class Reader {
  readonly #text: string
  readonly #budget: Budget
  #at = 0

  constructor(text: string, budget: Budget) {
    this.#text = text
    this.#budget = budget
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  value(depth: number): PythonValue {
    const start = this.#at
    if (!this.#budget.visit(depth)) return null
    const found = this.#literal(depth)
    if (this.#budget.fault !== undefined) return null
    if (found !== undefined && /^[,)\]}:]?$/.test(this.#text.charAt(this.#at))) return found
    this.#at = start
    return this.#unread()
  }

  #literal(depth: number): PythonValue | undefined {
    const first = this.#text.charAt(this.#at)
    if (first === '(' || first === '[') return this.#sequence(first, depth)
    if (first === '{') return this.#braces(depth)
    const prefix = this.#match(PREFIX)?.[0]
    if (prefix !== undefined) return this.#string(prefix.toLowerCase() === 'b')
    const number = this.#match(NUMBER)
    if (number !== undefined) return numberOf(number)
    const name = this.#match(NAME)?.[0]
    if (name === undefined) return undefined
    return this.#text.charAt(this.#at) === '(' ? this.#call(name, depth) : WORDS.get(name)
  }

  #string(isBytes: boolean): PythonValue | undefined {
    const start = this.#at + 1
    if (!this.#skipQuoted()) return undefined
    const text = unescaped(this.#text.slice(start, this.#at - 1), isBytes)
    return isBytes ? { kind: 'bytes', type: 'bytes', bytes: Buffer.from(text, 'latin1') } : text
  }

  /** Goes over a text in quotes; a search for a quote that never comes is paid for, because it may be made again. */
  #skipQuoted(): boolean {
    const quote = this.#text.charCodeAt(this.#at)
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at)
      if (code === BACKSLASH) at++
      else if (code === quote) {
        this.#at = at + 1
        return true
      }
    }
    this.#budget.write(this.#text.length - this.#at)
    return false
  }

  #match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at
    const match = expression.exec(this.#text)
    if (match === null) return undefined
    this.#at = expression.lastIndex
    return match
  }

  /** Whether this stands next, which is passed over. */
  #skip(text: string): boolean {
    const isThere = this.#text.startsWith(text, this.#at)
    if (isThere) this.#at += text.length
    return isThere
  }

  /** One value in parentheses is a tuple by its comma alone; without, as in `(1+2j)`, it is none. */
  #sequence(opening: '(' | '[', depth: number): Sequence | undefined {
    this.#at++
    const items: PythonValue[] = []
    const closing = CLOSING[opening] ?? ''
    let hasComma = false
    while (!this.#skip(closing)) {
      items.push(this.value(depth + 1))
      const isParted = this.#skip(', ') || this.#skip(',')
      hasComma ||= isParted
      if (!isParted && !this.#text.startsWith(closing, this.#at)) return undefined
    }
    if (opening === '(' && items.length === 1 && !hasComma) return undefined
    return { kind: opening === '(' ? 'tuple' : 'list', items }
  }

  #braces(depth: number): Sequence | Dict | undefined {
    this.#at++
    const items: PythonValue[] = []
    let isDict = true
    while (!this.#skip('}')) {
      items.push(this.value(depth + 1))
      if (this.#skip(': ')) items.push(this.value(depth + 1))
      else isDict = false
      if (!this.#skip(', ') && !this.#text.startsWith('}', this.#at)) return undefined
    }
    return isDict ? { kind: 'dict', entries: items } : { kind: 'set', items }
  }

  /** A call of a class that is known, or that what is known is made of. */
  #call(name: string, depth: number): PythonValue | undefined {
    const start = this.#at++ - name.length
    const args: PythonValue[] = []
    const entries: PythonValue[] = []
    while (!this.#skip(')')) {
      const keyword = this.#match(KEYWORD)?.[1]
      const value = this.value(depth + 1)
      if (keyword === undefined) args.push(value)
      else entries.push(keyword, value)
      if (!this.#skip(', ') && !this.#skip(',') && !this.#text.startsWith(')', this.#at)) return undefined
    }
    const named = entries.length === 0 ? {} : { named: { kind: 'dict', entries } as const }
    const written = this.#text.slice(start, this.#at)
    const callable = classOf(name)
    const instance: Instance = { kind: 'instance', callable, args, ...named, written }
    const isKnown = callable.module === 'datetime' || known(instance, this.#budget) !== undefined
    return isKnown ? instance : undefined
  }

  /** What is no literal, up to where the value around it goes on: brackets and texts within it are whole. */
  #unread(): PythonValue {
    const start = this.#at
    const open: string[] = []
    let hasEnds = true
    while (this.#at < this.#text.length) {
      const character = this.#text.charAt(this.#at)
      if (hasEnds && (character === "'" || character === '"')) {
        hasEnds = this.#skipQuoted()
        if (hasEnds) continue
      }
      if (open.length === 0 && /[,)\]}]/.test(character)) break
      const closing = CLOSING[character] ?? (character === '<' ? '>' : undefined)
      if (closing !== undefined) open.push(closing)
      else if (character === open.at(-1)) open.pop()
      this.#at++
    }
    this.#budget.write(this.#at - start)
    return { kind: 'unread', text: this.#text.slice(start, this.#at) }
  }
}

function numberOf({ 0: written, groups }: RegExpExecArray): PythonValue | undefined {
  if (groups?.fraction) return { kind: 'float', value: Number(written) }
  return written.length > MAX_DIGITS ? undefined : whole(BigInt(written.replace('L', '')))
}

/** A class as a `repr()` names it: modules are left out by some, and those of the library are put back. */
function classOf(written: string): Name {
  const at = written.lastIndexOf('.')
  const name = written.slice(at + 1)
  const module = at === -1 ? (HOMES.get(name) ?? '') : written.slice(0, at)
  return { kind: 'name', module, name }
}

const HOMES: ReadonlyMap<string, string> = new Map([
  ['Counter', 'collections'],
  ['Decimal', 'decimal'],
  ['OrderedDict', 'collections'],
  ['PosixPath', 'pathlib'],
  ['PurePosixPath', 'pathlib'],
  ['PureWindowsPath', 'pathlib'],
  ['UUID', 'uuid'],
  ['WindowsPath', 'pathlib'],
  ['defaultdict', 'collections'],
  ['deque', 'collections']
])
