// Telemetry as a process has it: told by pipelines, asked over HTTP, shipping documents that may be dropped.

import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createTelemetry, type HealthDocument, type Snapshot, type TelemetryDeps } from '#telemetry'
import { parseExposition } from './exposition.ts'
import { createScene, START_MS } from './scene.ts'

type Settings = Pick<TelemetryDeps, 'metrics' | 'health'>

const served: Settings = {
  metrics: { enabled: true, address: '127.0.0.1:0', maxFileSeries: 100 },
  health: { ship: false, intervalMs: 30_000, namespace: 'default', maxLagMs: 300_000 }
}
const shipped: Settings = {
  metrics: { ...served.metrics, enabled: false },
  health: { ...served.health, ship: true }
}

function setUp(settings: Settings, ship: TelemetryDeps['ship'] = async () => undefined) {
  const lines: Record<string, unknown>[] = []
  const log = pino({ base: {} }, { write: line => void lines.push(JSON.parse(line)) })
  const scene = createScene(['nginx'])
  const telemetry = createTelemetry({
    ...settings,
    origin: { hostName: 'web-1', version: '1.2.3', ecsVersion: '8.17.0', ephemeralId: 'aaaabbbbccccdddd' },
    log,
    now: Date.now,
    snapshot: (): Snapshot => scene.snapshot(),
    ship
  })
  onTestFinished(() => telemetry.stop())
  return { telemetry, scene, lines, tally: telemetry.tally('nginx') }
}

describe('over HTTP', () => {
  async function start(settings = served) {
    const fixture = setUp(settings)
    await fixture.telemetry.start()
    const url = String(fixture.lines[0]?.url)
    const ask = async (path: string) => {
      const response = await fetch(url + path)
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
    }
    return { ...fixture, url, ask, askJson: async (path: string) => JSON.parse((await ask(path)).text) }
  }

  test('/metrics is for Prometheus', async () => {
    const { tally, ask } = await start()
    tally.read(17)
    tally.deliver(3).answered({ status: 200, durationMs: 12 })
    const { status, type, text } = await ask('/metrics')
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    const families = parseExposition(text)
    expect(families.get('sluice_read_bytes_total')?.samples.get('sluice_read_bytes_total{pipeline="nginx"}')).toBe(17)
    expect(families.get('sluice_batch_documents')?.samples.get('sluice_batch_documents_count{pipeline="nginx"}')).toBe(
      1
    )
  })

  test('/health is 200 while it is ok or degraded, and 503 when it is down, with the reasons', async () => {
    const { tally, scene, ask, askJson } = await start()
    expect(await askJson('/health')).toEqual({ status: 'ok', reasons: [] })
    scene.keptLetters.nginx = [{ type: 'document_parsing_exception', count: 1, sinceMs: START_MS }]
    const degraded = await ask('/health')
    expect([degraded.status, JSON.parse(degraded.text).status]).toEqual([200, 'degraded'])
    tally.deliver(1).holding({ documents: 1, status: 401, reason: 'unable to authenticate user [x]' })
    const down = await ask('/health')
    expect(down.status).toBe(503)
    expect(JSON.parse(down.text)).toMatchObject({
      status: 'down',
      reasons: [
        { code: 'documents_held', pipeline: 'nginx', advice: expect.stringContaining('apiKey') },
        { code: 'dead_letters', pipeline: 'nginx' }
      ]
    })
  })

  test('/health is down once something broke that no waiting mends', async () => {
    const { telemetry, ask } = await start()
    telemetry.failed(new Error('database or disk is full'))
    telemetry.failed(new Error('and what follows from that'))
    const { status, text } = await ask('/health')
    expect([status, JSON.parse(text).reasons]).toMatchObject([
      503,
      [{ code: 'failed', message: 'database or disk is full' }]
    ])
  })

  test('/ready says what is waited for until all has begun', async () => {
    const { tally, ask } = await start()
    const early = await ask('/ready')
    expect([early.status, JSON.parse(early.text)]).toEqual([
      503,
      {
        status: 'starting',
        waitingFor: ['nginx to take up its files', 'Elasticsearch to answer for logs-nginx.access-default']
      }
    ])
    tally.started()
    expect((await ask('/ready')).status).toBe(503)
    tally.preparing.done()
    const late = await ask('/ready')
    expect([late.status, JSON.parse(late.text)]).toEqual([200, { status: 'ready', waitingFor: [] }])
  })

  test('/live answers however things stand', async () => {
    const { telemetry, ask } = await start()
    telemetry.failed(new Error('disk full'))
    expect((await ask('/live')).status).toBe(200)
  })

  test('nothing is there after the stop', async () => {
    const { telemetry, url } = await start()
    await fetch(`${url}/live`)
    await telemetry.stop()
    await expect(fetch(`${url}/live`)).rejects.toThrow()
  })

  test('nothing listens unless it is turned on', async () => {
    const { telemetry, lines } = setUp(shipped)
    await telemetry.start()
    expect(lines).toEqual([])
  })
})

describe('documents on its own state', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('are shipped every interval, each with an id of its own', async () => {
    const sent: HealthDocument[][] = []
    const { telemetry } = setUp(shipped, async documents => {
      sent.push([...documents])
      return undefined
    })
    await telemetry.start()
    await vi.advanceTimersByTimeAsync(29_999)
    expect(sent).toEqual([])
    await vi.advanceTimersByTimeAsync(60_001)
    expect(sent.map(documents => documents.map(({ id }) => id))).toEqual([
      ['aaaabbbbccccdddd000000000001', 'aaaabbbbccccdddd000000000001.1'],
      ['aaaabbbbccccdddd000000000002', 'aaaabbbbccccdddd000000000002.1'],
      ['aaaabbbbccccdddd000000000003', 'aaaabbbbccccdddd000000000003.1']
    ])
  })

  test('are dropped and counted while Elasticsearch takes none, which the log says once each time it begins', async () => {
    const answers = ['connect ECONNREFUSED', 'connect ECONNREFUSED', undefined, 'status 503', undefined]
    const sent: HealthDocument[][] = []
    const { telemetry, lines } = setUp(shipped, async documents => {
      sent.push([...documents])
      return answers[sent.length - 1]
    })
    await telemetry.start()
    await vi.advanceTimersByTimeAsync(150_000)
    const dropped = sent.map(([own]) => own?.fields.sluice)
    expect(dropped).toMatchObject([0, 2, 4, 4, 6].map(documents_dropped => ({ health: { documents_dropped } })))
    expect(lines.map(({ reason }) => reason)).toEqual(['connect ECONNREFUSED', 'status 503'])
  })

  test('never queue up: those after a request that hangs are dropped', async () => {
    const { promise: answer, resolve: release } = Promise.withResolvers<undefined>()
    const sent: HealthDocument[][] = []
    const { telemetry } = setUp(shipped, documents => {
      sent.push([...documents])
      return answer
    })
    await telemetry.start()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(sent).toHaveLength(1)
    release(undefined)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(sent).toHaveLength(2)
    expect(sent[1]?.[0]).toMatchObject({
      id: 'aaaabbbbccccdddd000000000005',
      fields: { sluice: { health: { documents_dropped: 6 } } }
    })
  })

  test('end with the stop, which gives up what is on its way and logs nothing of it', async () => {
    const signals: AbortSignal[] = []
    const { telemetry, lines } = setUp(shipped, (_, signal) => {
      signals.push(signal)
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    await telemetry.start()
    await vi.advanceTimersByTimeAsync(30_000)
    await telemetry.stop()
    await vi.advanceTimersByTimeAsync(300_000)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    expect(lines).toEqual([])
  })

  test('are not shipped unless it is turned on', async () => {
    const ship = vi.fn(async () => undefined)
    const { telemetry } = setUp({ ...shipped, health: { ...shipped.health, ship: false } }, ship)
    await telemetry.start()
    await vi.advanceTimersByTimeAsync(300_000)
    expect(ship).not.toHaveBeenCalled()
  })
})
