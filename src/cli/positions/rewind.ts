// `sluice positions rewind`: has a file read again from an earlier place, under the same ids. The ledger goes back with it:
// what became of the bytes that stay behind the position is found out by reading them once more.

import { open } from 'node:fs/promises'
import { Command } from 'commander'
import { type Config, loadConfig } from '#config'
import { SluiceError } from '#errors'
import { describeHost, recount } from '#pipeline'
import { type Offset, offset, type Share, type Span } from '#record'
import { openPositions, type Rewind } from '#state'
import { type ConfigOptions, configOption, pipelineOption } from '../options.ts'
import { version } from '../version.ts'
import { chooseOne, type Known, openKnown } from './choose.ts'

const PROOF_BYTES = 256

export function rewindCommand(): Command {
  return new Command('rewind')
    .description('have a file read again from an earlier place, under the same ids')
    .argument('<file>', 'its path, or the id of a generation')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('--to <offset>', 'the byte at which a record begins, or start', 'start')
    .addHelpText(
      'after',
      `
The documents behind it are sent again under the ids that they have: what Elasticsearch has already counts as
delivered and comes no second time. What was deleted there, or refused for a mapping that was mended, is delivered.
Dead letters behind it are dropped and judged anew. It is refused while sluice runs.`
    )
    .action(rewind)
}

async function rewind(file: string, { config, pipeline, to }: ConfigOptions & { to: string }): Promise<void> {
  const wanted = to === 'start' ? 0 : Number(to)
  if (!Number.isSafeInteger(wanted) || wanted < 0) {
    throw new SluiceError('E_USAGE', `--to is ${to}; allowed: start, or a whole number of bytes`)
  }
  const loaded = await loadConfig({ settingsFile: config, pipelineFiles: pipeline, env: process.env })
  const positions = openPositions(loaded.settings.stateDir, () => new Date())
  try {
    const { reader, known } = await openKnown(loaded)
    const one = chooseOne(known, file)
    const { generation, checkpoint } = one.position
    if (wanted > checkpoint) {
      throw new SluiceError(
        'E_USAGE',
        `--to is ${to}, and it was read to ${checkpoint}: what is behind that is read anyway`
      )
    }
    const dead = reader.deadSpans(generation.id).filter(({ start }) => start < wanted)
    reader.close()
    positions.rewind(generation.id, await rewindTo(offset(wanted), one, loaded, dead))
    process.stdout.write(
      `${one.path} (${generation.id}) is read again from ${wanted}, it stood at ${checkpoint}. Its documents are sent under the ids they have: what is there counts as delivered\n`
    )
  } finally {
    positions.close()
  }
}

async function rewindTo(to: Offset, one: Known, config: Config, dead: readonly Span[]): Promise<Rewind> {
  const { onDisk, position, shares } = one
  if (onDisk.kind !== 'found') {
    throw new SluiceError(
      'E_USAGE',
      `the file of ${position.generation.id} is ${onDisk.kind}: there is nothing to read again`
    )
  }
  if (to === 0) return { checkpoint: to, proof: Buffer.alloc(0), shares: [] }
  if (to === position.checkpoint) return { checkpoint: to, proof: position.proof, shares }
  return {
    checkpoint: to,
    proof: await proofAt(onDisk.path, to),
    shares: await sharesBelow(to, onDisk.path, one, config, dead)
  }
}

async function sharesBelow(
  to: Offset,
  path: string,
  { pipeline: name, position: { generation, checkpoint }, shares }: Known,
  { pipelines, settings }: Config,
  dead: readonly Span[]
): Promise<Share[]> {
  const pipeline = pipelines.find(one => one.name === name)
  if (pipeline === undefined) throw new SluiceError('E_USAGE', `there is no pipeline ${name}: name its file with -p`)
  const skipped = shares.find(({ reason }) => reason === 'startAt' || reason === 'ignoreOlder')
  const start = offset(skipped?.bytes ?? 0)
  if (to < start)
    throw new SluiceError('E_USAGE', `reading began at ${start}: allowed: start, or an offset from there on`)
  const file = { path, generation, span: { start, end: checkpoint } }
  const counted = await recount(pipeline, describeHost(settings.host, version), file, to)
  if (counted.recordEnd !== to) {
    throw new SluiceError(
      'E_USAGE',
      `--to is ${to}, which is within a record; the one before it ends at ${counted.recordEnd}`
    )
  }
  return [...(skipped === undefined ? [] : [skipped]), ...withDead(counted.shares, dead)]
}

/** The pipeline does not know what Elasticsearch refused. */
function withDead(shares: readonly Share[], dead: readonly Span[]): Share[] {
  if (dead.length === 0) return [...shares]
  const starts = new Set(dead.map(({ start }) => start))
  const spans = dead.filter(({ start }) => starts.delete(start))
  const bytes = spans.reduce((sum, { start, end }) => sum + end - start, 0)
  const refused: Share = { fate: 'deadLettered', reason: '', bytes, lines: spans.length, documents: dead.length }
  const rest = shares.map(share =>
    share.fate === 'acked'
      ? {
          ...share,
          bytes: share.bytes - bytes,
          lines: share.lines - spans.length,
          documents: share.documents - dead.length
        }
      : share
  )
  return [...rest, refused]
}

/** The bytes right before an offset, by which the file is known again. */
async function proofAt(path: string, to: number): Promise<Buffer> {
  const handle = await open(path, 'r')
  try {
    const proof = Buffer.alloc(Math.min(PROOF_BYTES, to))
    await handle.read(proof, 0, proof.length, to - proof.length)
    return proof
  } finally {
    await handle.close()
  }
}
