// The options that several commands share.

import { Option } from 'commander'

export interface ConfigOptions {
  readonly config?: string
  readonly pipeline?: string[]
}

export const configOption = () =>
  new Option('-c, --config <file>', 'settings file (default: sluice.json where it is there)')

export const pipelineOption = () =>
  new Option(
    '-p, --pipeline <file>',
    'pipeline file, instead of those that the settings name; can be given again'
  ).argParser((file: string, files: string[] = []) => [...files, file])
