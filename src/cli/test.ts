// `sluice test`: runs the tests that stand in pipelines and shows, field by field, where a document is not as expected.

import { Command } from 'commander'
import { loadConfig, type PipelineConfig } from '#config'
import { SluiceError } from '#errors'
import { asText, createTrial, describeHost, type Host } from '#pipeline'
import type { Fields } from '#record'
import { compare } from './compare.ts'
import { type ConfigOptions, configOption, pipelineOption } from './options.ts'
import { version } from './version.ts'

type PipelineTest = PipelineConfig['tests'][number]

export function testCommand(): Command {
  return new Command('test')
    .description('run the tests that stand in pipelines')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('--json', 'results as JSON')
    .addHelpText(
      'after',
      '\nA test names input lines and the documents expected of them, each with the fields that matter.\nExits with 1 where one fails.'
    )
    .action(test)
}

async function test({
  config: settingsFile,
  pipeline: pipelineFiles,
  json
}: ConfigOptions & { json?: true }): Promise<void> {
  const { settings, pipelines } = await loadConfig({ settingsFile, pipelineFiles, env: process.env })
  if (pipelines.length === 0) throw new SluiceError('E_USAGE', 'there is no pipeline to test: name one with -p')
  const host = describeHost(settings.host, version)
  const results = pipelines.flatMap(pipeline =>
    pipeline.tests.map(one => ({ pipeline: pipeline.name, test: one.name, differences: run(pipeline, one, host) }))
  )
  const failed = results.filter(({ differences }) => differences.length > 0)
  if (json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`)
  else {
    for (const { pipeline, test: name, differences } of results) {
      process.stdout.write(`${differences.length === 0 ? 'passed' : 'FAILED'}  ${pipeline}: ${name}\n`)
      for (const difference of differences) process.stdout.write(`          ${difference}\n`)
    }
    process.stdout.write(`${results.length - failed.length} passed, ${failed.length} failed\n`)
  }
  if (failed.length > 0) process.exitCode = 1
}

function run(pipeline: PipelineConfig, { input, expect }: PipelineTest, host: Host): string[] {
  const trial = createTrial(asText(pipeline), host, Date.now)
  const tried = [...trial.push(Buffer.from(`${input.join('\n')}\n`)), ...trial.end()]
  const documents = tried.filter(one => one.kind === 'document').map(({ fields }) => fields)
  const differences: string[] = []
  if (documents.length !== expect.length) {
    differences.push(`documents: expected ${expect.length}, found ${documents.length}`)
  }
  for (const [i, document] of documents.entries()) {
    const expected = expect[i]
    if (expected === undefined) continue
    for (const difference of compare(expected as Fields, document)) differences.push(`document ${i + 1}: ${difference}`)
  }
  return differences
}
