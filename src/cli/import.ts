// `sluice import`: ships what is there, then exits. What it has shipped once it does not ship again.

import { resolve } from 'node:path'
import { Command } from 'commander'
import { type Config, loadConfig, type PipelineConfig } from '#config'
import { SluiceError } from '#errors'
import { createRunning, type Running } from '#pipeline'
import { createLog } from '#telemetry'
import { type ConfigOptions, configOption, pipelineOption } from './options.ts'
import { createProgress } from './progress.ts'
import { onStopSignal } from './signals.ts'
import { threadProgram } from './thread.ts'
import { version } from './version.ts'
import { boundYoungGeneration } from './young-generation.ts'

const TICK_MS = 200
const AGAIN =
  'shipping whole files once more, as new generations: what was shipped of them before is in Elasticsearch twice then, and sluice.generation tells which is which\n'

export function importCommand(): Command {
  return new Command('import')
    .description('ship what is in the files now, then exit')
    .argument('[files...]', "files or globs to read instead of the pipeline's own paths (with one pipeline)")
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('--again', 'ship each file whole once more, as a new generation: its documents get new ids')
    .addHelpText(
      'after',
      '\nIt goes on where it, or `run`, stopped before. Exits with 1 where documents were refused or it was interrupted.'
    )
    .action(importFiles)
}

async function importFiles(
  files: string[],
  { config: settingsFile, pipeline: pipelineFiles, again }: ConfigOptions & { again?: true }
): Promise<void> {
  const isAgain = again === true
  const config = withFiles(await loadConfig({ settingsFile, pipelineFiles, env: process.env }), files, isAgain)
  const log = createLog(quieter(config.settings.log.level), process.stderr.isTTY)
  if (config.settings.workers === 0) boundYoungGeneration()
  const running = createRunning(config, { log, version, threadProgram, isAgain })
  if (isAgain) process.stderr.write(AGAIN)
  const beganMs = Date.now()
  const progress = createProgress(process.stderr)
  const timer = setInterval(() => progress.update(bytesOf(running)), TICK_MS)
  let interruptedBy: string | undefined
  const interrupted = new Promise<void>(resolveInterrupted => {
    onStopSignal(signal => {
      interruptedBy = signal
      resolveInterrupted()
    })
  })
  const read = Promise.all(running.pipelines.map(pipeline => pipeline.readAll()))
  await Promise.race([read, interrupted, running.failure])
  const isDrained = await running.stop()
  clearInterval(timer)
  progress.end(bytesOf(running))
  report(running, Date.now() - beganMs)
  if (interruptedBy !== undefined || !isDrained) {
    process.stderr.write(
      `interrupted${interruptedBy === undefined ? '' : ` by ${interruptedBy}`}: the next import${isAgain ? ', without --again,' : ''} goes on from here\n`
    )
    process.exitCode = 1
  }
}

/** The configuration with the files of the command line in place of the pipeline's paths. */
function withFiles(loaded: Config, files: readonly string[], isAgain: boolean): Config {
  const config = isAgain ? { ...loaded, pipelines: loaded.pipelines.map(fromBeginning) } : loaded
  const [pipeline, other] = config.pipelines
  if (pipeline === undefined) throw new SluiceError('E_USAGE', 'there is no pipeline to import with: name one with -p')
  if (files.length === 0) return config
  if (other !== undefined) {
    const names = config.pipelines.map(({ name }) => name).join(', ')
    throw new SluiceError(
      'E_USAGE',
      `files were given, and ${config.pipelines.length} pipelines to read them (${names}): choose one with -p`
    )
  }
  const source = { ...pipeline.source, paths: files.map(file => resolve(file)), exclude: [] }
  return { ...config, pipelines: [{ ...pipeline, source }] }
}

/** A whole file begins at its beginning. */
function fromBeginning(pipeline: PipelineConfig): PipelineConfig {
  return { ...pipeline, source: { ...pipeline.source, startAt: 'beginning' } }
}

/** The progress says what goes well; the log then only says what does not. */
function quieter(level: string): string {
  return level === 'info' ? 'warn' : level
}

function bytesOf({ pipelines }: Running): { done: number; total: number } {
  let done = 0
  let left = 0
  for (const { counters, snapshot } of pipelines) {
    done += counters.settledBytes
    for (const { size, position, checkpoint } of snapshot().files) left += Math.max(size, position) - checkpoint
  }
  return { done, total: done + left }
}

function report({ pipelines }: Running, tookMs: number): void {
  for (const { name, index, counters } of pipelines) {
    const { lines, acked, deadLettered, dropped, unmatched } = counters
    const seconds = tookMs / 1000
    const parts = [`${acked} documents`, `${Math.round(acked / seconds)}/s`]
    if (dropped > 0) parts.push(`${dropped} dropped by rule`)
    if (unmatched > 0) parts.push(`${unmatched} that no format matched`)
    if (deadLettered > 0) parts.push(`${deadLettered} refused and kept as dead letters`)
    process.stdout.write(`${name}: ${lines} lines → ${index}: ${parts.join(', ')}\n`)
    if (deadLettered > 0) process.exitCode = 1
  }
}
