// A lane in a worker thread: what it takes of the budget, when it takes no more, and what becomes of the process when it breaks.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createBudget } from '#batch'
import { loadConfig } from '#config'
import { type Chunk, type Generation, type GenerationId, offset } from '#record'
import { threadProgram } from '../../src/cli/thread.ts'
import type { Keeper, Lane } from '../../src/pipeline/halves.ts'
import { newCounters } from '../../src/pipeline/process.ts'
import type { Load, ToThread } from '../../src/pipeline/threads/messages.ts'
import { createRemoteLane } from '../../src/pipeline/threads/remote-lane.ts'
import { startThreads, type Threads } from '../../src/pipeline/threads/threads.ts'
import { endpoint } from '../bulk/endpoint.ts'

const generation: Generation = { id: 'aaaabbbbccccdddd' as GenerationId, path: '/a.log', inode: '7', deviceId: '9' }
const opened = {
  ...{ generation, checkpoint: offset(0), resume: { isMidCut: false, forcedEnds: [] } },
  sent: { idPrefix: generation.id, through: offset(0), encoding: undefined }
}

function chunkOf(bytes: Buffer, start = 0): Chunk {
  return { generation, fingerprint: '', start: offset(start), bytes }
}

/** Takes every call, and answers with something that does so too. */
const quiet: unknown = new Proxy(() => quiet, { get: () => quiet, apply: () => quiet })

test('chunks under way count in the budget, are few, and are a copy of what was read', async () => {
  const { promise: broken, reject } = Promise.withResolvers<never>()
  broken.catch(() => {})
  const budget = createBudget(10_000_000, 1)
  const [share] = budget.shares
  if (share === undefined) throw new Error('there is no share')
  const posted: ToThread[] = []
  const moved = vi.fn()
  const keeper = { ...(quiet as Keeper), moved }
  const post = (message: ToThread) => void posted.push(structuredClone(message))
  const { lane, hear } = createRemoteLane({ pipeline: 0, keeper, budget: share, post, onFatal: reject })
  const pace = { running: 0, inFlight: 2, requestBytes: 1 }
  const load = (more: Partial<Load>): Load => {
    return { counters: newCounters(), queued: 0, hasRoom: true, chunks: 0, tookBytes: 0, pace, ...more }
  }
  lane.open(opened)
  const read = Buffer.alloc(262_144, 'a')
  let count = 0
  while (lane.hasRoom) {
    lane.chunk(chunkOf(read, count * read.length), undefined)
    count += 1
  }
  read.fill('b')
  expect(count).toBe(4)
  expect(budget.usedBytes).toBe(count * read.length)
  const [, first] = posted
  expect(first).toMatchObject({ kind: 'call', call: { name: 'chunk', args: [{ start: 0 }, undefined] } })
  const { args } = (first as unknown as { call: { args: [{ bytes: Uint8Array }] } }).call
  expect(Buffer.from(args[0].bytes).equals(Buffer.alloc(262_144, 'a'))).toBe(true)

  hear({ pipeline: 0, load: load({ chunks: 1, tookBytes: 900_000 }), said: [] })
  expect(budget.usedBytes).toBe((count - 1) * read.length + 900_000)
  expect(lane.hasRoom).toBe(true)
  expect(moved).toHaveBeenCalledTimes(1)
  hear({ pipeline: 0, load: load({ chunks: 4, tookBytes: 900_000, hasRoom: false, queued: 3 }), said: [] })
  expect([lane.hasRoom, lane.queued, budget.usedBytes]).toEqual([false, 3, 900_000])
})

/** Threads that send one pipeline's documents to an address. */
async function threadsTo(url: string, onFatal: (error: unknown) => void, { caFile = '', workers = 1 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-threads-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { settings, pipelines } = await loadConfig({ pipelineFiles: ['pipelines/nginx-access.json'], env: {} })
  const nodes = [url]
  const elasticsearch = { ...settings.elasticsearch, nodes, ...(caFile !== '' && { caFile }) }
  const config = { settings: { ...settings, elasticsearch, workers }, pipelines }
  const execArgv = ['--conditions=source']
  const threads: Threads = startThreads(config, { program: threadProgram, version: '0.0.0', onFatal, execArgv })
  onTestFinished(() => threads.stop())
  return threads
}

test('a thread that breaks is told as what breaks the process, with its reason', async () => {
  const { promise: broken, resolve } = Promise.withResolvers<unknown>()
  await threadsTo('https://127.0.0.1:1', resolve, { caFile: '/nowhere/ca.pem' })
  expect(await broken).toMatchObject({
    code: 'E_PIPELINE_THREAD',
    message: expect.stringMatching(/^a worker thread broke: .*\/nowhere\/ca\.pem.*Nothing is lost/)
  })
})

test('what breaks within a lane breaks the process too', async () => {
  const { url } = await endpoint([])
  const { promise: broken, resolve } = Promise.withResolvers<unknown>()
  const threads = await threadsTo(url, resolve)
  const [share] = createBudget(10_000_000, 1).shares
  const deps = { keeper: quiet as Keeper, budget: share as never, isReady: Promise.resolve() }
  const [lane] = threads.lanes(0, deps) as [Lane]
  // Nobody has opened it.
  lane.chunk(chunkOf(Buffer.from('a\n')), undefined)
  expect(await broken).toMatchObject({ code: 'E_PIPELINE_THREAD', message: expect.stringContaining('never opened') })
})

test('the requests that may be under way are shared among threads', async () => {
  const { url } = await endpoint([])
  const threads = await threadsTo(url, () => {}, { workers: 3 })
  // Each begins with two, or with its part of four.
  expect(threads.pace).toMatchObject({ running: 0, inFlight: 1 + 1 + 2 })
})
