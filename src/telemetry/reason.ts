// Why health is not ok: the codes that alerts, dashboards and commands go by, and what comes with each.

/**
 * - failed: something broke that no waiting mends; the process ends.
 * - state_unwritable: the state folder takes no writes, and delivery waits for it.
 * - documents_held: documents wait until a person has mended something.
 * - document_stuck: Elasticsearch never has room for one document; its file waits, others do not.
 * - documents_waiting: documents have been on their way for more than a minute.
 * - bytes_lost: bytes were gone before they were read, since the start of the process.
 * - dead_letters: documents were refused since the start of the process, and some are still kept.
 * - dead_letters_full: documents that were refused wait because there is no room to keep them.
 * - spool_full: a listener has no room for what is sent to it, or had none in the last 10 s: senders wait or are refused,
 *   packets are dropped.
 * - documents_rescued: within the last hour fields did not fit the index, and their documents were delivered without them.
 * - documents_possibly_doubled: within the last hour documents were sent again that may have been there already.
 * - budget_exhausted: for more than a minute there has been no room to read anything.
 * - file_unreadable: a file cannot be read.
 * - watch_failed: the file system cannot be watched, so that changes are seen only by sweeps.
 * - lagging: bytes have waited for their acknowledgement longer than `health.maxLagMs`.
 */
export type ReasonCode =
  | 'failed'
  | 'state_unwritable'
  | 'documents_held'
  | 'document_stuck'
  | 'documents_waiting'
  | 'bytes_lost'
  | 'dead_letters'
  | 'dead_letters_full'
  | 'spool_full'
  | 'documents_rescued'
  | 'documents_possibly_doubled'
  | 'budget_exhausted'
  | 'file_unreadable'
  | 'watch_failed'
  | 'lagging'

export interface Reason {
  readonly code: ReasonCode
  /** Left out where it is about the whole process. */
  readonly pipeline?: string
  /** ISO 8601, UTC. */
  readonly since: string
  readonly message: string
  readonly advice: string
}
