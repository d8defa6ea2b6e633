// The metrics page, in Prometheus' text format. Sums and states are a table, filled in anew from each look; durations and
// sizes are observed as they happen. One registry of its own, so that nothing global is touched.

import { createRequire } from 'node:module'
import type { Health } from './health.ts'
import { INSTRUMENTS } from './instruments.ts'
import type { Distributions } from './tally.ts'
import type { Vitals } from './vitals.ts'

const REQUEST_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const BATCH_DOCUMENTS = [1, 10, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000]

/** Of prom-client's own: gauges that are named like counters, and what is no number when nothing was measured since the last page. */
const UNSOUND = [
  'active_handles_total',
  'active_requests_total',
  'active_resources_total',
  'eventloop_lag_mean_seconds',
  'eventloop_lag_min_seconds',
  'eventloop_lag_stddev_seconds'
]

export interface Metrics {
  readonly contentType: string
  /** Where a pipeline's observations go. */
  distributions(pipeline: string): Distributions
  /** The page as of one look. */
  render(vitals: Vitals, health: Health): Promise<string>
}

export interface MetricsDeps {
  readonly version: string
  /** Most files with series of their own. */
  readonly maxFileSeries: number
}

/** Metrics in a registry of their own. What Node.js measures of itself is measured from here on, which has a small price. */
export function createMetrics({ version, maxFileSeries }: MetricsDeps): Metrics {
  // Loaded here, because those who want no metrics should not wait for it.
  const prometheus = createRequire(import.meta.url)('prom-client') as typeof import('prom-client')
  const { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } = prometheus
  const registry = new Registry()
  const registers = [registry]
  const build = new Gauge({
    name: 'sluice_build_info',
    help: 'Always 1: the labels say which version of Sluice this is, and of Node.js.',
    labelNames: ['version', 'node_version'],
    registers
  })
  build.set({ version, node_version: process.versions.node }, 1)
  const instruments = INSTRUMENTS.map(({ type, name, help, labels, read }) => {
    const options = { name, help, labelNames: [...labels], registers }
    return { read, metric: type === 'counter' ? new Counter(options) : new Gauge(options) }
  })
  const requests = new Histogram({
    name: 'sluice_bulk_request_duration_seconds',
    help: 'Time that bulk requests took, by the HTTP status of their answer, which is 0 where there was none.',
    labelNames: ['pipeline', 'status'],
    buckets: REQUEST_SECONDS,
    registers
  })
  const batches = new Histogram({
    name: 'sluice_batch_documents',
    help: 'Documents in a batch as it sets out.',
    labelNames: ['pipeline'],
    buckets: BATCH_DOCUMENTS,
    registers
  })
  collectDefaultMetrics({ register: registry, prefix: 'sluice_' })
  for (const name of UNSOUND) registry.removeSingleMetric(`sluice_nodejs_${name}`)

  return {
    contentType: registry.contentType,
    distributions: pipeline => ({
      request: (status, durationMs) => requests.observe({ pipeline, status: String(status) }, durationMs / 1000),
      batch: documents => batches.observe({ pipeline }, documents)
    }),
    render(vitals, health) {
      for (const { metric, read } of instruments) {
        metric.reset()
        for (const [labels, value] of read({ vitals, health, maxFileSeries })) metric.inc(labels, value)
      }
      return registry.metrics()
    }
  }
}
