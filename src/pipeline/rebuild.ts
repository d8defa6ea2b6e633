// Finds positions again when the state that knew them is lost: documents say which generation of which file they are of.
// A generation is taken up below all that may have been in flight, and only where its file proves to be the one it was.

import { dirname } from 'node:path'
import type { Client } from '@elastic/elasticsearch'
import PQueue from 'p-queue'
import { openShipped, type Shipped, type ShippedGeneration } from '#bulk'
import type { PipelineConfig } from '#config'
import type { Framer } from '#frame'
import { type Chunk, type Generation, type GenerationId, type Offset, offset, type Span } from '#record'
import {
  type FileSourceOptions,
  HEAD_BYTES,
  inFlightBytes,
  type OpenSurveyed,
  openSurveyed,
  type Surveyed,
  stemOf,
  survey
} from '#source'
import type { Rebuilt, State } from '#state'
import { type InsistDeps, insist } from './insist.ts'

interface Deps extends InsistDeps {
  readonly client: Client
  readonly state: State
  readonly shipper: string
  readonly index: string
  /** A framer for the bytes behind a record, in this encoding where it was decided. */
  readonly framer: (decided?: string) => Framer
}

/** Answers that no waiting changes: without the privilege, or from what is no Elasticsearch that can be searched. */
const REFUSALS = [400, 403, 404, 405, 410, 501]

/** Files whose documents are looked at side by side. */
const SIDE_BY_SIDE = 4

/**
 * Finds out, once for every state store, what is known of the pipeline's files. Waits for Elasticsearch; without the right
 * to read, files are sent from their beginnings, because a line that comes twice is better than one that never does.
 */
export async function rebuild({ name, source }: PipelineConfig, deps: Deps): Promise<void> {
  const { client, state, shipper, index, log, signal } = deps
  if (state.knows(name)) return
  const files = await survey(source)
  const search = async (): Promise<Rebuilt[]> => {
    const shipped = files.length === 0 ? undefined : await openShipped(client, index, signal)
    if (shipped === undefined) return []
    const known: Known = { shipped, source, deps, claimed: new Set() }
    const generations = await shipped.generations(shipper, [...new Set(files.map(({ inode }) => inode))])
    const byKey = Map.groupBy(generations, ({ deviceId, inode }) => `${deviceId}:${inode}`)
    const queue = new PQueue({ concurrency: SIDE_BY_SIDE })
    const found = await queue.addAll(
      files.map(file => () => {
        const candidates = byKey.get(`${file.deviceId}:${file.inode}`) ?? []
        return candidates.length === 0 ? undefined : rebuildFile(file, () => candidates, known)
      })
    )
    // What none of these has become may be what was compressed or copied since.
    for (const [i, file] of files.entries()) {
      found[i] ??= await rebuildFile(file, opened => successors(file, opened, known), known)
    }
    return found.filter(one => one !== undefined)
  }
  const insisted = await insist(index, search, deps, REFUSALS)
  if (insisted.kind === 'aborted' || signal.aborted) return
  if (insisted.kind === 'refused') {
    const { status, error } = insisted
    const advice = 'give the user or API key the privileges read and view_index_metadata before a state folder is lost'
    log.error(
      { index, status, error, advice },
      'cannot ask which lines are there already: files are sent from their beginning'
    )
    state.rebuild(name, [])
    return
  }
  const rebuilt = insisted.answer
  state.rebuild(name, rebuilt)
  if (rebuilt.length === 0) return
  const bytes = rebuilt.reduce((sum, { position }) => sum + position.checkpoint, 0)
  log.warn(
    { index, files: files.length, generations: rebuilt.length, bytes },
    'state was lost, positions rebuilt from the documents that are there'
  )
}

interface Known {
  readonly shipped: Shipped
  readonly source: FileSourceOptions
  readonly deps: Deps
  /** Generations of which it is known what file they are. */
  readonly claimed: Set<GenerationId>
}

/**
 * The generations that a file may go on with whose own device and inode no file proved to be: of a whole head, or of one
 * that covers all that was shipped, and of a name that begins alike; a plain file is one of its folder.
 */
async function successors(
  { path: lastPath }: Surveyed,
  { archive, heads }: OpenSurveyed,
  { shipped, deps, claimed }: Known
): Promise<ShippedGeneration[]> {
  const found = await shipped.beginningAs(deps.shipper, heads)
  return found.filter(({ id, path, head, end }) => {
    const isAlike = stemOf(path) === stemOf(lastPath) && (archive !== undefined || dirname(path) === dirname(lastPath))
    return isAlike && !claimed.has(id) && head.bytes >= Math.min(end, HEAD_BYTES)
  })
}

/** The generation that a file is, where exactly one of those that come into question proves itself. */
async function rebuildFile(
  file: Surveyed,
  candidatesFor: (opened: OpenSurveyed) => readonly ShippedGeneration[] | Promise<readonly ShippedGeneration[]>,
  known: Known
): Promise<Rebuilt | undefined> {
  const { shipped, source, deps, claimed } = known
  const opened = await openSurveyed(file, source)
  if (opened === undefined) return undefined
  try {
    const proved: Rebuilt[] = []
    for (const candidate of await candidatesFor(opened)) {
      if (candidate.end > opened.size || !opened.hasHead(candidate.head)) continue
      const one = await trace(candidate, file, opened, shipped, inFlightBytes(source), deps.framer)
      if (one !== undefined) proved.push(one)
    }
    const [one, other] = proved
    if (other === undefined) {
      if (one !== undefined) claimed.add(one.position.generation.id)
      return one
    }
    deps.log.warn(
      { path: file.path, generations: proved.length },
      'file could be several generations, sent from its beginning'
    )
    return undefined
  } finally {
    await opened.close()
  }
}

/**
 * Where a generation is taken up again. What may have been in flight is framed once more: most documents must end where
 * its records do, or the file is another one; where the others end, records were forced to.
 */
async function trace(
  { id, idPrefix, path, end }: ShippedGeneration,
  { path: lastPath, inode, deviceId, birthMs }: Surveyed,
  opened: OpenSurveyed,
  shipped: Shipped,
  inFlight: number,
  framerFor: Deps['framer']
): Promise<Rebuilt | undefined> {
  const { size, archive } = opened
  const generation = { id, path, inode, deviceId }
  const ends = end > inFlight ? await shipped.endsBefore(id, end - inFlight) : []
  const checkpoint = await lastLineEnd(ends, opened)
  const spans = await shipped.spansFrom(id, checkpoint)
  const encoding = checkpoint === 0 ? undefined : await decideEncoding(framerFor(), generation, opened)
  const framed = await frameEnds(framerFor(encoding), generation, opened, { start: checkpoint, end })
  const forcedEnds = [...new Set(spans.map(span => span.end).filter(at => !framed.has(at)))]
  if (spans.filter(span => framed.has(span.end)).length * 2 < spans.length - 1) return undefined
  const documents = checkpoint === 0 ? 0 : await shipped.countBefore(id, checkpoint)
  // What could not be made to be found may be anywhere in the file.
  const through = shipped.isRefreshed ? offset(end + inFlight) : offset(Math.max(size, end + inFlight))
  const [head, proof] = [opened.head, await opened.proofOf(checkpoint)]
  const position = {
    generation,
    path: lastPath,
    birthMs,
    head,
    size,
    checkpoint,
    isMidCut: false,
    proof,
    waymarks: [],
    ...(archive && { archive }),
    isEnded: false
  }
  return { position, sent: { idPrefix, through, encoding }, documents, forcedEnds }
}

const NEWLINE = 0x0a
/** What of a file may decide its encoding: one read. */
const DECIDING_BYTES = 262_144

/** The largest of the ends behind which a line begins; the beginning of the file where there is none. */
async function lastLineEnd(ends: readonly Offset[], opened: OpenSurveyed): Promise<Offset> {
  for (const end of ends) {
    const [last, before] = (await opened.proofOf(end)).reverse()
    // Of two bytes in UTF-16, where the lower one comes first.
    if (last === NEWLINE || (last === 0 && before === NEWLINE)) return end
  }
  return offset(0)
}

/** The encoding that the file's beginning decides; undefined where it is set, or nothing there decides it. */
async function decideEncoding(
  framer: Framer,
  generation: Generation,
  opened: OpenSurveyed
): Promise<string | undefined> {
  for await (const bytes of opened.pieces(0, DECIDING_BYTES))
    framer.push({ generation, fingerprint: '', start: offset(0), bytes })
  return framer.decided
}

/** Where the records of a range end. */
async function frameEnds(
  framer: Framer,
  generation: Generation,
  opened: OpenSurveyed,
  { start, end }: Span
): Promise<ReadonlySet<Offset>> {
  const ends = new Set<Offset>()
  let position: number = start
  for await (const bytes of opened.pieces(start, end)) {
    const chunk: Chunk = { generation, fingerprint: '', start: offset(position), bytes }
    for (const line of framer.push(chunk).lines) ends.add(line.end)
    position += bytes.length
  }
  return ends
}
