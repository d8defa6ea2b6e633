// What runs in a worker thread: a lane for each pipeline, with connections to Elasticsearch of its own. It opens no file and no
// store, and ends with its process.

import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { createBacking, createBodies, createClient, createPace } from '#bulk'
import type { PipelineConfig } from '#config'
import type { Lane } from '../halves.ts'
import { describeHost } from '../host.ts'
import { createLane } from '../lane.ts'
import { call, type FromThread, type Said, type Start, type ToThread } from './messages.ts'
import { createRemoteKeeper, type RemoteKeeper } from './remote-keeper.ts'

interface Seat {
  readonly lane: Lane
  readonly post: (said: Said) => void
  readonly answer: RemoteKeeper['answer']
  /** Documents may be sent. */
  readonly ready: () => void
}

/** Runs in the thread that it is called in, until the process ends it. */
export function runThread(): void {
  run(workerData as Start, parentPort as MessagePort)
}

function run({ pipelines, elasticsearch, host, version }: Start, port: MessagePort): void {
  const { bulk } = elasticsearch
  const client = createClient(elasticsearch, bulk.timeoutMs)
  const pace = createPace(bulk.maxInFlight, () => performance.now())
  const { signal } = new AbortController()
  const backing = createBacking(client, signal)
  const bodies = createBodies()
  const about = describeHost(host, version)
  /** Each is made when something is said to it: what it compiles takes memory. */
  const seats: Seat[] = []
  const ready = new Set<number>()

  function sit(config: PipelineConfig, pipeline: number): Seat {
    let chunks = 0
    let tookBytes = 0
    let said: Said[] = []
    const budget = {
      take(bytes: number) {
        tookBytes += bytes
      }
    }
    const { promise: isReady, resolve: ready } = Promise.withResolvers<void>()
    const { keeper, answer } = createRemoteKeeper(post)
    const lane = createLane(config, {
      keeper,
      client,
      pace,
      backing,
      bulk,
      budget,
      bodies,
      host: about,
      isReady,
      signal
    })

    function post(what: Said): void {
      if (said.length === 0) setImmediate(send)
      said.push(what)
    }

    function send(): void {
      const { running, inFlight, requestBytes } = pace
      const { counters, queued, hasRoom } = lane
      const load = { counters, queued, hasRoom, chunks, tookBytes, pace: { running, inFlight, requestBytes } }
      port.postMessage({ pipeline, load, said } satisfies FromThread)
      said = []
    }

    const { dataset, namespace } = config.destination
    return {
      post,
      answer,
      ready: () => void backing.refresh(`logs-${dataset}-${namespace}`).then(ready),
      lane: {
        ...lane,
        chunk({ bytes, ...chunk }, preceded) {
          chunks += 1
          lane.chunk({ ...chunk, bytes: Buffer.from(bytes.buffer) }, preceded)
        }
      }
    }
  }

  function seatOf(pipeline: number): Seat {
    const seated = seats[pipeline]
    if (seated !== undefined) return seated
    const seat = sit(pipelines[pipeline] as PipelineConfig, pipeline)
    seats[pipeline] = seat
    if (ready.has(pipeline)) seat.ready()
    return seat
  }

  port.on('message', (message: ToThread) => {
    const { pipeline } = message
    if (message.kind === 'ready') {
      ready.add(pipeline)
      seats[pipeline]?.ready()
      return
    }
    const { lane, post, answer } = seatOf(pipeline)
    if (message.kind === 'answer') {
      answer(message.ask, message.value)
      return
    }
    const called = call(lane, message.call)
    const { ask } = message
    if (ask !== undefined) void Promise.resolve(called).then(value => post({ kind: 'answer', ask, value }))
  })
}
