// Times of Python's datetime, from the bytes that it pickles them as or from the numbers of its `repr()`, in ISO 8601. See
// `_getstate` and `__reduce_ex__` in Lib/_pydatetime.py of CPython.

import type { Budget } from './budget.ts'
import { bytesOf } from './bytes.ts'
import { entryOf, type Instance, type Known, type PythonValue } from './value.ts'

/** `2026-11-20 23:11:52.915000+09:00`, with a T in JSON. */
export function datetime(instance: Instance, budget: Budget): Known | undefined {
  const parts = partsOf(instance, 10, 7, budget)
  const zone = zoneOf(instance, budget, parts?.isPacked ? 1 : 7)
  if (parts === undefined || zone === undefined) return undefined
  const [year = 0, month = 0, day = 0, ...clock] = parts.numbers
  const days = `${padded(year, 4)}-${padded(month)}-${padded(day)}`
  const hours = clockText(clock) + zone
  return { value: `${days} ${hours}`, json: `${days}T${hours}`, type: 'value' }
}

/** `2026-11-20`. */
export function date(instance: Instance, budget: Budget): Known | undefined {
  const parts = partsOf(instance, 4, 3, budget)
  if (parts === undefined) return undefined
  const [year = 0, month = 0, day = 0] = parts.numbers
  return { value: `${padded(year, 4)}-${padded(month)}-${padded(day)}`, type: 'value' }
}

/** `23:11:52.915000+09:00`. */
export function time(instance: Instance, budget: Budget): Known | undefined {
  const parts = partsOf(instance, 6, 4, budget)
  const zone = zoneOf(instance, budget, parts?.isPacked ? 1 : 4)
  return parts && zone !== undefined ? { value: clockText(parts.numbers) + zone, type: 'value' } : undefined
}

/** `1 day, 2:03:04.500000`, as `str()` writes it. */
export function timedelta({ args, named }: Instance): Known | undefined {
  const [days, seconds, micros] = ['days', 'seconds', 'microseconds'].map((name, i) =>
    wholeOf(args[i] ?? (named && entryOf(named, name)))
  )
  if (days === undefined || seconds === undefined || micros === undefined) return undefined
  const clock = `${Math.floor(seconds / 3600)}:${padded(Math.floor(seconds / 60) % 60)}:${padded(seconds % 60)}`
  const fraction = micros === 0 ? '' : `.${padded(micros, 6)}`
  const before = days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `
  return { value: before + clock + fraction, type: 'value' }
}

interface Parts {
  readonly numbers: readonly number[]
  /** Whether they came as bytes, the zone behind them. */
  readonly isPacked: boolean
}

/** @param length of the bytes they are packed in @param count how many numbers there are at most */
function partsOf({ args }: Instance, length: number, count: number, budget: Budget): Parts | undefined {
  if (typeof args[0] === 'number') {
    const numbers = args.slice(0, count).filter(value => typeof value === 'number')
    return { numbers: [...numbers, 0, 0, 0, 0].slice(0, count), isPacked: false }
  }
  const packed = bytesOf(args[0], budget)
  if (packed?.length !== length) return undefined
  const isDated = length !== 6
  const days = isDated ? [packed.readUInt16BE(0), (packed[2] ?? 0) & 0x7f, packed[3] ?? 0] : []
  if (length === 4) return { numbers: days, isPacked: true }
  const at = isDated ? 4 : 0
  const [hour = 0, minute = 0, second = 0] = packed.subarray(at)
  return {
    numbers: [...days, hour & (isDated ? 0xff : 0x7f), minute, second, packed.readUIntBE(at + 3, 3)],
    isPacked: true
  }
}

function clockText([hour = 0, minute = 0, second = 0, micros = 0]: readonly number[]): string {
  const whole = `${padded(hour)}:${padded(minute)}:${padded(second)}`
  return micros === 0 ? whole : `${whole}.${padded(micros, 6)}`
}

function padded(value: number, width = 2): string {
  return String(value).padStart(width, '0')
}

function wholeOf(value: PythonValue | undefined): number | undefined {
  return value === undefined ? 0 : typeof value === 'number' ? value : undefined
}

/** How far from UTC, as `+09:00`; a zone that is known by its name alone as `[Asia/Seoul]` (RFC 9557); empty without one. */
function zoneOf({ args, named }: Instance, budget: Budget, at: number): string | undefined {
  const zone = args[at] ?? (named && entryOf(named, 'tzinfo')) ?? null
  if (zone === null) return ''
  if (typeof zone !== 'object') return undefined
  if (zone.kind === 'unread' || zone.kind === 'name')
    return /(?:^|\.)utc$/i.test(zone.kind === 'name' ? zone.name : zone.text) ? '+00:00' : undefined
  return zone.kind === 'instance' ? zoneOfInstance(zone, budget) : undefined
}

function zoneOfInstance({ callable, args }: Instance, budget: Budget): string | undefined {
  if (callable.kind === 'instance') return namedZone(args)
  switch (`${callable.module}.${callable.name}`) {
    case 'datetime.timezone':
      return offsetOf(args[0])
    case 'pytz._UTC':
    case 'dateutil.tz.tz.tzutc':
      return '+00:00'
    case 'pytz._p':
      return typeof args[1] === 'number' ? offsetText(args[1]) : '+00:00'
    case 'zoneinfo.ZoneInfo._unpickle':
    case 'zoneinfo.ZoneInfo':
      return namedZone(args)
    default:
      return budget.fault === undefined ? undefined : ''
  }
}

function namedZone([name]: readonly PythonValue[]): string | undefined {
  return typeof name === 'string' && /^[\w+/-]{1,64}$/.test(name) ? `[${name}]` : undefined
}

function offsetOf(delta: PythonValue | undefined): string | undefined {
  if (typeof delta !== 'object' || delta === null || delta.kind !== 'instance') return undefined
  const [days, seconds] = ['days', 'seconds'].map((name, i) =>
    wholeOf(delta.args[i] ?? (delta.named && entryOf(delta.named, name)))
  )
  return days === undefined || seconds === undefined ? undefined : offsetText(days * 86_400 + seconds)
}

function offsetText(seconds: number): string {
  const amount = Math.abs(seconds)
  const text = `${seconds < 0 ? '-' : '+'}${padded(Math.floor(amount / 3600))}:${padded(Math.floor(amount / 60) % 60)}`
  return amount % 60 === 0 ? text : `${text}:${padded(amount % 60)}`
}
