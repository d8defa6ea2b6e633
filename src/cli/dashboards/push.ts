// `sluice dashboards push`: what is new or outdated in Kibana is written, what somebody has edited there is left alone.

import { Command, Option } from 'commander'
import { loadConfig, type PipelineConfig } from '#config'
import { ensureRule, type KibanaOptions, type Planned, planPush, push, rulesFor, untilReady } from '#kibana'
import { type ConfigOptions, configOption, pipelineOption } from '../options.ts'
import { bundle, kibanaOf } from './bundle.ts'

export interface PushOptions {
  readonly force?: true
  readonly dryRun?: true
  readonly rules?: true
  /** Seconds. */
  readonly wait: number
}

export function pushCommand(): Command {
  return new Command('push')
    .description('write data views and dashboards to Kibana')
    .argument('[files...]', 'dashboards to write, instead of those that come along')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--force', 'write over what was edited in Kibana, and over data views')
    .option('--rules', 'make the rules that alert, too')
    .addOption(new Option('--wait <seconds>', 'longest time to wait for Kibana').default(300).argParser(Number))
    .addHelpText('after', '\nIt can be run again: what is as it should be is left alone.')
    .action(
      async (
        files: string[],
        { config: settingsFile, pipeline: pipelineFiles, ...options }: ConfigOptions & PushOptions
      ) => {
        const { settings, pipelines } = await loadConfig({ settingsFile, pipelineFiles, env: process.env })
        await pushAll(kibanaOf(settings), files, pipelines, options)
      }
    )
}

/** Waits for Kibana and brings everything there; says each thing on standard output. */
export async function pushAll(
  kibana: KibanaOptions,
  files: readonly string[],
  pipelines: readonly PipelineConfig[],
  { force = false, dryRun = false, rules = false, wait }: Omit<PushOptions, 'force' | 'dryRun' | 'rules'> & Flags
): Promise<void> {
  const objects = bundle(files, pipelines)
  const version = await untilReady(kibana, wait * 1_000)
  process.stdout.write(
    `Kibana ${version ?? 'of a version that it does not tell'} at ${kibana.url}, space ${kibana.space}\n`
  )
  const planned = await planPush(kibana, objects, force)
  if (!dryRun) await push(kibana, planned)
  for (const one of planned) process.stdout.write(said(one, dryRun))
  if (!rules || dryRun) return
  const streams = pipelines.map(({ name, destination }) => {
    return { pipeline: name, index: `logs-${destination.dataset}-${destination.namespace}` }
  })
  for (const rule of rulesFor(streams)) {
    process.stdout.write(`${(await ensureRule(kibana, rule, force)).padEnd(9)} rule ${rule.name}\n`)
  }
}

interface Flags {
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly rules?: boolean
}

function said({ object, standing, isWritten, panels }: Planned, isDry: boolean): string {
  const name = `${object.type === 'dashboard' ? 'dashboard' : 'data view'} ${object.attributes.title}`
  const isKept = standing === 'edited' && !isWritten
  const done = isWritten ? (isDry ? 'would write' : 'written') : isKept ? 'kept' : 'same'
  const why = standing === 'same' ? '' : isKept ? ', edited in Kibana; --force writes over it' : `, ${standing}`
  const changes = [
    ...panels.added.map(title => `    + ${title}`),
    ...panels.removed.map(title => `    - ${title}`),
    ...panels.changed.map(title => `    ~ ${title}`)
  ]
  const shown = isDry && standing !== 'same' && standing !== 'new' ? changes.map(line => `${line}\n`) : []
  return `${done.padEnd(isDry ? 11 : 9)} ${name}${why}\n${shown.join('')}`
}
