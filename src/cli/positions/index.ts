// `sluice positions`: how far each file was read, and the ways to have it read again.

import { Command } from 'commander'
import { loadConfig } from '#config'
import { type ConfigOptions, configOption, pipelineOption } from '../options.ts'
import { renderTable } from '../table.ts'
import { isOf, type Known, openKnown } from './choose.ts'
import { forgetCommand } from './forget.ts'
import { rewindCommand } from './rewind.ts'

interface ListOptions extends ConfigOptions {
  readonly pipelineName?: string
  readonly json?: true
}

export function positionsCommand(): Command {
  const command = new Command('positions').description(
    'look at how far files were read, set positions back or forget them'
  )
  command
    .command('list', { isDefault: true })
    .description('list them, oldest first')
    .argument('[file]', 'only those of this path or generation')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('--pipeline-name <name>', 'only those of this pipeline')
    .option('--json', 'as JSON')
    .action(list)
  command.addCommand(rewindCommand()).addCommand(forgetCommand())
  return command
}

async function list(file: string | undefined, { config, pipeline, pipelineName, json }: ListOptions): Promise<void> {
  const loaded = await loadConfig({ settingsFile: config, pipelineFiles: pipeline, env: process.env })
  const { reader, known } = await openKnown(loaded, pipelineName)
  reader.close()
  const chosen = known.filter(one => file === undefined || isOf(one, file))
  if (json) {
    process.stdout.write(`${JSON.stringify(chosen.map(toJson), undefined, 2)}\n`)
    return
  }
  if (chosen.length === 0) {
    process.stdout.write(file === undefined ? 'nothing was read yet\n' : `nothing was read of ${file}\n`)
    return
  }
  const rows = chosen.map(({ pipeline: name, path, position: { generation, checkpoint, size, isEnded }, onDisk }) => [
    ...[generation.id, name, path, checkpoint, onDisk.kind === 'found' ? onDisk.size : size],
    ...[isEnded ? 'ended' : 'followed', onDisk.kind]
  ])
  process.stdout.write(renderTable(['generation', 'pipeline', 'file', 'offset', 'size', 'state', 'on disk'], rows))
}

function toJson({ pipeline, path, position, begunAt, endedAt, onDisk }: Known) {
  const { generation, checkpoint: offset, size, isEnded } = position
  const { id, path: firstPath, inode, deviceId } = generation
  return { generation: id, pipeline, path, firstPath, inode, deviceId, offset, size, isEnded, begunAt, endedAt, onDisk }
}
