// What becomes of the text of one value: captures write it to the fields they name, and text that does not fit a field's
// type is kept under a name of its own.

import { isIP } from 'node:net'
import { shape } from '#pattern'
import type { FieldType, FieldTypes } from '#record'
import { setter, type Values } from './values.ts'

export interface Capture {
  readonly writes: FieldTypes
  write(values: Values, text: string): void
}

/** Makes a capture; `own` is the producer's name for the value, where text goes that fits no other field. */
export type CaptureFor = (own: string) => Capture

/** The text as it stands. */
export function text(field?: string, type: FieldType = 'keyword'): CaptureFor {
  return own => ({ writes: { [field ?? own]: type }, write: setter(field ?? own) })
}

/** A number. Whole numbers beyond 2^53 do not fit. */
export function number(type: 'long' | 'double', field?: string): CaptureFor {
  return own => {
    const [target, rest] = field === undefined ? [own, `${own}_text`] : [field, own]
    const [set, setRest] = [setter(target), setter(rest)]
    return {
      writes: { [target]: type, [rest]: 'keyword' },
      write(values, text) {
        const value = toNumber(text, type)
        if (fits(value, type)) set(values, value)
        else setRest(values, text)
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
  return () => ({
    writes: { [`${field}.address`]: 'keyword', [`${field}.ip`]: 'ip' },
    write(values, text) {
      set(values, text)
      if (isIP(text) !== 0 && !text.includes('%')) setIp(values, text)
    }
  })
}

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
