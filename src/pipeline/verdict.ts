// Whether lines of a shape are dropped: the interpreter's own condition is asked, of the document of the shape's probe with the
// values of a line in it, as far as the condition reads them. Mostly it reads none of them, and is asked but once.

import { type Condition, Failure } from '#enrich'
import type { Ends, Shape } from '#parse'
import type { Fields, Value } from '#record'
import { OFFSETS } from './template.ts'

/** Of a line, by its bytes and where its values end; undefined where the interpreter is to say. */
export type Verdict = (bytes: Buffer, ends: Ends) => boolean | undefined

/** A value of the line within the document. */
interface Place {
  readonly parent: Record<string, Value>
  readonly key: string
  readonly slot: number
  readonly isNumber: boolean
}

/**
 * Undefined where it cannot be told from values that are copied.
 * @param fields the document of the shape's probe, as the condition would find it
 */
export function verdictOf(condition: Condition | undefined, fields: Fields, shape: Shape): Verdict | undefined {
  if (condition === undefined) return () => true
  if (condition.reads === 'open') return undefined
  const asked = structuredClone(fields)
  const places = placesIn(asked, shape, condition.reads)
  if (places === undefined) return undefined
  const ask = () => {
    const verdict = condition.test(asked)
    return verdict instanceof Failure ? undefined : verdict
  }
  if (places.length === 0) {
    const verdict = ask()
    return verdict === undefined ? undefined : () => verdict
  }
  return (bytes, ends) => {
    for (const { parent, key, slot, isNumber } of places) {
      const text = bytes.toString('utf8', ends[2 * slot], ends[2 * slot + 1])
      parent[key] = isNumber ? Number(text) : text.includes('\\') ? JSON.parse(`"${text}"`) : text
    }
    return ask()
  }
}

/** Where values of the line stand in what is read; undefined where the time or an offset does, or what is made of a value. */
function placesIn(fields: Fields, shape: Shape, reads: readonly string[]): readonly Place[] | undefined {
  const { slots, timeSlot, timeSentinel } = shape
  const known = [...slots.map(({ sentinel }) => sentinel), timeSentinel, String(OFFSETS.start), String(OFFSETS.end)]
  const isRead = (name: string) =>
    reads.some(read => read === name || read.startsWith(`${name}.`) || name.startsWith(`${read}.`))
  const places: Place[] = []
  let isSure = true

  function look(within: Value, path: readonly string[]): void {
    const parent = within as Record<string, Value>
    for (const [key, value] of Object.entries(parent)) {
      const inner = Array.isArray(within) ? path : [...path, key]
      if (typeof value === 'object' && value !== null) look(value, inner)
      else if (isRead(inner.join('.'))) note(parent, key, value)
    }
  }

  function note(parent: Record<string, Value>, key: string, value: Value): void {
    const text = String(value)
    const slot = known.indexOf(text)
    if (slot !== -1 && slot < slots.length && slot !== timeSlot) {
      places.push({ parent, key, slot, isNumber: typeof value === 'number' })
    } else if (known.some(sentinel => text.includes(sentinel))) isSure = false
  }

  look(fields, [])
  return isSure ? places : undefined
}
