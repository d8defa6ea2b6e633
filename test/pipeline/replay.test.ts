// A dead letter in its pipeline as it is now: the line as it was read, under the id and the place that it always had.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '#config'
import type { ReplayableLetter } from '#state'
import { createReplay } from '../../src/pipeline/replay.ts'

const letter: ReplayableLetter = {
  ...{
    id: 'prefixprefixpref000000000014.2',
    pipeline: 'web',
    generation: 'generation',
    ordinal: 2,
    start: 20,
    end: 50
  },
  ...{ path: '/logs/shop.log.1', firstPath: '/logs/shop.log', inode: '7', deviceId: '9', fingerprint: '3:abc' },
  ...{
    index: 'logs-old-default',
    raw: '{"level":"INFO","n":"1"}',
    source: '{"@timestamp":"2026-01-02T03:04:05.000Z"}'
  },
  ...{ step: 'bulk', status: 400, type: 'document_parsing_exception', reason: 'n', at: '2026-01-03T00:00:00.000Z' },
  marks: {}
}

/** The letter in a pipeline with these parts. */
async function replay(pipeline: object, changes: Partial<ReplayableLetter> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-replay-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'web.json')
  const source = { type: 'file', paths: ['/logs/${service}.log'] }
  const whole = { name: 'web', source, parse: [{ format: 'json' }], destination: { dataset: 'new' }, ...pipeline }
  writeFileSync(file, JSON.stringify(whole))
  const config = await loadConfig({ pipelineFiles: [file], env: {} })
  const host = { agent: () => ({}), host: () => ({}) }
  const replayed = config.pipelines.map(one => createReplay(one, host)({ ...letter, ...changes }))[0]
  return { ...replayed, fields: JSON.parse(replayed?.item?.source ?? '{}') }
}

test('it is parsed and enriched anew, with its own id, place and fields of its path', async () => {
  const { item, fields, isMatched } = await replay({ enrich: [{ convert: { field: 'n', type: 'integer' } }] })
  expect(item).toMatchObject({ id: letter.id, start: 20, end: 50, ordinal: 2, raw: letter.raw })
  expect(isMatched).toBe(true)
  expect(fields).toMatchObject({
    n: 1,
    service: { name: 'shop' },
    data_stream: { dataset: 'new' },
    log: { offset: 20, file: { path: '/logs/shop.log', inode: '7', device_id: '9', fingerprint: '3:abc' } },
    sluice: { generation: 'generation', end_offset: 50 }
  })
})

test('a line that says no time keeps that of its document, and where that is none that of its refusal', async () => {
  expect((await replay({})).fields['@timestamp']).toBe('2026-01-02T03:04:05.000Z')
  const bad = await replay({}, { source: '{"@timestamp":"yesterday"}' })
  expect(bad.fields['@timestamp']).toBe('2026-01-03T00:00:00.000Z')
})

test('what a container runtime said beside it, and how it was framed, is said again', async () => {
  const container = { stream: 'stderr', time: '2026-01-01T00:00:00Z' }
  const { fields } = await replay({}, { marks: { container, isCut: true, isDamaged: true } })
  expect(fields).toMatchObject({ stream: 'stderr', '@timestamp': '2026-01-01T00:00:00.000Z' })
  expect(fields.tags).toEqual(['_cut', '_invalid_encoding'])
})

test('a rule may drop it, a format may not match it, and a processor may fail on it', async () => {
  expect((await replay({ enrich: [{ drop: {} }] })).item).toBeUndefined()
  expect(await replay({}, { raw: 'text' })).toMatchObject({ isMatched: false, fields: { message: 'text' } })
  expect(await replay({ enrich: [{ rename: { field: 'absent', target_field: 'b' } }] })).toMatchObject({
    isFailed: true
  })
})
