// What stands on the metrics page for given events, and that Prometheus can read it.

import { describe, expect, test } from 'vitest'
import { assess } from '../../src/telemetry/health.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { parseExposition } from './exposition.ts'
import { createScene, file, letter, MINUTE, type Scene, SECOND, START_MS, share } from './scene.ts'

const bounds = { maxLagMs: 5 * MINUTE }

interface Fixture {
  readonly scene: Scene
  page(): Promise<string>
  /** The samples of a family, `name{labels}` without `name`. */
  samples(name: string): Promise<Record<string, number>>
}

function setUp(names = ['nginx'], maxFileSeries = 100): Fixture {
  const metrics = createMetrics({ version: '1.2.3', maxFileSeries })
  const scene = createScene(names, metrics.distributions)
  const page = () => {
    const vitals = scene.look()
    return metrics.render(vitals, assess(vitals, bounds))
  }
  return {
    scene,
    page,
    async samples(name) {
      const family = parseExposition(await page()).get(name)
      if (family === undefined) throw new Error(`there is no ${name}`)
      return Object.fromEntries([...family.samples].map(([key, value]) => [key.slice(name.length), value]))
    }
  }
}

describe('the metrics page', () => {
  test.each<[string, (scene: Scene) => void, Record<string, number>]>([
    ['sluice_lines_read_total', () => {}, { '{pipeline="nginx"}': 12 }],
    ['sluice_lines_unmatched_total', () => {}, { '{pipeline="nginx"}': 2 }],
    ['sluice_lines_failed_total', () => {}, { '{pipeline="nginx"}': 1 }],
    ['sluice_lines_damaged_total', () => {}, { '{pipeline="nginx"}': 5 }],
    ['sluice_documents_acked_total', () => {}, { '{pipeline="nginx"}': 9 }],
    ['sluice_batches_queued', () => {}, { '{pipeline="nginx"}': 3 }],
    [
      'sluice_dead_letters_kept',
      scene => {
        scene.keptLetters.nginx = [
          { type: 'a_exception', count: 4, sinceMs: START_MS },
          { type: 'b_exception', count: 2, sinceMs: START_MS }
        ]
      },
      { '{pipeline="nginx"}': 6 }
    ],
    [
      'sluice_spool_used_bytes',
      scene => {
        scene.spools.nginx = { usedBytes: 17, limitBytes: 16_777_216 }
      },
      { '{pipeline="nginx"}': 17 }
    ],
    [
      'sluice_spool_limit_bytes',
      scene => {
        scene.spools.nginx = { usedBytes: 17, limitBytes: 16_777_216 }
      },
      { '{pipeline="nginx"}': 16_777_216 }
    ],
    ['sluice_budget_limit_bytes', () => {}, { '': 64_000_000 }],
    ['sluice_bulk_requests_in_flight', () => {}, { '': 1 }],
    ['sluice_bulk_requests_in_flight_limit', () => {}, { '': 3 }],
    ['sluice_bulk_request_bytes_limit', () => {}, { '': 1_048_576 }],
    ['sluice_health_documents_dropped_total', () => {}, { '': 4 }],
    [
      'sluice_read_bytes_total',
      scene => {
        scene.tally('nginx').read(100)
        scene.tally('nginx').read(28)
      },
      { '{pipeline="nginx"}': 128 }
    ],
    [
      'sluice_settled_bytes_total',
      scene => {
        scene.tally('nginx').settled([share('acked', '', 90, 1, 1), share('skipped', 'blank', 1)])
        scene
          .tally('nginx')
          .settled([share('skipped', 'blank', 2), share('skipped', 'nul hole', 512), share('lost', 'rewritten', 7)])
      },
      {
        '{pipeline="nginx",fate="acked",reason=""}': 90,
        '{pipeline="nginx",fate="skipped",reason="blank"}': 3,
        '{pipeline="nginx",fate="skipped",reason="nul hole"}': 512,
        '{pipeline="nginx",fate="lost",reason="rewritten"}': 7
      }
    ],
    [
      'sluice_lines_dropped_total',
      scene => scene.tally('nginx').settled([share('dropped', 'healthz', 90, 3), share('acked', '', 9, 1, 1)]),
      { '{pipeline="nginx",rule="healthz"}': 3 }
    ],
    [
      'sluice_documents_dead_lettered_total',
      scene => scene.tally('nginx').deadLettered(['a_exception', 'b_exception', 'a_exception'].map(letter)),
      { '{pipeline="nginx",type="a_exception"}': 2, '{pipeline="nginx",type="b_exception"}': 1 }
    ],
    [
      'sluice_bulk_requests_retried_total',
      scene => scene.tally('nginx').deliver(1).retrying({ documents: 1, reason: 'ECONNREFUSED' }),
      { '{pipeline="nginx"}': 1 }
    ],
    [
      'sluice_bulk_requests_held_total',
      scene => scene.tally('nginx').deliver(1).holding({ documents: 1, status: 403, reason: 'no' }),
      { '{pipeline="nginx",status="403"}': 1 }
    ],
    [
      'sluice_documents_conflicting_total',
      scene => scene.tally('nginx').deliver(2).conflicting(2),
      { '{pipeline="nginx"}': 2 }
    ],
    [
      'sluice_batches_in_flight',
      scene => {
        scene.tally('nginx').deliver(1)
        scene.tally('nginx').deliver(1).done()
      },
      { '{pipeline="nginx"}': 1 }
    ],
    [
      'sluice_budget_used_bytes',
      scene => {
        scene.usedBytes = 17
      },
      { '': 17 }
    ],
    [
      'sluice_health_reasons',
      scene => {
        scene.failure = { sinceMs: 0, message: 'disk full' }
        scene.tally('nginx').deliver(1).holding({ documents: 1, status: 403, reason: 'no' })
      },
      { '{pipeline="",code="failed"}': 1, '{pipeline="nginx",code="documents_held"}': 1 }
    ]
  ])('says %s', async (name, play, expected) => {
    const { scene, samples } = setUp()
    play(scene)
    expect(await samples(name)).toEqual(expected)
  })

  test('has a series for every pipeline before anything happens, so that the first event is a rise from 0', async () => {
    const { page } = setUp(['nginx', 'app'])
    const families = parseExposition(await page())
    for (const name of [
      'sluice_read_bytes_total',
      'sluice_documents_acked_total',
      'sluice_bulk_requests_retried_total'
    ]) {
      expect([...(families.get(name)?.samples.keys() ?? [])]).toEqual([
        `${name}{pipeline="nginx"}`,
        `${name}{pipeline="app"}`
      ])
    }
  })

  test('counts what happens between two looks once', async () => {
    const { scene, samples } = setUp()
    scene.tally('nginx').read(10)
    await samples('sluice_read_bytes_total')
    scene.tally('nginx').read(5)
    expect(await samples('sluice_read_bytes_total')).toEqual({ '{pipeline="nginx"}': 15 })
  })

  test('forgets a reason that is gone', async () => {
    const { scene, samples } = setUp()
    const delivery = scene.tally('nginx').deliver(1)
    delivery.holding({ documents: 1, status: 403, reason: 'no' })
    await samples('sluice_health_reasons')
    delivery.done()
    expect(await samples('sluice_health_reasons')).toEqual({})
  })

  test('shows how long requests took and how many documents set out together', async () => {
    const { scene, samples } = setUp()
    const delivery = scene.tally('nginx').deliver(1_500)
    delivery.answered({ status: 429, durationMs: 30 })
    delivery.answered({ status: 200, durationMs: 700 })
    expect(await samples('sluice_bulk_request_duration_seconds')).toMatchObject({
      '_bucket{le="0.025",pipeline="nginx",status="429"}': 0,
      '_bucket{le="0.05",pipeline="nginx",status="429"}': 1,
      '_count{pipeline="nginx",status="429"}': 1,
      '_sum{pipeline="nginx",status="200"}': 0.7
    })
    expect(await samples('sluice_batch_documents')).toMatchObject({
      '_bucket{le="1000",pipeline="nginx"}': 0,
      '_bucket{le="2000",pipeline="nginx"}': 1
    })
  })

  test('names the version, and the process as Node.js measures it', async () => {
    const families = parseExposition(await setUp().page())
    const build = `sluice_build_info{version="1.2.3",node_version="${process.versions.node}"}`
    expect(families.get('sluice_build_info')?.samples.get(build)).toBe(1)
    expect(families.get('sluice_process_resident_memory_bytes')?.samples.size).toBe(1)
    expect(families.get('sluice_nodejs_eventloop_lag_p99_seconds')?.samples.size).toBe(1)
  })

  test('is one that Prometheus can read, whatever files are called', async () => {
    const { scene, page } = setUp()
    scene.files.nginx = ['/a "b"\\c\n.log', '/한글 로그.log', '/{}=,.log'].map(path =>
      file(path, { size: 2, checkpoint: 1 })
    )
    const families = parseExposition(await page())
    expect([...(families.get('sluice_file_lag_bytes')?.samples.keys() ?? [])]).toEqual([
      String.raw`sluice_file_lag_bytes{pipeline="nginx",path="/a \"b\"\\c\n.log"}`,
      'sluice_file_lag_bytes{pipeline="nginx",path="/한글 로그.log"}',
      'sluice_file_lag_bytes{pipeline="nginx",path="/{}=,.log"}'
    ])
  })

  test('gives all that is its own a name under sluice_ and a meaning in a sentence', async () => {
    for (const [name, { help }] of parseExposition(await setUp().page())) {
      expect(name).toMatch(/^sluice_[a-z0-9_]+$/)
      expect(help, name).toMatch(/^[A-Z].{5,}/)
    }
  })
})

describe('lag on the metrics page', () => {
  test('is said of each file, and of all of them', async () => {
    const { scene, samples } = setUp()
    scene.files.nginx = [file('/a.log', { size: 100, checkpoint: 40 }), file('/b.log', { size: 7 })]
    scene.look()
    scene.at(90 * SECOND)
    expect(await samples('sluice_file_lag_bytes')).toEqual({
      '{pipeline="nginx",path="/a.log"}': 60,
      '{pipeline="nginx",path="/b.log"}': 0
    })
    expect(await samples('sluice_file_lag_seconds')).toMatchObject({ '{pipeline="nginx",path="/a.log"}': 90 })
    expect(await samples('sluice_lag_bytes')).toEqual({ '{pipeline="nginx"}': 60 })
    expect(await samples('sluice_lag_seconds')).toEqual({ '{pipeline="nginx"}': 90 })
    expect(await samples('sluice_files_followed')).toEqual({ '{pipeline="nginx"}': 2 })
  })

  test('is said of the files furthest behind over all pipelines, while the sums hold all of 10,000', async () => {
    const { scene, samples } = setUp(['nginx', 'app'], 3)
    scene.files.nginx = Array.from({ length: 10_000 }, (_, i) => file(`/${i}.log`, { size: i, checkpoint: 0 }))
    scene.files.app = [file('/app.log', { size: 20_000, checkpoint: 0 })]
    expect(await samples('sluice_file_lag_bytes')).toEqual({
      '{pipeline="app",path="/app.log"}': 20_000,
      '{pipeline="nginx",path="/9999.log"}': 9_999,
      '{pipeline="nginx",path="/9998.log"}': 9_998
    })
    expect(Object.keys(await samples('sluice_file_lag_seconds'))).toHaveLength(3)
    expect(await samples('sluice_lag_bytes')).toEqual({ '{pipeline="nginx"}': 49_995_000, '{pipeline="app"}': 20_000 })
  })

  test('joins a file that has ended and its successor of the same name', async () => {
    const { scene, samples } = setUp()
    scene.files.nginx = [file('/a.log', { size: 100, checkpoint: 40 }), file('/a.log', { size: 5, checkpoint: 0 })]
    expect(await samples('sluice_file_lag_bytes')).toEqual({ '{pipeline="nginx",path="/a.log"}': 65 })
  })
})
