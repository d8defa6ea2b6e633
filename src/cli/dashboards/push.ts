// `sluice dashboards push`: what is new or outdated in Kibana is written, what somebody has edited there is left alone.

import { Command } from 'commander'
import { loadConfig, type PipelineConfig } from '#config'
import {
  ensureRule,
  type KibanaOptions,
  type Planned,
  planPush,
  push,
  type RuleOutcome,
  rulesFor,
  untilReady
} from '#kibana'
import { type ConfigOptions, configOption, pipelineOption } from '../options.ts'
import { bundle, kibanaOf } from './bundle.ts'
import { waitOption } from './wait.ts'

export interface PushOptions {
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly rules?: boolean
  /** Seconds. */
  readonly wait: number
}

/** What was done with one thing in Kibana, or would be. */
export interface Pushed {
  readonly type: 'dashboard' | 'data view' | 'rule'
  readonly name: string
  readonly done: Planned['standing'] | RuleOutcome
  readonly isWritten: boolean
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
    .addOption(waitOption(300))
    .addHelpText('after', '\nIt can be run again: what is as it should be is left alone.')
    .action(
      async (
        files: string[],
        { config: settingsFile, pipeline: pipelineFiles, ...options }: ConfigOptions & PushOptions
      ) => {
        const { settings, pipelines } = await loadConfig({ settingsFile, pipelineFiles, env: process.env })
        await pushAll(kibanaOf(settings), await bundle(files, pipelines), pipelines, options, text =>
          process.stdout.write(text)
        )
      }
    )
}

/** Waits for Kibana and brings everything there. @param say takes a line on each thing */
export async function pushAll(
  kibana: KibanaOptions,
  objects: Awaited<ReturnType<typeof bundle>>,
  pipelines: readonly PipelineConfig[],
  { force: isForced = false, dryRun: isDry = false, rules = false, wait }: PushOptions,
  say: (text: string) => void
): Promise<Pushed[]> {
  const version = await untilReady(kibana, wait * 1_000, isDry)
  say(`Kibana ${version ?? 'of a version that it does not tell'} at ${kibana.url}, space ${kibana.space}\n`)
  const planned = await planPush(kibana, objects, isForced)
  if (!isDry) await push(kibana, planned)
  const pushed = planned.map((one): Pushed => {
    say(said(one, isDry))
    const { object, standing, isWritten } = one
    return { type: typeOf(one), name: nameOf(object), done: standing, isWritten }
  })
  const streams = pipelines.map(({ name, destination }) => {
    return { pipeline: name, index: `logs-${destination.dataset}-${destination.namespace}` }
  })
  for (const rule of rules ? rulesFor(streams) : []) {
    const done = await ensureRule(kibana, rule, { isForced, isDry })
    say(ruleSaid(rule.name, done, isDry))
    pushed.push({ type: 'rule', name: rule.name, done, isWritten: done === 'created' || done === 'updated' })
  }
  return pushed
}

const typeOf = ({ object }: Planned) => (object.type === 'dashboard' ? 'dashboard' : 'data view')
const nameOf = ({ attributes }: Planned['object']) => String(attributes.name ?? attributes.title)

const WOULD: Readonly<Record<RuleOutcome, string>> = {
  created: 'would make',
  updated: 'would change',
  kept: 'kept',
  same: 'same'
}

function ruleSaid(name: string, done: RuleOutcome, isDry: boolean): string {
  const why = done === 'kept' ? ', changed in Kibana; --force writes over it' : ''
  return `${isDry ? WOULD[done].padEnd(11) : done.padEnd(9)} rule ${name}${why}\n`
}

function said(one: Planned, isDry: boolean): string {
  const { object, standing, isWritten, panels } = one
  const isKept = standing === 'edited' && !isWritten
  const done = isWritten ? (isDry ? 'would write' : 'written') : isKept ? 'kept' : 'same'
  const why = standing === 'same' ? '' : isKept ? ', edited in Kibana; --force writes over it' : `, ${standing}`
  const changes = [
    ...panels.added.map(title => `    + ${title}`),
    ...panels.removed.map(title => `    - ${title}`),
    ...panels.changed.map(title => `    ~ ${title}`)
  ]
  const shown = isDry && standing !== 'same' && standing !== 'new' ? changes.map(line => `${line}\n`) : []
  return `${done.padEnd(isDry ? 11 : 9)} ${typeOf(one)} ${nameOf(object)}${why}\n${shown.join('')}`
}
