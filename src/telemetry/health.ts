// Judges how Sluice is doing: pure, from one look. Whatever is not as it should be is a reason, with since when and what
// can be done; nothing that a pipeline waits for is silent.

import { adviceFor, adviceForFile, adviceForWait } from './advice.ts'
import type { Reason, ReasonCode } from './reason.ts'
import { type InFlight, MARKED_MS, ROOMY_MS, UNREADABLE_MS } from './tally.ts'
import type { PipelineVitals, Vitals } from './vitals.ts'
import { countText, durationText, sizeText } from './words.ts'

/** Longest time that a batch is on its way, and that the budget has no room, in an ordinary hour. */
const MAX_WAIT_MS = 60_000

/**
 * - ok: everything flows.
 * - degraded: something needs a look.
 * - down: nothing is shipped, by any pipeline, and by itself that may not change.
 */
export type HealthStatus = 'ok' | 'degraded' | 'down'

export interface Health {
  readonly status: HealthStatus
  readonly reasons: readonly Reason[]
}

export interface HealthBounds {
  readonly maxLagMs: number
}

type Check = (pipeline: PipelineVitals, nowMs: number, bounds: HealthBounds) => Finding | undefined
type Finding = Pick<Reason, 'code' | 'message' | 'advice'> & { readonly sinceMs: number }

/** What a document is answered that waits for room of its own. */
const STUCK = 429

const CHECKS: readonly Check[] = [
  held,
  stuck,
  waiting,
  lost,
  deadLetters,
  deadLettersFull,
  spoolFull,
  rescued,
  possiblyDoubled,
  unreadable,
  watchFailed,
  lagging
]
/** With these a pipeline ships nothing. */
const STOPPING: ReadonlySet<ReasonCode> = new Set(['documents_held', 'documents_waiting'])

/** Judges one look. */
export function assess(vitals: Vitals, bounds: HealthBounds): Health {
  const { nowMs, pipelines } = vitals
  const own = [failed(vitals), stateUnwritable(vitals), budgetExhausted(vitals)].flatMap(finding => reason(finding))
  const theirs = pipelines.flatMap(pipeline =>
    CHECKS.flatMap(check => reason(check(pipeline, nowMs, bounds), pipeline.name))
  )
  const reasons = [...own, ...theirs]
  const stopped = new Set(reasons.filter(({ code }) => STOPPING.has(code)).map(({ pipeline }) => pipeline))
  const isDown = vitals.failure !== undefined || (pipelines.length > 0 && stopped.size === pipelines.length)
  return { status: isDown ? 'down' : reasons.length > 0 ? 'degraded' : 'ok', reasons }
}

function reason(finding: Finding | undefined, pipeline?: string): Reason[] {
  if (finding === undefined) return []
  const { code, sinceMs, message, advice } = finding
  return [
    { code, ...(pipeline !== undefined && { pipeline }), since: new Date(sinceMs).toISOString(), message, advice }
  ]
}

function failed({ failure }: Vitals): Finding | undefined {
  if (failure === undefined) return undefined
  const advice = 'mend what is named and start again: what was not acknowledged is read again'
  return { code: 'failed', sinceMs: failure.sinceMs, message: failure.message, advice }
}

function stateUnwritable({ nowMs, storeWait }: Vitals): Finding | undefined {
  if (storeWait === undefined) return undefined
  const { folder, reason: why, freeBytes, sinceMs } = storeWait
  const free = freeBytes === undefined ? '' : `, ${sizeText(freeBytes)} free`
  return {
    code: 'state_unwritable',
    sinceMs,
    message: `the state folder ${folder} has taken no writes for ${durationText(nowMs - sinceMs)}: ${why}${free}`,
    advice:
      'make room on its disk, 16 MB or more, or mend the disk: delivery goes on by itself, and files wait on theirs'
  }
}

function budgetExhausted({ nowMs, budget: { fullSinceMs, usedBytes, limitBytes } }: Vitals): Finding | undefined {
  if (fullSinceMs === undefined || nowMs - fullSinceMs <= MAX_WAIT_MS) return undefined
  return {
    code: 'budget_exhausted',
    sinceMs: fullSinceMs,
    message: `reading waits, ${sizeText(usedBytes)} of ${sizeText(limitBytes)} are in use and none were freed for ${durationText(nowMs - fullSinceMs)}`,
    advice:
      'it goes on when Elasticsearch takes documents; where one pipeline is stuck and others wait for it, raise budgetBytes'
  }
}

function held({ counts }: PipelineVitals): Finding | undefined {
  const batches = onTheWay(counts).filter(({ hold }) => hold !== undefined && hold.status !== STUCK)
  const [first] = batches
  if (first?.hold === undefined) return undefined
  const { status } = first.hold
  return {
    code: 'documents_held',
    sinceMs: Math.min(...batches.map(({ hold }) => hold?.sinceMs ?? Number.POSITIVE_INFINITY)),
    message: `${documentsText(batches)} held, Elasticsearch answers with status ${status}: ${first.reason}`,
    advice: adviceFor(status) ?? 'see message'
  }
}

function stuck({ counts }: PipelineVitals): Finding | undefined {
  const batches = [...counts.inFlight].filter(({ hold }) => hold?.status === STUCK)
  const [first] = batches
  if (first?.hold === undefined) return undefined
  return {
    code: 'document_stuck',
    sinceMs: Math.min(...batches.map(({ hold }) => hold?.sinceMs ?? Number.POSITIVE_INFINITY)),
    message: `${countText(batches.length, 'document')} never taken: ${first.reason}`,
    advice: adviceFor(STUCK) ?? 'see message'
  }
}

function waiting({ counts }: PipelineVitals, nowMs: number): Finding | undefined {
  const batches = onTheWay(counts).filter(
    ({ hold, fullSinceMs, sinceMs }) => hold === undefined && fullSinceMs === undefined && nowMs - sinceMs > MAX_WAIT_MS
  )
  if (batches.length === 0) return undefined
  const sinceMs = Math.min(...batches.map(batch => batch.sinceMs))
  const why = batches.findLast(({ reason: heard }) => heard !== '')?.reason ?? 'no answer yet'
  return {
    code: 'documents_waiting',
    sinceMs,
    message: `${documentsText(batches)} on the way for ${durationText(nowMs - sinceMs)}: ${why}`,
    advice: adviceForWait(why)
  }
}

/** The batches, and what they wait for where their destination is not prepared. */
function onTheWay({ preparing, inFlight }: PipelineVitals['counts']): InFlight[] {
  return preparing === undefined ? [...inFlight] : [preparing, ...inFlight]
}

function documentsText(batches: readonly InFlight[]): string {
  const documents = sumOf(batches)
  return documents === 0 ? 'the first documents' : countText(documents, 'document')
}

const sumOf = (batches: readonly InFlight[]) => batches.reduce((sum, { documents }) => sum + documents, 0)

function lost({ counts: { shares, lostSinceMs } }: PipelineVitals): Finding | undefined {
  if (lostSinceMs === undefined) return undefined
  const parts = shares.filter(({ fate }) => fate === 'lost')
  return {
    code: 'bytes_lost',
    sinceMs: lostSinceMs,
    message: `bytes were gone before they were read: ${parts.map(({ bytes, reason: why }) => `${sizeText(bytes)} ${why}`).join(', ')}`,
    advice: 'keep rotated files until they are read, or rotate less often; the log names each range'
  }
}

/** Those that wait in the store, whichever process was refused: what was replayed or discarded needs no look any more. */
function deadLetters({ keptLetters }: PipelineVitals): Finding | undefined {
  if (keptLetters.length === 0) return undefined
  const parts = keptLetters.map(({ type, count }) => `${count} ${type}`)
  return {
    code: 'dead_letters',
    sinceMs: Math.min(...keptLetters.map(({ sinceMs }) => sinceMs)),
    message: `documents were refused and wait as dead letters: ${parts.join(', ')}`,
    advice: 'look at them with `sluice dead-letters list`, correct the pipeline or the mapping, and replay them'
  }
}

function deadLettersFull({ counts }: PipelineVitals): Finding | undefined {
  const batches = [...counts.inFlight].filter(({ fullSinceMs }) => fullSinceMs !== undefined)
  const [first] = batches
  if (first === undefined) return undefined
  return {
    code: 'dead_letters_full',
    sinceMs: Math.min(...batches.map(({ fullSinceMs }) => fullSinceMs ?? Number.POSITIVE_INFINITY)),
    message: `${countText(sumOf(batches), 'refused document')} held: ${first.reason}`,
    advice:
      'make room with `sluice dead-letters replay` or `discard`, or raise deadLetters.maxBytes; nothing is lost, it goes on by itself'
  }
}

function spoolFull({ counts: { shortage, refused }, spool }: PipelineVitals, nowMs: number): Finding | undefined {
  if (shortage === undefined || (shortage.endedMs !== undefined && nowMs - shortage.endedMs >= ROOMY_MS))
    return undefined
  const { sinceMs, reason: why } = shortage
  const dropped = refused.get('spool full') ?? 0
  const state = why === '' ? 'is full' : `takes no writes: ${why}`
  const standing = `${sizeText(spool?.usedBytes ?? 0)} of ${sizeText(spool?.limitBytes ?? 0)} in use`
  return {
    code: 'spool_full',
    sinceMs,
    message: `the spool ${state}; ${standing}, senders wait or are refused, ${dropped} refused or dropped since the start`,
    advice:
      why === ''
        ? 'it empties as Elasticsearch takes documents; where more comes than that for long, raise spool.maxBytes or send less'
        : 'make room on the disk of the state folder, or mend it: it goes on by itself'
  }
}

function rescued({ counts }: PipelineVitals, nowMs: number): Finding | undefined {
  const found = lately(counts, 'rescued', nowMs)
  if (found === undefined) return undefined
  return {
    code: 'documents_rescued',
    sinceMs: found.sinceMs,
    message: `${found.text} delivered without a field that does not fit the index; it stands in _conflicts`,
    advice: 'search for _conflicts.field to see which and why, and correct the mapping or convert the field in enrich'
  }
}

function possiblyDoubled({ counts }: PipelineVitals, nowMs: number): Finding | undefined {
  const found = lately(counts, 'possiblyDoubled', nowMs)
  if (found === undefined) return undefined
  return {
    code: 'documents_possibly_doubled',
    sinceMs: found.sinceMs,
    message: `${found.text} sent again that may have been there already, as it cannot be looked up`,
    advice: 'give the user or API key the privilege read on the index; `sluice audit --verify` names what is doubled'
  }
}

/** All documents acked with this reason, where there were some lately. */
function lately({ shares, marked }: PipelineVitals['counts'], reason: string, nowMs: number) {
  const when = marked.get(reason)
  if (when === undefined || nowMs - when.lastMs >= MARKED_MS) return undefined
  const share = shares.find(({ fate, reason: why }) => fate === 'acked' && why === reason)
  return { sinceMs: when.sinceMs, text: countText(share?.documents ?? 0, 'document') }
}

function unreadable({ counts }: PipelineVitals, nowMs: number): Finding | undefined {
  const failures = [...counts.unreadable].filter(([path, { lastMs }]) => path !== '' && nowMs - lastMs < UNREADABLE_MS)
  const [first] = failures
  if (first === undefined) return undefined
  const [path, { code, message }] = first
  const others = failures.length > 1 ? `, and ${countText(failures.length - 1, 'other')}` : ''
  return {
    code: 'file_unreadable',
    sinceMs: Math.min(...failures.map(([, { sinceMs }]) => sinceMs)),
    message: `cannot read ${path}${others}: ${message}`,
    advice: adviceForFile(code) ?? 'see message'
  }
}

function watchFailed({ counts }: PipelineVitals, nowMs: number): Finding | undefined {
  const failure = counts.unreadable.get('')
  if (failure === undefined || nowMs - failure.lastMs >= UNREADABLE_MS) return undefined
  return {
    code: 'watch_failed',
    sinceMs: failure.sinceMs,
    message: `cannot watch for changes: ${failure.message}`,
    advice:
      'raise fs.inotify.max_user_watches and fs.inotify.max_user_instances; until then changes are seen by sweeps, every sweepMs'
  }
}

function lagging({ files, lagMs, lagBytes }: PipelineVitals, nowMs: number, bounds: HealthBounds): Finding | undefined {
  if (lagMs <= bounds.maxLagMs) return undefined
  const late = files.filter(file => file.lagMs > bounds.maxLagMs)
  const worst = late.reduce((most, file) => (file.lagMs > most.lagMs ? file : most))
  return {
    code: 'lagging',
    sinceMs: nowMs - lagMs + bounds.maxLagMs,
    message: `${countText(late.length, 'file')} behind by up to ${durationText(lagMs)} and ${sizeText(lagBytes)} together; furthest ${worst.path}`,
    advice:
      'where it does not catch up, see what Elasticsearch, the processor or the disk is busy with; rotated files must stay until they are read'
  }
}
