// `npm run bench:elasticsearch`: what bulk requests of different sizes, so many at once, compressed or not, cost a real
// Elasticsearch. The documents are those that the shipper makes of the nginx log. README.md says what was learnt.

import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import Table from 'cli-table3'
import { Command, Option } from 'commander'
import { createClient, ensureTemplate } from '#bulk'
import { startLocalElasticsearch } from '#embedded'
import { cpuMsOf } from './child.ts'
import { type Sample, startEndpoint } from './endpoint-process.ts'
import { inputFor } from './generate.ts'
import { machineLine } from './machine.ts'
import { createRandom } from './random.ts'
import { median } from './report.ts'
import { COMMANDS, shipper } from './shipper.ts'
import { workloads } from './workload/index.ts'

const DATASET = 'sluicebench'
const INDEX = 'sluice-bench'
const SEED = 7
/** Ways that are gone before it counts: a server that has just started compiles its own code. */
const WARMING = 4
/** As the shipper does. */
const GZIP = { level: 1 }
const compress = promisify(gzip)

/** One way of sending. */
interface Way {
  readonly kilobytes: number
  readonly connections: number
  readonly compression: 'none' | 'gzip'
}

/** What it cost; where the server was asked too much at once, not a number. */
interface Cost {
  readonly documentsPerSecond: number
  /** What Elasticsearch took of the processors, in microseconds per document. */
  readonly cpuUs: number
}

interface Options {
  readonly documents: number
  readonly rounds: number
  readonly kilobytes: readonly number[]
  readonly connections: readonly number[]
  readonly compression: Way['compression'][]
}

const numbers = (texts: string): number[] => texts.split(',').map(Number)

await new Command('elasticsearch')
  .description('Measures what bulk requests cost an Elasticsearch, which it starts for itself.')
  .option('--documents <n>', 'documents that are sent each way', Number, 50_000)
  .option('--rounds <n>', 'how often all ways take turns', Number, 3)
  .option('--kilobytes <list>', 'sizes of requests', numbers, [500, 1_000, 2_000, 4_000, 8_000, 16_000])
  .option('--connections <list>', 'requests at once', numbers, [1, 2, 4, 8])
  .addOption(
    new Option('--compression <way...>', 'how they are compressed').choices(['none', 'gzip']).default(['none', 'gzip'])
  )
  .action(bench)
  .parseAsync()

async function bench({ documents, rounds, kilobytes, connections, compression }: Options): Promise<void> {
  const samples = await documentsOf(documents)
  const ways = waysOf({ kilobytes, connections, compression }, samples)
  const server = await startLocalElasticsearch({ env: process.env })
  const costs = new Map<Way, Cost[]>(ways.map(way => [way, []]))
  try {
    const cluster = await open(server.url)
    for (const way of ways.slice(0, WARMING)) await send(way, samples, cluster)
    for (let round = 1; round <= rounds; round += 1) {
      for (const way of shuffled(ways, SEED + round)) {
        const cost = await send(way, samples, cluster)
        costs.get(way)?.push(cost)
        process.stderr.write(`${round} of ${rounds}: ${named(way)}: ${inShort(cost)}\n`)
      }
    }
  } finally {
    await server.stop()
  }
  process.stdout.write(`${render(costs, samples)}\n`)
}

/** The documents as the shipper sends them. */
async function documentsOf(count: number): Promise<readonly Sample[]> {
  const [workload] = workloads
  if (workload === undefined) throw new Error('there is no workload')
  const endpoint = await startEndpoint()
  try {
    endpoint.begin(1)
    await shipper(COMMANDS.sources).run({ workload, input: inputFor(workload, count), url: endpoint.url })
    return (await endpoint.report()).samples
  } finally {
    endpoint.close()
  }
}

/** Those of all combinations that the documents suffice for: each connection has two requests to send. */
function waysOf(
  { kilobytes, connections, compression }: Pick<Options, 'kilobytes' | 'connections' | 'compression'>,
  samples: readonly Sample[]
): Way[] {
  const total = samples.reduce((sum, sample) => sum + bytesOf(sample), 0)
  return compression.flatMap(compressed =>
    kilobytes.flatMap(size =>
      connections
        .filter(many => many * size * 1000 * 2 <= total)
        .map(many => ({ kilobytes: size, connections: many, compression: compressed }))
    )
  )
}

function bytesOf({ action, source }: Sample): number {
  return Buffer.byteLength(action) + Buffer.byteLength(source) + 2
}

interface Cluster {
  readonly url: string
  /** Its process. */
  readonly pid: number
  /** What an index for these documents is made with. */
  readonly template: object
}

/** What the shipper's own template says an index is to be, for one that is deleted afterwards. */
async function open(url: string): Promise<Cluster> {
  const name = `logs-${DATASET}-default`
  const client = createClient({ nodes: [url] }, 60_000)
  await ensureTemplate(client, name, DATASET, AbortSignal.timeout(60_000))
  await client.close()
  const simulated = await ask(url, 'POST', `/_index_template/_simulate_index/${name}`)
  const { template } = simulated as { template: { mappings: Record<string, unknown> } }
  const { _data_stream_timestamp: _, ...mappings } = template.mappings
  const { nodes } = (await ask(url, 'GET', '/_nodes/_local/process')) as {
    nodes: Record<string, { process: { id: number } }>
  }
  const [node] = Object.values(nodes)
  if (node === undefined) throw new Error('the cluster has no node')
  return { url, pid: node.process.id, template: { mappings } }
}

/** Sends all documents one way into a new index. */
async function send(way: Way, samples: readonly Sample[], { url, pid, template }: Cluster): Promise<Cost> {
  await ask(url, 'PUT', `/${INDEX}`, JSON.stringify(template))
  const bodies = bodiesOf(samples, way.kilobytes * 1000)
  const sent = way.compression === 'gzip' ? await Promise.all(bodies.map(body => compress(body, GZIP))) : bodies
  const agent = new Agent({ keepAlive: true, maxSockets: way.connections })
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(way.compression === 'gzip' && { 'content-encoding': 'gzip' })
  }
  const cpuBefore = cpuMsOf(pid)
  const beganMs = performance.now()
  const path = `/${INDEX}/_bulk?filter_path=errors,items.*.error`
  const answers = await Promise.all(sent.map(body => post(url + path, body, agent, headers)))
  const seconds = (performance.now() - beganMs) / 1000
  const isRefused = answers.some(({ status }) => status === 429)
  const odd = answers.find(({ status, text: said }) => status !== 429 && said !== '{"errors":false}')
  if (odd !== undefined) throw new Error(`Elasticsearch answered ${odd.text.slice(0, 500)}`)
  await ask(url, 'POST', `/${INDEX}/_refresh`)
  const cpuUs = ((cpuMsOf(pid) - cpuBefore) * 1000) / samples.length
  agent.destroy()
  await ask(url, 'DELETE', `/${INDEX}`)
  if (isRefused) return { documentsPerSecond: Number.NaN, cpuUs: Number.NaN }
  return { documentsPerSecond: samples.length / seconds, cpuUs }
}

/** Bodies of about so many bytes, all alike. */
function bodiesOf(samples: readonly Sample[], bytes: number): Buffer[] {
  const bodies: Buffer[] = []
  let parts: string[] = []
  let size = 0
  for (const sample of samples) {
    parts.push(`${sample.action}\n${sample.source}\n`)
    size += bytesOf(sample)
    if (size < bytes) continue
    bodies.push(Buffer.from(parts.join('')))
    parts = []
    size = 0
  }
  return parts.length === 0 ? bodies : [...bodies, Buffer.from(parts.join(''))]
}

interface Answer {
  readonly status: number
  readonly text: string
}

async function post(url: string, body: Buffer, agent: Agent, headers: Record<string, string>): Promise<Answer> {
  const sent = request(url, { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } })
  sent.end(body)
  const [response] = await once(sent, 'response')
  return { status: response.statusCode, text: await text(response) }
}

async function ask(url: string, method: string, path: string, body?: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) })
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${await response.text()}`)
  return await response.json()
}

/** The same order for the same seed. */
function shuffled<Value>(values: readonly Value[], seed: number): Value[] {
  const random = createRandom(seed)
  return values
    .map(value => ({ value, place: random.below(2 ** 32) }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value)
}

function named({ kilobytes, connections, compression }: Way): string {
  return `${kilobytes} kB, ${connections} at once, ${compression}`
}

function inShort({ documentsPerSecond, cpuUs }: Cost): string {
  return `${Math.round(documentsPerSecond).toLocaleString('en')} documents/s, ${cpuUs.toFixed(1)} µs each`
}

/** For each size a row, for each number of connections the medians. */
function render(costs: ReadonlyMap<Way, readonly Cost[]>, samples: readonly Sample[]): string {
  const ways = [...costs.keys()]
  const connections = [...new Set(ways.map(way => way.connections))].sort((a, b) => a - b)
  const table = new Table({
    head: ['request', 'compression', ...connections.map(many => `${many} at once`)],
    colAligns: ['right', 'left', ...connections.map(() => 'right' as const)],
    style: { head: [], border: [] }
  })
  const rows = new Set(ways.map(({ kilobytes, compression }) => `${kilobytes} kB/${compression}`))
  for (const row of rows) {
    const cells = connections.map(many => {
      const way = ways.find(one => `${one.kilobytes} kB/${one.compression}` === row && one.connections === many)
      const measured = way === undefined ? [] : (costs.get(way) ?? [])
      if (measured.length === 0) return '–'
      if (measured.some(({ cpuUs }) => Number.isNaN(cpuUs))) return 'refused, 429'
      const [perSecond, cpuUs] = [
        median(measured.map(cost => cost.documentsPerSecond)),
        median(measured.map(cost => cost.cpuUs))
      ]
      return `${(perSecond / 1000).toFixed(1)}k/s ${cpuUs.toFixed(0)} µs`
    })
    table.push([...row.split('/'), ...cells])
  }
  const bytes = samples.reduce((sum, sample) => sum + bytesOf(sample), 0) / samples.length
  return `${table}\n${samples.length} documents of ${bytes.toFixed(0)} bytes each way; ${machineLine()}`
}
