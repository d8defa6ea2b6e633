// The processor `drop`: an event that it applies to is not shipped; the ledger counts it as dropped.
// See "Drop processor" in Elasticsearch's ingest processor reference.

import type { Static } from 'typebox'
import { optionsSchema, type Processor } from './processor.ts'

export const schema = optionsSchema({}, 'Drops the event: it is counted and not shipped.')
export type Options = Static<typeof schema>

export function drop(_options: Options): Processor {
  return { name: 'drop', reads: [], writes: {}, plain: { does: 'drop' }, apply: () => 'dropped' }
}
