// Makes `logs-<dataset>-*` a data stream where the cluster does not do so by itself. What is there already is left alone.

import type { Client } from '@elastic/elasticsearch'
import { call } from './client.ts'
import { elasticsearch } from './elasticsearch.ts'

/** An index template as `GET _index_template` lists it, as far as matters here. */
export interface KnownTemplate {
  readonly name: string
  readonly index_template: {
    readonly index_patterns: readonly string[]
    readonly priority?: number
    readonly data_stream?: object
  }
}

/** Above Elasticsearch's own `logs-*-*` (100), below what people write for themselves (200 and more). */
const PRIORITY = 150

/**
 * The template that applies to a name: of those whose patterns match, the one of highest priority.
 * See Elasticsearch's "Index templates": `*` is the only wildcard.
 */
export function templateFor(name: string, templates: readonly KnownTemplate[]): KnownTemplate | undefined {
  let found: KnownTemplate | undefined
  for (const template of templates) {
    if (!template.index_template.index_patterns.some(pattern => isMatch(pattern, name))) continue
    const priority = template.index_template.priority ?? 0
    if (found === undefined || priority > (found.index_template.priority ?? 0)) found = template
  }
  return found
}

/** Puts a template for the dataset unless one applies; returns what was done. Rejects as the client does. */
export async function ensureTemplate(
  client: Client,
  index: string,
  dataset: string,
  signal: AbortSignal
): Promise<'present' | 'created' | 'notDataStream'> {
  const standing = await templateStanding(client, index, signal)
  if (standing !== 'missing') return standing
  const put = (options: object) =>
    call(client, 'PUT', `/_index_template/sluice-logs-${dataset}`, { body: render(dataset, options), signal })
  await put({ data_stream_options: WITHOUT_FAILURE_STORE }).catch(error => {
    // A cluster that does not know of failure stores has none.
    if (!isAbout(error, 'data_stream_options')) throw error
    return put({})
  })
  return 'created'
}

/** What it would take could not be rescued, and is not where anybody looks. A cluster may turn it on for all that do not say. */
const WITHOUT_FAILURE_STORE = { failure_store: { enabled: false } }

/** Whether a template applies to an index, and makes a data stream of it. Rejects as the client does. */
export async function templateStanding(
  client: Client,
  index: string,
  signal: AbortSignal
): Promise<'present' | 'missing' | 'notDataStream'> {
  const { index_templates: templates = [] } = await call<{ index_templates?: KnownTemplate[] }>(
    client,
    'GET',
    '/_index_template',
    {
      query: {
        filter_path:
          'index_templates.name,index_templates.index_template.index_patterns,index_templates.index_template.priority,index_templates.index_template.data_stream'
      },
      signal
    }
  )
  const known = templateFor(index, templates)
  if (known === undefined) return 'missing'
  return known.index_template.data_stream === undefined ? 'notDataStream' : 'present'
}

/** The fields that parsers declare as flattened. */
const NAMED_BY_LINES = [
  'cef.extensions',
  'leef.attributes',
  'log.syslog.structured_data',
  'mysql.slowlog.other',
  'w3c.fields'
]

/** Strings become keywords except for the few that are read as text; numbers keep the type that the first one had. */
function render(dataset: string, options: object): object {
  return {
    index_patterns: [`logs-${dataset}-*`],
    data_stream: {},
    priority: PRIORITY,
    template: {
      ...options,
      mappings: {
        date_detection: false,
        dynamic_templates: [
          {
            ip: {
              path_match: ['*.ip', 'ip'],
              match_mapping_type: 'string',
              mapping: { type: 'ip', ignore_malformed: true }
            }
          },
          {
            // What a line names as it likes, in objects that would otherwise make a field of every name.
            named_by_lines: {
              path_match: NAMED_BY_LINES,
              match_mapping_type: 'object',
              mapping: { type: 'flattened', ignore_above: 8191 }
            }
          },
          { strings: { match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: 1024 } } }
        ],
        properties: {
          '@timestamp': { type: 'date' },
          message: { type: 'text' },
          error: { properties: { message: { type: 'text' }, stack_trace: { type: 'text', index: false } } },
          // Texts whatever was moved, so that nothing here can conflict again.
          _conflicts: {
            properties: {
              field: { type: 'keyword' },
              value: { type: 'keyword', ignore_above: 1024 },
              reason: { type: 'text' }
            }
          },
          log: { properties: { offset: { type: 'long' } } },
          sluice: { properties: { end_offset: { type: 'long' } } }
        }
      }
    },
    _meta: { managed_by: 'sluice' }
  }
}

/** Whether Elasticsearch's error names this, be it as the cause of another. */
function isAbout(error: unknown, name: string): boolean {
  return error instanceof elasticsearch().errors.ResponseError && (JSON.stringify(error.body) ?? '').includes(name)
}

function isMatch(pattern: string, name: string): boolean {
  const source = pattern.split('*').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${source.join('.*')}$`).test(name)
}
