// How fast one process sends: how many requests are under way at once over all pipelines, and how large one may be. Both
// grow step by step while Elasticsearch keeps up and fall by half when it does not, within the bounds that are configured.

import PQueue from 'p-queue'
import type { Answer } from './request.ts'

/** What is learnt from: a request of so many bytes, and its answer. */
export interface Paced {
  readonly bytes: number
  readonly answer: Answer
  /** When it was sent, by `performance.now()`. */
  readonly sentMs: number
}

/** One per process, shared by all that send. */
export interface Pace {
  /** Most bytes of one request now; a single document may be larger. */
  readonly requestBytes: number
  /** Most requests under way at once now. */
  readonly inFlight: number
  /** Requests under way at this moment. */
  readonly running: number
  /** Runs a request when it is its turn; those that wait go in the order in which they came. */
  run<T>(request: () => Promise<T>): Promise<T>
  learn(paced: Paced): void
}

/** More than Elasticsearch takes by default (`http.max_content_length`). */
const MOST_BYTES = 104_857_600
/** A smaller request is all overhead: nothing is gained below. */
const LEAST_BYTES = 4_096
/** Requests of less say nothing about how busy the server is. */
const TELLING_BYTES = 65_536
const START_IN_FLIGHT = 2
/** What the server takes per byte may be so many times its best before fewer requests are sent at once. */
const SLOW = 3
/** Elasticsearch's clock for what a request takes goes in such steps. */
const STEP_MS = 200
/** Nothing that it took within this time is slow, however little it was. */
const QUICK_MS = 1_000
/** How much the newest answer counts in what the server takes now: one slow answer alone says little. */
const NEWEST = 0.3
/** By how much the best is forgotten with each request, so that it follows a server that has changed. */
const FORGET = 1.005
/** Requests near a ceiling that a 413 taught, before a little more is tried; twice as many after each that failed. */
const PROBE_AFTER = 100
const MAX_PROBE_AFTER = 10_000
const PROBE = 1.1
/** Steps in which the size grows back after it was halved because the server was busy. */
const GROW_BYTES = 65_536

/** Starts with two requests at once, or fewer where `maxInFlight` is less, and without a bound for their size. */
export function createPace(maxInFlight: number, now: () => number): Pace {
  const inFlight = createInFlight(maxInFlight, now)
  const size = createSize()
  const queue = new PQueue({ concurrency: inFlight.limit })

  return {
    get requestBytes() {
      return size.limit
    },
    get inFlight() {
      return inFlight.limit
    },
    get running() {
      return queue.pending
    },
    run: request => queue.add(request),
    learn({ bytes, answer, sentMs }) {
      if (answer.kind === 'whole' && answer.verdict === 'tooLarge') size.refused(bytes)
      else if (isBusy(answer)) {
        // Fewer at once first; a server that has no room for one request alone gets smaller ones.
        if (!inFlight.shrink(sentMs) && inFlight.limit === 1) size.halve(bytes)
      } else if (answer.kind !== 'whole') {
        size.taken(bytes)
        if (bytes >= TELLING_BYTES) inFlight.answered(answer.tookMs, bytes, sentMs, queue.size > 0)
      }
      queue.concurrency = inFlight.limit
    }
  }
}

/** Whether the server has said that it has too much to do, or has not answered in time. */
function isBusy(answer: Answer): boolean {
  if (answer.kind === 'whole') return answer.status === 429 || answer.isTimeout
  return answer.kind === 'items' && answer.items.some(({ status }) => status === 429)
}

function createInFlight(max: number, now: () => number) {
  let limit = Math.min(START_IN_FLIGHT, max)
  let best = Number.POSITIVE_INFINITY
  let usual: number | undefined
  let shrunkMs = Number.NEGATIVE_INFINITY

  /** What was sent before the last cut tells of the time before it. Returns whether there was less to go to. */
  function shrink(sentMs: number): boolean {
    if (sentMs < shrunkMs) return true
    const isMore = Math.floor(limit) > 1
    limit = Math.max(1, limit / 2)
    shrunkMs = now()
    return isMore
  }

  function answered(tookMs: number, bytes: number, sentMs: number, isWaiting: boolean): void {
    const msPerByte = Math.max(tookMs, STEP_MS) / bytes
    best = Math.min(best * FORGET, msPerByte)
    usual = usual === undefined ? msPerByte : usual + (msPerByte - usual) * NEWEST
    if (tookMs > QUICK_MS && usual > best * SLOW) shrink(sentMs)
    // Without anybody who waits, more at once would show nothing.
    else if (isWaiting) limit = Math.min(max, limit + 1 / limit)
  }

  return {
    get limit() {
      return Math.floor(limit)
    },
    shrink,
    answered
  }
}

function createSize() {
  let busyLimit = MOST_BYTES
  let ceiling = MOST_BYTES
  let largestTaken = 0
  let nearCeiling = 0
  let probeAfter = PROBE_AFTER

  /** The server takes no request of this size: the largest that it took is the ceiling, or else the half. */
  function refused(bytes: number): void {
    if (bytes > ceiling * PROBE) return
    if (ceiling < MOST_BYTES) probeAfter = Math.min(MAX_PROBE_AFTER, probeAfter * 2)
    const half = bytes / 2
    ceiling = Math.max(LEAST_BYTES, largestTaken < bytes ? Math.max(half, largestTaken) : half)
    largestTaken = Math.min(largestTaken, ceiling)
    nearCeiling = 0
  }

  function taken(bytes: number): void {
    largestTaken = Math.max(largestTaken, bytes)
    if (busyLimit < MOST_BYTES) busyLimit = Math.min(MOST_BYTES, busyLimit + GROW_BYTES)
    if (ceiling >= MOST_BYTES || bytes < ceiling / 2) return
    nearCeiling += 1
    if (nearCeiling < probeAfter) return
    nearCeiling = 0
    ceiling = Math.min(MOST_BYTES, ceiling * PROBE)
  }

  return {
    get limit() {
      return Math.floor(Math.min(busyLimit, ceiling))
    },
    refused,
    taken,
    halve(bytes: number) {
      // So little is too much only because of what else the server does.
      if (bytes < TELLING_BYTES) return
      busyLimit = Math.max(LEAST_BYTES, Math.min(busyLimit, bytes) / 2)
    }
  }
}
