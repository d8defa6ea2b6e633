// `sluice positions forget`: drops all that is known of a file, so that it is a new one to the next run.

import { Command } from 'commander'
import { loadConfig } from '#config'
import { SluiceError } from '#errors'
import { openPositions } from '#state'
import { type ConfigOptions, configOption, pipelineOption } from '../options.ts'
import { chooseOne, openKnown } from './choose.ts'

export function forgetCommand(): Command {
  return new Command('forget')
    .description('drop all that is known of a file: if it is still there, the next run ships it whole, as a new one')
    .argument('<file>', 'its path, or the id of a generation')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('--yes', 'do it; without it only what it means is said')
    .addHelpText(
      'after',
      `
Its position, its part of the ledger and its dead letters are gone then. Where a pipeline wants the file, the
next run reads it from its beginning as a new generation, and its documents come a second time, under new ids.
To have it read again without doubles, use rewind. It is refused while sluice runs.`
    )
    .action(forget)
}

async function forget(file: string, { config, pipeline, yes }: ConfigOptions & { yes?: true }): Promise<void> {
  const loaded = await loadConfig({ settingsFile: config, pipelineFiles: pipeline, env: process.env })
  const positions = openPositions(loaded.settings.stateDir, () => new Date())
  try {
    const { reader, known } = await openKnown(loaded)
    const { position, path, onDisk } = chooseOne(known, file)
    const { id } = position.generation
    const dead = reader.deadSpans(id).length
    reader.close()
    const letters = dead === 0 ? '' : `, and its ${dead} dead ${dead === 1 ? 'letter' : 'letters'} with it`
    if (yes !== true) {
      const then = onDisk.kind === 'found' ? '; its documents come again, under new ids, if a pipeline wants it' : ''
      throw new SluiceError(
        'E_USAGE',
        `${path} (${id}), read to ${position.checkpoint}, would be forgotten${letters}${then}: say --yes to do so`
      )
    }
    positions.forget(position.generation.id)
    process.stdout.write(`${path} (${id}) is forgotten${letters}\n`)
  } finally {
    positions.close()
  }
}
