// All pipelines of a configuration in one process, over one state store, one budget and one client.

import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Budget, createBudget } from '#batch'
import { createClient } from '#bulk'
import type { Config } from '#config'
import { openState } from '#state'
import type { Log } from '#telemetry'
import { createPipeline, type Pipeline } from './pipeline.ts'
import { prepare } from './prepare.ts'

export interface Running {
  readonly pipelines: readonly Pipeline[]
  readonly budget: Budget
  /**
   * Stops reading, waits up to `drainMs` for what is in flight, and closes the store. Resolves to whether all that was
   * read was settled; what was not is read again at the next start.
   */
  stop(): Promise<boolean>
  /** Rejects when something broke that no waiting mends. */
  readonly failure: Promise<never>
}

export interface RunDeps {
  readonly log: Log
  readonly version: string
}

/** Opens the store and wires the pipelines; they read nothing yet. Throws the errors of `openState`. */
export function createRunning({ settings, pipelines: configs }: Config, { log, version }: RunDeps): Running {
  const state = openState(settings.stateDir, () => new Date())
  const { bulk } = settings.elasticsearch
  const client = createClient(settings.elasticsearch, bulk.timeoutMs)
  const budget = createBudget(settings.budgetBytes)
  const aborting = new AbortController()
  const { promise: failure, reject: onFatal } = Promise.withResolvers<never>()
  failure.catch(() => {})
  const pipelines = configs.map(config =>
    createPipeline(config, {
      client,
      state,
      budget,
      log,
      bulk,
      host: { hostName: hostname(), agentVersion: version },
      isReady: prepare(config.destination, { client, bulk, log, signal: aborting.signal }),
      signal: aborting.signal,
      onFatal
    })
  )
  budget.onRoom(() => {
    for (const pipeline of pipelines) pipeline.resume()
  })

  async function stop(): Promise<boolean> {
    const drained = Promise.all(pipelines.map(pipeline => pipeline.drain())).then(() => true)
    const isDrained = await Promise.race([drained, sleep(settings.drainMs, false, { ref: false }), failure])
    aborting.abort()
    await client.close()
    state.close()
    return isDrained
  }

  return { pipelines, budget, stop, failure }
}
