// All pipelines of a configuration in one process, over one state store, one budget and one client.

import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BudgetShare, createBudget } from '#batch'
import { createBacking, createBodies, createClient, createPace } from '#bulk'
import type { Config, PipelineConfig } from '#config'
import { type FileSource, spoolFolder } from '#source'
import { openState } from '#state'
import { createTelemetry, type Log, type Snapshot, type Tally } from '#telemetry'
import { ECS_VERSION } from './document.ts'
import { createHealthShip } from './health-ship.ts'
import { describeHost } from './host.ts'
import { createLane } from './lane.ts'
import { createLetterRoom } from './letter-room.ts'
import { type Filled, listening } from './listening.ts'
import { observeStore } from './observe-store.ts'
import { createPipeline, type Pipeline } from './pipeline.ts'
import { prepare } from './prepare.ts'
import { pruneState } from './prune.ts'
import { randomId } from './random-id.ts'
import { startThreads } from './threads/threads.ts'

export interface Running {
  readonly pipelines: readonly Pipeline[]
  /** Serves its state where settings ask for it, and follows the files of all pipelines. */
  start(): Promise<void>
  /**
   * Stops reading, waits up to `drainMs` for what is in flight, and closes the store. Resolves to whether all that was
   * read was settled; what was not is read again at the next start.
   */
  stop(): Promise<boolean>
  /** Resolves when nothing more can come to any pipeline, as of standard input that has ended, and all is settled. */
  readonly finished: Promise<void>
  /** Rejects when something broke that no waiting mends. */
  readonly failure: Promise<never>
}

export interface RunDeps {
  readonly log: Log
  readonly version: string
  /** The program that a worker thread runs. */
  readonly threadProgram: string
  /** Takes every file for a new one, whatever is known of it. */
  readonly isAgain?: boolean
}

/** Opens the store and wires the pipelines; they read nothing yet. Throws the errors of `openState`. */
export function createRunning(
  { settings, pipelines: configs }: Config,
  { log, version, threadProgram, isAgain = false }: RunDeps
): Running {
  const state = openState(
    settings.stateDir,
    () => new Date(),
    observeStore(settings.stateDir, log, () => telemetry)
  )
  if (state.setAside !== undefined) {
    log.error(
      { folder: settings.stateDir, ...state.setAside },
      'damaged state store set aside, a new one takes its place'
    )
  }
  pruneState(state, settings.keepEndedMs, log)
  const { bulk } = settings.elasticsearch
  const client = createClient(settings.elasticsearch, bulk.timeoutMs)
  const pace = createPace(bulk.maxInFlight, () => performance.now())
  const budget = createBudget(settings.budgetBytes, configs.length)
  const bodies = createBodies()
  const aborting = new AbortController()
  const { signal } = aborting
  const backing = createBacking(client, signal)
  const { promise: failure, reject } = Promise.withResolvers<never>()
  failure.catch(() => {})
  const telemetry = createTelemetry({
    metrics: settings.metrics,
    health: settings.health,
    origin: { hostName: hostname(), version, ecsVersion: ECS_VERSION, ephemeralId: randomId() },
    log,
    now: Date.now,
    snapshot,
    ship: createHealthShip(client, settings.health.namespace, bulk)
  })
  const onFatal = (error: unknown) => {
    telemetry.failed(error)
    reject(error)
  }
  const unlessAborted = (error: unknown) => {
    if (!signal.aborted) onFatal(error)
  }
  const ended = new Set<string>()
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  const letterRoom = createLetterRoom({ state, maxBytes: settings.deadLetters.maxBytes, log, signal })
  const about = describeHost(settings.host, version)
  const threads =
    settings.workers === 0
      ? undefined
      : startThreads({ settings, pipelines: configs }, { program: threadProgram, version, onFatal: unlessAborted })
  const pipelines = configs.map((config, i) => {
    const tally = telemetry.tally(config.name)
    const share = budget.shares[i] as BudgetShare
    const isReady = prepare(config.destination, { client, backing, bulk, log, delivery: tally.preparing, signal })
    return createPipeline(config, {
      client,
      state,
      budget: share,
      log,
      tally,
      bulk,
      isAgain,
      letterRoom,
      isReady,
      lanes: keeper =>
        threads?.lanes(i, { keeper, budget: share, isReady }) ?? [
          createLane(config, {
            keeper,
            client,
            pace,
            backing,
            bulk,
            budget: share,
            bodies,
            host: about,
            isReady,
            signal
          })
        ],
      filled: files => filled(config, files, tally),
      signal,
      onFatal
    })
  })
  budget.onRoom(() => {
    telemetry.roomMade()
    for (const pipeline of pipelines) pipeline.resume()
  })

  function filled({ name, listen }: PipelineConfig, files: FileSource, tally: Tally): Filled {
    if (listen === undefined) return { ...files, fill: () => Promise.resolve(), spooled: () => undefined }
    const folder = spoolFolder(settings.stateDir, name)
    const onEnded = () => {
      ended.add(name)
      if (ended.size === configs.length) finish()
    }
    const about = { folder, maxBytes: settings.spool.maxBytes, log: log.child({ pipeline: name }) }
    return listening(listen, files, { ...about, tally, onEnded, onFatal })
  }

  function snapshot(): Snapshot {
    const kept = state.keptLetters()
    return {
      budget,
      pace: threads?.pace ?? pace,
      pipelines: pipelines.map(pipeline => ({ ...pipeline.snapshot(), keptLetters: kept.of.get(pipeline.name) ?? [] }))
    }
  }

  async function start(): Promise<void> {
    await telemetry.start()
    await Promise.all(pipelines.map(pipeline => pipeline.start()))
  }

  async function stop(): Promise<boolean> {
    try {
      const drained = Promise.all(pipelines.map(pipeline => pipeline.drain())).then(() => true)
      return await Promise.race([drained, sleep(settings.drainMs, false, { ref: false }), failure])
    } finally {
      aborting.abort()
      await threads?.stop()
      await telemetry.stop()
      await client.close()
      state.close()
    }
  }

  return { pipelines, start, stop, finished, failure }
}
