// One pipeline: its source, frames, parsers, processors, batches and receipts, wired. Its checkpoint moves only when a
// receipt is stored, and a batch is sent only when the store knows how far documents may have been sent.

import type { Client } from '@elastic/elasticsearch'
import { type BudgetShare, createBatcher } from '#batch'
import type { Backing, BulkOptions, createBodies, Pace } from '#bulk'
import type { PipelineConfig } from '#config'
import { compileProcessors, plainSteps } from '#enrich'
import { createFraming } from '#frame'
import { parsers } from '#parse'
import { type Chunk, type Framed, type GenerationId, type Offset, offset, type Position } from '#record'
import { createFileSource, createPathFields, type EndReason, type FileSource } from '#source'
import type { State } from '#state'
import type { Log, PipelineSnapshot, Tally } from '#telemetry'
import { createDelivery } from './deliver.ts'
import { createDirect } from './direct.ts'
import { documentFor } from './document.ts'
import { createHeads } from './heads.ts'
import { type Host, shipperOf } from './host.ts'
import type { LetterRoom } from './letter-room.ts'
import type { Filled } from './listening.ts'
import { idsOf, isOneOf } from './positions.ts'
import { type Counters, createProcess, newCounters } from './process.ts'
import { randomId } from './random-id.ts'
import { rebuild } from './rebuild.ts'
import { createSplice } from './splice.ts'
import type { Stream } from './stream.ts'
import { createStreams } from './streams.ts'

export interface Pipeline {
  readonly name: string
  readonly index: string
  /** Takes up the files and follows them. */
  start(): Promise<void>
  /** Reads what is there to its end and resolves when all of it is settled. */
  readAll(): Promise<void>
  /** Stops reading and resolves when all that was read is settled, but for groups that are open. */
  drain(): Promise<void>
  /** There may be room in the budget again. */
  resume(): void
  /** How it stands now; what the store has of it is not asked, which may be closed. */
  snapshot(): Omit<PipelineSnapshot, 'keptLetters'>
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
  readonly pace: Pace
  readonly backing: Backing
  readonly state: State
  readonly budget: BudgetShare
  readonly bodies: ReturnType<typeof createBodies>
  readonly log: Log
  readonly tally: Tally
  readonly bulk: BulkOptions
  readonly host: Host
  /** Takes every file for a new one, and ends what was known of it. */
  readonly isAgain: boolean
  readonly letterRoom: LetterRoom
  /** Resolves when documents may be sent: the index template is there. */
  readonly isReady: Promise<unknown>
  /** The files with what fills them, where a listener does. */
  readonly filled: (files: FileSource) => Filled
  /** Ends all sending at once; what is in flight stays unsettled. */
  readonly signal: AbortSignal
  /** Something broke that no waiting mends, such as the state store. */
  readonly onFatal: (error: unknown) => void
}

/** What is known of files where each is taken for a new one. */
const NOTHING_KNOWN = { has: () => false, at: () => [], unended: () => [], archived: () => [], beginningAs: () => [] }

/** How long a line that a container runtime has split waits for its rest to hold back those around it. */
const PARTIAL_MS = 5_000

/** A pipeline that is not reading yet. */
export function createPipeline(config: PipelineConfig, deps: PipelineDeps): Pipeline {
  const { state, budget, tally } = deps
  const { dataset, namespace } = config.destination
  const shipper = shipperOf(config.name)
  const index = `logs-${dataset}-${namespace}`
  const log = deps.log.child({ pipeline: config.name })
  const streams = new Map<GenerationId, Stream>()
  const counters = { ...newCounters(), acked: 0, deadLettered: 0, settledBytes: 0 }
  const pathFields = createPathFields(config.source.paths)
  const framing = createFraming(config.frame, config.multiline)
  const batcher = createBatcher(config.batch, {
    index,
    budget,
    newBody: deps.bodies(config.batch.maxBytes),
    onBatch: batch => delivery.ship(batch)
  })
  const document = documentFor({ dataset, namespace, shipper, ...deps.host })
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
  const known = state.known(config.name)
  const isJoining = config.multiline !== undefined
  const all = createStreams({ streams, pipeline: config.name, state, framing, isJoining })
  const files = createFileSource(config.source, {
    known: deps.isAgain ? { ...NOTHING_KNOWN, one: known.one, wasSent: known.wasSent } : known,
    newId: randomId,
    now: Date.now,
    sink: {
      begin,
      carry(generation, to) {
        state.carry(generation, to)
        log.info({ path: to.path, generation }, 'file cut, its copy is read on')
      },
      forgo(generation) {
        all.forgo(generation)
        state.forgo(generation)
      },
      rest: all.rest,
      chunk,
      end,
      removed: id => log.info({ path: all.of(id).generation.path, generation: id }, 'file removed'),
      failed(path, error) {
        tally.unreadable(path, error)
        log.warn({ path, error }, 'cannot read file')
      },
      lose,
      archived: state.archived,
      precededBy: id => (isJoining && streams.get(id)?.framer.isAtHead === true ? known.before(id) : undefined),
      broken: deps.onFatal,
      hasRoom: () => budget.hasRoom && delivery.hasRoom
    }
  })

  const source = deps.filled(files)
  const delivery = createDelivery({ ...deps, name: config.name, log, streams, counters, source })
  const heads = createHeads({ streams, before: known.before, state, source, batcher, force, frame })
  let isDraining = false
  const holdMs = config.multiline?.timeoutMs ?? PARTIAL_MS
  const holding = setInterval(flushHeld, holdMs / 4)

  function begin(positions: readonly Position[], areNew: boolean): void {
    if (positions.length === 0) return
    if (areNew) {
      const before = deps.isAgain ? known.all().filter(isOneOf(positions)) : []
      state.begin(config.name, positions)
      if (before.length > 0) state.setEnded(idsOf(before), true)
    } else state.setEnded(idsOf(positions), false)
    for (const position of positions) {
      const { generation, checkpoint } = position
      all.begin(position)
      log.info(
        { path: generation.path, generation: generation.id, offset: checkpoint },
        areNew ? 'file found' : 'file resumed'
      )
    }
  }

  function chunk(chunk: Chunk): void {
    const stream = all.of(chunk.generation.id)
    const { id, path, inode, deviceId } = stream.generation
    const { fingerprint, modifiedMs } = chunk
    const { reading } = stream
    reading.modifiedMs = modifiedMs
    if (stream.place?.fingerprint !== fingerprint) {
      stream.place = { generation: id, path, inode, deviceId, fingerprint, pathFields: pathFields?.(path), reading }
    }
    stream.chunkMs = Date.now()
    tally.read(chunk.bytes.length)
    heads.push(stream, chunk)
  }

  /** Takes what a stream's framer gave out. What was decided of its encoding is noted before it is sent. */
  function frame(stream: Stream, framed: Framed): void {
    const { framer, generation } = stream
    if (framer.decided !== undefined && framer.decided !== stream.encoding) {
      stream.encoding = framer.decided
      state.setEncoding(generation.id, framer.decided)
      log.info({ path: generation.path, generation: generation.id, encoding: framer.decided }, 'encoding decided')
    }
    // Without a chunk there is nothing to give out.
    if (stream.place !== undefined) process(stream, stream.place, framed)
  }

  /** Gives out what was held back for lines that might join it, where none came for long and none is there to be read. */
  function flushHeld(): void {
    const now = Date.now()
    const isQuiet = ({ framer, chunkMs }: Stream) => framer.isHolding && now - chunkMs >= holdMs
    const held = [...streams.values()].filter(stream => isQuiet(stream) && heads.isOver(stream))
    try {
      for (const stream of held) heads.closeBehind(stream)
      force(held.map(stream => [stream, stream.framer.flush()]))
    } catch (error) {
      deps.onFatal(error)
    }
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
    const stream = all.of(id)
    heads.closeBehind(stream)
    heads.close(stream)
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
    delivery.finish([stream])
  }

  function lose(id: GenerationId, reason: string): void {
    const { generation, framedTo } = all.of(id)
    log.error({ path: generation.path, generation: id, start: framedTo, reason }, 'what follows is lost')
    state.lose(id, reason)
    tally.settled([{ fate: 'lost', reason, bytes: 0, lines: 0, documents: 0 }])
  }

  /** Finds out what is known of the files, once the destination is there; false where it is to stop before. */
  async function takeUp(): Promise<boolean> {
    if (!state.knows(config.name)) {
      await deps.isReady
      const framer = (decided?: string) => framing({ isMidCut: false, forcedEnds: [], decided })
      await rebuild(config, { ...deps, log, shipper, index, framer })
    }
    return !isDraining
  }

  /** What is still held back stays unsettled: it is read again, whole, at the next start. */
  async function flushed(): Promise<void> {
    clearInterval(holding)
    batcher.flush()
    await delivery.settled()
  }

  return {
    name: config.name,
    index,
    counters,
    async start() {
      await source.fill()
      if (!(await takeUp())) return
      await source.start()
      tally.started()
    },
    async readAll() {
      if (!(await takeUp())) return
      await source.readAll()
      await flushed()
    },
    async drain() {
      isDraining = true
      await source.stop()
      await flushed()
    },
    resume: () => source.resume(),
    snapshot: () => ({
      name: config.name,
      index,
      counters,
      queued: delivery.queued,
      spool: source.spooled(),
      files: source.status().map(file => ({ ...file, framedTo: streams.get(file.id)?.framedTo ?? file.position }))
    })
  }
}
