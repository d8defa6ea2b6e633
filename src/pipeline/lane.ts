// The half of a pipeline that turns bytes into documents and sends them, for the generations that it is given: frames, parsers,
// processors, batches and requests, wired. It holds no store: what must not be forgotten it tells the keeper before it is sent.

import type { Client } from '@elastic/elasticsearch'
import { type BudgetShare, createBatcher } from '#batch'
import type { Backing, BulkOptions, createBodies, Pace } from '#bulk'
import type { PipelineConfig } from '#config'
import { compileProcessors, plainSteps } from '#enrich'
import { createFraming } from '#frame'
import { parsers } from '#parse'
import { type Chunk, type Framed, type GenerationId, type Offset, offset } from '#record'
import { createPathFields } from '#source'
import type { Reading } from '#time'
import { createDelivery } from './deliver.ts'
import { createDirect } from './direct.ts'
import { documentFor } from './document.ts'
import type { Keeper, Lane, Opened, Preceded } from './halves.ts'
import { createHeads } from './heads.ts'
import { type Host, shipperOf } from './host.ts'
import { createProcess, newCounters } from './process.ts'
import { createSplice } from './splice.ts'
import { createStream, knownStream, type Stream } from './stream.ts'

export interface LaneDeps {
  readonly keeper: Keeper
  readonly client: Client
  readonly pace: Pace
  readonly backing: Backing
  readonly bulk: BulkOptions
  readonly budget: Pick<BudgetShare, 'take'>
  readonly bodies: ReturnType<typeof createBodies>
  readonly host: Host
  /** Resolves when documents may be sent: the index template is there. */
  readonly isReady: Promise<unknown>
  /** Ends all sending at once; what is in flight stays unsettled. */
  readonly signal: AbortSignal
}

export function createLane(config: PipelineConfig, deps: LaneDeps): Lane {
  const { keeper, budget } = deps
  const { dataset, namespace } = config.destination
  const streams = new Map<GenerationId, Stream>()
  /** What lines of files at rest are read by. */
  const readings = new Map<GenerationId, Reading>()
  /** Those that stand otherwise than was told. */
  const touched = new Set<Stream>()
  const counters = newCounters()
  const pathFields = createPathFields(config.source.paths)
  const framing = createFraming(config.frame, config.multiline)
  const batcher = createBatcher(config.batch, {
    index: `logs-${dataset}-${namespace}`,
    budget,
    newBody: deps.bodies(config.batch.maxBytes),
    onBatch: batch => delivery.ship(batch)
  })
  const document = documentFor({ dataset, namespace, shipper: shipperOf(config.name), ...deps.host })
  const formats = parsers(config.parse)
  const steps = plainSteps(config.enrich)
  const process = createProcess({
    parsers: formats,
    enrich: compileProcessors(config.enrich),
    document,
    direct: steps === undefined ? undefined : createDirect(formats.parsers, document, steps, batcher),
    splice: steps === undefined ? undefined : createSplice(formats.parsers, document, steps, batcher),
    batcher,
    counters,
    now: Date.now
  })
  const delivery = createDelivery({ ...deps, streams })
  const touch = (stream: Stream) => void touched.add(stream)
  const heads = createHeads({ streams, keeper, batcher, force, frame, touch })

  function open(opened: Opened): void {
    const { id } = opened.generation
    streams.set(id, createStream(opened, framing(opened.resume), readings.get(id)))
    readings.delete(id)
  }

  function chunk(chunk: Chunk, preceded: Preceded | undefined): void {
    const stream = knownStream(streams, chunk.generation.id)
    const { id, path, inode, deviceId } = stream.generation
    const { fingerprint, modifiedMs } = chunk
    const { reading } = stream
    reading.modifiedMs = modifiedMs
    if (stream.place?.fingerprint !== fingerprint) {
      stream.place = { generation: id, path, inode, deviceId, fingerprint, pathFields: pathFields?.(path), reading }
    }
    heads.push(stream, chunk, preceded)
    take([stream])
  }

  /** Takes what a stream's framer gave out. What was decided of its encoding is noted before it is sent. */
  function frame(stream: Stream, framed: Framed): void {
    const { framer, generation } = stream
    if (framer.decided !== undefined && framer.decided !== stream.encoding) {
      stream.encoding = framer.decided
      keeper.decided(generation.id, framer.decided)
    }
    // Without a chunk there is nothing to give out.
    if (stream.place !== undefined) process(stream, stream.place, framed)
    touch(stream)
  }

  /** Takes what framers gave out although nothing in the bytes ends it. Where it ends is noted before it is sent. */
  function force(forced: readonly (readonly [Stream, Framed])[]): void {
    const ends = new Map<GenerationId, Offset>()
    for (const [stream, { lines }] of forced) {
      const last = lines.at(-1)
      if (last !== undefined) ends.set(stream.generation.id, last.end)
    }
    if (ends.size > 0) keeper.forceEnds(ends)
    for (const [stream, framed] of forced) frame(stream, framed)
  }

  function release(ids: readonly GenerationId[]): void {
    const held = ids.map(id => knownStream(streams, id))
    for (const stream of held) heads.closeBehind(stream)
    force(held.map(stream => [stream, stream.framer.flush()]))
    take(held)
  }

  function end(id: GenerationId, reason: string, lostBytes: number): void {
    const stream = knownStream(streams, id)
    heads.closeBehind(stream)
    heads.close(stream)
    force([[stream, stream.framer.end()]])
    if (lostBytes > 0) {
      const [start, stop] = [stream.framedTo, offset(stream.framedTo + lostBytes)]
      batcher.pass({ generation: id, start, end: stop, fate: 'lost', reason, lines: 0, isOpen: false })
      stream.framedTo = stop
    }
    take([stream])
  }

  /** Counts what was taken of these, and tells of all that stands otherwise now. */
  function take(taken: readonly Stream[]): void {
    for (const stream of taken) {
      stream.taken += 1
      touch(stream)
    }
    for (const { generation, taken, framedTo, framer, before } of touched) {
      const { isHolding, isAtHead } = framer
      keeper.told(generation.id, { taken, framedTo, isHolding, isAtHead, before: before?.generation.id })
    }
    touched.clear()
  }

  function close(ids: readonly GenerationId[], areResting: boolean): void {
    for (const id of ids) {
      const reading = streams.get(id)?.reading
      const isKept = areResting && (reading?.lastMs !== undefined || reading?.hasHeader === true)
      if (isKept && reading !== undefined) readings.set(id, reading)
      streams.delete(id)
    }
  }

  return {
    open,
    chunk,
    release,
    end,
    close,
    counters,
    async drain() {
      batcher.flush()
      await delivery.settled()
    },
    get queued() {
      return delivery.queued
    },
    get hasRoom() {
      return delivery.hasRoom
    }
  }
}
