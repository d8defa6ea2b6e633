// How far a file that a pipeline wants has come: which generation it is, how much of it is read and acknowledged, and what
// holds up the rest.

import { type FileHandle, open } from 'node:fs/promises'
import type { PipelineConfig } from '#config'
import { createLocate, findAlike, type Whereabouts } from '#source'
import type { Audited, StateReader } from '#state'
import { note, ok, type Step, wrong } from './step.ts'

/** So much behind the position is looked through for the end of a line. */
const TAIL_BYTES = 1_048_576

interface Asked {
  readonly path: string
  /** Device and inode of the file, and its size. */
  readonly key: string
  readonly size: number
  /** Since it was last written to. */
  readonly ageMs: number
  readonly pipeline: PipelineConfig
  /** Undefined where nothing was ever run with the state folder. */
  readonly reader: StateReader | undefined
  readonly isRunning: boolean
}

export async function findStanding(asked: Asked): Promise<Step[]> {
  const { path, key, size, ageMs, pipeline, reader, isRunning } = asked
  const known = reader?.audit(pipeline.name).reverse() ?? []
  const locate = createLocate(async () => [path])
  const onDisk: { readonly one: Audited; readonly is: Whereabouts }[] = []
  for (const one of known) {
    const { deviceId, inode } = one.position.generation
    if (`${deviceId}:${inode}` === key) onDisk.push({ one, is: await locate(one.position) })
  }
  const found = onDisk.find(({ is }) => is.kind === 'found')?.one
  if (found !== undefined && reader !== undefined) {
    return [
      identityOf(found),
      ...leftAlone(found),
      await offsetOf(found, path, size, isRunning),
      ...queueOf(found, reader)
    ]
  }
  const { ignoreOlderMs } = pipeline.source
  if (ignoreOlderMs > 0 && ageMs > ignoreOlderMs) {
    const says = `last written to ${Math.floor(ageMs / 1000)} s ago: what is in it would be left alone, ignoreOlderMs is ${ignoreOlderMs}`
    return [wrong('age', says, `raise ignoreOlderMs of ${pipeline.name}`)]
  }
  const then = isRunning
    ? 'the next look takes it up from its first byte'
    : 'start `sluice run`: it is read from its first byte'
  const former = onDisk.find(({ is }) => is.kind === 'truncated' || is.kind === 'rewritten')
  if (former !== undefined) {
    const { one, is } = former
    const what = is.kind === 'truncated' ? 'was truncated' : 'has another text'
    return [wrong('identity', `it was ${one.position.generation.id} and ${what} since: a new generation`, then)]
  }
  const alike = await findAlike(
    path,
    known.map(({ position }) => position)
  )
  const says =
    alike === undefined ? '' : `, though it begins as ${alike.path} (${alike.generation.id}) does: perhaps a copy`
  return [wrong('identity', `no generation of ${pipeline.name} is this file: it is new${says}`, then)]
}

function identityOf({ position: { generation, path, isEnded }, begunAt }: Audited): Step {
  const was = path === generation.path ? '' : `, first seen as ${generation.path}`
  return ok('identity', `generation ${generation.id}, known since ${begunAt}${was}${isEnded ? ', ended' : ''}`)
}

/** What was in it when it was found and was not to be read. */
function leftAlone({ shares }: Audited): Step[] {
  const bytesOf = (name: string) => shares.find(({ reason }) => reason === name)?.bytes ?? 0
  const again = 'have it read from its first byte with `sluice positions rewind`'
  const steps: Step[] = []
  if (bytesOf('ignoreOlder') > 0) {
    const says = `its first ${bytesOf('ignoreOlder')} bytes were left alone: when it was found it was older than ignoreOlderMs`
    steps.push(wrong('age', says, again))
  }
  if (bytesOf('startAt') > 0) {
    steps.push(note('age', `its first ${bytesOf('startAt')} bytes were passed over by startAt; ${again}`))
  }
  return steps
}

async function offsetOf({ position }: Audited, path: string, size: number, isRunning: boolean): Promise<Step> {
  const { checkpoint, size: seen, archive, isEnded } = position
  if (archive?.path === path) {
    const unpacked = `acknowledged to byte ${checkpoint} of its text`
    if (isEnded && checkpoint >= seen) return ok('offset', `${unpacked}, which is all of it`)
    const then = isRunning ? 'wait a moment and ask again' : 'start `sluice run`: it is unpacked on from there'
    return wrong('offset', `${unpacked}, which is not read to its end`, then)
  }
  const says = `acknowledged to ${checkpoint} of ${size} bytes`
  if (checkpoint >= size) return ok('offset', says)
  const left = `${says}: ${size - checkpoint} are left, of which ${Math.max(0, Math.min(seen, size) - checkpoint)} were seen`
  if (!isRunning) return wrong('offset', left, 'start `sluice run`: it goes on from there')
  if (!(await hasLineEnd(path, checkpoint))) {
    return ok('offset', `${says}: the last line has no newline yet and waits for it`)
  }
  return wrong('offset', left, 'wait a moment and ask again; if it does not move, the steps below say what holds it')
}

async function hasLineEnd(path: string, from: number): Promise<boolean> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'r')
    const buffer = Buffer.alloc(TAIL_BYTES)
    const { bytesRead } = await handle.read(buffer, 0, TAIL_BYTES, from)
    return bytesRead === TAIL_BYTES || buffer.subarray(0, bytesRead).includes(0x0a)
  } catch {
    return true
  } finally {
    await handle?.close()
  }
}

function queueOf({ position, shares }: Audited, reader: StateReader): Step[] {
  const dead = reader.deadSpans(position.generation.id).length
  const lost = shares.filter(({ fate }) => fate === 'lost').reduce((sum, { bytes }) => sum + bytes, 0)
  const steps: Step[] = []
  if (dead > 0) steps.push(note('queue', `${dead} of its documents were refused: see \`sluice dead-letters list\``))
  if (lost > 0) steps.push(note('queue', `${lost} of its bytes were lost: see \`sluice audit\``))
  return steps
}

/** What a shipper that runs says of itself, as far as it is about this pipeline. Silent where it cannot be asked. */
export async function askHealth(address: string, pipeline: string): Promise<Step[]> {
  try {
    const answer = await fetch(`http://${address}/health`, { signal: AbortSignal.timeout(2_000) })
    const { reasons } = (await answer.json()) as {
      reasons: { code: string; pipeline?: string; message: string; advice: string }[]
    }
    const its = reasons.filter(({ code, pipeline: of }) => STOPPING.has(code) && (of ?? pipeline) === pipeline)
    return its.map(({ message, advice }) => wrong('queue', message, advice))
  } catch {
    return [note('queue', `the shipper does not say at http://${address}/health what waits: see metrics.enabled`)]
  }
}

/** Reasons for which a file is not read or its documents wait. */
const STOPPING = new Set([
  ...[
    'failed',
    'state_unwritable',
    'documents_held',
    'document_stuck',
    'documents_waiting',
    'dead_letters_full',
    'budget_exhausted'
  ],
  ...['file_unreadable', 'lagging']
])
