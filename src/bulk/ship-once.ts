// Sends documents that nobody waits for: once, and whether they arrive or not. What must not be lost goes by `send.ts`.

import type { Client } from '@elastic/elasticsearch'
import type { BulkOptions } from './options.ts'
import { renderBody, requestBulk, type Sendable } from './request.ts'

/** Resolves to why documents were not taken, or undefined where they were, or had been before. */
export async function shipOnce(
  client: Client,
  index: string,
  documents: readonly Sendable[],
  options: BulkOptions,
  signal: AbortSignal
): Promise<string | undefined> {
  const answer = await requestBulk(
    client,
    { index, body: renderBody(documents), count: documents.length },
    options,
    signal
  )
  if (answer.kind === 'delivered') return undefined
  if (answer.kind === 'whole') return answer.reason
  return answer.items.find(({ verdict }) => verdict !== 'delivered' && verdict !== 'conflict')?.reason
}
