// A state folder that is lost, on the real Elasticsearch: positions are found again by the documents that are there, so that
// nothing is sent twice and nothing is left out.

import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from './connection.ts'
import { type Installation, type InstallationOptions, install } from './installation.ts'
import { countDocuments, expectOnce, untilShipped } from './verify.ts'
import { lineOf } from './writer.ts'

const server = await elasticsearch()
const client = clientFor(server)
afterAll(() => client.close())

const REBUILT = 'state was lost, positions rebuilt from the documents that are there'
const textOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${lineOf(from + i)}\n`).join('')

function installWith(options: Partial<InstallationOptions> = {}): Installation {
  return install({
    elasticsearch: settingsFor(server),
    pipeline: {
      source: { type: 'file', paths: ['logs/access.log*'], sweepMs: 100, maxReadAheadBytes: 1_048_576 },
      frame: { maxLineBytes: 65_536 }
    },
    ...options
  })
}

const lose = ({ stateDir }: Installation) => rmSync(stateDir, { recursive: true })

test('a lost state folder costs no line and doubles none', { timeout: 180_000 }, async () => {
  const installation = installWith()
  const [file, rotated] = [join(installation.logs, 'access.log'), join(installation.logs, 'access.log.1')]
  writeFileSync(file, textOf(0, 13_000))
  const first = installation.run()
  await untilShipped(client, installation, 13_000)
  renameSync(file, rotated)
  writeFileSync(file, textOf(13_000, 33_000))
  await untilShipped(client, installation, 18_000)
  await first.kill()
  lose(installation)
  appendFileSync(rotated, textOf(33_000, 33_100))

  const second = installation.run()
  expect(await second.says(REBUILT)).toMatchObject({ index: installation.index, files: 2, generations: 2 })
  await untilShipped(client, installation, 33_100)
  await second.kill()
  lose(installation)
  const third = installation.run()
  await third.says(REBUILT)
  appendFileSync(file, textOf(33_100, 33_200))
  await untilShipped(client, installation, 33_200)
  expect(await third.terminate()).toBe(0)
  const bytes = statSync(file).size + statSync(rotated).size
  await expectOnce(client, installation, { lines: 33_200, bytes })
  expect((await installation.sluice('audit')).code).toBe(0)
})

test('an import goes on from what is there, a last line without a newline included', { timeout: 60_000 }, async () => {
  const installation = installWith()
  const text = textOf(0, 1_000).trimEnd()
  writeFileSync(join(installation.logs, 'access.log'), text)
  for (const _ of [1, 2]) {
    expect((await installation.sluice('import')).code).toBe(0)
    lose(installation)
  }
  expect((await installation.sluice('import')).code).toBe(0)
  await expectOnce(client, installation, { lines: 1_000, bytes: text.length })
})

test('archives, and what was compressed or copied and cut since, are known again', { timeout: 120_000 }, async () => {
  const installation = installWith()
  const at = (name: string) => join(installation.logs, name)
  // Long enough that what is in flight begins within it, and shorter than a head.
  const texts = [textOf(0, 13_000), textOf(13_000, 13_400), textOf(13_400, 13_405), textOf(13_405, 20_000)]
  writeFileSync(at('access.log.3.gz'), gzipSync(texts[0] ?? ''))
  writeFileSync(at('access.log.2'), texts[1] ?? '')
  writeFileSync(at('access.log.1'), texts[2] ?? '')
  writeFileSync(at('access.log'), texts[3] ?? '')
  expect((await installation.sluice('import')).code).toBe(0)
  lose(installation)
  for (const name of ['access.log.1', 'access.log.2']) {
    writeFileSync(at(`${name}.zst`), zstdCompressSync(readFileSync(at(name))))
    rmSync(at(name))
  }
  copyFileSync(at('access.log'), at('access.log.0'))
  truncateSync(at('access.log'))
  appendFileSync(at('access.log'), textOf(20_000, 20_100))
  for (const _ of [1, 2]) {
    expect((await installation.sluice('import')).code).toBe(0)
    expect(await countDocuments(client, installation)).toBe(20_100)
    lose(installation)
  }
  expect((await installation.sluice('import')).code).toBe(0)
  await expectOnce(client, installation, { lines: 20_100, bytes: [...texts, textOf(20_000, 20_100)].join('').length })
})

test('an archive that only begins like what was shipped is new', { timeout: 60_000 }, async () => {
  const installation = installWith()
  const at = (name: string) => join(installation.logs, name)
  writeFileSync(at('access.log'), textOf(0, 1_000))
  expect((await installation.sluice('import')).code).toBe(0)
  lose(installation)
  rmSync(at('access.log'))
  const other = textOf(0, 12) + textOf(12, 2_000).replaceAll('/items/', '/another/item/')
  writeFileSync(at('access.log.1.gz'), gzipSync(other))
  expect((await installation.sluice('import')).code).toBe(0)
  expect(await countDocuments(client, installation)).toBe(3_000)
})

test('a damaged store is set aside and rebuilt', { timeout: 60_000 }, async () => {
  const installation = installWith()
  const text = textOf(0, 1_000)
  writeFileSync(join(installation.logs, 'access.log'), text)
  expect((await installation.sluice('import')).code).toBe(0)
  truncateSync(join(installation.stateDir, 'state.sqlite'), 9_000)
  const shipper = installation.run()
  await shipper.says('damaged state store set aside, a new one takes its place')
  await shipper.says(REBUILT)
  await untilShipped(client, installation, 1_000)
  expect(await shipper.terminate()).toBe(0)
  expect(readdirSync(installation.stateDir).some(name => name.includes('.damaged-'))).toBe(true)
  await expectOnce(client, installation, { lines: 1_000, bytes: text.length })
})

test('a file that only has the inode of one that was shipped is a new file', { timeout: 60_000 }, async () => {
  const installation = installWith()
  const file = join(installation.logs, 'access.log')
  writeFileSync(file, textOf(0, 1_000))
  expect((await installation.sluice('import')).code).toBe(0)
  lose(installation)
  // The same first kilobyte, the same inode, at least as long, and other lines behind it.
  const other = textOf(0, 12) + textOf(12, 2_000).replaceAll('/items/', '/another/item/')
  writeFileSync(file, other)
  expect((await installation.sluice('import')).code).toBe(0)
  expect(await countDocuments(client, installation)).toBe(3_000)
})

test('groups of lines that were forced to end do so again', { timeout: 60_000 }, async () => {
  const installation = installWith({ pipeline: { parse: [], multiline: { preset: 'python', timeoutMs: 200 } } })
  const file = join(installation.logs, 'access.log')
  writeFileSync(file, 'ERROR one\nTraceback (most recent call last):\n')
  const first = installation.run()
  await untilShipped(client, installation, 1)
  const before = await countDocuments(client, installation)
  await first.kill()
  lose(installation)
  appendFileSync(file, '  File "a.py", line 1, in <module>\n    run()\nValueError: late\n')
  const second = installation.run()
  await second.says(REBUILT)
  await untilShipped(client, installation, before + 1)
  expect(await second.terminate()).toBe(0)
  const { hits } = await client.search({ index: installation.index, _source: ['message'], sort: ['log.offset'] })
  const text = hits.hits.map(({ _source }) => (_source as { message: string }).message).join('\n')
  expect(text).toBe(
    'ERROR one\nTraceback (most recent call last):\n  File "a.py", line 1, in <module>\n    run()\nValueError: late'
  )
})
