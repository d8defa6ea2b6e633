// `sluice try`: lines in, documents out. Nothing is sent and nothing is remembered.

import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { loadConfig } from '#config'
import { asText, createTrial, describeHost, type Tried } from '#pipeline'
import { onePipeline } from './one-pipeline.ts'
import { type ConfigOptions, configOption, pipelineOption } from './options.ts'
import { version } from './version.ts'

export function tryCommand(): Command {
  return new Command('try')
    .description('show the documents that lines become, without sending anything')
    .argument('[lines...]', 'lines to try; without any they are read from standard input')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('-f, --file <file>', 'read the lines from this file')
    .option('--json', 'one document a line, for other programs')
    .addHelpText(
      'after',
      `
Examples:
  sluice try -p pipelines/nginx-access.json '192.0.2.1 - - [01/Feb/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl"'
  tail -n 5 /var/log/app.log | sluice try -p pipelines/python-app.json

What is dropped by a rule, and what no format matched, is said on standard error.`
    )
    .action(tryLines)
}

async function tryLines(
  lines: string[],
  { config: settingsFile, pipeline: pipelineFiles, file, json }: ConfigOptions & { file?: string; json?: true }
): Promise<void> {
  const config = await loadConfig({ settingsFile, pipelineFiles, env: process.env })
  const pipeline = onePipeline(config)
  // Lines that are written here are text already; what comes from a file or a pipe is in the file's encoding.
  const isText = file === undefined && (lines.length > 0 || process.stdin.isTTY)
  const trial = createTrial(isText ? asText(pipeline) : pipeline, describeHost(config.settings.host, version), Date.now)
  const show = (tried: readonly Tried[]) => {
    for (const one of tried) print(one, json === true)
  }
  if (file !== undefined) show(trial.push(readFileSync(file)))
  else if (lines.length > 0) show(trial.push(Buffer.from(`${lines.join('\n')}\n`)))
  else for await (const bytes of process.stdin) show(trial.push(bytes))
  show(trial.end())
  const { unmatched, failed } = trial.counters
  if (unmatched > 0)
    process.stderr.write(`${unmatched} matched no format: shipped with message, tagged _parse_failure\n`)
  if (failed > 0)
    process.stderr.write(`${failed} met a processor that failed: shipped with error.message, tagged _enrich_failure\n`)
}

function print(tried: Tried, isCompact: boolean): void {
  if (tried.kind === 'dropped') process.stderr.write(`dropped by rule: ${tried.reason}\n`)
  else process.stdout.write(`${JSON.stringify(tried.fields, undefined, isCompact ? undefined : 2)}\n`)
}
