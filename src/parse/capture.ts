// What becomes of the text of one value: captures write it to the fields they name, and text that does not fit a field's
// type is kept under a name of its own.

import { isIP } from 'node:net'
import { shape } from '#pattern'
import type { FieldType, FieldTypes } from '#record'
import { type Ascii, type Cuts, cutter, setter, textAt, type Values } from './values.ts'

export interface Capture {
  readonly writes: FieldTypes
  write(values: Values, text: string): void
  /** The same for a text that stands in a line and is not empty: what is shipped as it is may be noted only. */
  cut?(values: Values, cuts: Cuts, line: Ascii, from: number, to: number): void
}

/** Cuts with a capture, or writes where it only can that. */
function cutOf({ cut, write }: Capture): NonNullable<Capture['cut']> {
  return cut ?? ((values, _, line, from, to) => write(values, textAt(line, from, to)))
}

/** Takes the values of a line, which begin and end at `ends`, one after the other. */
export type Take = (values: Values, cuts: Cuts, line: Ascii, ends: Int32Array) => void

/**
 * Takes each value by its own capture. It is generated, so that each capture is called at a place of its own and becomes part
 * of it.
 * @param absent what stands for a value that is not there, which is not taken then: a dash or nothing; where it is left out
 * an empty value is one too
 */
export function compileTake(captures: readonly Capture[], absent?: '-'): Take {
  const isThere = absent === '-' ? `to - from > 1 || (to > from && bytes[base + from] !== ${DASH})` : 'to > from'
  const otherwise = (i: number): string => (absent === '-' ? '' : `else write${i}(values, '')`)
  const calls = captures.flatMap((_, i) => [
    `from = ends[${2 * i}]`,
    `to = ends[${2 * i + 1}]`,
    `if (${isThere}) cut${i}(values, cuts, line, from, to)`,
    otherwise(i)
  ])
  const names = ['cut', 'write'].flatMap(name => captures.map((_, i) => `${name}${i}`))
  const body = `return (values, cuts, line, ends) => {\nconst { bytes, base } = line\nlet from, to\n${calls.join('\n')}\n}`
  return new Function(...names, body)(...captures.map(cutOf), ...captures.map(({ write }) => write))
}

/** Makes a capture; `own` is the producer's name for the value, where text goes that fits no other field. */
export type CaptureFor = (own: string) => Capture

/** The text as it stands. */
export function text(field?: string, type: FieldType = 'keyword'): CaptureFor {
  return own => {
    const cut = cutter(field ?? own)
    return {
      writes: { [field ?? own]: type },
      write: setter(field ?? own),
      cut: (_, cuts, __, from, to) => cut(cuts, from, to)
    }
  }
}

/** A number. Whole numbers beyond 2^53 do not fit. */
export function number(type: 'long' | 'double', field?: string): CaptureFor {
  return own => {
    const [target, rest] = field === undefined ? [own, `${own}_text`] : [field, own]
    const [set, setRest, cut] = [setter(target), setter(rest), cutter(target)]
    const write: Capture['write'] = (values, text) => {
      const value = toNumber(text, type)
      if (fits(value, type)) set(values, value)
      else setRest(values, text)
    }
    return {
      writes: { [target]: type, [rest]: 'keyword' },
      write,
      cut(values, cuts, line, from, to) {
        const isPlain = to - from < MOST_DIGITS && (line.bytes[line.base + from] !== ZERO || to - from === 1)
        if (type === 'long' && isPlain) cut(cuts, from, to)
        else write(values, line.text.slice(from, to))
      }
    }
  }
}

/** Several numbers, or one; null stands for each `-`, so that lists of one line stay side by side. */
export function numbers(type: 'long' | 'double'): CaptureFor {
  return own => {
    const [set, setRest] = [setter(own), setter(`${own}_text`)]
    return {
      writes: { [own]: type, [`${own}_text`]: 'keyword' },
      write(values, text) {
        const parts = shape.splitList(text).map(part => (part === '-' ? null : toNumber(part, type)))
        if (!parts.every(part => part === null || fits(part, type))) setRest(values, text)
        else set(values, parts.length === 1 ? (parts[0] ?? null) : parts)
      }
    }
  }
}

/** Several texts, or one. */
export function texts(): CaptureFor {
  return own => {
    const set = setter(own)
    return {
      writes: { [own]: 'keyword' },
      write(values, text) {
        const parts = shape.splitList(text)
        set(values, parts.length === 1 ? text : parts)
      }
    }
  }
}

/** The addresses that a request passed, always as a list. */
export function addressList(field: string): CaptureFor {
  const set = setter(field)
  return () => ({ writes: { [field]: 'keyword' }, write: (values, text) => set(values, text.split(/, ?/)) })
}

/** An address in ECS's way: `.address` as it stands, `.ip` where it is an IP address that Elasticsearch takes. */
export function address(field: 'source' | 'client' | 'destination'): CaptureFor {
  const [set, setIp] = [setter(`${field}.address`), setter(`${field}.ip`)]
  const [cut, cutIp] = [cutter(`${field}.address`), cutter(`${field}.ip`)]
  return () => ({
    writes: { [`${field}.address`]: 'keyword', [`${field}.ip`]: 'ip' },
    write(values, text) {
      set(values, text)
      if (isAddress(text)) setIp(values, text)
    },
    cut(_, cuts, line, from, to) {
      cut(cuts, from, to)
      if (isPlainIPv4(line, from, to) || isAddress(line.text.slice(from, to))) cutIp(cuts, from, to)
    }
  })
}

/** An IP address that Elasticsearch takes. */
function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%')
}

/** Whether it is surely an address of IPv4, four numbers below 256. */
function isPlainIPv4({ bytes, base }: Ascii, from: number, to: number): boolean {
  let [value, digits, dots] = [0, 0, 0]
  for (let at = base + from; at < base + to; at++) {
    const digit = (bytes[at] as number) - ZERO
    if (digit === DOT_BELOW_ZERO && digits > 0) {
      dots += 1
      value = 0
      digits = 0
    } else if (digit < 0 || digit > 9 || (digits > 0 && value === 0)) return false
    else {
      value = value * 10 + digit
      digits += 1
      if (value > 255) return false
    }
  }
  return dots === 3 && digits > 0
}

const DASH = 0x2d
const ZERO = 0x30
const DOT_BELOW_ZERO = 0x2e - ZERO
/** From so many digits on a whole number may be more than a double holds. */
const MOST_DIGITS = 16

/** A whole number of some unit, as nanoseconds. */
export function elapsed(field: string, unitNs: number): CaptureFor {
  const set = setter(field)
  return own => {
    const setRest = setter(own)
    return {
      writes: { [field]: 'long', [own]: 'keyword' },
      write(values, text) {
        const nanoseconds = toNumber(text, 'long') * unitNs
        if (fits(nanoseconds, 'long')) set(values, nanoseconds)
        else setRest(values, text)
      }
    }
  }
}

/** Seconds with milliseconds, as nanoseconds. */
export function duration(field: string): CaptureFor {
  const set = setter(field)
  return own => {
    const setRest = setter(own)
    return {
      writes: { [field]: 'long', [own]: 'keyword' },
      write(values, text) {
        const nanoseconds = Math.round(Number(text) * 1000) * 1_000_000
        if (fits(nanoseconds, 'long')) set(values, nanoseconds)
        else setRest(values, text)
      }
    }
  }
}

/** A text of digits, or for doubles any number, as a number; `Number` alone takes several times longer on a piece of a line. */
function toNumber(text: string, type: 'long' | 'double'): number {
  if (type === 'double') return Number(text)
  let value = 0
  for (let i = 0; i < text.length; i++) value = value * 10 + text.charCodeAt(i) - 0x30
  return value
}

function fits(value: number, type: 'long' | 'double'): boolean {
  return type === 'long' ? Number.isSafeInteger(value) : Number.isFinite(value)
}
