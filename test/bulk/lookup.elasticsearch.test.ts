// What was sent is found again on a real Elasticsearch, at once and whichever index behind the name has it.

import { afterAll, expect, test } from 'vitest'
import { createClient, lookUp } from '#bulk'
import { elasticsearch } from '../elasticsearch.ts'

const { url, auth } = await elasticsearch()
const client = createClient({ nodes: [url], ...auth }, 30_000)
const prefix = `lookup-${process.pid}-${Date.now()}`
const never = new AbortController().signal
const document = { '@timestamp': 0 }

afterAll(() => client.close())

const found = async (name: string, ...ids: string[]) => {
  const lookup = await lookUp(client, name, ids, never)
  return lookup.kind === 'known' ? [...lookup.found].sort() : lookup
}

test('behind a data stream that was rolled over', async () => {
  const index_patterns = [`${prefix}-*`]
  await client.indices.putIndexTemplate({ name: prefix, index_patterns, data_stream: {}, priority: 500 })
  const index = `${prefix}-stream`
  await client.create({ index, id: 'before', document })
  await client.indices.rollover({ alias: index })
  await client.create({ index, id: 'after', document })
  expect(await found(index, 'before', 'after', 'never')).toEqual(['after', 'before'])
})

test('behind an alias of two indices', async () => {
  const [first, second, alias] = [`old-${prefix}-1`, `old-${prefix}-2`, `alias-${prefix}`]
  await client.index({ index: first, id: 'before', document })
  await client.index({ index: second, id: 'after', document })
  await client.indices.putAlias({ index: [first, second], name: alias })
  expect(await found(alias, 'before', 'after', 'never')).toEqual(['after', 'before'])
  expect(await found(first, 'before', 'after')).toEqual(['before'])
})

test('nothing where there is nothing of that name', async () => {
  expect(await found(`nothing-${prefix}`, 'a', 'b')).toEqual([])
})

test('it cannot be told where an index behind the name is closed', async () => {
  const index = `closed-${prefix}`
  await client.index({ index, id: 'a', document })
  await client.indices.close({ index })
  expect(await found(index, 'a')).toMatchObject({ kind: 'untellable', reason: expect.stringContaining('index_closed') })
})

test('it is not known where no server answers', async () => {
  const nobody = createClient({ nodes: ['http://127.0.0.1:1'] }, 1_000)
  expect(await lookUp(nobody, 'any', ['a'], never)).toMatchObject({ kind: 'failed', status: 0 })
})
