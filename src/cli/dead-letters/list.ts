// `sluice dead-letters list`: which there are, newest first, and how many of which kind.

import { Command } from 'commander'
import { SluiceError } from '#errors'
import { renderTable } from '../table.ts'
import { type ChooseOptions, filterOf, openReader, withChoice } from './choose.ts'

const WIDEST_REASON = 80

interface ListOptions extends ChooseOptions {
  readonly limit: string
  readonly json?: true
}

export function listCommand(): Command {
  return withChoice(new Command('list').description('list them, newest first'))
    .option('--limit <n>', 'most to list', '50')
    .option('--json', 'one a line as JSON, with line and document')
    .action(list)
}

async function list(ids: string[], options: ListOptions): Promise<void> {
  const { config, limit, json } = options
  const count = Number(limit)
  if (!Number.isInteger(count) || count < 1)
    throw new SluiceError('E_USAGE', `--limit is ${limit}; allowed: a whole number from 1`)
  const filter = filterOf(ids, options, new Date())
  const reader = await openReader(config)
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
    for (const { pipeline, type: kind, count: all } of reader.countDeadLetters(filter)) {
      process.stdout.write(`${all} of ${pipeline}: ${kind}\n`)
    }
  }
  reader.close()
}

function shorten(text: string): string {
  return text.length > WIDEST_REASON ? `${text.slice(0, WIDEST_REASON - 1)}…` : text
}
