// Asks Elasticsearch which bytes of a generation it has documents of. All questions see one point in time, and nothing is
// listed that counting can settle: where documents of one index leave no gap, their sums say so.

import type { Client } from '@elastic/elasticsearch'
import { type GenerationId, type Offset, offset, type Span } from '#record'
import { call } from './client.ts'
import { type Coverage, createFound, type Found } from './coverage.ts'
import { elasticsearch } from './elasticsearch.ts'

/** How many documents of a generation there are, in how many indices, and where the last one begins. */
export interface DocumentCount {
  readonly documents: number
  readonly indices: number
  readonly lastStart: number
}

export interface Documents {
  /** Counts all documents of each generation; those without any are left out. */
  count(generations: readonly GenerationId[]): Promise<Map<GenerationId, DocumentCount>>
  /** Counts the documents of a generation that begin before `end`. */
  countBelow(generation: GenerationId, end: Offset): Promise<DocumentCount>
  /**
   * What the documents of a generation that begin before `end` cover. `isPlain`: no two of them can share a span but by
   * mistake, so that sums can stand for a list.
   */
  cover(generation: GenerationId, end: Offset, isPlain: boolean): Promise<Coverage>
  close(): Promise<void>
  /** Whether all that was acknowledged until now can be found; without the privilege `maintenance` it may not be yet. */
  readonly isRefreshed: boolean
}

/** How many documents are listed at a time, and into how many pieces a range is cut to count them. */
const PAGE = 10_000
const PIECES = 32
/** Pieces so short are listed: there is nothing left to cut. */
const SHORTEST_BYTES = 4_096
/** Aggregated sums are doubles: exact below this. */
const EXACT = 2 ** 53
const KEEP_ALIVE = '2m'
const GENERATION = 'sluice.generation'
const START = 'log.offset'
const END = 'sluice.end_offset'

interface Bucket {
  readonly doc_count: number
  readonly from?: number
  readonly to?: number
  readonly indices: { readonly buckets: readonly unknown[] }
  readonly firstStart: { readonly value: number | null }
  readonly lastStart: { readonly value: number | null }
  readonly lastEnd: { readonly value: number | null }
  readonly starts: { readonly value: number }
  readonly ends: { readonly value: number }
}

interface Hit {
  readonly _id: string
  readonly _index: string
  readonly sort: readonly unknown[]
  readonly fields?: Readonly<Record<string, readonly number[]>>
}

interface Answer {
  readonly pit_id?: string
  readonly _shards: { readonly failed: number; readonly total: number }
  readonly hits: { readonly total?: { readonly value: number }; readonly hits: readonly Hit[] }
  readonly aggregations?: {
    readonly generations?: {
      readonly after_key?: object
      readonly buckets: readonly (Bucket & { readonly key: { readonly generation: string } })[]
    }
    readonly pieces?: { readonly buckets: readonly Bucket[] }
    readonly indices?: Bucket['indices']
    readonly lastStart?: Bucket['lastStart']
  }
}

const INDICES = { terms: { field: '_index', size: 100 } }
const LAST_START = { max: { field: START } }

/**
 * Opens a data stream or index, with all its backing indices, as it is now. Undefined where there is none. It needs the
 * privilege `read`. Rejects as the client does.
 */
export async function openDocuments(client: Client, index: string): Promise<Documents | undefined> {
  const path = `/${encodeURIComponent(index)}`
  const isRefreshed = await refresh(client, path)
  if (isRefreshed === undefined) return undefined
  const opened = await call<{ id: string }>(client, 'POST', `${path}/_pit`, { query: { keep_alive: KEEP_ALIVE } })
  const field = await generationField(client, path)
  let pit = opened.id

  async function search(body: object): Promise<Answer> {
    const answer = await call<Answer>(client, 'POST', '/_search', {
      query: { allow_partial_search_results: 'false' },
      body: { pit: { id: pit, keep_alive: KEEP_ALIVE }, ...body }
    })
    pit = answer.pit_id ?? pit
    return answer
  }

  const within = (generation: GenerationId, { start, end }: Span) => ({
    bool: { filter: [{ term: { [field]: generation } }, { range: { [START]: { gte: start, lt: end } } }] }
  })

  async function count(generations: readonly GenerationId[]): Promise<Map<GenerationId, DocumentCount>> {
    const counts = new Map<GenerationId, DocumentCount>()
    for (let i = 0; i < generations.length; i += PAGE) {
      const query = { terms: { [field]: generations.slice(i, i + PAGE) } }
      let after: object | undefined
      do {
        const sources = [{ generation: { terms: { field } } }]
        const composite = { size: 500, sources, ...(after && { after }) }
        const aggs = { generations: { composite, aggs: { indices: INDICES, lastStart: LAST_START } } }
        const { aggregations } = await search({ size: 0, query, aggs, track_total_hits: false })
        for (const { key, doc_count: documents, indices, lastStart } of aggregations?.generations?.buckets ?? []) {
          counts.set(key.generation as GenerationId, toCount(documents, indices, lastStart))
        }
        after = aggregations?.generations?.after_key
      } while (after !== undefined)
    }
    return counts
  }

  async function countBelow(generation: GenerationId, end: Offset): Promise<DocumentCount> {
    const query = within(generation, { start: offset(0), end })
    const aggs = { indices: INDICES, lastStart: LAST_START }
    const { hits, aggregations } = await search({ size: 0, query, aggs, track_total_hits: true })
    return toCount(hits.total?.value ?? 0, aggregations?.indices, aggregations?.lastStart)
  }

  /** Counts in pieces, in order; those that counting does not settle are cut again or listed. */
  async function trace(generation: GenerationId, range: Span, isPlain: boolean, found: Found): Promise<void> {
    const aggs = { pieces: { range: { field: START, ranges: cut(range) }, aggs: PIECE } }
    const { aggregations } = await search({
      ...{ size: 0, query: within(generation, range), aggs, track_total_hits: false }
    })
    for (const piece of aggregations?.pieces?.buckets ?? []) {
      if (piece.doc_count === 0) continue
      const span = { start: offset(piece.from ?? range.start), end: offset(piece.to ?? range.end) }
      if (isPlain && isWhole(piece)) {
        found.add({ start: offset(piece.firstStart.value ?? 0), end: offset(piece.lastEnd.value ?? 0) })
        found.count(piece.doc_count)
      } else if (piece.doc_count <= PAGE || span.end - span.start <= SHORTEST_BYTES) await list(generation, span, found)
      else await trace(generation, span, isPlain, found)
    }
  }

  async function list(generation: GenerationId, range: Span, found: Found): Promise<void> {
    let after: readonly unknown[] | undefined
    do {
      const { hits } = await search({
        ...{ size: PAGE, query: within(generation, range), _source: false, docvalue_fields: [START, END] },
        ...{ sort: [{ [START]: 'asc' }, '_shard_doc'], track_total_hits: false, ...(after && { search_after: after }) }
      })
      for (const { _id: id, _index: from, fields } of hits.hits) {
        const start = offset(fields?.[START]?.[0] ?? 0)
        found.see({ start, end: offset(fields?.[END]?.[0] ?? start) }, ordinalOf(id), from)
      }
      after = hits.hits.length < PAGE ? undefined : hits.hits.at(-1)?.sort
    } while (after !== undefined)
  }

  return {
    isRefreshed,
    count,
    countBelow,
    async cover(generation, end, isPlain) {
      const found = createFound()
      if (end > 0) await trace(generation, { start: offset(0), end }, isPlain, found)
      return found.coverage()
    },
    close: async () => {
      await client.closePointInTime({ id: pit })
    }
  }
}

const PIECE = {
  indices: INDICES,
  firstStart: { min: { field: START } },
  lastStart: LAST_START,
  lastEnd: { max: { field: END } },
  starts: { sum: { field: START } },
  ends: { sum: { field: END } }
}

/**
 * Whether documents follow each other without a gap: together they are as long as what lies between the first and the
 * last. Within one index no id is there twice; sums beyond what a double holds exactly prove nothing.
 */
function isWhole({ doc_count: documents, indices, firstStart, lastEnd, starts, ends }: Bucket): boolean {
  const [first, last] = [firstStart.value ?? 0, lastEnd.value ?? 0]
  return indices.buckets.length === 1 && documents * last < EXACT && ends.value - starts.value === last - first
}

function cut({ start, end }: Span): { from: number; to: number }[] {
  const step = Math.max(1, Math.ceil((end - start) / PIECES))
  const ranges: { from: number; to: number }[] = []
  for (let from: number = start; from < end; from += step) ranges.push({ from, to: Math.min(end, from + step) })
  return ranges
}

function toCount(documents: number, indices?: Bucket['indices'], lastStart?: Bucket['lastStart']): DocumentCount {
  return { documents, indices: indices?.buckets.length ?? 0, lastStart: lastStart?.value ?? 0 }
}

/** Which of the documents of its span it is, as its id says. */
function ordinalOf(id: string): number {
  const dot = id.lastIndexOf('.')
  return dot === -1 ? 0 : Number(id.slice(dot + 1))
}

/** Lets all that was acknowledged be found; false without the right to, undefined where there is no such index. */
async function refresh(client: Client, path: string): Promise<boolean | undefined> {
  try {
    await call(client, 'POST', `${path}/_refresh`)
    return true
  } catch (error) {
    const status = error instanceof elasticsearch().errors.ResponseError ? error.statusCode : undefined
    if (status === 404) return undefined
    if (status === 403) return false
    throw error
  }
}

/** The field that holds the generation as one term: where a mapping made it a text, its keyword beneath. */
async function generationField(client: Client, path: string): Promise<string> {
  const beneath = `${GENERATION}.keyword`
  const { fields } = await call<{ fields: Record<string, Record<string, { aggregatable: boolean }>> }>(
    ...([client, 'GET', `${path}/_field_caps`] as const),
    { query: { fields: `${GENERATION},${beneath}` } }
  )
  const isTerm = (name: string) => Object.values(fields[name] ?? {}).some(({ aggregatable }) => aggregatable)
  return !isTerm(GENERATION) && isTerm(beneath) ? beneath : GENERATION
}
