// One pipeline: its source, frames, parsers, processors, batches and receipts, wired. Its checkpoint moves only when a
// receipt is stored, and a batch is sent only when the store knows how far documents may have been sent.

import type { Client } from '@elastic/elasticsearch'
import PQueue from 'p-queue'
import { type Budget, createBatcher } from '#batch'
import { type BulkOptions, createSender } from '#bulk'
import type { PipelineConfig } from '#config'
import { compileProcessors } from '#enrich'
import { createFraming } from '#frame'
import { parsers } from '#parse'
import {
  type Batch,
  type Chunk,
  type Framed,
  type GenerationId,
  type Item,
  type Offset,
  offset,
  type Position,
  type Receipt
} from '#record'
import { createFileSource, createPathFields, type EndReason, type FileSource, type FileStatus } from '#source'
import type { Advance, Reservation, State } from '#state'
import type { Log } from '#telemetry'
import { documentFor, documentId, type Origin } from './document.ts'
import { logBulk } from './events.ts'
import { type Counters, createProcess, newCounters } from './process.ts'
import { randomId } from './random-id.ts'
import { createStream, reservationFor, type Stream } from './stream.ts'

export interface Pipeline {
  readonly name: string
  readonly index: string
  /** Takes up the files and follows them. */
  start(): Promise<void>
  /** Reads what is there to its end and resolves when all of it is settled. */
  readAll(): Promise<void>
  /** Stops reading and resolves when all that was read is settled. */
  drain(): Promise<void>
  /** There may be room in the budget again. */
  resume(): void
  status(): FileStatus[]
  readonly counters: PipelineCounters
}

/** Sums since the start of the process. */
export interface PipelineCounters extends Readonly<Counters> {
  /** Documents that Elasticsearch has. */
  readonly acked: number
  /** Documents that it refused. */
  readonly deadLettered: number
  /** Bytes behind the checkpoints. */
  readonly settledBytes: number
}

export interface PipelineDeps {
  readonly client: Client
  readonly state: State
  readonly budget: Budget
  readonly log: Log
  readonly bulk: BulkOptions
  readonly host: Pick<Origin, 'hostName' | 'agentVersion'>
  /** Resolves when documents may be sent: the index template is there. */
  readonly isReady: Promise<unknown>
  /** Ends all sending at once; what is in flight stays unsettled. */
  readonly signal: AbortSignal
  /** Something broke that no waiting mends, such as the state store. */
  readonly onFatal: (error: unknown) => void
}

/** How long a line that a container runtime has split waits for its rest to hold back those around it. */
const PARTIAL_MS = 5_000

/** A pipeline that is not reading yet. */
export function createPipeline(config: PipelineConfig, deps: PipelineDeps): Pipeline {
  const { client, state, budget, bulk, signal } = deps
  const { dataset, namespace } = config.destination
  const index = `logs-${dataset}-${namespace}`
  const log = deps.log.child({ pipeline: config.name })
  const streams = new Map<GenerationId, Stream>()
  const counters = { ...newCounters(), acked: 0, deadLettered: 0, settledBytes: 0 }
  const pathFields = createPathFields(config.source.paths)
  const framing = createFraming(config.frame, config.multiline)
  const queue = new PQueue({ concurrency: bulk.maxInFlight })
  const batcher = createBatcher(config.batch, { index, budget, onBatch: ship })
  const process = createProcess({
    parsers: parsers(config.parse),
    enrich: compileProcessors(config.enrich),
    document: documentFor({ dataset, namespace, ...deps.host }),
    batcher,
    counters,
    now: Date.now
  })
  const send = createSender(bulk, {
    client,
    events: logBulk(log),
    mayHaveBeenSent: item => item.start < (streams.get(item.generation)?.sentBefore ?? 0),
    renew,
    signal,
    random: Math.random
  })
  const source: FileSource = createFileSource(config.source, {
    known: state.positions(config.name),
    newId: randomId,
    now: Date.now,
    sink: {
      begin,
      chunk,
      end,
      failed: (path, error) => log.warn({ path, error }, 'cannot read file'),
      broken: deps.onFatal,
      hasRoom: () => budget.hasRoom
    }
  })

  const holdMs = config.multiline?.timeoutMs ?? PARTIAL_MS
  const holding = setInterval(flushHeld, holdMs / 4, holdMs)

  function begin(positions: readonly Position[], areNew: boolean): void {
    if (positions.length === 0) return
    const ids = positions.map(({ generation }) => generation.id)
    if (areNew) state.begin(config.name, positions)
    else state.setEnded(ids, false)
    for (const position of positions) {
      const { isMidCut, generation } = position
      const { id, path } = generation
      const framer = framing({ isMidCut, forcedEnds: state.forcedEnds(id) })
      streams.set(id, createStream(position, framer, state.sent(id)))
      log.info({ path, generation: id, offset: position.checkpoint }, areNew ? 'file found' : 'file resumed')
    }
  }

  function chunk(chunk: Chunk): void {
    const stream = streamOf(chunk.generation.id)
    const { id, path, inode, deviceId } = stream.generation
    const { fingerprint } = chunk
    stream.place = { generation: id, path, inode, deviceId, fingerprint, pathFields: pathFields?.(path) }
    stream.chunkMs = Date.now()
    frame(stream, stream.framer.push(chunk))
  }

  /** Takes what a stream's framer gave out. */
  function frame(stream: Stream, framed: Framed): void {
    // Without a chunk there is nothing to give out.
    if (stream.place !== undefined) process(stream, stream.place, framed)
  }

  /** Gives out what was held back for lines that might join it, where none came for `quietMs`. */
  function flushHeld(quietMs: number): void {
    const now = Date.now()
    const held = [...streams.values()].filter(({ framer, chunkMs }) => framer.isHolding && now - chunkMs >= quietMs)
    force(held.map(stream => [stream, stream.framer.flush()]))
  }

  /** Takes what framers gave out although nothing in the bytes ends it. Where it ends is noted before it is sent. */
  function force(forced: readonly (readonly [Stream, Framed])[]): void {
    const ends = new Map<GenerationId, Offset>()
    for (const [stream, { lines }] of forced) {
      const last = lines.at(-1)
      if (last !== undefined) ends.set(stream.generation.id, last.end)
    }
    if (ends.size > 0) state.forceEnds(ends)
    for (const [stream, framed] of forced) frame(stream, framed)
  }

  function end(id: GenerationId, reason: EndReason, lostBytes: number): void {
    const stream = streamOf(id)
    force([[stream, stream.framer.end()]])
    const { path } = stream.generation
    if (lostBytes > 0) {
      const [start, stop] = [stream.framedTo, offset(stream.framedTo + lostBytes)]
      log.error({ path, generation: id, start, end: stop, reason }, 'bytes lost before they were read')
      batcher.pass({ generation: id, start, end: stop, fate: 'lost', reason, lines: 0, isOpen: false })
      stream.framedTo = stop
    }
    log.info({ path, generation: id, reason }, 'file ended')
    stream.isEnding = true
    finish([stream])
  }

  function streamOf(id: GenerationId): Stream {
    const stream = streams.get(id)
    if (stream === undefined) throw new Error(`generation ${id} was never begun`)
    return stream
  }

  /** Sends a batch when its turn comes and stores what became of it. */
  function ship(batch: Batch): void {
    queue
      .add(async () => {
        await deps.isReady
        reserve(batch)
        settle(await send(batch))
        budget.give(batch.costBytes)
      })
      .catch(error => {
        if (!signal.aborted) deps.onFatal(error)
      })
  }

  /** Notes how far documents may be sent, before they are: a conflict below it is a delivery. */
  function reserve(batch: Batch): void {
    const reservations: Reservation[] = []
    for (const { generation, end: to, shares } of batch.runs) {
      if (!shares.some(({ fate }) => fate === 'acked')) continue
      const stream = streamOf(generation)
      const standing = source.standing(generation, stream.ledger.checkpoint) ?? stream.begun
      const reservation = reservationFor(stream, to, standing)
      if (reservation === undefined) continue
      reservations.push(reservation)
      stream.reserved = reservation.through
      stream.notedHeadBytes = reservation.head.bytes
    }
    if (reservations.length > 0) state.reserve(reservations)
  }

  function settle({ settled, deadLetters }: Receipt): void {
    const touched = new Set<Stream>()
    for (const run of settled) {
      const stream = streamOf(run.generation)
      stream.ledger.settle(run)
      touched.add(stream)
      for (const share of run.shares) if (share.fate === 'acked') counters.acked += share.documents
    }
    counters.deadLettered += deadLetters.length
    const advances = [...touched].map(advanceOf).filter(advance => advance !== undefined)
    if (advances.length > 0 || deadLetters.length > 0) state.advance(config.name, advances, deadLetters)
    for (const { generation, checkpoint } of advances) source.acked(generation, checkpoint)
    finish(touched)
  }

  function advanceOf({ generation: { id }, ledger, begun }: Stream): Advance | undefined {
    const progress = ledger.take()
    if (progress === undefined) return undefined
    for (const { bytes } of progress.shares) counters.settledBytes += bytes
    // A file that was gone before it could be followed stands where it was last seen.
    const { path, head, size, proof } = source.standing(id, progress.checkpoint) ?? begun
    return { generation: id, ...progress, path, head, size, proof }
  }

  /** Forgets the streams of which everything is settled. */
  function finish(ending: Iterable<Stream>): void {
    const done = [...ending].filter(({ isEnding, ledger, framedTo }) => isEnding && ledger.checkpoint >= framedTo)
    if (done.length === 0) return
    const ids = done.map(({ generation }) => generation.id)
    state.setEnded(ids, true)
    for (const id of ids) streams.delete(id)
  }

  /** An id was taken by something that this store never sent: its generation's documents get ids of a new prefix. */
  function renew(items: readonly Item[]): readonly Item[] {
    const prefixes = new Map<GenerationId, string>()
    return items.map(item => {
      const { generation, start, ordinal } = item
      let prefix = prefixes.get(generation)
      if (prefix === undefined) {
        prefix = randomId()
        prefixes.set(generation, prefix)
        state.renew(generation, prefix)
        streamOf(generation).idPrefix = prefix
      }
      return { ...item, id: documentId(prefix, start, ordinal) }
    })
  }

  async function flushed(): Promise<void> {
    clearInterval(holding)
    flushHeld(0)
    batcher.flush()
    await queue.onIdle()
  }

  return {
    name: config.name,
    index,
    counters,
    start: () => source.start(),
    async readAll() {
      await source.readAll()
      await flushed()
    },
    async drain() {
      await source.stop()
      await flushed()
    },
    resume: () => source.resume(),
    status: () => source.status()
  }
}
