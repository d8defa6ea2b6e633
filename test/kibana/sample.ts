// The pipelines that come along, run for once over the samples beside them, into streams of a namespace of its own:
// what dashboards are asked about.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from '@elastic/elasticsearch'
import { vi } from 'vitest'
import { loadConfig, type PipelineConfig } from '#config'
import { createRunning, createTrial, describeHost } from '#pipeline'
import { createLog } from '#telemetry'
import { threadProgram } from '../../src/cli/thread.ts'
import { elasticsearch } from '../elasticsearch.ts'

const root = join(import.meta.dirname, '..', '..')
const LOOKS = 4

export interface Sample {
  readonly client: Client
  readonly namespace: string
  /** How many documents the lines of a sample make without Elasticsearch, by dataset. */
  readonly expected: Readonly<Record<string, number>>
}

interface Written {
  name: string
  source: { type: string; paths: string[] }
  parse: { format: string }[]
  destination: { dataset: string; namespace?: string }
  tests: { input: string[] }[]
}

/** Ships the samples of all pipelines, one line that Elasticsearch refuses, and Sluice's own health meanwhile. */
export async function shipSamples(): Promise<Sample> {
  const { url, auth } = await elasticsearch()
  const client = new Client({ node: url, ...(auth && { auth }) })
  const namespace = `kibana.${process.pid}.${Date.now()}`
  const folder = mkdtempSync(join(tmpdir(), 'sluice-kibana-'))
  try {
    await refuseAll(client, namespace)
    for (const written of [...pipelinesOfProject(), refused()]) install(folder, namespace, written)
    const settings = {
      elasticsearch: { nodes: [url], ...auth },
      pipelines: ['*.pipeline.json'],
      batch: { maxAgeMs: 100 },
      health: { ship: true, intervalMs: 1_000, namespace }
    }
    const settingsFile = join(folder, 'sluice.json')
    writeFileSync(settingsFile, JSON.stringify(settings))
    const config = await loadConfig({ settingsFile, env: {} })
    const expected = Object.fromEntries(
      config.pipelines.filter(({ name }) => name !== 'refused').map(one => [one.destination.dataset, documentsOf(one)])
    )
    await ship(config, client, namespace, expected)
    return { client, namespace, expected }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function ship(
  config: Awaited<ReturnType<typeof loadConfig>>,
  client: Client,
  namespace: string,
  expected: Readonly<Record<string, number>>
): Promise<void> {
  const running = createRunning(config, { log: createLog('silent', false), version: '0.0.0', threadProgram })
  await running.start()
  const total = Object.values(expected).reduce((sum, count) => sum + count, 0)
  const count = async (index: string, query: object): Promise<number> => {
    await client.indices.refresh({ index, allow_no_indices: true })
    return (await client.count({ index, query, allow_no_indices: true })).count
  }
  const all = `logs-*-${namespace}`
  const health = (field: string) => ({
    bool: { filter: { term: { 'event.dataset': 'sluice.health' } }, must: { range: { [field]: { gt: 0 } } } }
  })
  const logs = { bool: { must_not: { term: { 'event.dataset': 'sluice.health' } } } }
  await vi.waitFor(
    async () => {
      if ((await count(all, logs)) < total) throw new Error('not all documents are there')
      if ((await count(all, health('sluice.documents.dead_lettered'))) < LOOKS) throw new Error('too few looks')
    },
    { timeout: 90_000, interval: 500 }
  )
  await running.stop()
  await client.indices.refresh({ index: all })
}

function pipelinesOfProject(): Written[] {
  const all = globSync('pipelines/*.json', { cwd: root }).map(file =>
    JSON.parse(readFileSync(join(root, file), 'utf8'))
  )
  return all.filter(({ source }) => source.type === 'file')
}

/** A pipeline whose documents an index template refuses. */
function refused(): Written {
  return {
    name: 'refused',
    source: { type: 'file', paths: ['/var/log/refused.log'] },
    parse: [],
    destination: { dataset: 'refused' },
    tests: [{ input: ['a line that becomes a dead letter'] }]
  }
}

async function refuseAll(client: Client, namespace: string): Promise<void> {
  await client.indices.putIndexTemplate({
    name: `sluice-test-refused-${namespace}`,
    index_patterns: [`logs-refused-${namespace}`],
    priority: 900,
    data_stream: {},
    template: { mappings: { dynamic: 'strict', properties: { '@timestamp': { type: 'date' } } } }
  })
}

/** A pipeline with its paths below a folder, and its samples there. */
function install(folder: string, namespace: string, written: Written): void {
  const names: Record<string, string> = { 'kubernetes.pod.name': 'shop-7d4b9c-x2x7v', 'kubernetes.namespace': 'shop' }
  const [path = ''] = written.source.paths
  const file = join(folder, path.replaceAll(/\$\{([\w.]+)\}/g, (_, name) => names[name] ?? 'api').replaceAll('*', '1'))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, sampleOf(written))
  const value = {
    ...written,
    tests: [],
    $schema: undefined,
    source: { ...written.source, paths: [join(folder, path)], exclude: [], sweepMs: 100 },
    destination: { ...written.destination, namespace }
  }
  writeFileSync(join(folder, `${written.name}.pipeline.json`), JSON.stringify(value))
}

/** The input of its tests, and of the fixtures of its format or its name. */
function sampleOf({ name, parse, tests }: Written): string {
  const fixtures = [...new Set([name, ...parse.map(({ format }) => format)])].flatMap(fixture =>
    globSync(`test/fixtures/${fixture}/input.log`, { cwd: root }).map(file => readFileSync(join(root, file), 'utf8'))
  )
  const lines = tests.flatMap(({ input }) => input).map(line => `${line}\n`)
  return [...lines, ...fixtures].join('')
}

function documentsOf(pipeline: PipelineConfig): number {
  const trial = createTrial(pipeline, describeHost('name', '0.0.0'), Date.now)
  const paths = pipeline.source.type === 'file' ? pipeline.source.paths : []
  const files = paths.flatMap(path => globSync(path.replaceAll(/\$\{[\w.]+\}/g, '*')))
  const tried = files.flatMap(file => trial.push(readFileSync(file)))
  return [...tried, ...trial.end()].filter(({ kind }) => kind === 'document').length
}
