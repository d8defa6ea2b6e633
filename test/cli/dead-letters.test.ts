// Dead letters as a person deals with them: looked at, tried, replayed through a corrected pipeline or mapping, discarded,
// also while the shipper runs; and a store of them that is full.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from '../integration/connection.ts'
import { type Installation, install, type Shipper } from '../integration/installation.ts'
import { readStore } from '../integration/store.ts'
import { countDocuments } from '../integration/verify.ts'
import { lineOf } from '../integration/writer.ts'

const server = await elasticsearch()
const client = clientFor(server)
afterAll(() => client.close())

const patient = { timeout: 120_000 }

/** An installation whose data stream takes only numbers as names of users. */
async function strict(settings: object = {}): Promise<Installation> {
  const installation = install({ elasticsearch: settingsFor(server), settings })
  const { dataset } = installation
  await client.indices.putIndexTemplate({
    name: `own-${dataset}`,
    index_patterns: [`logs-${dataset}-*`],
    data_stream: {},
    priority: 500,
    // Without a place for what does not fit, what does not fit is refused.
    template: {
      mappings: { properties: { user: { properties: { name: { type: 'integer' } } }, _conflicts: { type: 'integer' } } }
    }
  })
  return installation
}

function append({ logs }: Installation, ...lines: string[]): void {
  appendFileSync(join(logs, 'access.log'), lines.map(line => `${line}\n`).join(''))
}

/** Puts processors into its pipeline. */
function correct({ folder }: Installation, ...enrich: object[]): void {
  const file = join(folder, 'pipeline.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), enrich }))
}

/** The bytes of each fate that has any, and that they add up to the checkpoints. */
function balanced(installation: Installation): Record<string, number> {
  const { generations } = readStore(installation)
  const bytes: Record<string, number> = {}
  for (const { checkpoint, shares } of generations) {
    expect(shares.reduce((sum, share) => sum + share.bytes, 0)).toBe(checkpoint)
    for (const share of shares) bytes[`${share.fate}${share.reason && `: ${share.reason}`}`] = share.bytes
  }
  return Object.fromEntries(Object.entries(bytes).filter(([, sum]) => sum !== 0))
}

/** What a shipper that runs serves at a path. */
async function ask(shipper: Shipper, path: string): Promise<string> {
  const { url } = await shipper.says('metrics and health served')
  return (await fetch(`${url}${path}`)).text()
}

const [plain, editor, admin, robot] = [lineOf(0), lineOf(1, 'editor'), lineOf(2, 'admin'), lineOf(3, 'robot')]
const size = (...lines: string[]) => lines.reduce((sum, line) => sum + line.length + 1, 0)

test('what was refused is tried, replayed in part, and the rest discarded', patient, async () => {
  const installation = await strict()
  const { sluice } = installation
  append(installation, plain, editor, admin, robot)
  expect((await sluice('import')).code).toBe(1)
  expect(balanced(installation)).toEqual({ acked: size(plain), deadLettered: size(editor, admin, robot) })

  const dry = await sluice('dead-letters', 'replay', '--dry-run')
  expect(dry.code).toBe(1)
  expect(dry.stdout).toContain('would be refused again: document_parsing_exception: ')
  expect(dry.stdout).toContain('3 would be replayed: 0 to send, 3 refused again')

  correct(
    installation,
    { remove: { field: 'user.name', if: "ctx.user?.name == 'editor'" } },
    { drop: { if: "ctx.user?.name == 'robot'" } }
  )
  const rehearsed = await sluice('dead-letters', 'replay', '--dry-run', '--json')
  const outcomes = rehearsed.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(outcomes.map(({ outcome, objection }) => [outcome, objection?.type])).toEqual([
    ['document', undefined],
    ['document', 'document_parsing_exception'],
    ['dropped', undefined]
  ])
  expect(JSON.parse(outcomes[0].source).url.path).toBe('/items/1')
  expect(readStore(installation).deadLetters).toHaveLength(3)

  const replayed = await sluice('dead-letters', 'replay', '--since', '1h')
  expect(replayed.code).toBe(1)
  expect(replayed.stdout).toMatch(/^\S+ {2}refused again: document_parsing_exception: .*user\.name/)
  expect(replayed.stdout).toContain('3 replayed: 1 delivered, 1 dropped by rule, 1 refused again\n')
  expect(await countDocuments(client, installation)).toBe(2)
  const left = { acked: size(plain, editor), 'dropped: drop': size(robot), deadLettered: size(admin) }
  expect(balanced(installation)).toEqual(left)

  const asked = await sluice('dead-letters', 'discard', '--reason', 'user.name')
  expect(asked.code).toBe(2)
  expect(asked.stderr).toContain('1 dead letter would be thrown away for good: say --yes to do so')
  expect((await sluice('dead-letters', 'discard', '--reason', 'nothing', '--yes')).stdout).toMatch('no dead letters')
  expect((await sluice('dead-letters', 'discard', '--reason', 'user.name', '--yes')).stdout).toBe(
    '1 dead letter discarded\n'
  )
  const { deadLettered, ...others } = left
  expect(balanced(installation)).toEqual({ ...others, 'deadLettered: discarded': deadLettered })
  expect((await sluice('audit')).code).toBe(0)
  expect((await sluice('dead-letters', 'replay')).stderr).toBe('no dead letters to replay\n')
})

test('a replay that nobody heard the end of is repeated and doubles nothing', patient, async () => {
  const installation = await strict()
  const { sluice, index } = installation
  append(installation, plain, editor)
  await sluice('import')
  const [letter] = readStore(installation).deadLetters
  // As if it had been delivered and the process killed before it could say so.
  await client.create({ index, id: String(letter?.id), document: { '@timestamp': '2026-01-01T00:00:00Z' } })
  correct(installation, { remove: { field: 'user.name' } })
  const { code, stdout } = await sluice('dead-letters', 'replay', String(letter?.id))
  expect({ code, stdout }).toEqual({ code: 0, stdout: '1 replayed: 1 delivered\n' })
  expect(await countDocuments(client, installation)).toBe(2)
  expect(balanced(installation)).toEqual({ acked: size(plain, editor) })
})

test('a full store holds the pipeline, and a replay beside it lets it go on', patient, async () => {
  const installation = await strict({ deadLetters: { maxBytes: 65_536 }, batch: { maxCount: 50, maxAgeMs: 50 } })
  const { sluice } = installation
  const refused = Array.from({ length: 300 }, (_, i) => lineOf(i, 'editor'))
  append(installation, ...refused)
  const shipper = installation.run()
  const held = await shipper.says('refused documents held, the store of dead letters is full')
  expect(held).toMatchObject({ 'log.level': 'error', maxBytes: 65_536, advice: expect.stringContaining('replay') })
  append(installation, plain)
  const kept = readStore(installation).deadLetters.length
  expect(kept).toBeGreaterThan(0)
  expect(kept).toBeLessThan(300)

  correct(installation, { remove: { field: 'user.name' } })
  for (let delivered = 0; delivered < 300; ) {
    const { code, stdout } = await sluice('dead-letters', 'replay', '--json')
    expect(code).toBe(0)
    delivered += stdout.split('\n').filter(line => line.includes('"delivered"')).length
  }
  await expect.poll(() => balanced(installation), { timeout: 20_000 }).toEqual({ acked: size(...refused, plain) })
  await shipper.says('room for dead letters again')
  expect(await shipper.terminate()).toBe(0)
  expect(await countDocuments(client, installation)).toBe(301)
})

test(
  'health names the letters that wait, whichever process was refused, and is well once none does',
  patient,
  async () => {
    const installation = await strict({ metrics: { enabled: true, address: '127.0.0.1:0' } })
    const { sluice } = installation
    const untilWaiting = (shipper: Shipper, letters: number) =>
      expect
        .poll(async () => JSON.parse(await ask(shipper, '/health')), { timeout: 20_000 })
        .toMatchObject(
          letters === 0
            ? { status: 'ok', reasons: [] }
            : {
                status: 'degraded',
                reasons: [
                  { code: 'dead_letters', message: expect.stringMatching(`: ${letters} document_parsing_exception$`) }
                ]
              }
        )
    append(installation, plain, editor, admin)
    const first = installation.run()
    await untilWaiting(first, 2)
    expect(await first.terminate()).toBe(0)

    const second = installation.run()
    await untilWaiting(second, 2)
    append(installation, robot)
    await untilWaiting(second, 3)
    correct(installation, { remove: { field: 'user.name', if: "ctx.user?.name == 'editor'" } })
    expect((await sluice('dead-letters', 'replay')).stdout).toContain('1 delivered, 2 refused again')
    await untilWaiting(second, 2)
    correct(installation, { remove: { field: 'user.name' } })
    expect((await sluice('dead-letters', 'replay')).code).toBe(0)
    await untilWaiting(second, 0)
    // What has been refused since its start stays countable.
    expect(await ask(second, '/metrics')).toMatch(/^sluice_documents_dead_lettered_total\{.*\} 1$/m)
    expect(await second.terminate()).toBe(0)
  }
)

test('where Elasticsearch is away nothing changes and the command says so', patient, async () => {
  const installation = await strict()
  const { sluice, folder } = installation
  append(installation, editor)
  await sluice('import')
  const file = join(folder, 'sluice.json')
  const settings = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...settings, elasticsearch: { nodes: ['http://127.0.0.1:1'] } }))
  const { code, stderr } = await sluice('dead-letters', 'replay')
  expect(code).toBe(1)
  expect(stderr).toMatch(/^cannot replay to .* on http:\/\/127\.0\.0\.1:1: .*\. The letters stay\n$/)
  const dry = await sluice('dead-letters', 'replay', '--dry-run')
  expect(dry.stdout).toContain('1 would be replayed: 1 to send')
  expect(dry.stderr).toContain('what Elasticsearch would say is not known: ')
  expect(balanced(installation)).toEqual({ deadLettered: size(editor) })
})

test('a pipeline that is gone, a time that is none and an id that is unknown are named', patient, async () => {
  const installation = await strict()
  const { sluice, folder } = installation
  append(installation, editor)
  await sluice('import')
  const pipeline = JSON.parse(readFileSync(join(folder, 'pipeline.json'), 'utf8'))
  writeFileSync(join(folder, 'pipeline.json'), JSON.stringify({ ...pipeline, name: 'shop' }))
  const replayed = await sluice('dead-letters', 'replay')
  expect(replayed.code).toBe(1)
  expect(replayed.stdout).toContain('stays: no pipeline is named web any more')
  const late = await sluice('dead-letters', 'list', '--since', 'yesterday')
  expect(late.code).toBe(2)
  expect(late.stderr).toContain('--since is yesterday; allowed: a time in ISO 8601')
  expect((await sluice('dead-letters', 'list', 'x')).stderr).toContain('there is no such dead letter: x')
})

test('a cluster that holds documents until something is mended ends the replay with the reason', patient, async () => {
  const installation = await strict()
  const { sluice, index } = installation
  append(installation, editor)
  await sluice('import')
  correct(installation, { remove: { field: 'user.name' } })
  await client.indices.putSettings({ index, settings: { index: { default_pipeline: 'absent' } } })
  const { code, stderr } = await sluice('dead-letters', 'replay')
  expect(code).toBe(1)
  expect(stderr).toMatch(/^cannot replay to .*: pipeline with id \[absent\] does not exist\. The letters stay\n$/)
  expect(balanced(installation)).toEqual({ deadLettered: size(editor) })
  await client.indices.putSettings({ index, settings: { index: { default_pipeline: '_none' } } })
  expect((await sluice('dead-letters', 'replay')).stdout).toBe('1 replayed: 1 delivered\n')
})

test('of streams that are interleaved in one span, only what was refused is sent again', patient, async () => {
  const installation = await strict()
  const { sluice, index, folder } = installation
  const file = join(folder, 'pipeline.json')
  const pipeline = {
    ...JSON.parse(readFileSync(file, 'utf8')),
    parse: [{ format: 'json' }],
    frame: { container: 'cri' }
  }
  writeFileSync(file, JSON.stringify(pipeline))
  const at = '2026-01-02T03:04:05.678Z'
  const lines = [
    `${at} stdout P {"user":`,
    `${at} stderr F {"user":{"name":7},"n":"taken"}`,
    `${at} stdout F {"name":"editor"},"n":"refused"}`
  ]
  append(installation, ...lines)
  await sluice('import')
  expect(balanced(installation)).toEqual({ deadLettered: size(...lines) })
  expect(await countDocuments(client, installation)).toBe(1)
  expect((await sluice('dead-letters', 'list')).stdout).toContain('1 of web: document_parsing_exception')
  correct(installation, { remove: { field: 'user' } })
  expect((await sluice('dead-letters', 'replay')).stdout).toBe('1 replayed: 1 delivered\n')
  expect(balanced(installation)).toEqual({ acked: size(...lines) })
  await client.indices.refresh({ index })
  const { hits } = await client.search<{ n: string; stream: string }>({ index })
  const found = hits.hits.map(({ _source }) => _source)
  expect(found).toHaveLength(2)
  expect(found.find(one => one?.n === 'refused')).toMatchObject({ stream: 'stdout', '@timestamp': at })
})
