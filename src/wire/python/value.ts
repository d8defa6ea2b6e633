// What Python's values are here: descriptions, of which nothing is ever run. A pickle and a literal both become these.

/** A value of Python. Whole numbers are numbers, or bigints beyond 2^53; texts may hold lone surrogates, as Python's do. */
export type PythonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Float
  | Bytes
  | Sequence
  | Dict
  | Name
  | Instance
  | Unread

export interface Float {
  readonly kind: 'float'
  readonly value: number
}

export interface Bytes {
  readonly kind: 'bytes'
  /** `str` is Python 2's, which is text in an encoding that nobody says. */
  readonly type: 'bytes' | 'bytearray' | 'str'
  readonly bytes: Buffer
}

export interface Sequence {
  readonly kind: 'list' | 'tuple' | 'set' | 'frozenset'
  readonly items: PythonValue[]
}

export interface Dict {
  readonly kind: 'dict'
  /** Key and value by turns; of a key that comes twice the last counts. */
  readonly entries: PythonValue[]
}

/** A class or function, by its name alone. */
export interface Name {
  readonly kind: 'name'
  readonly module: string
  readonly name: string
}

/** What a sender's Python would have made by calling something. */
export interface Instance {
  readonly kind: 'instance'
  readonly callable: Name | Instance
  readonly args: readonly PythonValue[]
  readonly named?: Dict
  /** Its `repr()`, where it was read from one. */
  readonly written?: string
  /** What `__setstate__` or `__dict__` would have been given. */
  state?: PythonValue
  /** What would have been appended, or added, to it. */
  items?: PythonValue[]
  /** What would have been set in it as in a dict: key and value by turns. */
  entries?: PythonValue[]
}

/** A part of a `repr()` that is no literal, such as `<object at 0x7f…>`. */
export interface Unread {
  readonly kind: 'unread'
  readonly text: string
}

/** What an object is as a plain value. */
export interface Known {
  /** What `str()` says of it, or the container or bytes that it is. */
  readonly value: PythonValue
  /** How it is written into JSON, where that is something else. */
  readonly json?: string
  /** Whether a `repr()` shows this value and not what the object was made of. */
  readonly type?: 'value'
}

/** `module.Name`, without the module where it is Python's own. */
export function nameOf(callable: Name | Instance): string {
  if (callable.kind === 'instance') return nameOf(callable.callable)
  return BUILTINS.has(callable.module) ? callable.name : `${callable.module}.${callable.name}`
}

/** What modules of builtins are called by Python 3, by Python 2 and by a `repr()`. */
const BUILTINS: ReadonlySet<string> = new Set(['builtins', '__builtin__', 'exceptions', ''])

/** The last value under a key of a dict. */
export function entryOf({ entries }: Dict, key: string): PythonValue | undefined {
  for (let i = entries.length - 2; i >= 0; i -= 2) if (entries[i] === key) return entries[i + 1]
  return undefined
}
