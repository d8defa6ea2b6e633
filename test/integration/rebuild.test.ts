// A state folder that is lost, on the real Elasticsearch: positions are found again by the documents that are there, so that
// nothing is sent twice and nothing is left out.

import { appendFileSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
