// Sends documents that nobody waits for: once, and whether they arrive or not. What must not be lost goes by `send.ts`.

import type { Client } from '@elastic/elasticsearch'
import { requestBulk, type Sendable } from './request.ts'

/** Resolves to why documents were not taken, or undefined where they were, or had been before. */
export async function shipOnce(
  client: Client,
  index: string,
  documents: readonly Sendable[],
  signal: AbortSignal
): Promise<string | undefined> {
  const answer = await requestBulk(client, index, documents, signal)
  if (answer.kind === 'delivered') return undefined
  if (answer.kind === 'whole') return answer.reason
  return answer.items.find(({ verdict }) => verdict !== 'delivered' && verdict !== 'conflict')?.reason
}
