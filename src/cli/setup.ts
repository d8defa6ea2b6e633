// `sluice setup`: prepares the cluster for all pipelines, once and beforehand, with rights that shippers need not have.

import { Command } from 'commander'
import { createClient, ensureTemplate, templateStanding } from '#bulk'
import { loadConfig, type PipelineConfig, type Settings } from '#config'
import { SluiceError } from '#errors'
import { bundle } from './dashboards/bundle.ts'
import { pushAll } from './dashboards/push.ts'
import { waitOption } from './dashboards/wait.ts'
import { type ConfigOptions, configOption, pipelineOption } from './options.ts'

const DONE = {
  created: 'index template put',
  missing: 'would put an index template',
  present: 'an index template applies already',
  notDataStream: 'an index template applies that makes no data stream: documents would go to a plain index'
}

interface Templated {
  readonly pipeline: string
  readonly index: string
  readonly template: keyof typeof DONE
}

interface SetupOptions extends ConfigOptions {
  readonly dryRun?: true
  readonly json?: true
  readonly wait: number
}

export function setupCommand(): Command {
  return new Command('setup')
    .description('prepare Elasticsearch for the pipelines, and Kibana where the settings name one')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--json', 'what was done, as JSON')
    .addOption(waitOption(300))
    .addHelpText(
      'after',
      `
Elasticsearch gets index templates for the data streams, Kibana data views and dashboards, and rules where the settings
say kibana.rules. What is there already is left alone, so it can be run again. It needs the privilege
manage_index_templates; \`sluice run\` then needs only auto_configure and create_doc on the data streams, and read to
look up what is in doubt.`
    )
    .action(setup)
}

async function setup(options: SetupOptions): Promise<void> {
  const { config: settingsFile, pipeline: pipelineFiles, dryRun = false, json = false, wait } = options
  const { settings, pipelines } = await loadConfig({ settingsFile, pipelineFiles, env: process.env })
  if (pipelines.length === 0) throw new SluiceError('E_USAGE', 'there is no pipeline to set up for: name one with -p')
  const say = (text: string) => {
    if (!json) process.stdout.write(text)
  }
  const done = await putTemplates(settings, pipelines, dryRun, ({ pipeline, index, template }) =>
    say(`${pipeline}: ${index}: ${DONE[template]}\n`)
  )
  const { kibana } = settings
  const pushed =
    kibana === undefined
      ? undefined
      : await pushAll(kibana, await bundle([], pipelines), pipelines, { dryRun, rules: kibana.rules, wait }, say)
  if (json) {
    const all = { templates: done, ...(pushed !== undefined && { kibana: pushed }) }
    process.stdout.write(`${JSON.stringify(all, undefined, 2)}\n`)
  }
  if (done.some(({ template }) => template === 'notDataStream')) process.exitCode = 1
}

async function putTemplates(
  { elasticsearch }: Settings,
  pipelines: readonly PipelineConfig[],
  isDry: boolean,
  tell: (done: Templated) => void
): Promise<Templated[]> {
  const client = createClient(elasticsearch, elasticsearch.bulk.timeoutMs)
  const all: Templated[] = []
  try {
    for (const { name, destination } of pipelines) {
      const index = `logs-${destination.dataset}-${destination.namespace}`
      const signal = AbortSignal.timeout(60_000)
      const template = isDry
        ? await templateStanding(client, index, signal)
        : await ensureTemplate(client, index, destination.dataset, signal)
      all.push({ pipeline: name, index, template })
      tell({ pipeline: name, index, template })
    }
    return all
  } catch (cause) {
    const nodes = elasticsearch.nodes.join(', ')
    throw new SluiceError('E_BULK_SETUP', `cannot set up ${nodes}: ${(cause as Error).message.split('\n', 1)[0]}`, {
      cause
    })
  } finally {
    await client.close()
  }
}
