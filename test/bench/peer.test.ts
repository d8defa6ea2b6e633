// Peers in the benchmark: that their documents are held against the log, and what is said where they are not installed.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { PipelineConfig } from '#config'
import { createTrial } from '#pipeline'
import { host } from '../../bench/compare.ts'
import type { Endpoint } from '../../bench/endpoint-process.ts'
import { type CpuProfile, flameGraph } from '../../bench/flame-graph.ts'
import { type Input, inputFor } from '../../bench/generate.ts'
import { compareWithRecords } from '../../bench/peer/compare.ts'
import { peers } from '../../bench/peer/index.ts'
import { contestantOf } from '../../bench/peer/run.ts'
import { configFor } from '../../bench/shipper.ts'
import { type Workload, workloads } from '../../bench/workload/index.ts'

const nowhere: Endpoint = {
  url: 'http://127.0.0.1:9',
  begin: () => {},
  report: () => Promise.reject(new Error('nobody asks')),
  close: () => {}
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sluice-bench-test-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

async function logOf(workload: Workload): Promise<{ input: Input; pipeline: PipelineConfig }> {
  const input = inputFor(workload, 300, folder())
  const [pipeline] = (await configFor({ workload, input, url: 'http://localhost:9200' })).pipelines
  if (pipeline === undefined) throw new Error('there is no pipeline')
  return { input, pipeline }
}

describe.each(peers)('$name', peer => {
  test('is said how to be installed, where it is not there', () => {
    const root = folder()
    expect(() => contestantOf(peer, root, nowhere)).toThrow(
      `apt-get install --no-install-recommends ${peer.packages[0]}`
    )
    expect(() => contestantOf(peer, root, nowhere)).toThrow(join(root, peer.program))
  })

  test.each(workloads)('is told how to do $name', workload => {
    const ground = { root: '/', folder: folder() }
    const job = { workload, input: { path: '/a.log', records: 1, bytes: 1 }, url: 'http://127.0.0.1:1234' }
    const { args } = peer.configure({ ...ground, job })
    const text = readFileSync(String(args.find(word => word.endsWith('.conf'))), 'utf8')
    expect(text).toContain('/a.log')
    expect(text).toContain(`logs-${workload.pipeline.destination.dataset}-default`)
  })
})

describe.each(workloads)("a peer's document of $name", workload => {
  test('is right where a record of the log makes it, whatever else is in it', async () => {
    const { input, pipeline } = await logOf(workload)
    const outcomes = createTrial(pipeline, host(), Date.now).push(readFileSync(input.path))
    const documents = outcomes.flatMap(outcome => (outcome.kind === 'document' ? [outcome.fields] : []))
    const samples = documents.slice(100, 110).map(document => ({
      action: '{"create":{}}',
      source: JSON.stringify({ ...document, labels: { shop: 'a' } })
    }))
    expect(samples).toHaveLength(10)
    compareWithRecords(samples, pipeline, input.path)
  })

  test('is wrong where none does', async () => {
    const { input, pipeline } = await logOf(workload)
    const sample = { action: '{"create":{}}', source: '{"@timestamp":"2026-11-20T00:00:00Z","message":"no such"}' }
    expect(() => compareWithRecords([sample], pipeline, input.path)).toThrow('no record makes this document')
  })
})

describe('a flame graph', () => {
  const callFrame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 3 })
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: callFrame('(root)'), children: [2, 3, 5] },
      { id: 2, callFrame: callFrame('parse', 'file:///a/b/dist/parse/nginx.js'), children: [4] },
      { id: 3, callFrame: callFrame('(idle)') },
      { id: 4, callFrame: callFrame('<b>', 'node:buffer') },
      { id: 5, callFrame: callFrame('parse', 'file:///a/b/dist/parse/nginx.js') }
    ],
    samples: [2, 4, 3, 5],
    timeDeltas: [1000, 2000, 50_000, 1000]
  }

  test('shows each function once below its caller, with its share of the time at work', () => {
    const page = flameGraph(profile, 'a run')
    expect(page.match(/<b /g)).toHaveLength(3)
    expect(page).toContain('parse dist/parse/nginx.js:4\n100.000% in all, 50.000% by itself')
    expect(page).toContain('&#60;b&#62; node:buffer:4\n50.000% in all, 50.000% by itself')
  })
})
