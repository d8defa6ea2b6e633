// Runs a state machine over the lines of one stream. What it decides of a line depends on the lines of the open group
// alone, so that reading again from the beginning of any group makes the same groups, and with them the same ids.

import { stripVTControlCharacters } from 'node:util'
import type { Line } from '#record'
import { beginsWithDate, surelyBeginsWithDate } from './log-line.ts'

/** Says of each line of one stream, in order, whether it goes on with the group that is open. It has state: one per stream. */
export interface Grouping {
  /** true: the line joins the open group; false: it begins a new one. Called for every line, blank ones too. */
  continues(text: string): boolean
  /** The same of a line that stands in bytes, where the first of them tell it: then it need not be asked of its text. */
  glance?(line: Pick<Line, 'bytes' | 'from' | 'to' | 'text'>): boolean | undefined
}

/** What a preset knows of traces. Lines come to it without colours, blank ones as ''. */
export interface Machine<State extends string> {
  /** The state after a line that begins a group and is not blank: it may be a log line, or any line of a trace. */
  begin(text: string): State
  /**
   * The state after a line that goes on with the group; undefined where it does not.
   * @param first the line that began the group
   */
  next(state: State, text: string, first: string): State | undefined
  /** Whether any line that begins with this byte goes on with the group and leaves the state as it is. */
  stays?(state: State, byte: number): boolean
}

/**
 * A grouping by a machine, and the rules that all presets share: nothing joins the first line of a stream from before
 * it, a line that begins with a date joins nothing, and after a blank line that did not join nothing joins.
 */
export function runMachine<State extends string>(machine: Machine<State>): Grouping {
  let first = ''
  /** The line that began the group, where its text was not asked for yet. */
  let begun: { readonly text: string } | undefined
  /** Found only when a line comes that may join, which few do. */
  let state: State | undefined
  return {
    glance(line) {
      const { bytes, from = 0, to = 0 } = line
      if (bytes === undefined) return undefined
      if (state !== undefined && from < to && machine.stays?.(state, bytes[from] as number) === true) return true
      if (!surelyBeginsWithDate(line)) return undefined
      begun = line
      state = undefined
      return false
    },
    continues(raw) {
      const text = cleaned(raw)
      if (begun !== undefined) first = cleaned(begun.text)
      begun = undefined
      if (first !== '' && !beginsWithDate(text)) {
        const next = machine.next(state ?? machine.begin(first), text, first)
        if (next !== undefined) {
          state = next
          return true
        }
      }
      first = text
      state = undefined
      return false
    }
  }
}

const ESCAPE = '\x1b'

function cleaned(raw: string): string {
  const text = raw.includes(ESCAPE) ? stripVTControlCharacters(raw) : raw
  return text.charCodeAt(0) > 0x20 || text.trim() !== '' ? text : ''
}
