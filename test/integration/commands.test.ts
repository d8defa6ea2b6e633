// The commands on the real Elasticsearch, as a person runs them: draining, refusing a second process, dead letters,
// imports, and index templates.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from './connection.ts'
import { type Installation, install } from './installation.ts'
import { readStore } from './store.ts'
import { countDocuments, expectOnce, untilShipped } from './verify.ts'
import { createWriter, lineOf } from './writer.ts'

const server = await elasticsearch()
const client = clientFor(server)
afterAll(() => client.close())

/** Longer than any of its waits, so that what fails says why. */
const patient = { timeout: 120_000 }

const installed = (pipeline: object = {}) => install({ elasticsearch: settingsFor(server), pipeline })

function append(installation: Installation, name: string, lines: readonly string[]): void {
  appendFileSync(join(installation.logs, name), lines.map(line => `${line}\n`).join(''))
}

const linesOf = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => lineOf(from + i))

test('SIGTERM ends reading, and what was read is acknowledged before the process ends', {
  timeout: 60_000
}, async () => {
  const source = { type: 'file', paths: ['logs/access.log*'], maxReadAheadBytes: 1_048_576 }
  const installation = installed({ source, frame: { maxLineBytes: 10_000 } })
  const writer = createWriter(installation.logs, Math.random)
  writer.write(60_000)
  writer.finish()
  const shipper = installation.run()
  await expect.poll(() => countDocuments(client, installation), { timeout: 60_000 }).toBeGreaterThan(0)
  expect(await shipper.terminate()).toBe(0)
  await shipper.says('stopped, all that was read is acknowledged')
  const store = readStore(installation)
  const acked = store.sum('acked')
  expect(store.generations).toMatchObject([{ checkpoint: acked.bytes }])
  expect(acked.bytes).toBeLessThan(writer.bytes)
  expect(await countDocuments(client, installation)).toBe(acked.documents)
  const next = installation.run()
  await untilShipped(client, installation, writer.lines)
  expect(await next.terminate()).toBe(0)
  await expectOnce(client, installation, writer)
})

test('a second process on the same state folder is turned away and told who is there', patient, async () => {
  const installation = installed()
  const first = installation.run()
  await first.says('sluice started')
  const second = await installation.sluice('run')
  expect(second.code).toBe(1)
  expect(second.stderr).toContain(`in use by another sluice (pid ${first.pid})`)
  expect(await first.terminate()).toBe(0)
  const third = installation.run()
  await third.says('sluice started')
  expect(await third.terminate()).toBe(0)
})

test('a refused document is kept with its line and reason, and holds nothing up', patient, async () => {
  const installation = installed()
  const { dataset, index } = installation
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
  append(installation, 'access.log', [...linesOf(0, 700), lineOf(700, 'editor'), ...linesOf(701, 1_400)])
  append(installation, 'access.log', [lineOf(1_400, 'admin'), lineOf(1_401, '42')])
  const shipper = installation.run()
  const refusal = await shipper.says('document refused, kept as dead letter')
  expect(refusal).toMatchObject({ 'log.level': 'error', index, status: 400, type: 'document_parsing_exception' })
  await untilShipped(client, installation, 1_400)
  await expect.poll(() => readStore(installation).deadLetters).toHaveLength(2)
  expect(await shipper.terminate()).toBe(0)

  const { deadLetters, generations, sum } = readStore(installation)
  const text = readFileSync(join(installation.logs, 'access.log'), 'latin1')
  const [start, end] = [text.indexOf(lineOf(700, 'editor')), text.indexOf(lineOf(701))]
  const reason = expect.stringContaining('failed to parse field [user.name] of type [integer]')
  expect(deadLetters).toMatchObject([
    { raw: lineOf(700, 'editor'), start, end, index, pipeline: 'web', step: 'bulk', status: 400, reason },
    { raw: lineOf(1_400, 'admin') }
  ])
  expect(generations).toMatchObject([{ checkpoint: text.length, size: text.length }])
  expect(sum('acked')).toMatchObject({ lines: 1_400, documents: 1_400 })
  expect(sum('deadLettered')).toMatchObject({ lines: 2, documents: 2 })
  expect(sum('acked').bytes + sum('deadLettered').bytes).toBe(text.length)

  // A start from where it stood tries nothing again.
  append(installation, 'access.log', linesOf(1_402, 1_403))
  const next = installation.run()
  await untilShipped(client, installation, 1_401)
  expect(await next.terminate()).toBe(0)
  expect(next.log.map(({ message }) => message)).not.toContain('document refused, kept as dead letter')
  expect(await countDocuments(client, installation)).toBe(1_401)
})

test('an import ships what is there once, and says how much that was', patient, async () => {
  const installation = installed()
  const [first, second] = [linesOf(0, 3_000), linesOf(3_000, 5_000)]
  append(installation, 'access.log.1', first)
  append(installation, 'access.log', second)
  const imported = await installation.sluice('import')
  expect(imported).toMatchObject({ code: 0 })
  expect(imported.stdout).toMatch(`web: 5000 lines → ${installation.index}: 5000 documents, `)
  const bytes = [...first, ...second].reduce((sum, line) => sum + line.length + 1, 0)
  await expectOnce(client, installation, { lines: 5_000, bytes })

  const again = await installation.sluice('import')
  expect(again).toMatchObject({ code: 0 })
  expect(again.stdout).toMatch('web: 0 lines')
  expect(await countDocuments(client, installation)).toBe(5_000)
})

test('an import takes files from the command line, even ones without a last newline', patient, async () => {
  const installation = installed()
  append(installation, 'access.log', linesOf(0, 1))
  writeFileSync(join(installation.logs, 'old-1'), `${lineOf(1)}\n${lineOf(2)}`)
  writeFileSync(join(installation.logs, 'old-2'), lineOf(3))
  const { code, stdout } = await installation.sluice('import', 'logs/old-*')
  expect(code).toBe(0)
  expect(stdout).toMatch('web: 3 lines')
  expect(await countDocuments(client, installation)).toBe(3)
})

test('an import in which documents were refused exits with 1 and says how many', patient, async () => {
  const installation = installed()
  const { dataset } = installation
  await client.indices.putIndexTemplate({
    name: `own-${dataset}`,
    index_patterns: [`logs-${dataset}-*`],
    data_stream: {},
    priority: 500,
    template: { mappings: { dynamic: 'strict', properties: { '@timestamp': { type: 'date' } } } }
  })
  append(installation, 'access.log', linesOf(0, 3))
  const { code, stdout } = await installation.sluice('import')
  expect(code).toBe(1)
  expect(stdout).toMatch('3 refused and kept as dead letters')
})

test('lines that no format matches are shipped as they are, and counted', patient, async () => {
  const installation = installed()
  append(installation, 'access.log', [lineOf(0), 'no line of nginx', lineOf(1)])
  const { code, stdout } = await installation.sluice('import')
  expect(code).toBe(0)
  expect(stdout).toMatch('3 documents')
  expect(stdout).toMatch('1 that no format matched')
  const { index } = installation
  await client.indices.refresh({ index })
  const { hits } = await client.search({ index, query: { match_phrase: { message: 'no line of nginx' } } })
  expect(hits.hits).toHaveLength(1)
})

test('the destination becomes a data stream by a template of its own, unless one applies', {
  timeout: 40_000
}, async () => {
  const installation = installed()
  const { dataset, index } = installation
  const { index_templates: before } = await client.indices.getIndexTemplate()
  const applies = before.some(({ index_template: { index_patterns: patterns } }) => patterns.includes('logs-*-*'))
  append(installation, 'access.log', linesOf(0, 1))
  expect(await installation.sluice('import')).toMatchObject({ code: 0 })
  const name = `sluice-logs-${dataset}`
  expect(await client.indices.existsIndexTemplate({ name })).toBe(!applies)
  expect(Object.keys(await client.indices.get({ index }))).toEqual([expect.stringMatching(`^.ds-${index}-`)])

  const other = installed()
  const own = `own-${other.dataset}`
  const pattern = { name: own, index_patterns: [`logs-${other.dataset}-*`], priority: 500, data_stream: {} }
  await client.indices.putIndexTemplate(pattern)
  append(other, 'access.log', linesOf(0, 1))
  expect(await other.sluice('import')).toMatchObject({ code: 0 })
  expect(await client.indices.existsIndexTemplate({ name: `sluice-logs-${other.dataset}` })).toBe(false)
})
