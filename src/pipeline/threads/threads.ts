// The worker threads of a process, each with a lane for every pipeline. A thread that breaks takes the process with it: what it
// had not delivered is read again by the next one.

import { Worker } from 'node:worker_threads'
import type { BudgetShare } from '#batch'
import { createPace } from '#bulk'
import type { Config } from '#config'
import { SluiceError } from '#errors'
import type { PaceSnapshot } from '#telemetry'
import type { Keeper, Lane } from '../halves.ts'
import type { FromThread, Start, ToThread } from './messages.ts'
import { createRemoteLane, type RemoteLane } from './remote-lane.ts'

export interface Threads {
  /** A lane in each of them for the pipeline of this number, whose documents may be sent when `isReady` resolves. */
  lanes(pipeline: number, deps: LanesDeps): Lane[]
  /** That of all of them together. */
  readonly pace: PaceSnapshot
  /** Ends them, whatever they do. */
  stop(): Promise<void>
}

interface LanesDeps {
  readonly keeper: Keeper
  readonly budget: BudgetShare
  readonly isReady: Promise<unknown>
}

interface ThreadsDeps {
  readonly program: string
  readonly version: string
  readonly onFatal: (error: unknown) => void
  /** Arguments of Node.js, where they are not those of this process. */
  readonly execArgv?: readonly string[]
}

interface Thread {
  readonly worker: Worker
  readonly lanes: RemoteLane[]
  /** As it said last; at first as it begins. */
  pace: PaceSnapshot
}

/** Starts as many as the settings say, each with `program`, which calls `runThread`. */
export function startThreads(
  { settings, pipelines }: Pick<Config, 'settings' | 'pipelines'>,
  { program, version, onFatal, execArgv }: ThreadsDeps
): Threads {
  const { workers, elasticsearch, host } = settings
  const { bulk } = elasticsearch
  let isStopping = false

  function start(number: number): Thread {
    const maxInFlight = Math.floor((bulk.maxInFlight + number) / workers)
    const workerData: Start = {
      ...{ pipelines, host, version },
      elasticsearch: { ...elasticsearch, bulk: { ...bulk, maxInFlight } }
    }
    const worker = new Worker(program, {
      ...{ workerData, name: `lanes ${number}` },
      ...(execArgv !== undefined && { execArgv: [...execArgv] })
    })
    const thread: Thread = { worker, lanes: [], pace: createPace(maxInFlight, () => performance.now()) }
    worker.on('message', (message: FromThread) => {
      thread.pace = message.load.pace
      try {
        thread.lanes[message.pipeline]?.hear(message)
      } catch (error) {
        onFatal(error)
      }
    })
    worker.on('error', broken)
    worker.on('exit', code => {
      if (!isStopping) broken(new Error(`it ended with exit code ${code}`))
    })
    return thread
  }

  function broken(cause: Error): void {
    const text = `a worker thread broke: ${cause.message}. Nothing is lost: what it had not delivered is read again`
    onFatal(new SluiceError('E_PIPELINE_THREAD', text, { cause }))
  }

  const threads = Array.from({ length: workers }, (_, number) => start(number))
  const sum = (of: (pace: PaceSnapshot) => number) => threads.reduce((total, { pace }) => total + of(pace), 0)

  return {
    lanes(pipeline, { keeper, budget, isReady }) {
      return threads.map(({ worker, lanes }) => {
        const post = (message: ToThread, transfer: readonly ArrayBuffer[] = []) => worker.postMessage(message, transfer)
        const remote = createRemoteLane({ pipeline, keeper, budget, post, onFatal })
        lanes[pipeline] = remote
        isReady.then(() => post({ pipeline, kind: 'ready' }), onFatal)
        return remote.lane
      })
    },
    get pace() {
      const requestBytes = Math.max(...threads.map(({ pace }) => pace.requestBytes))
      return { running: sum(pace => pace.running), inFlight: sum(pace => pace.inFlight), requestBytes }
    },
    async stop() {
      isStopping = true
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    }
  }
}
