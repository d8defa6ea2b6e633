// `sluice run`: follows the files of all pipelines and ships them until it is told to stop.

import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { type Config, loadConfig } from '#config'
import { SluiceError } from '#errors'
import { createRunning, type Running } from '#pipeline'
import { isCorrupt, isPassing } from '#state'
import { createLog, type Log } from '#telemetry'
import { type ConfigOptions, configOption, pipelineOption } from './options.ts'
import { onStopSignal } from './signals.ts'
import { threadProgram } from './thread.ts'
import { version } from './version.ts'
import { boundYoungGeneration } from './young-generation.ts'

/** Pauses between two attempts to open a state folder. */
const MIN_DELAY_MS = 1_000
const MAX_DELAY_MS = 30_000

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
  const stopping = new Promise<string>(resolve => onStopSignal(resolve))
  if (config.settings.workers === 0) boundYoungGeneration()
  for (;;) {
    const running = await openPatiently(config, log, stopping)
    if (running === undefined) return
    try {
      await runUntil(stopping, running, config, log)
      return
    } catch (error) {
      if (!isCorrupt(error)) throw error
      log.error({ error }, 'state store is damaged, opening it anew')
      await running.stop().catch(() => {})
      await sleep(MIN_DELAY_MS)
    }
  }
}

/** Opens the state folder, however long its disk is full; undefined where a signal comes first. */
async function openPatiently(config: Config, log: Log, stopping: Promise<string>): Promise<Running | undefined> {
  for (let delayMs = MIN_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
    try {
      return createRunning(config, { log, version, threadProgram })
    } catch (error) {
      if (!isPassing(error)) throw error
      const folder = config.settings.stateDir
      const reason = (error as Error).message
      log.error(
        { folder, reason, delayMs },
        'state folder takes no writes, starting when its disk has room, 16 MB or more'
      )
    }
    if ((await Promise.race([stopping, sleep(delayMs)])) !== undefined) return undefined
  }
}

async function runUntil(stopping: Promise<string>, running: Running, config: Config, log: Log): Promise<void> {
  log.info({ version, pid: process.pid, pipelines: config.pipelines.map(({ name }) => name) }, 'sluice started')
  const ended = running.finished.then(() => 'end of input')
  const signal = await Promise.race([running.start().then(() => stopping), stopping, ended, running.failure])
  log.info({ signal }, 'stopping')
  const isDrained = await running.stop()
  if (isDrained) log.info('stopped, all that was read is acknowledged')
  else log.warn('stopped before all was acknowledged, the rest is read again at the next start')
}
