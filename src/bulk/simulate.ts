// Asks Elasticsearch what it would say to documents, without storing any: ingest pipelines and mappings included.

import type { Client } from '@elastic/elasticsearch'
import { classifyRequest } from './classify.ts'
import { call } from './client.ts'
import { elasticsearch } from './elasticsearch.ts'
import { errorIn, reasonOf } from './reason.ts'
import type { Sendable } from './request.ts'

interface Simulated {
  readonly docs?: readonly {
    readonly doc?: { readonly error?: { readonly type?: string; readonly reason?: string } }
  }[]
}

/** Why a document would be refused. */
export interface Objection {
  readonly type: string
  readonly reason: string
}

/**
 * Returns for each document why it would be refused, or undefined where nothing is known against it; see Elasticsearch's
 * "Simulate data ingestion". What is too large is asked in halves. Rejects where the cluster cannot be asked: it is away, or
 * the right to do so is missing.
 */
export async function simulate(
  client: Client,
  index: string,
  documents: readonly Sendable[],
  signal: AbortSignal
): Promise<(Objection | undefined)[]> {
  try {
    return await ask(client, index, documents, signal)
  } catch (error) {
    if (!isTooLarge(error)) throw error
    if (documents.length === 1) return [{ type: 'content_too_large', reason: reasonOf(error) }]
    const half = documents.length >> 1
    const first = await simulate(client, index, documents.slice(0, half), signal)
    return [...first, ...(await simulate(client, index, documents.slice(half), signal))]
  }
}

function isTooLarge(error: unknown): boolean {
  if (!(error instanceof elasticsearch().errors.ResponseError)) return false
  return classifyRequest({ status: error.statusCode ?? 0, error: errorIn(error.body) }) === 'tooLarge'
}

async function ask(
  client: Client,
  index: string,
  documents: readonly Sendable[],
  signal: AbortSignal
): Promise<(Objection | undefined)[]> {
  const body = { docs: documents.map(({ id, source }) => ({ _id: id, _source: JSON.parse(source) as object })) }
  const query = { filter_path: 'docs.doc._id,docs.doc.error.type,docs.doc.error.reason' }
  const path = `/_ingest/${encodeURIComponent(index)}/_simulate`
  const { docs = [] } = await call<Simulated>(client, 'POST', path, { query, body, signal })
  return documents.map((_, i) => {
    const error = docs[i]?.doc?.error
    return error === undefined ? undefined : { type: error.type ?? '', reason: error.reason ?? '' }
  })
}
