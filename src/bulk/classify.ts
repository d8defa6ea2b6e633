// Says what one item's answer, or one whole answer, means for the documents in it. Pure, and the only place that knows.

/**
 * - delivered: Elasticsearch has it.
 * - conflict: its id is taken; delivered if it may have been sent before, else an alarm.
 * - retry: it may work by itself later.
 * - hold: it will work once a person has mended something; it waits, loudly.
 * - refused: it will never be taken as it stands.
 * - redirected: Elasticsearch put it into the failure store instead.
 * - tooLarge: the request is above the server's limit.
 */
export type Verdict = 'delivered' | 'conflict' | 'retry' | 'hold' | 'refused' | 'redirected' | 'tooLarge'

/** What Elasticsearch says of one item; see the bulk API's response body. */
export interface ItemAnswer {
  readonly status: number
  readonly failure_store?: string
  readonly error?: {
    readonly type?: string
    readonly reason?: string
    readonly caused_by?: { readonly reason?: string }
  }
}

/** Error types that name a state of the cluster and not of the document, whatever their status. */
const PASSING = new Set([
  'es_rejected_execution_exception',
  'circuit_breaking_exception',
  'unavailable_shards_exception',
  'no_shard_available_action_exception',
  'cluster_block_exception',
  'process_cluster_event_timeout_exception',
  'node_closed_exception',
  'node_not_connected_exception',
  'not_master_exception',
  'master_not_discovered_exception'
])

/** Error types that a person must mend: a pipeline or index that is missing, or a right. */
const MENDABLE = new Set([
  'index_not_found_exception',
  'security_exception',
  'index_closed_exception',
  'validation_exception'
])

/** Judges one item of an answer that was given. */
export function classifyItem({ status, error, failure_store: failureStore }: ItemAnswer): Verdict {
  if (failureStore === 'used') return 'redirected'
  if (status >= 200 && status < 300) return 'delivered'
  if (status === 409) return 'conflict'
  if (status === 429 || status >= 500 || PASSING.has(error?.type ?? '')) return 'retry'
  if (status === 401 || status === 403 || status === 404) return 'hold'
  if (MENDABLE.has(error?.type ?? '') || isMissingPipeline(error?.reason)) return 'hold'
  return 'refused'
}

/** Judges an answer to the whole request that is not 200. */
export function classifyRequest(status: number): Verdict {
  if (status === 413) return 'tooLarge'
  if (status === 429 || status === 408 || status >= 500) return 'retry'
  return 'hold'
}

/** A missing ingest pipeline answers 400 illegal_argument_exception, as a bad document may. */
function isMissingPipeline(reason: string | undefined): boolean {
  return reason !== undefined && /^pipeline with id \[.*\] does not exist$/.test(reason)
}
