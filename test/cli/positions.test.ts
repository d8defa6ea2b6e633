// `sluice positions` and `sluice import --again`, on real files and the real Elasticsearch: reading again without doubles,
// and with them where that is what is asked for.

import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from '../integration/connection.ts'
import { type Installation, install } from '../integration/installation.ts'
import { countDocuments } from '../integration/verify.ts'

const server = await elasticsearch()
// Several processes one after another, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })
const client = clientFor(server)

const lineOf = (path: string) =>
  `192.0.2.1 - - [01/Feb/2026:10:00:00 +0000] "GET ${path} HTTP/1.1" 200 5 "-" "curl/8"\n`
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => lineOf(`/items/${10_000 + from + i}`)).join('')
const LENGTH = lineOf('/items/10000').length

const withDrop = { enrich: [{ drop: { if: "ctx.url?.path == '/healthz'" } }] }

/** An installation that has imported this text. */
async function imported(text: string, pipeline: object = {}): Promise<Installation & { readonly log: string }> {
  const installation = install({ elasticsearch: settingsFor(server), pipeline })
  const log = join(installation.logs, 'access.log')
  writeFileSync(log, text)
  expect((await installation.sluice('import')).code).toBe(0)
  return { ...installation, log }
}

const jsonOf = async ({ sluice }: Installation, ...args: string[]) => JSON.parse((await sluice(...args)).stdout)

test('positions are listed with where their files are now, by pipeline and by path', async () => {
  const installation = await imported(lines(0, 3))
  const { log, sluice } = installation
  renameSync(log, `${log}.1`)
  const expected = { pipeline: 'web', path: `${log}.1`, firstPath: log, offset: 3 * LENGTH, isEnded: true }
  expect(await jsonOf(installation, 'positions', 'list', '--json')).toMatchObject([expected])
  expect(await jsonOf(installation, 'positions', 'list', '--json', `${log}.1`)).toMatchObject([expected])
  expect(await jsonOf(installation, 'positions', 'list', '--json', '--pipeline-name', 'other')).toEqual([])
  expect((await sluice('positions')).stdout).toMatch(/^generation +pipeline +file +offset +size +state +on disk\n/)
  expect((await sluice('positions', 'list', 'other.log')).stdout).toBe('nothing was read of other.log\n')
})

test('what is rewound is read again under the same ids: what is there comes once, what was deleted comes back', async () => {
  const installation = await imported(lines(0, 20))
  const { log, index, sluice } = installation
  await client.indices.refresh({ index })
  await client.deleteByQuery({ index, query: { range: { 'log.offset': { gte: 5 * LENGTH, lt: 8 * LENGTH } } } })
  expect(await countDocuments(client, installation)).toBe(17)
  expect(await sluice('positions', 'rewind', log)).toMatchObject({ code: 0 })
  expect(await jsonOf(installation, 'audit', '--json')).toMatchObject([{ checkpoint: 0, isBalanced: true }])
  expect((await sluice('import')).code).toBe(0)
  expect(await countDocuments(client, installation)).toBe(20)
  expect(await jsonOf(installation, 'audit', '--json', '--verify')).toMatchObject([
    { checkpoint: 20 * LENGTH, acked: 20 * LENGTH, documents: 20, verified: { kind: 'sound' } }
  ])
})

test('the ledger goes back with a position: what stays behind it keeps its fates', async () => {
  const health = lineOf('/healthz')
  const text = `${lines(0, 4)}${health}\n${lines(4, 8)}${health}${lines(8, 10)}`
  const installation = await imported(text, withDrop)
  const { log, sluice } = installation
  const to = 4 * LENGTH + health.length + 1 + 2 * LENGTH
  const [{ generation }] = await jsonOf(installation, 'positions', 'list', '--json')
  const { code, stdout } = await sluice('positions', 'rewind', generation, '--to', String(to))
  expect(code).toBe(0)
  expect(stdout).toContain(`${log} (${generation}) is read again from ${to}, it stood at ${text.length}`)
  expect(await jsonOf(installation, 'audit', '--json')).toMatchObject([
    { checkpoint: to, acked: 6 * LENGTH, dropped: health.length, skipped: 1, documents: 6, isBalanced: true }
  ])
  expect((await sluice('import')).code).toBe(0)
  expect(await jsonOf(installation, 'audit', '--json', '--verify')).toMatchObject([
    {
      checkpoint: text.length,
      acked: 10 * LENGTH,
      dropped: 2 * health.length,
      documents: 10,
      verified: { kind: 'sound' }
    }
  ])
})

test.each([
  {
    why: 'within a line',
    args: ['--to', String(LENGTH + 7)],
    says: `within a record; the one before it ends at ${LENGTH}`
  },
  { why: 'behind what was read', args: ['--to', '99999'], says: 'what is behind that is read anyway' },
  { why: 'no number', args: ['--to', 'end'], says: '--to is end; allowed: start, or a whole number of bytes' }
])('a rewind to a place $why is refused, and says why', async ({ args, says }) => {
  const { sluice, log } = await imported(lines(0, 3))
  const { code, stderr } = await sluice('positions', 'rewind', log, ...args)
  expect(stderr).toContain(says)
  expect(code).toBe(2)
})

test('a file that is gone is not rewound, and one that was never read is not known', async () => {
  const installation = await imported(lines(0, 3))
  const { sluice, log } = installation
  rmSync(log)
  expect((await sluice('positions', 'rewind', log)).stderr).toContain('is gone: there is nothing to read again')
  expect((await sluice('positions', 'forget', 'other.log', '--yes')).stderr).toContain('nothing was read of other.log')
})

test('what is forgotten is a new file to the next import, and its documents come again', async () => {
  const installation = await imported(lines(0, 3))
  const { sluice, log } = installation
  const asked = await sluice('positions', 'forget', log)
  expect(asked.code).toBe(2)
  expect(asked.stderr).toContain('its documents come again, under new ids, if a pipeline wants it: say --yes to do so')
  const [{ generation }] = await jsonOf(installation, 'positions', 'list', '--json')
  expect((await sluice('positions', 'forget', log, '--yes')).stdout).toBe(`${log} (${generation}) is forgotten\n`)
  expect(await jsonOf(installation, 'positions', 'list', '--json')).toEqual([])
  expect((await sluice('import')).code).toBe(0)
  expect(await countDocuments(client, installation)).toBe(6)
})

test('while sluice runs nothing is rewound or forgotten, and its pid is named', async () => {
  const installation = await imported(lines(0, 3))
  const { sluice, log } = installation
  const shipper = installation.run()
  await shipper.says('sluice started')
  for (const args of [
    ['rewind', log],
    ['forget', log, '--yes']
  ]) {
    const { code, stderr } = await sluice('positions', ...args)
    expect(stderr).toContain(`in use by another sluice (pid ${shipper.pid})`)
    expect(code).toBe(1)
  }
  expect((await sluice('positions', 'list')).code).toBe(0)
  await shipper.terminate()
})

test('import --again ships whole files as new generations, and a run goes on from there', async () => {
  const installation = await imported(lines(0, 5), {
    source: { type: 'file', paths: ['logs/access.log*'], startAt: 'end' }
  })
  const { sluice, log } = installation
  const again = await sluice('import', '--again')
  expect(again).toMatchObject({ code: 0 })
  expect(again.stderr).toContain('what was shipped of them before is in Elasticsearch twice then')
  expect(again.stdout).toContain('web: 5 lines')
  const [first, second] = await jsonOf(installation, 'positions', 'list', '--json')
  expect(second).toMatchObject({ offset: readFileSync(log).length })
  expect(first.generation).not.toBe(second.generation)

  appendFileSync(log, lines(5, 7))
  expect((await sluice('import')).stdout).toContain('web: 2 lines')
  expect(await jsonOf(installation, 'audit', '--json')).toMatchObject([
    { generation: first.generation, lost: 0 },
    { generation: second.generation, checkpoint: 7 * LENGTH, lost: 0 }
  ])
})
