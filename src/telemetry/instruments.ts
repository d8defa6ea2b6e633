// All that `/metrics` says of Sluice beside distributions: name, meaning, labels, and where the values come from. Every
// name is `sluice_<noun>_<what>`, with its unit and, for what only grows, `_total` at the end.

import type { Fate, Share } from '#record'
import type { Health } from './health.ts'
import type { FileLag } from './lag.ts'
import type { PipelineVitals, Vitals } from './vitals.ts'

/** What values are read from. */
export interface View {
  readonly vitals: Vitals
  readonly health: Health
  readonly maxFileSeries: number
}

export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

export interface Instrument {
  readonly type: 'counter' | 'gauge'
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  read(view: View): Iterable<Sample>
}

/** How a fate is spelt where words are parted by underscores. */
const FATES: Readonly<Record<Fate, string>> = {
  acked: 'acked',
  deadLettered: 'dead_lettered',
  dropped: 'dropped',
  skipped: 'skipped',
  lost: 'lost'
}

/** One value per pipeline. */
function each(value: (pipeline: PipelineVitals) => number): Instrument['read'] {
  return ({ vitals: { pipelines } }) => pipelines.map(pipeline => [{ pipeline: pipeline.name }, value(pipeline)])
}

/** Several values per pipeline, with labels of their own. */
function many(samples: (pipeline: PipelineVitals) => readonly Sample[]): Instrument['read'] {
  return ({ vitals: { pipelines } }) =>
    pipelines.flatMap(pipeline =>
      samples(pipeline).map(([labels, value]): Sample => [{ pipeline: pipeline.name, ...labels }, value])
    )
}

/** One value for the process. */
function one(value: (view: View) => number): Instrument['read'] {
  return view => [[{}, value(view)]]
}

/** Documents delivered in a way that has a name of its own. */
function ackedFor(shares: readonly Share[], reason: string): number {
  return shares.find(share => share.fate === 'acked' && share.reason === reason)?.documents ?? 0
}

const PIPELINE = ['pipeline'] as const

const COUNTERS: readonly Omit<Instrument, 'type'>[] = [
  {
    name: 'sluice_read_bytes_total',
    help: 'Bytes read from the sources.',
    labels: PIPELINE,
    read: each(({ counts }) => counts.readBytes)
  },
  {
    name: 'sluice_settled_bytes_total',
    help: 'Bytes behind the checkpoints by what became of them (acked, dead_lettered, dropped, skipped, lost) and why. All together are the way that the checkpoints went.',
    labels: ['pipeline', 'fate', 'reason'],
    read: many(({ counts }) =>
      counts.shares.map(({ fate, reason, bytes }): Sample => [{ fate: FATES[fate], reason }, bytes])
    )
  },
  {
    name: 'sluice_lines_read_total',
    help: 'Lines read, or groups of joined lines; blank ones are not counted.',
    labels: PIPELINE,
    read: each(({ counters }) => counters.lines)
  },
  {
    name: 'sluice_lines_unmatched_total',
    help: 'Lines that no format matched. They are shipped as message and tagged.',
    labels: PIPELINE,
    read: each(({ counters }) => counters.unmatched)
  },
  {
    name: 'sluice_lines_failed_total',
    help: 'Lines on which a processor failed. They are shipped as they were by then, and tagged.',
    labels: PIPELINE,
    read: each(({ counters }) => counters.failed)
  },
  {
    name: 'sluice_lines_damaged_total',
    help: 'Lines with bytes that were no text. They are shipped with replacement characters, and tagged.',
    labels: PIPELINE,
    read: each(({ counters }) => counters.damaged)
  },
  {
    name: 'sluice_lines_dropped_total',
    help: 'Lines dropped by a rule of the pipeline, counted as their bytes are settled.',
    labels: ['pipeline', 'rule'],
    read: many(({ counts }) =>
      counts.shares
        .filter(({ fate }) => fate === 'dropped')
        .map(({ reason, lines }): Sample => [{ rule: reason }, lines])
    )
  },
  {
    name: 'sluice_documents_acked_total',
    help: 'Documents that Elasticsearch has acknowledged.',
    labels: PIPELINE,
    read: each(({ counters }) => counters.acked)
  },
  {
    name: 'sluice_documents_dead_lettered_total',
    help: 'Documents that Elasticsearch refused and that are kept as dead letters, by its error type.',
    labels: ['pipeline', 'type'],
    read: many(({ counts }) => [...counts.deadLetters].map(([type, documents]): Sample => [{ type }, documents]))
  },
  {
    name: 'sluice_documents_rescued_total',
    help: 'Documents delivered without a field that did not fit the index; it stands in their _conflicts.',
    labels: PIPELINE,
    read: each(({ counts }) => ackedFor(counts.shares, 'rescued'))
  },
  {
    name: 'sluice_documents_possibly_doubled_total',
    help: 'Documents sent again that may have been there already, because the right to look them up is missing (read on the index).',
    labels: PIPELINE,
    read: each(({ counts }) => ackedFor(counts.shares, 'possiblyDoubled'))
  },
  {
    name: 'sluice_documents_conflicting_total',
    help: 'Documents never sent before whose ids were taken. They are sent under new ids. More than 0 asks for a look at the state folder.',
    labels: PIPELINE,
    read: each(({ counts }) => counts.conflicting)
  },
  {
    name: 'sluice_bulk_requests_retried_total',
    help: 'Bulk requests after which documents waited and were sent again.',
    labels: PIPELINE,
    read: each(({ counts }) => counts.retried)
  },
  {
    name: 'sluice_bulk_requests_held_total',
    help: 'Bulk requests after which documents waited for a person to mend something, by status.',
    labels: ['pipeline', 'status'],
    read: many(({ counts }) => [...counts.held].map(([status, times]): Sample => [{ status: String(status) }, times]))
  },
  {
    name: 'sluice_listener_refused_total',
    help: 'What listeners did not take as it was sent: frames, packets, requests or connections, by why.',
    labels: ['pipeline', 'reason'],
    read: many(({ counts }) => [...counts.refused].map(([reason, times]): Sample => [{ reason }, times]))
  },
  {
    name: 'sluice_health_documents_dropped_total',
    help: 'Documents on the state of Sluice itself that Elasticsearch did not take. They are not sent again.',
    labels: [],
    read: one(({ vitals }) => vitals.healthDocumentsDropped)
  }
]

const GAUGES: readonly Omit<Instrument, 'type'>[] = [
  {
    name: 'sluice_batches_in_flight',
    help: 'Batches that are being sent, or wait to be sent again.',
    labels: PIPELINE,
    read: each(({ counts }) => counts.inFlight.size)
  },
  {
    name: 'sluice_batches_queued',
    help: 'Batches that wait for their turn to be sent.',
    labels: PIPELINE,
    read: each(({ queued }) => queued)
  },
  {
    name: 'sluice_bulk_requests_in_flight',
    help: 'Requests to Elasticsearch that are under way, bulk requests and lookups, over all pipelines.',
    labels: [],
    read: one(({ vitals }) => vitals.pace.running)
  },
  {
    name: 'sluice_bulk_requests_in_flight_limit',
    help: 'Most requests at once, as learnt from how busy Elasticsearch is; at most elasticsearch.bulk.maxInFlight.',
    labels: [],
    read: one(({ vitals }) => vitals.pace.inFlight)
  },
  {
    name: 'sluice_bulk_request_bytes_limit',
    help: 'Most bytes of one bulk request, as learnt from what was refused (413) and from how busy Elasticsearch is.',
    labels: [],
    read: one(({ vitals }) => vitals.pace.requestBytes)
  },
  {
    name: 'sluice_dead_letters_kept',
    help: 'Dead letters in the store, which wait to be replayed or discarded.',
    labels: PIPELINE,
    read: each(({ keptLetters }) => keptLetters.reduce((sum, { count }) => sum + count, 0))
  },
  {
    name: 'sluice_spool_used_bytes',
    help: 'Bytes in the spool of a listener, which are not acknowledged yet or stand before such.',
    labels: PIPELINE,
    read: many(({ spool }) => (spool === undefined ? [] : [[{}, spool.usedBytes]]))
  },
  {
    name: 'sluice_spool_limit_bytes',
    help: 'Bytes at which the spool of a listener is full (spool.maxBytes): senders wait or are refused, packets are dropped.',
    labels: PIPELINE,
    read: many(({ spool }) => (spool === undefined ? [] : [[{}, spool.limitBytes]]))
  },
  {
    name: 'sluice_budget_used_bytes',
    help: 'Bytes of records in memory, over all pipelines.',
    labels: [],
    read: one(({ vitals }) => vitals.budget.usedBytes)
  },
  {
    name: 'sluice_budget_limit_bytes',
    help: 'Bytes of records at which reading waits.',
    labels: [],
    read: one(({ vitals }) => vitals.budget.limitBytes)
  },
  {
    name: 'sluice_files_followed',
    help: 'Files that are followed, or have ended and are not acknowledged in full.',
    labels: PIPELINE,
    read: each(({ files }) => files.length)
  },
  {
    name: 'sluice_lag_bytes',
    help: 'Bytes of whole lines that are there and not settled, over all files.',
    labels: PIPELINE,
    read: each(({ lagBytes }) => lagBytes)
  },
  {
    name: 'sluice_lag_seconds',
    help: 'Age of the oldest byte that is not settled, over all files, counted from when it was first seen.',
    labels: PIPELINE,
    read: each(({ lagMs }) => lagMs / 1000)
  },
  {
    name: 'sluice_file_lag_bytes',
    help: 'Bytes of whole lines of one file that are there and not settled, for the files furthest behind (metrics.maxFileSeries).',
    labels: ['pipeline', 'path'],
    read: view => worstFiles(view).map(({ labels, lagBytes }): Sample => [labels, lagBytes])
  },
  {
    name: 'sluice_file_lag_seconds',
    help: 'Age of the oldest byte of one file that is not settled, for the files furthest behind (metrics.maxFileSeries).',
    labels: ['pipeline', 'path'],
    read: view => worstFiles(view).map(({ labels, lagMs }): Sample => [labels, lagMs / 1000])
  },
  {
    name: 'sluice_health_reasons',
    help: 'Reasons why health is not ok, as /health gives them; pipeline is empty where it is about the whole process.',
    labels: ['pipeline', 'code'],
    read: ({ health }) => health.reasons.map(({ pipeline = '', code }): Sample => [{ pipeline, code }, 1])
  }
]

export const INSTRUMENTS: readonly Instrument[] = [
  ...COUNTERS.map(counter => ({ ...counter, type: 'counter' as const })),
  ...GAUGES.map(gauge => ({ ...gauge, type: 'gauge' as const }))
]

/**
 * The files furthest behind, in bytes and then in time. Several generations can have one path, an ended one and its
 * successor: they make one series, of all their bytes and the greater age.
 */
function worstFiles({ vitals: { pipelines }, maxFileSeries }: View) {
  const files = pipelines.flatMap(({ name, files: all }) =>
    joinPaths(all).map(({ path, lagBytes, lagMs }) => ({ labels: { pipeline: name, path }, lagBytes, lagMs }))
  )
  return files.sort((a, b) => b.lagBytes - a.lagBytes || b.lagMs - a.lagMs).slice(0, maxFileSeries)
}

function joinPaths(files: readonly FileLag[]): FileLag[] {
  const byPath = new Map<string, FileLag>()
  for (const file of files) {
    const { path, lagBytes, lagMs } = file
    const known = byPath.get(path)
    const joined = known && { path, lagBytes: known.lagBytes + lagBytes, lagMs: Math.max(known.lagMs, lagMs) }
    byPath.set(path, joined ?? file)
  }
  return [...byPath.values()]
}
