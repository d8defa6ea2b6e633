// `sluice dead-letters`: the documents that Elasticsearch refused, each with its line, its place and the reason.

import { Command } from 'commander'
import { loadConfig } from '#config'
import { SluiceError } from '#errors'
import { readState, type StateReader } from '#state'
import { type ConfigOptions, configOption } from '../options.ts'
import { renderTable } from '../table.ts'
import { type ChooseOptions, filterOf, withChoice } from './choose.ts'
import { discardCommand } from './discard.ts'
import { replayCommand } from './replay.ts'

const WIDEST_REASON = 80

interface ListOptions extends ChooseOptions {
  readonly limit: string
  readonly json?: true
}

export function deadLettersCommand(): Command {
  const command = new Command('dead-letters').description(
    'look at documents that Elasticsearch refused, replay or discard them'
  )
  withChoice(command.command('list', { isDefault: true }).description('list them, newest first'))
    .option('--limit <n>', 'most to list', '50')
    .option('--json', 'one a line as JSON, with line and document')
    .action(list)
  command
    .command('show')
    .description('show one in full: the line as it was read, the document, the reason')
    .argument('<id>', 'its id, as list prints it')
    .addOption(configOption())
    .option('--json', 'as JSON')
    .action(show)
  command.addCommand(replayCommand()).addCommand(discardCommand())
  return command
}

async function list(ids: string[], options: ListOptions): Promise<void> {
  const { config, limit, json } = options
  const count = Number(limit)
  if (!Number.isInteger(count) || count < 1)
    throw new SluiceError('E_USAGE', `--limit is ${limit}; allowed: a whole number from 1`)
  const filter = filterOf(ids, options, new Date())
  const reader = await open(config)
  const letters = reader.deadLetters(filter, count)
  const missing = ids.slice(0, count).find(id => !letters.some(letter => letter.id === id))
  if (missing !== undefined) throw new SluiceError('E_USAGE', `there is no such dead letter: ${missing}`)
  if (json) for (const letter of letters) process.stdout.write(`${JSON.stringify(letter)}\n`)
  else if (letters.length === 0) process.stdout.write('no dead letters\n')
  else {
    const rows = letters.map(({ id, at, pipeline, status, type: kind, reason }) => [
      id,
      at,
      pipeline,
      status,
      kind,
      shorten(reason)
    ])
    process.stdout.write(renderTable(['id', 'when', 'pipeline', 'status', 'type', 'reason'], rows))
    for (const { pipeline, type: kind, count: all } of reader.countDeadLetters()) {
      process.stdout.write(`${all} of ${pipeline}: ${kind}\n`)
    }
  }
  reader.close()
}

async function show(id: string, { config, json }: ConfigOptions & { json?: true }): Promise<void> {
  const reader = await open(config)
  const letter = reader.deadLetter(id)
  reader.close()
  if (letter === undefined)
    throw new SluiceError('E_USAGE', `there is no dead letter ${id}: sluice dead-letters list shows those there are`)
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...letter, source: JSON.parse(letter.source) }, undefined, 2)}\n`)
    return
  }
  const { pipeline, path, start, end, at, index, step, status, type, reason, raw, source } = letter
  process.stdout.write(`id        ${id}
when      ${at}
pipeline  ${pipeline}
file      ${path}, bytes ${start} to ${end}
index     ${index}
refused   at ${step} with ${status} ${type}
reason    ${reason}

line
${raw}

document
${JSON.stringify(JSON.parse(source), undefined, 2)}
`)
}

async function open(settingsFile: string | undefined): Promise<StateReader> {
  const { settings } = await loadConfig({ settingsFile, pipelineFiles: [], env: process.env })
  return readState(settings.stateDir)
}

function shorten(text: string): string {
  return text.length > WIDEST_REASON ? `${text.slice(0, WIDEST_REASON - 1)}…` : text
}
