// Holds the ledger against the documents in Elasticsearch: what was acknowledged and has no document is a gap, what has more
// than one is doubled. Only where counts differ is it looked for which bytes these are.

import type { Client } from '@elastic/elasticsearch'
import { createClient, type DocumentCount, type Documents, type Doubled, openDocuments } from '#bulk'
import type { Config, PipelineConfig } from '#config'
import { SluiceError } from '#errors'
import { describeHost, retrace } from '#pipeline'
import { offset, type Span } from '#record'
import type { Audited, StateReader } from '#state'
import type { AuditRow } from './account.ts'
import { version } from './version.ts'

export interface Gap extends Span {
  /** Whether each of these bytes is missing, and not only some, as where the file is gone that could tell. */
  readonly isExact: boolean
}

/**
 * - sound: every byte that was acknowledged is in one document.
 * - faulty: bytes without a document, or with several.
 * - unknown: Elasticsearch could not be asked about it.
 */
export type Verified =
  | { readonly kind: 'sound'; readonly documents: number }
  | {
      readonly kind: 'faulty'
      readonly documents: number
      readonly missingBytes: number
      readonly gaps: readonly Gap[]
      readonly doubles: readonly Doubled[]
    }
  | { readonly kind: 'unknown'; readonly reason: string }

export const rangeText = ({ start, end }: Span) => `bytes ${start} to ${end}`

/** An answer for each of the audited generations, in their order. Throws E_BULK_VERIFY where Elasticsearch does not answer. */
export async function verify(
  config: Config,
  audited: readonly Audited[],
  rows: readonly AuditRow[],
  reader: StateReader
): Promise<Verified[]> {
  const { settings, pipelines } = config
  const client = createClient(settings.elasticsearch, settings.elasticsearch.bulk.timeoutMs)
  const verified: Verified[] = audited.map(({ pipeline }) => ({
    kind: 'unknown',
    reason: `there is no pipeline ${pipeline}: name its file with -p`
  }))
  try {
    for (const pipeline of pipelines) {
      const its = audited.flatMap((one, i) => {
        const row = rows[i]
        return one.pipeline === pipeline.name && row !== undefined ? [{ one, row, i }] : []
      })
      if (its.length === 0) continue
      const answers = await verifyPipeline(config, pipeline, its, { client, reader })
      for (const [j, { i }] of its.entries()) verified[i] = answers[j] ?? { kind: 'unknown', reason: 'not asked' }
    }
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause
    const why = (cause as Error).message.split('\n', 1)[0]
    throw new SluiceError('E_BULK_VERIFY', `cannot ask ${settings.elasticsearch.nodes.join(', ')}: ${why}`, { cause })
  } finally {
    await client.close()
  }
  return verified
}

interface Asked {
  readonly one: Audited
  readonly row: AuditRow
}

async function verifyPipeline(
  { settings }: Config,
  pipeline: PipelineConfig,
  its: readonly Asked[],
  { client, reader }: { readonly client: Client; readonly reader: StateReader }
): Promise<Verified[]> {
  const { dataset, namespace } = pipeline.destination
  const documents = await openDocuments(client, `logs-${dataset}-${namespace}`)
  try {
    if (documents?.isRefreshed === false) {
      process.stderr.write('without the privilege maintenance: what was taken a moment ago may be named as missing\n')
    }
    const host = describeHost(settings.host, version)
    const isDocument = async ({ row, one }: Asked, span: Span): Promise<Span[] | undefined> => {
      if (row.onDisk.kind !== 'found') return undefined
      const found: Span[] = []
      const { generation } = one.position
      await retrace(pipeline, host, { path: row.onDisk.path, generation, span }, ({ fate, start, end }) => {
        if (fate === 'acked') join(found, { start, end })
      })
      return found
    }
    const counts = await documents?.count(its.map(({ one }) => one.position.generation.id))
    const verified: Verified[] = []
    for (const asked of its) {
      const { generation } = asked.one.position
      const compare = { isDocument, reader, isPlain: isPlain(pipeline) }
      verified.push(await verifyOne(asked, documents, counts?.get(generation.id), compare))
    }
    return verified
  } finally {
    await documents?.close()
  }
}

interface Compare {
  /** The parts of a span that are documents, by the file; undefined where there is no such file. */
  readonly isDocument: (asked: Asked, span: Span) => Promise<Span[] | undefined>
  readonly reader: StateReader
  readonly isPlain: boolean
}

/** Whether every span is one document at most. */
function isPlain({ frame, parse }: PipelineConfig): boolean {
  return frame.container === undefined && !parse.some(({ format }) => format === 'json')
}

async function verifyOne(
  asked: Asked,
  documents: Documents | undefined,
  count: DocumentCount | undefined,
  { isDocument, reader, isPlain }: Compare
): Promise<Verified> {
  const { one, row } = asked
  const { generation, checkpoint } = one.position
  const hasOwnIds = one.idPrefix === generation.id
  let below: DocumentCount = count ?? { documents: 0, indices: 0, lastStart: 0 }
  // What lies behind the checkpoint is on its way.
  if (documents && count && count.lastStart >= checkpoint) {
    below = await documents.countBelow(generation.id, checkpoint)
  }
  // Ids differ within an index: as many documents as were acknowledged are these.
  if (below.documents === row.documents && below.indices <= 1 && hasOwnIds) {
    return { kind: 'sound', documents: below.documents }
  }
  const coverage = await documents?.cover(generation.id, checkpoint, isPlain && hasOwnIds)
  const dead = reader.deadSpans(generation.id)
  const bare = uncovered(checkpoint, merge([...(coverage?.covered ?? []), ...dead]))
  const missingBytes = lengthOf(bare) - bareOf(one)
  const gaps = missingBytes > 0 ? await nameGaps(asked, bare, missingBytes, isDocument) : []
  const doubles = coverage?.doubled ?? []
  if (gaps.length + doubles.length === 0) return { kind: 'sound', documents: below.documents }
  return { kind: 'faulty', documents: below.documents, missingBytes: Math.max(0, missingBytes), gaps, doubles }
}

/** Bytes that have no document by right and of which nothing says where they stand. */
function bareOf({ shares }: Audited): number {
  const isBare = ({ fate, reason }: Audited['shares'][number]) =>
    fate !== 'acked' && (fate !== 'deadLettered' || reason !== '')
  return shares.filter(isBare).reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Of bytes without a document some may have been dropped or skipped: the file, read again, tells which were not. */
async function nameGaps(
  asked: Asked,
  bare: readonly Span[],
  missingBytes: number,
  isDocument: Compare['isDocument']
): Promise<Gap[]> {
  if (lengthOf(bare) === missingBytes) return bare.map(span => ({ ...span, isExact: true }))
  const gaps: Gap[] = []
  for (const span of bare) {
    const found = await isDocument(asked, span)
    gaps.push(...(found ?? [span]).map(part => ({ ...part, isExact: found !== undefined })))
  }
  // The pipeline may have been changed since, and drop what it shipped.
  return gaps.length > 0 ? gaps : bare.map(span => ({ ...span, isExact: false }))
}

const lengthOf = (spans: readonly Span[]) => spans.reduce((sum, { start, end }) => sum + end - start, 0)

/** Spans in order, those that meet or overlap as one. */
export function merge(spans: readonly Span[]): Span[] {
  const merged: Span[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start)) join(merged, span)
  return merged
}

function join(spans: Span[], span: Span): void {
  const last = spans.at(-1)
  if (last === undefined || span.start > last.end) spans.push(span)
  else if (span.end > last.end) spans[spans.length - 1] = { start: last.start, end: span.end }
}

/** What merged spans leave of the bytes before `end`. */
export function uncovered(end: number, covered: readonly Span[]): Span[] {
  const bare: Span[] = []
  let at = offset(0)
  for (const span of covered) {
    if (span.start >= end) break
    if (span.start > at) bare.push({ start: at, end: span.start })
    at = span.end
  }
  if (at < end) bare.push({ start: at, end: offset(end) })
  return bare
}
