// What was sent is found again on a real Elasticsearch, at once and whichever index behind the name has it.

import { afterAll, expect, test } from 'vitest'
import { createBacking, createClient, lookUp } from '#bulk'
import { elasticsearch } from '../elasticsearch.ts'

const { url, auth } = await elasticsearch()
const client = createClient({ nodes: [url], ...auth }, 30_000)
const prefix = `lookup-${process.pid}-${Date.now()}`
const never = new AbortController().signal
const document = { '@timestamp': 0 }

afterAll(() => client.close())

const backing = createBacking(client, never)

/** Doubts about ids that were sent when these were known to be the newest indices. */
const doubtsOf = (ids: readonly string[], since: readonly (string | undefined)[] = [undefined]) => {
  return { ids, since: new Set(since), found: new Set<string>(), searched: new Set<string>(), unanswered: 0 }
}

const found = async (name: string, ...ids: string[]) => {
  const doubts = doubtsOf(ids)
  const lookup = await lookUp(client, backing, name, doubts, never)
  return lookup.kind === 'known' ? [...doubts.found].sort() : lookup
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

test('only in indices that were not rolled over before it was sent', async () => {
  const index = `${prefix}-since`
  await client.create({ index, id: 'a', document })
  const [first = ''] = await backing.resolve(index)
  expect(backing.newest(index)).toBe(first)
  await client.indices.rollover({ alias: index })
  await client.indices.rollover({ alias: index })
  const [, second = '', third = ''] = await backing.resolve(index)
  const searchedSince = async (...since: (string | undefined)[]) => {
    const doubts = doubtsOf(['never'], since)
    expect(await lookUp(client, backing, index, doubts, never)).toEqual({ kind: 'known' })
    return [...doubts.searched]
  }
  expect(await searchedSince(third)).toEqual([third])
  expect(await searchedSince(third, second)).toEqual([third, second])
  expect(await searchedSince(second, undefined)).toEqual([third, second, first])
  expect(await searchedSince('one that is gone')).toEqual([third, second, first])
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
  expect(await lookUp(nobody, createBacking(nobody, never), 'any', doubtsOf(['a']), never)).toMatchObject({
    kind: 'failed',
    status: 0
  })
})
