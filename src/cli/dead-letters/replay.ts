// `sluice dead-letters replay`: sends refused lines again, through the pipeline as it is now. It runs beside `sluice run`.

import { Command } from 'commander'
import { createClient } from '#bulk'
import { loadConfig } from '#config'
import { createResend, describeHost, type Rehearsed, type Resend, type Resent } from '#pipeline'
import { openLetters } from '#state'
import { pipelineOption } from '../options.ts'
import { onStopSignal } from '../signals.ts'
import { version } from '../version.ts'
import { type ChooseOptions, filterOf, withChoice } from './choose.ts'

interface ReplayOptions extends ChooseOptions {
  readonly dryRun?: true
  readonly json?: true
}

export function replayCommand(): Command {
  return withChoice(
    new Command('replay').description(
      'send them again, from the line as it was read, through the pipeline as it is now'
    )
  )
    .addOption(pipelineOption())
    .option('--dry-run', 'show what would be sent and what would be refused again, and change nothing')
    .option('--json', 'one outcome a line as JSON')
    .addHelpText(
      'after',
      `
Ids stay, so it can be repeated and ended at any time: what Elasticsearch has already counts as delivered.
What is delivered, or dropped by a rule, leaves the store and is accounted for so; what is refused stays
with the new reason. It works while sluice runs. Exits with 1 where letters stay.`
    )
    .action(replay)
}

async function replay(ids: string[], options: ReplayOptions): Promise<void> {
  const { config: settingsFile, pipeline: pipelineFiles, dryRun, json } = options
  const config = await loadConfig({ settingsFile, pipelineFiles, env: process.env })
  const { settings } = config
  const stopping = new AbortController()
  const stopListening = onStopSignal(() => stopping.abort())
  const letters = openLetters(settings.stateDir, () => new Date())
  const client = createClient(settings.elasticsearch, settings.elasticsearch.bulk.timeoutMs)
  try {
    const resend = createResend(config, {
      letters,
      client,
      host: describeHost(settings.host, version),
      signal: stopping.signal,
      onRetry: reason => process.stderr.write(`Elasticsearch does not take them yet, trying again: ${reason}\n`)
    })
    const chosen = letters.ids(filterOf(ids, options, new Date()))
    if (chosen.length === 0) process.stderr.write('no dead letters to replay\n')
    else if (dryRun) await rehearse(resend, chosen, json === true)
    else await send(resend, chosen, json === true)
  } catch (error) {
    if (!stopping.signal.aborted) throw error
    process.stderr.write('interrupted: what was not delivered stays, and can be replayed again\n')
    process.exitCode = 1
  } finally {
    stopListening()
    letters.close()
    await client.close()
  }
}

async function send({ resend }: Resend, ids: readonly string[], isJson: boolean): Promise<void> {
  const counts = { delivered: 0, dropped: 0, refused: 0, noPipeline: 0 }
  for await (const one of resend(ids)) {
    counts[one.outcome] += 1
    if (isJson) printJson(one)
    else if (one.outcome === 'refused')
      process.stdout.write(`${one.letter.id}  refused again: ${one.type}: ${one.reason}\n`)
    else if (one.outcome === 'noPipeline') process.stdout.write(`${one.letter.id}  ${noPipeline(one)}\n`)
  }
  if (!isJson) process.stdout.write(`${ids.length} replayed: ${sumUp('delivered', counts)}\n`)
  if (counts.refused + counts.noPipeline > 0) process.exitCode = 1
}

async function rehearse(resend: Resend, ids: readonly string[], isJson: boolean): Promise<void> {
  const counts = { delivered: 0, dropped: 0, refused: 0, noPipeline: 0 }
  for await (const one of resend.rehearse(ids)) {
    counts[one.outcome !== 'document' ? one.outcome : one.objection === undefined ? 'delivered' : 'refused'] += 1
    if (isJson) printJson(one)
    else process.stdout.write(describe(one))
  }
  const { unasked } = resend
  if (unasked !== undefined) process.stderr.write(`what Elasticsearch would say is not known: ${unasked}\n`)
  if (!isJson) process.stdout.write(`${ids.length} would be replayed: ${sumUp('to send', counts)}\n`)
  if (counts.refused + counts.noPipeline > 0) process.exitCode = 1
}

function describe(one: Rehearsed): string {
  const { letter, outcome, index, source, objection, isMatched, isFailed } = one
  if (outcome === 'noPipeline') return `${letter.id}  ${noPipeline(one)}\n`
  if (source === undefined) return `${letter.id}  would be dropped by a rule\n`
  const notes = [
    ...(isMatched ? [] : ['no format matches it: message and a tag']),
    ...(isFailed ? ['a processor fails on it'] : []),
    ...(source === letter.source ? ['the document is the one that was refused'] : []),
    ...(objection === undefined ? [] : [`would be refused again: ${objection.type}: ${objection.reason}`])
  ]
  return `${letter.id}  → ${index}${notes.map(note => `; ${note}`).join('')}\n${source}\n`
}

const noPipeline = ({ letter }: Resent | Rehearsed) => `stays: no pipeline is named ${letter.pipeline} any more`

function printJson({ letter, ...rest }: Resent | Rehearsed): void {
  const { id, pipeline } = letter
  process.stdout.write(`${JSON.stringify({ id, pipeline, ...rest })}\n`)
}

function sumUp(
  sent: string,
  counts: { delivered: number; dropped: number; refused: number; noPipeline: number }
): string {
  const parts = [`${counts.delivered} ${sent}`]
  if (counts.dropped > 0) parts.push(`${counts.dropped} dropped by rule`)
  if (counts.refused > 0) parts.push(`${counts.refused} refused again`)
  if (counts.noPipeline > 0) parts.push(`${counts.noPipeline} without a pipeline`)
  return parts.join(', ')
}
