// Asks a destination which generations it has documents of. Documents say where they stand, so that positions can be found
// again when the state that knew them is lost.

import type { Client } from '@elastic/elasticsearch'
import { type GenerationId, type Head, type Offset, offset, type Span } from '#record'
import { call } from './client.ts'
import { elasticsearch } from './elasticsearch.ts'

/** A generation as its documents tell of it. */
export interface ShippedGeneration {
  readonly id: GenerationId
  /** What the ids of its last documents begin with. */
  readonly idPrefix: string
  /** Where it was first seen. */
  readonly path: string
  readonly inode: string
  readonly deviceId: string
  /** The file's head as it was known when its last document was made. */
  readonly head: Head
  /** The largest end of its documents. */
  readonly end: Offset
}

/** The documents of one generation, as far as a search finds them. */
export interface Shipped {
  /** Whether all that was taken until now can be found. */
  readonly isRefreshed: boolean
  /** All generations of a shipper that have one of these inodes. */
  generations(shipper: string, inodes: readonly string[]): Promise<ShippedGeneration[]>
  /** All generations of a shipper that began with one of these heads. */
  beginningAs(shipper: string, heads: readonly Head[]): Promise<ShippedGeneration[]>
  /** The largest ends that are not behind `offset`, largest first, at most 20. */
  endsBefore(generation: GenerationId, offset: number): Promise<Offset[]>
  /** How many documents end at `offset` or before. */
  countBefore(generation: GenerationId, offset: Offset): Promise<number>
  /** The spans of all documents that begin at `from` or behind it, in order. */
  spansFrom(generation: GenerationId, from: Offset): Promise<Span[]>
}

/** Names of the fields as one term each: where a mapping made one a text, its keyword beneath. */
type Names = Readonly<Record<'generation' | 'shipper' | 'inode' | 'fingerprint', string>>

interface Bucket {
  readonly key: { readonly generation: string }
  readonly last: { readonly hits: { readonly hits: readonly { readonly _id: string; readonly _source: Source }[] } }
}

interface Source {
  readonly log?: {
    readonly file?: {
      readonly path?: string
      readonly inode?: string
      readonly device_id?: string
      readonly fingerprint?: string
    }
  }
  readonly sluice?: { readonly end_offset?: number }
}

interface Answer {
  readonly hits: {
    readonly total?: { readonly value: number }
    readonly hits: readonly {
      readonly sort: readonly unknown[]
      readonly fields?: Readonly<Record<string, readonly number[]>>
    }[]
  }
  readonly aggregations?: {
    readonly generations: { readonly after_key?: object; readonly buckets: readonly Bucket[] }
  }
}

const FIELDS: Names = {
  generation: 'sluice.generation',
  shipper: 'sluice.shipper',
  inode: 'log.file.inode',
  fingerprint: 'log.file.fingerprint'
}
const START = 'log.offset'
const END = 'sluice.end_offset'
const PAGE = 10_000
/** Inodes or heads in one request. */
const MAX_TERMS = 1_000

/**
 * Opens the documents of a data stream or index, as they are now; undefined where there is none. Needs the privileges
 * `read` and `view_index_metadata`, and `maintenance` to find what was taken in the last second. Rejects as the client does.
 */
export async function openShipped(client: Client, index: string, signal: AbortSignal): Promise<Shipped | undefined> {
  const path = `/${encodeURIComponent(index)}`
  const isRefreshed = await refresh(client, path, signal)
  if (isRefreshed === undefined) return undefined
  const names = await termNames(client, path, signal)
  const search = (body: object): Promise<Answer> =>
    call<Answer>(client, 'POST', `${path}/_search`, {
      query: { allow_partial_search_results: 'false' },
      body: { track_total_hits: false, ...body },
      signal
    })
  const within = (generation: GenerationId, range: object) => ({
    bool: { filter: [{ term: { [names.generation]: generation } }, { range }] }
  })

  async function generationsWith(
    shipper: string,
    field: string,
    terms: readonly string[]
  ): Promise<ShippedGeneration[]> {
    const found: ShippedGeneration[] = []
    for (let from = 0; from < terms.length; from += MAX_TERMS) {
      const some = { terms: { [field]: terms.slice(from, from + MAX_TERMS) } }
      found.push(...(await generationsOf([{ term: { [names.shipper]: shipper } }, some])))
    }
    return found
  }

  async function generationsOf(filter: readonly object[]): Promise<ShippedGeneration[]> {
    const found: ShippedGeneration[] = []
    let after: object | undefined
    do {
      const sources = [{ generation: { terms: { field: names.generation } } }]
      const last = { top_hits: { size: 1, sort: [{ [END]: 'desc' }], _source: ['log.file', END] } }
      const generations = { composite: { size: 500, sources, ...(after && { after }) }, aggs: { last } }
      const { aggregations } = await search({ size: 0, query: { bool: { filter } }, aggs: { generations } })
      found.push(...(aggregations?.generations.buckets ?? []).flatMap(toGeneration))
      after = aggregations?.generations.after_key
    } while (after !== undefined)
    return found
  }

  return {
    isRefreshed,
    generations: (shipper, inodes) => generationsWith(shipper, names.inode, inodes),
    beginningAs: (shipper, heads) =>
      generationsWith(
        shipper,
        names.fingerprint,
        heads.map(({ bytes, hash }) => `${bytes}:${hash}`)
      ),
    async endsBefore(generation, at) {
      const query = within(generation, { [END]: { lte: at } })
      const sort = [{ [END]: 'desc' }]
      const { hits } = await search({ size: 20, query, sort, _source: false, docvalue_fields: [END] })
      return hits.hits.map(({ fields }) => offset(fields?.[END]?.[0] ?? 0))
    },
    async countBefore(generation, at) {
      const { hits } = await search({
        size: 0,
        query: within(generation, { [END]: { lte: at } }),
        track_total_hits: true
      })
      return hits.total?.value ?? 0
    },
    async spansFrom(generation, from) {
      const spans: Span[] = []
      let after: readonly unknown[] | undefined
      do {
        const { hits } = await search({
          ...{ size: PAGE, query: within(generation, { [START]: { gte: from } }), sort: [{ [START]: 'asc' }] },
          ...{ _source: false, docvalue_fields: [START, END], ...(after && { search_after: after }) }
        })
        for (const { fields } of hits.hits) {
          spans.push({ start: offset(fields?.[START]?.[0] ?? 0), end: offset(fields?.[END]?.[0] ?? 0) })
        }
        after = hits.hits.length < PAGE ? undefined : hits.hits.at(-1)?.sort
      } while (after !== undefined)
      return spans
    }
  }
}

/** An id is its generation's prefix, of 16 characters, and an offset. */
const ID = /^([a-z2-7]{16})[0-9a-f]{12}(?:\.\d+)?$/

/** None where documents do not tell enough, as when a pipeline removes these fields. */
function toGeneration({ key, last }: Bucket): ShippedGeneration[] {
  const [hit] = last.hits.hits
  const { path, inode, device_id: deviceId, fingerprint } = hit?._source.log?.file ?? {}
  const end = hit?._source.sluice?.end_offset
  const idPrefix = ID.exec(hit?._id ?? '')?.[1]
  if (path === undefined || inode === undefined || deviceId === undefined || fingerprint === undefined) return []
  if (end === undefined || idPrefix === undefined) return []
  const [bytes = '', hash = ''] = fingerprint.split(':')
  const head = { bytes: Number(bytes), hash }
  return [{ id: key.generation as GenerationId, idPrefix, path, inode, deviceId, head, end: offset(end) }]
}

/** Lets all that was taken be found, or says that it may not; undefined where there is no such index. */
async function refresh(client: Client, path: string, signal: AbortSignal): Promise<boolean | undefined> {
  try {
    const { _shards: shards } = await call<{ _shards?: object }>(client, 'POST', `${path}/_refresh`, { signal })
    // What takes documents and has no shards cannot be searched.
    return shards === undefined ? undefined : true
  } catch (error) {
    const status = error instanceof elasticsearch().errors.ResponseError ? error.statusCode : undefined
    if (status === 404) return undefined
    if (status === 403) return false
    throw error
  }
}

async function termNames(client: Client, path: string, signal: AbortSignal): Promise<Names> {
  const beneath = (name: string) => `${name}.keyword`
  const asked = Object.values(FIELDS).flatMap(name => [name, beneath(name)])
  const { fields } = await call<{ fields: Record<string, Record<string, { aggregatable: boolean }>> }>(
    ...([client, 'GET', `${path}/_field_caps`] as const),
    { query: { fields: asked.join(',') }, signal }
  )
  const isTerm = (name: string) => Object.values(fields[name] ?? {}).some(({ aggregatable }) => aggregatable)
  const termOf = (name: string) => (!isTerm(name) && isTerm(beneath(name)) ? beneath(name) : name)
  const { generation, shipper, inode, fingerprint } = FIELDS
  return {
    generation: termOf(generation),
    shipper: termOf(shipper),
    inode: termOf(inode),
    fingerprint: termOf(fingerprint)
  }
}
