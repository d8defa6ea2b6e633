// `sluice run`: follows the files of all pipelines and ships them until it is told to stop.

import { Command } from 'commander'
import { loadConfig } from '#config'
import { SluiceError } from '#errors'
import { createRunning } from '#pipeline'
import { createLog } from '#telemetry'
import { type ConfigOptions, configOption, pipelineOption } from './options.ts'
import { onStopSignal } from './signals.ts'
import { version } from './version.ts'

export function runCommand(): Command {
  return new Command('run')
    .description('follow files and ship their lines until stopped (SIGTERM or Ctrl-C)')
    .addOption(configOption())
    .addOption(pipelineOption())
    .addHelpText(
      'after',
      '\nWhere it stopped, it goes on: positions are kept in the state folder and move only when\nElasticsearch has acknowledged. One process at a time owns a state folder.'
    )
    .action(run)
}

async function run({ config: settingsFile, pipeline: pipelineFiles }: ConfigOptions): Promise<void> {
  const config = await loadConfig({ settingsFile, pipelineFiles, env: process.env })
  if (config.pipelines.length === 0) {
    throw new SluiceError(
      'E_USAGE',
      'there is no pipeline to run: name one with -p, or put it where the settings look, pipelines/*.json'
    )
  }
  const log = createLog(config.settings.log.level, process.stderr.isTTY)
  const running = createRunning(config, { log, version })
  const stopping = new Promise<string>(resolve => onStopSignal(resolve))
  log.info({ version, pid: process.pid, pipelines: config.pipelines.map(({ name }) => name) }, 'sluice started')
  const signal = await Promise.race([running.start().then(() => stopping), running.failure])
  log.info({ signal }, 'stopping')
  const isDrained = await running.stop()
  if (isDrained) log.info('stopped, all that was read is acknowledged')
  else log.warn('stopped before all was acknowledged, the rest is read again at the next start')
}
