// The endpoint of the self-test, `endpoint-program SEED [lossy]`, in a process of its own: it keeps the id of every document
// as a data stream does, so that one that is there already is refused, and is as unreliable as networks and clusters are.

import {
  type Answer,
  type Asked,
  bulkAnswer,
  bulkStream,
  lookUpAnswer,
  otherAnswer,
  readBulk,
  startEndpoint
} from '../rehearsal/endpoint.ts'
import { createRandom } from './random.ts'
import { answerQuestions } from './talk.ts'
import { createTally, type Verdict } from './tally.ts'

/** What it does to a bulk request instead of taking and answering it. */
const FAULTS = [
  'too busy (429)',
  'unavailable (503)',
  'lost on its way',
  'taken, answer swallowed',
  'taken, then reset',
  'taken in part (429)'
] as const
export type Fault = (typeof FAULTS)[number]

/**
 * - look: nothing.
 * - outage: refuses everything for so long.
 * - mend: from here on it does what is asked.
 * - judge: tells what is missing or doubled.
 */
export type EndpointDeed =
  | { readonly deed: 'look' | 'mend' }
  | { readonly deed: 'outage'; readonly ms: number }
  | { readonly deed: 'judge'; readonly lines: Readonly<Record<string, number>> }

export interface EndpointState {
  readonly url: string
  readonly documents: number
  /** Lines that are there, by log. */
  readonly distinct: Readonly<Record<string, number>>
  readonly rollovers: number
  readonly faults: Readonly<Partial<Record<Fault, number>>>
  readonly verdict?: Verdict
}

const FAULTY_SHARE = 0.15
/** A data stream checks ids in its newest index only, as this one does. */
const ROLLOVER_SHARE = 0.01
/** The document that a lossy endpoint says it has taken. */
const LOST = 200

const random = createRandom(Number(process.argv[2]))
const isLossy = process.argv[3] === 'lossy'
const tally = createTally()
const indices: Set<string>[] = [new Set()]
const faults: Partial<Record<Fault, number>> = {}
let isMended = false
let outageUntilMs = 0
let accepted = 0

function take(id: string, source: string): number {
  const newest = indices.at(-1)
  if (newest === undefined || newest.has(id)) return 409
  accepted += 1
  if (isLossy && accepted === LOST) return 201
  newest.add(id)
  tally.add((JSON.parse(source) as { message?: string }).message ?? '')
  return 201
}

function takeBulk(body: string): Answer {
  if (performance.now() < outageUntilMs) return { status: 503, body: {} }
  if (!isMended && random() < ROLLOVER_SHARE) indices.push(new Set())
  const fault = isMended || random() >= FAULTY_SHARE ? undefined : FAULTS[Math.floor(random() * FAULTS.length)]
  if (fault !== undefined) faults[fault] = (faults[fault] ?? 0) + 1
  if (fault === 'too busy (429)') return { status: 429, body: {} }
  if (fault === 'unavailable (503)') return { status: 503, body: {} }
  if (fault === 'lost on its way') return 'cut'
  const isWhole = fault !== 'taken in part (429)'
  const answer = bulkAnswer(
    readBulk(body).map(({ id, source }) => (isWhole || random() < 0.5 ? take(id, source) : 429))
  )
  if (fault === 'taken, answer swallowed') return 'silence'
  return fault === 'taken, then reset' ? 'cut' : answer
}

/** Indices of these names stand behind the stream. */
const nameOf = (number: number): string => `.ds-${number}`
const lookUp = (asked: Asked): Answer | undefined =>
  lookUpAnswer(
    asked,
    () => indices.map((_, i) => nameOf(i)),
    (name, id) => indices.some((index, i) => nameOf(i) === name && index.has(id))
  )

const { url } = await startEndpoint(asked =>
  bulkStream(asked.path) === undefined ? (lookUp(asked) ?? otherAnswer(asked)) : takeBulk(asked.body)
)

answerQuestions<EndpointDeed, EndpointState>(asked => {
  if (asked.deed === 'mend') isMended = true
  if (asked.deed === 'outage') outageUntilMs = performance.now() + asked.ms
  return {
    url,
    documents: tally.documents,
    distinct: tally.distinct(),
    rollovers: indices.length - 1,
    faults,
    ...(asked.deed === 'judge' && { verdict: tally.verdict(asked.lines) })
  }
})
