// Says how Sluice is doing, over HTTP and as documents, as far as settings ask for it. Nothing in here is waited for by a
// pipeline, and a document on Sluice's own state that is not taken at once is dropped and counted.

import { assess } from './health.ts'
import type { Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import type { HealthOptions, MetricsOptions } from './options.ts'
import { readinessOf } from './readiness.ts'
import { jsonPage, type Pages, type Server, serve } from './server.ts'
import { createShipper, type ShipperDeps } from './shipper.ts'
import type { Snapshot } from './snapshot.ts'
import { createTallies, type Tally } from './tally.ts'
import { createLooks, type ProcessVitals, type StoreWait, type Vitals } from './vitals.ts'

/** Pause between two looks: what lag in time and a full budget are exact to. */
const LOOK_MS = 5_000

export interface Telemetry {
  /** Takes what one pipeline tells; the same one for the same name. */
  tally(pipeline: string): Tally
  /** There is room in the budget again after there was none. */
  roomMade(): void
  /** Something broke that no waiting mends. */
  failed(error: unknown): void
  /** The state folder takes no writes for now, or takes them again. */
  storeWaits(wait: StoreWait | undefined): void
  /**
   * Begins to serve and to ship what settings ask for.
   * @throws SluiceError E_TELEMETRY_ADDRESS
   */
  start(): Promise<void>
  /** Ends both; a document on its way is given up. */
  stop(): Promise<void>
}

export interface TelemetryDeps extends ShipperDeps {
  readonly metrics: MetricsOptions
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Asked from `start` on. */
  readonly snapshot: () => Snapshot
}

export function createTelemetry(deps: TelemetryDeps): Telemetry {
  const { metrics: options, health: bounds, origin, log, now } = deps
  const metrics = options.enabled
    ? createMetrics({ version: origin.version, maxFileSeries: options.maxFileSeries })
    : undefined
  const countedOf = createTallies(now, pipeline => metrics?.distributions(pipeline))
  const looks = createLooks()
  const stopping = new AbortController()
  const shipper = createShipper(deps, stopping.signal)
  const timers: NodeJS.Timeout[] = []
  let failure: Vitals['failure']
  let storeWait: Vitals['storeWait']
  let server: Server | undefined

  function look(): Vitals {
    return looks.look(deps.snapshot(), {
      nowMs: now(),
      process: processVitals(),
      failure,
      storeWait,
      healthDocumentsDropped: shipper.dropped,
      countsOf: pipeline => countedOf(pipeline).counts
    })
  }

  function every(ms: number, work: () => void): void {
    timers.push(setInterval(work, ms).unref())
  }

  return {
    tally: pipeline => countedOf(pipeline).tally,
    roomMade: looks.roomMade,
    failed(error) {
      failure ??= { sinceMs: now(), message: error instanceof Error ? error.message : String(error) }
    },
    storeWaits(wait) {
      storeWait = wait === undefined ? undefined : { sinceMs: now(), ...wait }
    },
    async start() {
      if (metrics !== undefined) {
        server = await serve(options.address, pagesOf(metrics, look, bounds))
        log.info({ url: server.url }, 'metrics and health served')
      }
      if (metrics !== undefined || bounds.ship) every(LOOK_MS, look)
      if (bounds.ship) every(bounds.intervalMs, () => shipper.tick(look()))
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      stopping.abort()
      await server?.close()
    }
  }
}

function pagesOf(metrics: Metrics, look: () => Vitals, bounds: HealthOptions): Pages {
  return {
    '/metrics': async () => {
      const vitals = look()
      return { status: 200, type: metrics.contentType, body: await metrics.render(vitals, assess(vitals, bounds)) }
    },
    '/health': () => {
      const health = assess(look(), bounds)
      return jsonPage(health.status === 'down' ? 503 : 200, health)
    },
    '/live': () => jsonPage(200, { status: 'live' }),
    '/ready': () => {
      const readiness = readinessOf(look())
      return jsonPage(readiness.status === 'ready' ? 200 : 503, readiness)
    }
  }
}

function processVitals(): ProcessVitals {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  return {
    pid: process.pid,
    startedMs: Math.round(performance.timeOrigin),
    cpuMs: (user + system) / 1000,
    rssBytes: rss,
    heapUsedBytes: heapUsed
  }
}
