// Says what one item's answer, or one whole answer, means for the documents in it: one table, read from the top. Pure, and
// the only place that knows.

/**
 * - delivered: Elasticsearch has it.
 * - conflict: its id is taken; delivered if it may have been sent before, else an alarm.
 * - retry: it may work by itself later.
 * - hold: it will work once a person has mended something; it waits, loudly.
 * - unmappable: a field does not fit the index; the document may without that field.
 * - refused: it will never be taken as it stands.
 * - redirected: Elasticsearch put it into the failure store instead.
 * - tooLarge: the request is above the server's limit.
 */
export type Verdict = 'delivered' | 'conflict' | 'retry' | 'hold' | 'unmappable' | 'refused' | 'redirected' | 'tooLarge'

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

/** What an answer must have for a row to apply; what is not said may be anything. */
interface Row {
  readonly failureStore?: string
  /** From and to, inclusive. */
  readonly status?: readonly [number, number]
  readonly types?: readonly string[]
  readonly reason?: RegExp
  readonly is?: (answer: ItemAnswer) => boolean
  readonly item: Verdict
  /** The same for an answer to the whole request; left out where it cannot be one. */
  readonly whole?: Verdict
}

const TABLE: readonly Row[] = [
  { failureStore: 'used', item: 'redirected' },
  { status: [200, 299], item: 'delivered' },
  { status: [409, 409], item: 'conflict', whole: 'retry' },
  { status: [413, 413], item: 'refused', whole: 'tooLarge' },
  { status: [408, 408], item: 'retry', whole: 'retry' },
  // Alone it takes more than all that the server has for requests: waiting is in vain. Items share one operation.
  { status: [429, 429], is: isAboveAllMemory, item: 'retry', whole: 'tooLarge' },
  { status: [429, 429], item: 'retry', whole: 'retry' },
  { status: [500, 599], item: 'retry', whole: 'retry' },
  // A state of the cluster and not of the document, whatever the status.
  {
    types: [
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
    ],
    item: 'retry',
    whole: 'retry'
  },
  { status: [401, 401], item: 'hold', whole: 'hold' },
  { status: [403, 404], item: 'hold', whole: 'hold' },
  {
    types: ['index_not_found_exception', 'security_exception', 'index_closed_exception', 'validation_exception'],
    item: 'hold',
    whole: 'hold'
  },
  // A missing ingest pipeline is an illegal argument, as a bad document may be.
  { reason: /^pipeline with id \[.*\] does not exist$/, item: 'hold', whole: 'hold' },
  {
    types: [
      'document_parsing_exception',
      'mapper_parsing_exception',
      'strict_dynamic_mapping_exception',
      'illegal_argument_exception'
    ],
    item: 'unmappable',
    whole: 'hold'
  },
  { item: 'refused', whole: 'hold' }
]

/** Judges one item of an answer that was given. */
export function classifyItem(answer: ItemAnswer): Verdict {
  return TABLE.find(row => applies(row, answer))?.item ?? 'refused'
}

/** Judges an answer to the whole request that is not 200. */
export function classifyRequest(answer: Omit<ItemAnswer, 'failure_store'>): Verdict {
  return TABLE.find(row => row.whole !== undefined && applies(row, answer))?.whole ?? 'hold'
}

/**
 * Whether documents that met this may have been stored all the same: Elasticsearch says of some errors that it did nothing,
 * of others, and of what a gateway answers, nothing is known. Status 0 is no answer.
 */
export function isInDoubt({ status, error }: ItemAnswer): boolean {
  const isRejection = error?.type === 'cluster_block_exception' || error?.type === 'unavailable_shards_exception'
  return status < 300 || status === 408 || (status >= 500 && !isRejection)
}

/** What a rejection says of its own size and of the most; see `IndexingPressure` of Elasticsearch's source. */
const OPERATION = /\b(?:coordinating|primary)_operation_bytes=(\d+), max_\w+_bytes=(\d+)/

function isAboveAllMemory({ error }: ItemAnswer): boolean {
  const [, bytes, most] = OPERATION.exec(error?.reason ?? '') ?? []
  return Number(bytes) > Number(most)
}

function applies({ failureStore, status, types, reason, is }: Row, answer: ItemAnswer): boolean {
  if (failureStore !== undefined && answer.failure_store !== failureStore) return false
  if (status !== undefined && (answer.status < status[0] || answer.status > status[1])) return false
  if (types !== undefined && !types.includes(answer.error?.type ?? '')) return false
  if (is?.(answer) === false) return false
  return reason === undefined || reason.test(answer.error?.reason ?? '')
}
