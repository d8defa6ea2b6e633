// Every opcode of pickle protocols 0 to 5, by its byte: what it does to the stack. Those that would import, call or set
// something only write down that they would. See Lib/pickletools.py of CPython, whose names these are.

import { surrogatePass, unescaped } from '../python/text.ts'
import type { Bytes, Dict, PythonValue, Sequence } from '../python/value.ts'
import { addAll, build, call, callClass, rebuild, setAll } from './build.ts'
import type { Machine } from './machine.ts'
import { indexOf, pushDigits, pushDouble, pushFloatText, pushLong, pushSigned32, signedLength } from './numbers.ts'

export interface Opcode {
  readonly name: string
  run(machine: Machine): void
}

const NEWEST_PROTOCOL = 5

/** Pushes the text that stands in the next bytes, as many as announced. */
function pushText(machine: Machine, width: number): void {
  const length = machine.unsigned(width)
  const start = machine.skip(length)
  const text = surrogatePass(machine.bytes, start, machine.at)
  if (text === undefined) machine.fail('a text is not in UTF-8')
  else machine.push(text)
}

function pushBytes(machine: Machine, type: Bytes['type'], bytes: Buffer): void {
  machine.push({ kind: 'bytes', type, bytes })
}

/** A `str` of Python 2: text where it is ASCII, else bytes in whatever encoding. */
function pushOldString(machine: Machine, bytes: Buffer): void {
  const text = bytes.toString('latin1')
  if (/[\x80-\xff]/.test(text)) pushBytes(machine, 'str', bytes)
  else machine.push(text)
}

/** A `repr()` of a `str` of Python 2, in its quotes. */
function pushQuoted(machine: Machine): void {
  const line = machine.line().trim()
  const quoted = /^(['"])([\s\S]*)\1$/.exec(line)
  if (quoted === null) machine.fail('a text in quotes is expected')
  pushOldString(machine, Buffer.from(unescaped(quoted?.[2] ?? '', true), 'latin1'))
}

/** Text in the codec `raw-unicode-escape`: Latin-1, and the rest as `\uXXXX` or `\UXXXXXXXX`. */
function pushRawText(machine: Machine): void {
  const escapes = /\\(?:u([0-9a-fA-F]{4})|U(00(?:0\d|10)[0-9a-fA-F]{4}))/g
  const text = machine
    .line()
    .replace(escapes, (_, short?: string, long?: string) =>
      String.fromCodePoint(Number.parseInt(short ?? long ?? '', 16))
    )
  machine.push(text)
}

function pushSequence(machine: Machine, kind: Sequence['kind'], items: PythonValue[]): void {
  machine.push({ kind, items })
}

function pushTuple(machine: Machine, length: number): void {
  const items = new Array<PythonValue>(length)
  for (let i = length - 1; i >= 0; i--) items[i] = machine.pop()
  pushSequence(machine, 'tuple', items)
}

function pushDict(machine: Machine, entries: PythonValue[]): void {
  if (entries.length % 2 === 1) machine.fail('a key has no value')
  machine.push({ kind: 'dict', entries } satisfies Dict)
}

function pushName(machine: Machine, name: PythonValue, module: PythonValue): void {
  if (typeof module === 'string' && typeof name === 'string') machine.push({ kind: 'name', module, name })
  else machine.fail('a class is named by no text')
}

function refuse(reason: string): (machine: Machine) => void {
  return machine => machine.fail(reason)
}

const SENDERS_OWN = 'what it names is known to the sender alone'

const NAMED: Readonly<Record<string, readonly [string, (machine: Machine) => void]>> = {
  MARK: ['(', machine => machine.mark()],
  STOP: [
    '.',
    machine => {
      machine.hasStopped = true
    }
  ],
  POP: [
    '0',
    machine => {
      if (machine.isAtMark) machine.popToMark()
      else machine.pop()
    }
  ],
  POP_MARK: [
    '1',
    machine => {
      machine.popToMark()
    }
  ],
  DUP: ['2', machine => machine.push(machine.top())],
  FLOAT: ['F', pushFloatText],
  INT: ['I', machine => pushDigits(machine, true)],
  BININT: ['J', pushSigned32],
  BININT1: ['K', machine => machine.push(machine.byte())],
  LONG: ['L', machine => pushDigits(machine, false)],
  BININT2: ['M', machine => machine.push(machine.unsigned(2))],
  NONE: ['N', machine => machine.push(null)],
  PERSID: ['P', refuse(SENDERS_OWN)],
  BINPERSID: ['Q', refuse(SENDERS_OWN)],
  REDUCE: ['R', machine => call(machine, machine.pop(), machine.pop())],
  STRING: ['S', pushQuoted],
  BINSTRING: [
    'T',
    machine => {
      const start = machine.skip(signedLength(machine))
      pushOldString(machine, machine.bytes.subarray(start, machine.at))
    }
  ],
  SHORT_BINSTRING: ['U', machine => pushOldString(machine, machine.counted(1))],
  UNICODE: ['V', pushRawText],
  BINUNICODE: ['X', machine => pushText(machine, 4)],
  APPEND: ['a', machine => addAll(machine, [machine.pop()])],
  BUILD: ['b', machine => build(machine, machine.pop())],
  GLOBAL: [
    'c',
    machine => {
      const module = machine.line()
      pushName(machine, machine.line(), module)
    }
  ],
  DICT: ['d', machine => pushDict(machine, machine.popToMark())],
  EMPTY_DICT: ['}', machine => pushDict(machine, [])],
  APPENDS: ['e', machine => addAll(machine, machine.popToMark())],
  GET: ['g', machine => machine.get(indexOf(machine))],
  BINGET: ['h', machine => machine.get(machine.byte())],
  INST: [
    'i',
    machine => {
      const module = machine.line()
      const name = machine.line()
      callClass(machine, { kind: 'name', module, name }, machine.popToMark())
    }
  ],
  LONG_BINGET: ['j', machine => machine.get(machine.unsigned(4))],
  LIST: ['l', machine => pushSequence(machine, 'list', machine.popToMark())],
  EMPTY_LIST: [']', machine => pushSequence(machine, 'list', [])],
  OBJ: [
    'o',
    machine => {
      const [callable = null, ...args] = machine.popToMark()
      callClass(machine, callable, args)
    }
  ],
  PUT: ['p', machine => machine.put(indexOf(machine))],
  BINPUT: ['q', machine => machine.put(machine.byte())],
  LONG_BINPUT: ['r', machine => machine.put(machine.unsigned(4))],
  SETITEM: [
    's',
    machine => {
      const value = machine.pop()
      setAll(machine, [machine.pop(), value])
    }
  ],
  TUPLE: ['t', machine => pushSequence(machine, 'tuple', machine.popToMark())],
  EMPTY_TUPLE: [')', machine => pushSequence(machine, 'tuple', [])],
  SETITEMS: ['u', machine => setAll(machine, machine.popToMark())],
  BINFLOAT: ['G', pushDouble],
  PROTO: [
    '\x80',
    machine => {
      const protocol = machine.byte()
      if (protocol > NEWEST_PROTOCOL)
        machine.fail(`protocol ${protocol} is announced; the newest is ${NEWEST_PROTOCOL}`)
    }
  ],
  NEWOBJ: ['\x81', machine => rebuild(machine, machine.pop(), machine.pop())],
  EXT1: ['\x82', refuse(SENDERS_OWN)],
  EXT2: ['\x83', refuse(SENDERS_OWN)],
  EXT4: ['\x84', refuse(SENDERS_OWN)],
  TUPLE1: ['\x85', machine => pushTuple(machine, 1)],
  TUPLE2: ['\x86', machine => pushTuple(machine, 2)],
  TUPLE3: ['\x87', machine => pushTuple(machine, 3)],
  NEWTRUE: ['\x88', machine => machine.push(true)],
  NEWFALSE: ['\x89', machine => machine.push(false)],
  LONG1: ['\x8a', machine => pushLong(machine, 1)],
  LONG4: ['\x8b', machine => pushLong(machine, 4)],
  BINBYTES: ['B', machine => pushBytes(machine, 'bytes', machine.counted(4))],
  SHORT_BINBYTES: ['C', machine => pushBytes(machine, 'bytes', machine.counted(1))],
  SHORT_BINUNICODE: ['\x8c', machine => pushText(machine, 1)],
  BINUNICODE8: ['\x8d', machine => pushText(machine, 8)],
  BINBYTES8: ['\x8e', machine => pushBytes(machine, 'bytes', machine.counted(8))],
  EMPTY_SET: ['\x8f', machine => pushSequence(machine, 'set', [])],
  ADDITEMS: ['\x90', machine => addAll(machine, machine.popToMark())],
  FROZENSET: ['\x91', machine => pushSequence(machine, 'frozenset', machine.popToMark())],
  NEWOBJ_EX: [
    '\x92',
    machine => {
      const named = machine.pop()
      rebuild(machine, machine.pop(), machine.pop(), named)
    }
  ],
  STACK_GLOBAL: ['\x93', machine => pushName(machine, machine.pop(), machine.pop())],
  MEMOIZE: ['\x94', machine => machine.put()],
  FRAME: [
    '\x95',
    machine => {
      const length = machine.unsigned(8)
      const left = machine.bytes.length - machine.at
      if (length > left) machine.fail(`a frame of ${length} bytes is announced, and ${left} are left`)
    }
  ],
  BYTEARRAY8: ['\x96', machine => pushBytes(machine, 'bytearray', machine.counted(8))],
  NEXT_BUFFER: ['\x97', refuse('no buffer came beside the pickle')],
  READONLY_BUFFER: ['\x98', refuse('no buffer came beside the pickle')]
}

/** By byte; undefined where there is none. */
export const OPCODES: readonly (Opcode | undefined)[] = Object.entries(NAMED).reduce<(Opcode | undefined)[]>(
  (table, [name, [byte, run]]) => {
    table[byte.charCodeAt(0)] = { name, run }
    return table
  },
  new Array(256).fill(undefined)
)
