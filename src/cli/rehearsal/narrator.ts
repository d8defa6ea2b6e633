// Tells what happens, one line per event, with the seconds since it began.

import { styleText } from 'node:util'

export interface Narrator {
  /** An event, such as `+3.2s  killed the shipper`. */
  tell(event: string): void
  /** Text as it stands. */
  print(text: string): void
}

type Format = Parameters<typeof styleText>[0]

/** Colours text where standard output is a terminal that shows them. */
export function paint(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stdout })
}

export function createNarrator(): Narrator {
  const beganMs = performance.now()
  // Where nobody reads any more, as after `| head`, the command still cleans up.
  process.stdout.on('error', () => {})
  const print = (text: string) => {
    process.stdout.write(`${text}\n`)
  }
  return {
    tell(event) {
      const seconds = `+${((performance.now() - beganMs) / 1000).toFixed(1)}s`
      print(`${paint('dim', seconds.padStart(7))}  ${event}`)
    },
    print
  }
}

/** A count as people read it, such as 60,123. */
export const grouped = (count: number): string => count.toLocaleString('en-US')

/** Names as a sentence has them, such as web, orders and payments. */
export const listed = (names: readonly string[]): string => new Intl.ListFormat('en-GB').format(names)
