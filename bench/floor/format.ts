// What the floor knows of a format.

import type { Rest } from './document.ts'

/** Makes the document of a record that stands from `start` to `end` in its file. */
export type Render = (record: string, start: number, end: number) => string

export interface Format {
  /** Tells by its first byte a line that goes on with the record before it; left out where none does. */
  readonly continues?: (byte: number) => boolean
  readonly render: (dataset: string, rest: Rest) => Render
}
