// `sluice why`: goes along the chain between a file and its documents and says where it breaks, and what to do there.

import { resolve } from 'node:path'
import { Command } from 'commander'
import { type Config, loadConfig, type PipelineConfig } from '#config'
import { SluiceError } from '#errors'
import { lockHolder, readState, type StateReader } from '#state'
import { type ConfigOptions, configOption, pipelineOption } from '../options.ts'
import { findPlace, mayRead } from './place.ts'
import { askHealth, findStanding } from './standing.ts'
import { ok, type Step } from './step.ts'
import { findTakers } from './takers.ts'

export function whyCommand(): Command {
  return new Command('why')
    .description('say why a file is read or not: glob, permission, identity, offset, queue')
    .argument('<file>', 'its path')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
One line for each link of the chain, ✓ where it holds and ✗ where not, with what to do. Permissions are those of the
user who asks. Exits with 0 where the file is read and all of it is acknowledged, with 1 where not.`
    )
    .action(why)
}

async function why(
  file: string,
  { config: settingsFile, pipeline, json }: ConfigOptions & { json?: true }
): Promise<void> {
  const config = await loadConfig({ settingsFile, pipelineFiles: pipeline, env: process.env })
  const path = resolve(file)
  const steps = await chain(path, config)
  const isRead = steps.every(({ isOk }) => isOk !== false)
  if (json) process.stdout.write(`${JSON.stringify({ path, isRead, steps }, undefined, 2)}\n`)
  else process.stdout.write(steps.map(render).join(''))
  if (!isRead) process.exitCode = 1
}

async function chain(path: string, config: Config): Promise<Step[]> {
  const { steps, stats } = await findPlace(path)
  if (stats === undefined) return [...steps, ...findTakers(path, config.pipelines, () => false).globs]
  const holder = lockHolder(config.settings.stateDir)
  const reader = openReader(config.settings.stateDir)
  const key = `${stats.dev}:${stats.ino}`
  const { takers, globs } = findTakers(path, config.pipelines, pipeline => isKnownTo(pipeline, key, reader))
  const standing: Step[] = []
  const { metrics } = config.settings
  for (const pipeline of takers) {
    const file = { path, key, size: Number(stats.size), ageMs: Math.max(0, Date.now() - Number(stats.mtimeMs)) }
    const asked = { ...file, pipeline, reader, isRunning: holder !== undefined }
    standing.push(...(await findStanding(asked)))
    if (holder !== undefined && metrics.enabled) standing.push(...(await askHealth(metrics.address, pipeline.name)))
  }
  reader?.close()
  return [...steps, ...globs, await mayRead(path, stats), ...standing, runningStep(holder, config)]
}

/** Whether the pipeline has read what has this device and inode, as `import` does with files that are named to it. */
function isKnownTo({ name }: PipelineConfig, key: string, reader: StateReader | undefined): boolean {
  const known = reader?.audit(name) ?? []
  return known.some(({ position: { generation } }) => `${generation.deviceId}:${generation.inode}` === key)
}

function openReader(stateDir: string): StateReader | undefined {
  try {
    return readState(stateDir)
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'E_STATE_OPEN') return undefined
    throw error
  }
}

function runningStep(holder: string | undefined, { settings: { stateDir } }: Config): Step {
  if (holder !== undefined) return ok('run', `a shipper runs on ${stateDir}, pid ${holder}`)
  return {
    name: 'run',
    isOk: undefined,
    says: `no shipper runs on ${stateDir}: what is written now waits for the next`
  }
}

function render({ name, isOk, says, advice }: Step): string {
  const mark = isOk === undefined ? '·' : isOk ? '✓' : '✗'
  return `${mark} ${name.padEnd(11)} ${says}${advice === undefined ? '' : ` → ${advice}`}\n`
}
