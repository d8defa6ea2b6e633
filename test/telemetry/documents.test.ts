// What Sluice ships about itself: declared fields and nothing else, with ids that cannot double.

import { describe, expect, test } from 'vitest'
import type { Fields, Value } from '#record'
import { type HealthDocument, healthFields } from '#telemetry'
import { healthDocuments } from '../../src/telemetry/documents.ts'
import { assess } from '../../src/telemetry/health.ts'
import { createScene, file, letter, MINUTE, type Scene, SECOND, START_MS, share } from './scene.ts'

const origin = {
  hostName: 'web-1',
  version: '1.2.3',
  ecsVersion: '8.17.0',
  ephemeralId: 'aaaabbbbccccdddd',
  namespace: 'default'
}

function documentsOf(scene: Scene, tick = 1, from = origin): HealthDocument[] {
  const vitals = scene.look()
  return healthDocuments(vitals, assess(vitals, { maxLagMs: 5 * MINUTE }), from, tick)
}

/** Leaves by dotted name. */
function flat(fields: Fields, prefix = ''): [string, Value | undefined][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flat(value as Fields, `${prefix}${name}.`)
      : [[prefix + name, value]]
  )
}

/** A pipeline to which everything has happened. */
function eventful(): Scene {
  const scene = createScene(['nginx', 'app'])
  const tally = scene.tally('nginx')
  tally.read(2_000)
  tally.settled([
    share('acked', '', 900, 9, 9),
    share('deadLettered', '', 100, 1, 1),
    share('dropped', 'healthz', 50, 2),
    share('dropped', 'debug', 30, 1),
    share('skipped', 'blank', 20),
    share('lost', 'rewritten', 7)
  ])
  tally.deadLettered([letter('document_parsing_exception')])
  scene.keptLetters.nginx = [{ type: 'document_parsing_exception', count: 1, sinceMs: START_MS }]
  const delivery = tally.deliver(10)
  delivery.answered({ status: 503, durationMs: 20.4 })
  delivery.retrying({ documents: 10, reason: 'unavailable' })
  delivery.answered({ status: 403, durationMs: 10.4 })
  delivery.holding({ documents: 10, status: 403, reason: 'no' })
  delivery.conflicting(1)
  scene.spools.nginx = { usedBytes: 17, limitBytes: 16_777_216 }
  scene.files.nginx = [file('/a.log', { size: 2_500, checkpoint: 1_107 }), file('/b.log', { size: 4 })]
  scene.look()
  scene.at(90.5 * SECOND)
  return scene
}

describe('the documents', () => {
  test('are one for the process and one for each pipeline', () => {
    const [own, nginx, app] = documentsOf(eventful())
    expect(own?.fields).toEqual({
      '@timestamp': new Date(START_MS + 90_500).toISOString(),
      message: 'sluice is degraded (documents_held, bytes_lost, dead_letters); up for 90 s, 2 pipelines',
      data_stream: { type: 'logs', dataset: 'sluice.health', namespace: 'default' },
      event: { dataset: 'sluice.health', kind: 'metric', module: 'sluice' },
      ecs: { version: '8.17.0' },
      agent: { type: 'sluice', version: '1.2.3', ephemeral_id: 'aaaabbbbccccdddd' },
      host: { name: 'web-1' },
      log: { level: 'warn' },
      process: { pid: 7, start: '2026-11-20T12:00:00.000Z', uptime: 90 },
      sluice: {
        metricset: 'process',
        health: { status: 'degraded', reasons: ['documents_held', 'bytes_lost', 'dead_letters'], documents_dropped: 4 },
        cpu: { ms: 1_235 },
        memory: { rss_bytes: 100_000_000, heap_used_bytes: 50_000_000 },
        budget: { used_bytes: 0, limit_bytes: 64_000_000 }
      }
    })
    expect(nginx?.fields.message).toBe(
      'nginx is degraded (documents_held, bytes_lost, dead_letters); 9 documents acked, 1.4 kB behind'
    )
    expect(nginx?.fields.sluice).toEqual({
      metricset: 'pipeline',
      pipeline: { name: 'nginx', index: 'logs-nginx.access-default' },
      health: { status: 'degraded', reasons: ['documents_held', 'bytes_lost', 'dead_letters'] },
      lines: { read: 12, unmatched: 2, failed: 1, damaged: 5, dropped: 3 },
      documents: { acked: 9, dead_lettered: 1, conflicting: 1 },
      bytes: { read: 2_000, acked: 900, dead_lettered: 100, dropped: 80, skipped: 20, lost: 7 },
      bulk: { requests: 2, requests_ms: 31, retried: 1, held: 1, in_flight: 1, queued: 3 },
      files: { followed: 2 },
      lag: { bytes: 1_393, ms: 90_500 },
      spool: { used_bytes: 17, limit_bytes: 16_777_216 }
    })
    expect(app?.fields.message).toBe('app is ok; 9 documents acked, 0 B behind')
    expect(app?.fields.log).toEqual({ level: 'info' })
  })

  test('go beside the logs, to the namespace that is set', () => {
    const [own] = documentsOf(createScene(), 1, { ...origin, namespace: 'staging' })
    expect(own?.fields.data_stream).toEqual({ type: 'logs', dataset: 'sluice.health', namespace: 'staging' })
  })

  test('have every field that is declared, and no other', () => {
    const written = documentsOf(eventful()).flatMap(({ fields }) => flat(fields).map(([name]) => name))
    expect([...new Set(written)].sort()).toEqual(Object.keys(healthFields).sort())
  })

  test('have values of the declared types, whole numbers all of them', () => {
    const isOf: Record<string, (value: unknown) => boolean> = {
      date: value => typeof value === 'string' && new Date(value).toISOString() === value,
      long: value => Number.isSafeInteger(value),
      keyword: value => [value].flat().every(part => typeof part === 'string'),
      match_only_text: value => typeof value === 'string'
    }
    for (const { fields } of documentsOf(eventful())) {
      for (const [name, value] of flat(fields)) {
        expect(isOf[healthFields[name]?.type ?? '']?.(value), `${name} is ${JSON.stringify(value)}`).toBe(true)
      }
    }
  })
})

describe('their ids', () => {
  const idsOf = (tick: number, from = origin) =>
    documentsOf(createScene(['nginx', 'app']), tick, from).map(({ id }) => id)

  test('are the same when a look is shipped twice', () => {
    expect(idsOf(26)).toEqual([
      'aaaabbbbccccdddd00000000001a',
      'aaaabbbbccccdddd00000000001a.1',
      'aaaabbbbccccdddd00000000001a.2'
    ])
    expect(idsOf(26)).toEqual(idsOf(26))
  })

  test('are others for each tick and each start of the process', () => {
    const all = [...idsOf(1), ...idsOf(2), ...idsOf(1, { ...origin, ephemeralId: 'eeeeffffgggghhhh' })]
    expect(new Set(all).size).toBe(9)
  })
})
