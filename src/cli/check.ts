// `sluice check`: says whether the configuration is right, and if not, everything that is wrong with it.

import { relative } from 'node:path'
import { Command } from 'commander'
import { loadConfig } from '#config'
import type { ListenOptions } from '#source'
import { type ConfigOptions, configOption, pipelineOption } from './options.ts'

export function checkCommand(): Command {
  return new Command('check')
    .description('check settings and pipelines without running them')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('--json', 'print the configuration with all defaults, secrets hidden')
    .addHelpText(
      'after',
      '\nAll mistakes of all files are listed, as file:line:column. Exits with 2 where there are any.'
    )
    .action(check)
}

async function check({
  config: settingsFile,
  pipeline: pipelineFiles,
  json
}: ConfigOptions & { json?: true }): Promise<void> {
  const config = await loadConfig({ settingsFile, pipelineFiles, env: process.env })
  if (json) {
    process.stdout.write(`${JSON.stringify(config.describe(), undefined, 2)}\n`)
    return
  }
  const nodes = config.settings.elasticsearch.nodes.join(', ')
  process.stdout.write(
    `settings    ${config.settingsFile ?? 'none, all defaults'}\nships to    ${config.redact(nodes)}\nstate in    ${config.settings.stateDir}\n`
  )
  for (const { name, file, source, listen, destination } of config.pipelines) {
    const target = config.redact(`logs-${destination.dataset}-${destination.namespace}`)
    process.stdout.write(
      `pipeline    ${name}: ${listen === undefined ? source.paths.join(', ') : addressOf(listen)} → ${target}  (${relative('', file)})\n`
    )
  }
  const count = config.pipelines.length
  process.stdout.write(
    count === 0
      ? 'no pipelines: nothing would be shipped\n'
      : `all is right with ${count} ${count === 1 ? 'pipeline' : 'pipelines'}\n`
  )
}

/** Where a listener listens, for people. */
function addressOf(listen: ListenOptions): string {
  if (listen.type === 'stdin') return 'standard input'
  const path = 'path' in listen ? listen.path : undefined
  return `${listen.type} ${path ?? `${listen.host}:${listen.port}`}`
}
