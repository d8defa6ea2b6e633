// `sluice setup`: prepares the cluster for all pipelines, once and beforehand, with rights that shippers need not have.

import { Command } from 'commander'
import { createClient, ensureTemplate } from '#bulk'
import { loadConfig } from '#config'
import { SluiceError } from '#errors'
import { pushAll } from './dashboards/push.ts'
import { type ConfigOptions, configOption, pipelineOption } from './options.ts'

const DONE = {
  created: 'index template put',
  present: 'an index template applies already',
  notDataStream: 'an index template applies that makes no data stream: documents would go to a plain index'
}

export function setupCommand(): Command {
  return new Command('setup')
    .description('prepare Elasticsearch for the pipelines, and Kibana where the settings name one')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('--json', 'what was done, as JSON')
    .addHelpText(
      'after',
      `
Elasticsearch gets index templates for the data streams, Kibana data views and dashboards. What is there already is
left alone, so it can be run again. It needs the privilege manage_index_templates;
\`sluice run\` then needs only auto_configure and create_doc on the data streams.`
    )
    .action(setup)
}

async function setup({
  config: settingsFile,
  pipeline: pipelineFiles,
  json
}: ConfigOptions & { json?: true }): Promise<void> {
  const { settings, pipelines } = await loadConfig({ settingsFile, pipelineFiles, env: process.env })
  if (pipelines.length === 0) throw new SluiceError('E_USAGE', 'there is no pipeline to set up for: name one with -p')
  const client = createClient(settings.elasticsearch, settings.elasticsearch.bulk.timeoutMs)
  const done: { pipeline: string; index: string; template: keyof typeof DONE }[] = []
  try {
    for (const { name, destination } of pipelines) {
      const index = `logs-${destination.dataset}-${destination.namespace}`
      const template = await ensureTemplate(client, index, destination.dataset, AbortSignal.timeout(60_000))
      done.push({ pipeline: name, index, template })
      if (!json) process.stdout.write(`${name}: ${index}: ${DONE[template]}\n`)
    }
  } catch (cause) {
    const nodes = settings.elasticsearch.nodes.join(', ')
    throw new SluiceError('E_BULK_SETUP', `cannot set up ${nodes}: ${(cause as Error).message.split('\n', 1)[0]}`, {
      cause
    })
  } finally {
    await client.close()
  }
  if (json) process.stdout.write(`${JSON.stringify(done, undefined, 2)}\n`)
  const { kibana } = settings
  if (kibana !== undefined && !json) await pushAll(kibana, [], pipelines, { wait: 300, rules: kibana.rules })
  if (done.some(({ template }) => template === 'notDataStream')) process.exitCode = 1
}
