// One pipeline: its source, its store and its lanes, wired. What is read goes to the lane of its file in order, and with it all
// that the lane would have to ask for; what the lane finds out comes back to the keeper.

import type { Client } from '@elastic/elasticsearch'
import type { BudgetShare } from '#batch'
import type { BulkOptions } from '#bulk'
import type { PipelineConfig } from '#config'
import { createFraming } from '#frame'
import type { Chunk, GenerationId, Position } from '#record'
import { createFileSource, type EndReason, type FileSource } from '#source'
import type { State } from '#state'
import type { Log, PipelineSnapshot, Tally } from '#telemetry'
import { type Account, isToldOf } from './account.ts'
import { createAccounts } from './accounts.ts'
import type { Keeper, Lane, Preceded } from './halves.ts'
import { shipperOf } from './host.ts'
import { createKeeper } from './keeper.ts'
import type { LetterRoom } from './letter-room.ts'
import type { Filled } from './listening.ts'
import { idsOf, isOneOf } from './positions.ts'
import { type Counters, sumOf } from './process.ts'
import { randomId } from './random-id.ts'
import { rebuild } from './rebuild.ts'

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
  readonly state: State
  readonly budget: BudgetShare
  readonly log: Log
  readonly tally: Tally
  readonly bulk: BulkOptions
  /** Takes every file for a new one, and ends what was known of it. */
  readonly isAgain: boolean
  readonly letterRoom: LetterRoom
  /** Resolves when documents may be sent: the index template is there. */
  readonly isReady: Promise<unknown>
  /** The lanes that tell this keeper, of which there is one at least. */
  readonly lanes: (keeper: Keeper) => readonly Lane[]
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
  const { state, budget, tally, onFatal } = deps
  const { dataset, namespace } = config.destination
  const index = `logs-${dataset}-${namespace}`
  const log = deps.log.child({ pipeline: config.name })
  const accounts = new Map<GenerationId, Account>()
  const counters = { acked: 0, deadLettered: 0, settledBytes: 0 }
  const known = state.known(config.name)
  const isJoining = config.multiline !== undefined
  const isGrouping = isJoining || config.frame.container !== undefined
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
      rest: ids => all.rest(ids),
      chunk,
      end,
      removed: id => log.info({ path: all.of(id).generation.path, generation: id }, 'file removed'),
      failed(path, error) {
        tally.unreadable(path, error)
        log.warn({ path, error }, 'cannot read file')
      },
      lose,
      archived: state.archived,
      precededBy: id => (isJoining && accounts.get(id)?.told.isAtHead === true ? known.before(id) : undefined),
      broken: onFatal,
      hasRoom: id => budget.hasRoom && all.hasRoom(id)
    }
  })

  const source = deps.filled(files)
  const keeper = createKeeper({
    ...{ name: config.name, state, budget, log, tally, accounts, counters, source, onFatal },
    forget: account => all.forget(account),
    letterRoom: deps.letterRoom
  })
  const lanes = deps.lanes(keeper)
  const all = createAccounts({ accounts, lanes, pipeline: config.name, state, isGrouping, isJoining })
  let isDraining = false
  const holdMs = config.multiline?.timeoutMs ?? PARTIAL_MS
  const holding = setInterval(releaseHeld, holdMs / 4)

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
    const account = all.of(chunk.generation.id)
    account.chunkMs = Date.now()
    account.given += 1
    tally.read(chunk.bytes.length)
    account.lane.chunk(chunk, precedenceOf(account))
  }

  /** What the first lines of a generation may belong to, while they may. */
  function precedenceOf({ generation: { id }, told }: Account): Preceded | undefined {
    if (!told.isAtHead) return undefined
    const isDelivered = state.joined(id)?.isDelivered === true
    const before = isDelivered ? undefined : known.before(id)
    return { isDelivered, by: before !== undefined && source.isReadToEnd(before) ? before : undefined }
  }

  /** Releases what is held back for lines that might join it, where none came for long and none is there to be read. */
  function releaseHeld(): void {
    const now = Date.now()
    const isQuiet = (account: Account) =>
      isToldOf(account) && account.told.isHolding && now - account.chunkMs >= holdMs && isOver(account)
    const held = Map.groupBy([...accounts.values()].filter(isQuiet), ({ lane }) => lane)
    try {
      for (const [lane, group] of held) {
        for (const account of group) account.given += 1
        lane.release(group.map(({ generation }) => generation.id))
      }
    } catch (error) {
      onFatal(error)
    }
  }

  /** Whether nothing is there to be read that belongs to what is open in a generation. */
  function isOver({ generation: { id } }: Account): boolean {
    if (!source.isReadToEnd(id)) return false
    // Lines that were joined to it in an earlier process are joined again, however late they are read.
    const isNext = ({ told, generation: next }: Account) => told.isAtHead && known.before(next.id) === id
    return state.parkAt(id) === undefined || ![...accounts.values()].some(isNext)
  }

  function end(id: GenerationId, reason: EndReason, lostBytes: number): void {
    const account = all.of(id)
    account.ending = { reason, lostBytes }
    account.given += 1
    account.lane.end(id, reason, lostBytes)
  }

  function lose(id: GenerationId, reason: string): void {
    const { generation, told } = all.of(id)
    log.error({ path: generation.path, generation: id, start: told.framedTo, reason }, 'what follows is lost')
    state.lose(id, reason)
    tally.settled([{ fate: 'lost', reason, bytes: 0, lines: 0, documents: 0 }])
  }

  /** Finds out what is known of the files, once the destination is there; false where it is to stop before. */
  async function takeUp(): Promise<boolean> {
    if (!state.knows(config.name)) {
      await deps.isReady
      const framing = createFraming(config.frame, config.multiline)
      const framer = (decided?: string) => framing({ isMidCut: false, forcedEnds: [], decided })
      await rebuild(config, { ...deps, log, shipper: shipperOf(config.name), index, framer })
    }
    return !isDraining
  }

  /** What is still held back stays unsettled: it is read again, whole, at the next start. */
  async function flushed(): Promise<void> {
    clearInterval(holding)
    await Promise.all(lanes.map(lane => lane.drain()))
    await keeper.settled()
  }

  const counted = (): PipelineCounters => ({ ...sumOf(lanes.map(lane => lane.counters)), ...counters })

  return {
    name: config.name,
    index,
    get counters() {
      return counted()
    },
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
      counters: counted(),
      queued: lanes.reduce((sum, { queued }) => sum + queued, 0),
      spool: source.spooled(),
      files: source.status().map(file => ({ ...file, framedTo: accounts.get(file.id)?.told.framedTo ?? file.position }))
    })
  }
}
