// Sluice's own state as documents, pure, from one look. They go to logs-sluice.health-<namespace>, beside the logs and not
// to metrics-*, so that whoever may ship logs may ship them, and the same template, retention and data views apply.
// Counters are sums since the start of the process, so that a dropped document takes nothing with it; all numbers are
// whole, so that the first one gives its field no wrong type.

import type { Fate, Fields, Share } from '#record'
import type { Health } from './health.ts'
import type { Reason } from './reason.ts'
import type { PipelineVitals, Vitals } from './vitals.ts'
import { countText, durationText, sizeText } from './words.ts'

/** `event.dataset`, and the middle of the data stream's name. */
export const HEALTH_DATASET = 'sluice.health'

export interface HealthDocument {
  /** `_id`: the start of the process, the tick in 12 hexadecimal digits, and an ordinal; sent twice, it is there once. */
  readonly id: string
  readonly fields: Fields
}

/** Who the documents are from. */
export interface Origin {
  readonly hostName: string
  readonly version: string
  readonly ecsVersion: string
  /** Random, new with each start of the process, 16 characters of [a-z2-7]; with a new one all counters begin at 0. */
  readonly ephemeralId: string
  readonly namespace: string
}

/** One document for the process, then one for each pipeline. `tick` counts up from 1 with each call. */
export function healthDocuments(vitals: Vitals, health: Health, origin: Origin, tick: number): HealthDocument[] {
  const prefix = origin.ephemeralId + tick.toString(16).padStart(12, '0')
  const own = processFields(vitals, health)
  const theirs = vitals.pipelines.map(pipeline => pipelineFields(pipeline, health))
  return [own, ...theirs].map((fields, ordinal) => ({
    id: ordinal === 0 ? prefix : `${prefix}.${ordinal}`,
    fields: { ...commonFields(vitals, origin), ...fields }
  }))
}

function commonFields({ nowMs, process }: Vitals, origin: Origin): Fields {
  const { hostName, version, ecsVersion, ephemeralId, namespace } = origin
  return {
    '@timestamp': new Date(nowMs).toISOString(),
    data_stream: { type: 'logs', dataset: HEALTH_DATASET, namespace },
    event: { dataset: HEALTH_DATASET, kind: 'metric', module: 'sluice' },
    ecs: { version: ecsVersion },
    agent: { type: 'sluice', version, ephemeral_id: ephemeralId },
    host: { name: hostName },
    process: {
      pid: process.pid,
      start: new Date(process.startedMs).toISOString(),
      uptime: Math.max(0, Math.floor((nowMs - process.startedMs) / 1000))
    }
  }
}

const LEVELS = { ok: 'info', degraded: 'warn', down: 'error' } as const

function processFields({ nowMs, process, budget, pipelines, healthDocumentsDropped }: Vitals, health: Health): Fields {
  const { status, reasons } = health
  const uptime = durationText(nowMs - process.startedMs)
  return {
    message: `sluice is ${status}${because(reasons)}; up for ${uptime}, ${countText(pipelines.length, 'pipeline')}`,
    log: { level: LEVELS[status] },
    sluice: {
      metricset: 'process',
      health: { status, reasons: codesOf(reasons), documents_dropped: healthDocumentsDropped },
      cpu: { ms: Math.round(process.cpuMs) },
      memory: { rss_bytes: process.rssBytes, heap_used_bytes: process.heapUsedBytes },
      budget: { used_bytes: budget.usedBytes, limit_bytes: budget.limitBytes }
    }
  }
}

function pipelineFields(pipeline: PipelineVitals, health: Health): Fields {
  const { name, index, counters, counts, queued, files, lagBytes, lagMs, spool } = pipeline
  const reasons = health.reasons.filter(reason => reason.pipeline === name)
  const status = reasons.length === 0 ? 'ok' : 'degraded'
  const bytes = (fate: Fate) => sumOf(counts.shares, fate, 'bytes')
  return {
    message: `${name} is ${status}${because(reasons)}; ${counters.acked} documents acked, ${sizeText(lagBytes)} behind`,
    log: { level: LEVELS[status] },
    sluice: {
      metricset: 'pipeline',
      pipeline: { name, index },
      health: { status, reasons: codesOf(reasons) },
      lines: {
        read: counters.lines,
        unmatched: counters.unmatched,
        failed: counters.failed,
        damaged: counters.damaged,
        dropped: sumOf(counts.shares, 'dropped', 'lines')
      },
      documents: {
        acked: counters.acked,
        dead_lettered: sum(counts.deadLetters.values()),
        conflicting: counts.conflicting
      },
      bytes: {
        read: counts.readBytes,
        acked: bytes('acked'),
        dead_lettered: bytes('deadLettered'),
        dropped: bytes('dropped'),
        skipped: bytes('skipped'),
        lost: bytes('lost')
      },
      bulk: {
        requests: counts.requests,
        requests_ms: Math.round(counts.requestsMs),
        retried: counts.retried,
        held: sum(counts.held.values()),
        in_flight: counts.inFlight.size,
        queued
      },
      files: { followed: files.length },
      lag: { bytes: lagBytes, ms: lagMs },
      ...(spool !== undefined && { spool: { used_bytes: spool.usedBytes, limit_bytes: spool.limitBytes } })
    }
  }
}

function because(reasons: readonly Reason[]): string {
  return reasons.length === 0 ? '' : ` (${codesOf(reasons).join(', ')})`
}

function codesOf(reasons: readonly Reason[]): string[] {
  return [...new Set(reasons.map(({ code }) => code))]
}

function sumOf(shares: readonly Share[], fate: Fate, of: 'bytes' | 'lines'): number {
  return sum(shares.filter(share => share.fate === fate).map(share => share[of]))
}

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}
