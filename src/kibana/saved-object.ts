// Saved objects as Kibana imports and exports them, one a line, and the order in which their keys are written so that a
// change shows as a change.

import type { Reference } from './lens.ts'

/** A saved object; see "Saved objects APIs" of Kibana's reference. */
export interface SavedObject {
  readonly type: string
  readonly id: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly references: readonly Reference[]
  readonly coreMigrationVersion: string
  /** Without it Kibana runs every migration since 6, and Lens panels of today break in those. */
  readonly typeMigrationVersion: string
}

/** One line each. */
export function ndjson(objects: readonly SavedObject[]): string {
  return objects.map(object => `${JSON.stringify(object)}\n`).join('')
}

/** Lines without the summary that an export ends with. @throws SyntaxError for a line that is no JSON */
export function readNdjson(text: string): SavedObject[] {
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => JSON.parse(line))
    .filter(object => !('exportedCount' in object))
}

/** Whether two values of JSON are the same but for the order of keys. */
export function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

/** The same value with the keys of all objects in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)])
  )
}
