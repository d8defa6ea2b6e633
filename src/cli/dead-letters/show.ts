// `sluice dead-letters show`: one in full.

import { Command } from 'commander'
import { SluiceError } from '#errors'
import { type ConfigOptions, configOption } from '../options.ts'
import { openReader } from './choose.ts'

export function showCommand(): Command {
  return new Command('show')
    .description('show one in full: the line as it was read, the document, the reason')
    .argument('<id>', 'its id, as list prints it')
    .addOption(configOption())
    .option('--json', 'as JSON')
    .action(show)
}

async function show(id: string, { config, json }: ConfigOptions & { json?: true }): Promise<void> {
  const reader = await openReader(config)
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
