// `sluice audit` on real files and the real Elasticsearch: the ledger against the disk, and against the documents.

import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test, vi } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from '../integration/connection.ts'
import { type Installation, install } from '../integration/installation.ts'

const server = await elasticsearch()
// Several processes one after another, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })
const client = clientFor(server)

const lineOf = (path: string) =>
  `192.0.2.1 - - [01/Feb/2026:10:00:00 +0000] "GET ${path} HTTP/1.1" 200 5 "-" "curl/8"\n`
/** All of one length. */
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => lineOf(`/items/${10_000 + from + i}`)).join('')
const LENGTH = lineOf('/items/10000').length

const withDrop = { enrich: [{ drop: { if: "ctx.url?.path == '/healthz'" } }] }

function installed(pipeline: object = {}): Installation & { readonly log: string } {
  const installation = install({ elasticsearch: settingsFor(server), pipeline })
  return { ...installation, log: join(installation.logs, 'access.log') }
}

async function auditOf({ sluice }: Installation, ...args: string[]) {
  const { code, stdout, stderr } = await sluice('audit', '--json', ...args)
  return { code, stderr, rows: JSON.parse(stdout) }
}

describe('audit holds the sums against the file on disk', () => {
  test('a file that was renamed after all of it was acknowledged is found under its new name', async () => {
    const installation = installed()
    const { log } = installation
    writeFileSync(log, lines(0, 5))
    expect((await installation.sluice('import')).code).toBe(0)
    renameSync(log, `${log}.1`)
    appendFileSync(`${log}.1`, lines(5, 7))
    const { code, rows } = await auditOf(installation)
    expect(rows).toMatchObject([
      {
        ...{ path: `${log}.1`, checkpoint: 5 * LENGTH, pending: 0, unread: 2 * LENGTH, isBalanced: true },
        onDisk: { kind: 'found', size: 7 * LENGTH }
      }
    ])
    expect(code).toBe(0)
    expect((await installation.sluice('audit')).stdout).toContain(`${2 * LENGTH} unread`)
  })

  test.each([
    { what: 'truncated', change: (log: string) => truncateSync(log, 10), onDisk: { kind: 'truncated', size: 10 } },
    {
      what: 'rewritten in place',
      change: (log: string) => writeFileSync(log, lines(50, 55)),
      onDisk: { kind: 'rewritten' }
    },
    { what: 'deleted', change: (log: string) => rmSync(log), onDisk: { kind: 'gone' } },
    {
      what: 'replaced by another file',
      change(log: string) {
        writeFileSync(`${log}.new`, lines(0, 5))
        renameSync(`${log}.new`, log)
      },
      onDisk: { kind: 'gone' }
    }
  ])('a file that was $what is said to be', async ({ change, onDisk }) => {
    const installation = installed()
    writeFileSync(installation.log, lines(0, 5))
    expect((await installation.sluice('import')).code).toBe(0)
    change(installation.log)
    const { code, rows } = await auditOf(installation)
    expect(rows).toMatchObject([{ checkpoint: 5 * LENGTH, isBalanced: true, onDisk }])
    // All of it was acknowledged before: nothing is lost.
    expect(code).toBe(0)
  })

  test('the sum names what was delivered without a field and what may be there twice', async () => {
    const installation = installed()
    writeFileSync(installation.log, lines(0, 5))
    expect((await installation.sluice('import')).code).toBe(0)
    expect((await installation.sluice('audit')).stdout).toContain('5 documents delivered, 0 bytes lost')
    const database = new DatabaseSync(join(installation.stateDir, 'state.sqlite'))
    const split = "INSERT INTO ledger SELECT generation, fate, ?, ?, ?, ? FROM ledger WHERE reason = ''"
    database.prepare(split).run('rescued', LENGTH, 1, 1)
    database.prepare(split).run('possiblyDoubled', 2 * LENGTH, 2, 2)
    database.prepare("UPDATE ledger SET bytes = bytes - ?, documents = 2 WHERE reason = ''").run(3 * LENGTH)
    database.close()
    const { code, stdout } = await installation.sluice('audit')
    expect(stdout).toContain(
      '5 documents delivered (1 rescued, without a field that did not fit; 2 possiblyDoubled, as they could not be looked up), 0 bytes lost'
    )
    expect(code).toBe(0)
    expect((await auditOf(installation)).rows).toMatchObject([{ isBalanced: true, rescued: 1, possiblyDoubled: 2 }])
  })

  test('it balances at every moment of a run, and right after kill -9', async () => {
    const installation = installed()
    writeFileSync(installation.log, lines(0, 40_000))
    const shipper = installation.run()
    await shipper.says('file found')
    for (let i = 0; i < 4; i += 1) {
      const { rows } = await auditOf(installation)
      expect(rows).toMatchObject([{ isBalanced: true, onDisk: { size: 40_000 * LENGTH } }])
    }
    await shipper.kill()
    const { code, rows } = await auditOf(installation)
    const [{ checkpoint, pending, unread }] = rows
    expect(rows).toMatchObject([{ isBalanced: true }])
    expect(checkpoint + pending + unread).toBe(40_000 * LENGTH)
    expect(code).toBe(0)
  })
})

describe('audit --verify asks Elasticsearch', () => {
  /** Deletes documents behind the back of the shipper. */
  async function remove({ index }: Installation, query: object): Promise<number | undefined> {
    await client.indices.refresh({ index })
    return (await client.deleteByQuery({ index, query, refresh: true })).deleted
  }

  const at = (offset: number) => ({ term: { 'log.offset': offset } })

  /** Sends the documents of two offsets a second time, to a new index behind the data stream. */
  async function double({ index }: Installation, from: number, to: number): Promise<void> {
    const query = { range: { 'log.offset': { gte: from, lt: to } } }
    const { hits } = await client.search<object>({ index, size: 1000, query })
    await client.indices.rollover({ alias: index })
    const operations = hits.hits.flatMap(({ _id, _source }) => [{ create: { _id } }, _source ?? {}])
    expect(await client.bulk({ index, operations, refresh: true })).toMatchObject({ errors: false })
  }

  test('where every byte is in one document, all is there', async () => {
    const installation = installed(withDrop)
    writeFileSync(installation.log, lines(0, 100) + lineOf('/healthz') + lines(100, 200))
    expect((await installation.sluice('import')).code).toBe(0)
    const { code, rows } = await auditOf(installation, '--verify')
    expect(rows).toMatchObject([{ verified: { kind: 'sound', documents: 200 } }])
    expect(code).toBe(0)
  })

  test('a deleted document and a doubled one are named by path, generation and bytes', async () => {
    const installation = installed()
    const { log } = installation
    writeFileSync(log, lines(0, 3_000))
    expect((await installation.sluice('import')).code).toBe(0)
    expect(await remove(installation, at(1_234 * LENGTH))).toBe(1)
    await double(installation, 2_000 * LENGTH, 2_003 * LENGTH)
    const { code, rows } = await auditOf(installation, '--verify')
    const gap = { start: 1_234 * LENGTH, end: 1_235 * LENGTH, isExact: true }
    const doubled = { start: 2_000 * LENGTH, end: 2_003 * LENGTH, surplus: 3 }
    const [{ generation, verified }] = rows
    expect(verified).toMatchObject({ kind: 'faulty', missingBytes: LENGTH, gaps: [gap], doubles: [doubled] })
    expect(verified.doubles[0].indices).toHaveLength(2)
    expect(code).toBe(1)
    const { stdout } = await installation.sluice('audit', '--verify')
    expect(stdout).toContain(`missing: ${log} (${generation}): bytes ${gap.start} to ${gap.end}\n`)
    expect(stdout).toContain(
      `doubled: ${log} (${generation}): bytes ${doubled.start} to ${doubled.end}: 3 documents too`
    )
  })

  test('a gap is told from lines that were dropped or blank as long as the file is there', async () => {
    const installation = installed(withDrop)
    const health = lineOf('/healthz')
    writeFileSync(installation.log, `${lines(0, 10)}${health}${lines(10, 20)}\n${lines(20, 30)}`)
    expect((await installation.sluice('import')).code).toBe(0)
    expect(await remove(installation, at(9 * LENGTH))).toBe(1)
    expect(await remove(installation, at(20 * LENGTH + health.length + 1))).toBe(1)
    const { rows } = await auditOf(installation, '--verify')
    const gaps = [9 * LENGTH, 20 * LENGTH + health.length + 1].map(start => ({
      start,
      end: start + LENGTH,
      isExact: true
    }))
    expect(rows).toMatchObject([{ verified: { kind: 'faulty', missingBytes: 2 * LENGTH, gaps } }])

    rmSync(installation.log)
    const gone = await auditOf(installation, '--verify')
    expect(gone.rows).toMatchObject([
      { verified: { kind: 'faulty', missingBytes: 2 * LENGTH, gaps: [{ isExact: false }, { isExact: false }] } }
    ])
    expect((await installation.sluice('audit', '--verify')).stdout).toContain(
      `some of these, ${2 * LENGTH} bytes in all`
    )
  })

  test('documents in two indices after a rollover are no doubles', async () => {
    const installation = installed()
    writeFileSync(installation.log, lines(0, 50))
    expect((await installation.sluice('import')).code).toBe(0)
    await client.indices.rollover({ alias: installation.index })
    appendFileSync(installation.log, lines(50, 90))
    expect((await installation.sluice('import')).code).toBe(0)
    const { code, rows } = await auditOf(installation, '--verify')
    expect(rows).toMatchObject([{ verified: { kind: 'sound', documents: 90 } }])
    expect(code).toBe(0)
  })

  test('without any document all of it is missing', async () => {
    const installation = installed()
    writeFileSync(installation.log, lines(0, 5))
    expect((await installation.sluice('import')).code).toBe(0)
    expect(await remove(installation, { match_all: {} })).toBe(5)
    const { code, rows } = await auditOf(installation, '--verify')
    expect(rows).toMatchObject([{ verified: { gaps: [{ start: 0, end: 5 * LENGTH, isExact: true }] } }])
    expect(code).toBe(1)
  })

  test('an Elasticsearch that cannot be reached is named', async () => {
    const installation = install({ elasticsearch: settingsFor(server) })
    writeFileSync(join(installation.logs, 'access.log'), lines(0, 1))
    expect((await installation.sluice('import')).code).toBe(0)
    const elsewhere = { elasticsearch: { nodes: ['http://127.0.0.1:1'] }, stateDir: installation.stateDir }
    writeFileSync(
      join(installation.logs, '../other.json'),
      JSON.stringify({ ...elsewhere, pipelines: ['pipeline.json'] })
    )
    const { code, stderr } = await installation.sluice('audit', '--verify', '-c', 'other.json')
    expect(stderr).toContain('cannot ask http://127.0.0.1:1: ')
    expect(code).toBe(1)
  })
})
