// How dead letters are chosen, the same for every command that takes several.

import type { Command } from 'commander'
import { loadConfig } from '#config'
import { SluiceError } from '#errors'
import { type LetterFilter, readState, type StateReader } from '#state'
import { type ConfigOptions, configOption } from '../options.ts'

export interface ChooseOptions extends ConfigOptions {
  readonly pipelineName?: string
  readonly type?: string
  readonly reason?: string
  readonly since?: string
  readonly until?: string
}

/** Gives a command the argument and the options that choose. */
export function withChoice(command: Command): Command {
  return command
    .argument('[ids...]', 'only these, as list prints them')
    .addOption(configOption())
    .option('--pipeline-name <name>', 'only those of this pipeline')
    .option('--type <text>', 'only those with this text in their error type, such as document_parsing_exception')
    .option('--reason <text>', 'only those with this text in their reason, such as the name of a field')
    .option('--since <time>', 'only those refused since then: ISO 8601, or an age such as 90s, 30m, 2h, 7d')
    .option('--until <time>', 'only those refused before then')
}

/** Throws E_USAGE where a time is none. */
export function filterOf(ids: readonly string[], options: ChooseOptions, now: Date): LetterFilter {
  const { pipelineName: pipeline, type, reason, since, until } = options
  return { ids, pipeline, type, reason, since: timeOf('--since', since, now), until: timeOf('--until', until, now) }
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

function timeOf(option: string, text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined
  const [, count, unit = ''] = /^(\d+)([smhdw])$/.exec(text) ?? []
  if (count !== undefined) return new Date(now.getTime() - Number(count) * (UNITS_MS[unit] ?? 0))
  const time = new Date(/^\d{4}-\d\d-\d\d/.test(text) ? text : '')
  if (!Number.isNaN(time.getTime())) return time
  throw new SluiceError(
    'E_USAGE',
    `${option} is ${text}; allowed: a time in ISO 8601, such as 2026-02-01T10:00:00Z, or an age such as 90s, 30m, 2h, 7d`
  )
}

/** The store of the settings that a command names, for looking only. */
export async function openReader(settingsFile: string | undefined): Promise<StateReader> {
  const { settings } = await loadConfig({ settingsFile, pipelineFiles: [], env: process.env })
  return readState(settings.stateDir)
}
