// `sluice dashboards pull`: a dashboard that was edited in Kibana as a file of the model, and what the model cannot keep.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { loadConfig } from '#config'
import { SluiceError } from '#errors'
import { exported, readBack, untilReady } from '#kibana'
import { type ConfigOptions, configOption, pipelineOption } from '../options.ts'
import { allSources, kibanaOf, ownDashboards } from './bundle.ts'
import { waitOption } from './wait.ts'

export function pullCommand(): Command {
  return new Command('pull')
    .description('read a dashboard back from Kibana into the form that is written by hand')
    .argument('<id>', 'id of the dashboard, which its address in Kibana ends with')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('-o, --output <folder>', 'write <id>.json there instead of to standard output')
    .addOption(waitOption(30))
    .addHelpText('after', '\nWhat the form has no words for is said on standard error, and then it exits with 1.')
    .action(pull)
}

async function pull(
  id: string,
  { config: settingsFile, pipeline: pipelineFiles, output, wait }: ConfigOptions & { output?: string; wait: number }
): Promise<void> {
  const { settings, pipelines } = await loadConfig({ settingsFile, pipelineFiles, env: process.env })
  const kibana = kibanaOf(settings)
  await untilReady(kibana, wait * 1_000)
  const dashboards = (await exported(kibana)).filter(({ type }) => type === 'dashboard')
  const object = dashboards.find(one => one.id === id)
  if (object === undefined) {
    const there = dashboards.map(one => one.id).toSorted()
    throw new SluiceError('E_USAGE', `Kibana has no dashboard ${id}; it has ${there.join(', ') || 'none'}`)
  }
  const { dashboard, lost } = readBack(object, ownDashboards(), await allSources(pipelines))
  const text = `${JSON.stringify(dashboard, undefined, 2)}\n`
  if (output === undefined) process.stdout.write(text)
  else {
    mkdirSync(output, { recursive: true })
    writeFileSync(join(output, `${id}.json`), text)
  }
  for (const sentence of new Set(lost)) process.stderr.write(`not kept: ${sentence}\n`)
  if (lost.length > 0) process.exitCode = 1
}
