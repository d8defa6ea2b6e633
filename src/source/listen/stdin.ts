// Lines of standard input, as in `app | sluice run -p …`. The writer waits where the spool is full, and the run ends when
// the input has ended and all of it is acknowledged.

import { setTimeout as sleep } from 'node:timers/promises'
import Type, { type Static } from 'typebox'
import type { Listener, RecordSink } from './contract.ts'
import { createLines } from './lines.ts'
import { maxFrameBytes } from './options.ts'

export const schema = Type.Object(
  {
    type: Type.Literal('stdin', { description: 'Standard input.' }),
    maxFrameBytes: maxFrameBytes(1_048_576, 'Longest line; of a longer one the beginning is shipped, tagged `_cut`,')
  },
  { description: 'What is written to the standard input of `sluice run`.' }
)
type Options = Static<typeof schema>

/** So long a program that is stopped together with this one may still write. */
const LAST_WORDS_MS = 1_000
/** No sender has an address here. */
const NOBODY = '-'

export async function listen({ maxFrameBytes: most }: Options, sink: RecordSink): Promise<Listener> {
  const lines = createLines(most)
  let isClosed = false

  async function take(records: Parameters<RecordSink['put']>[0]): Promise<void> {
    while (!isClosed && !sink.put(records, NOBODY)) await sink.room()
  }

  async function read(): Promise<void> {
    for await (const bytes of process.stdin) {
      if (isClosed) return
      await take(lines.push(bytes).records)
    }
    await take(lines.end().records)
  }

  const ended = read().catch(error => sink.warn({ error }, 'cannot read standard input'))
  return {
    address: 'standard input',
    ended,
    async close() {
      const late = new AbortController()
      const { signal } = late
      await Promise.race([ended, sleep(LAST_WORDS_MS, undefined, { signal }).catch(() => {})])
      late.abort()
      isClosed = true
      process.stdin.destroy()
    }
  }
}
