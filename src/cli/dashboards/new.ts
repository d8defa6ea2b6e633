// `sluice dashboards new`: a dashboard for a pipeline, from the fields that it declares.

import { existsSync, writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { loadConfig } from '#config'
import { SluiceError } from '#errors'
import { draft } from '#kibana'
import { declaredFields } from '#pipeline'
import { type ConfigOptions, configOption } from '../options.ts'

export function newCommand(): Command {
  return new Command('new')
    .description('make a dashboard from the fields that a pipeline declares')
    .argument('<pipeline>', 'file of the pipeline, or its name among those that the settings name')
    .addOption(configOption())
    .option('-o, --output <file>', 'write it there instead of to standard output')
    .addHelpText(
      'after',
      '\nExample:\n  sluice dashboards new pipelines/nginx-access.json -o web.json\n  sluice dashboards push web.json'
    )
    .action(make)
}

async function make(
  asked: string,
  { config: settingsFile, output }: ConfigOptions & { output?: string }
): Promise<void> {
  const pipelineFiles = existsSync(asked) ? [asked] : undefined
  const { pipelines } = await loadConfig({ settingsFile, pipelineFiles, env: process.env })
  const found = pipelineFiles === undefined ? pipelines.find(({ name }) => name === asked) : pipelines[0]
  if (found === undefined) {
    const names = pipelines.map(({ name }) => name).join(', ') || 'none'
    throw new SluiceError('E_USAGE', `there is no pipeline ${asked}; the settings name ${names}`)
  }
  const { types, isOpen } = declaredFields(found)
  const text = `${JSON.stringify(draft(found.name, found.destination.dataset, types), undefined, 2)}\n`
  if (output === undefined) process.stdout.write(text)
  else writeFileSync(output, text, { flag: 'wx' })
  if (isOpen)
    process.stderr.write(
      'its lines may have fields beyond those that it declares; add panels for them, and their types under "fields"\n'
    )
}
