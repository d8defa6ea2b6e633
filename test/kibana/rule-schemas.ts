// What Kibana asks of a rule that it is to make or change, of the type `.es-query` with a query of Elasticsearch: the
// schemas of its routes and of the rule type, and what the type checks beyond them. Unknown keys are refused everywhere.
import { Ajv } from 'ajv'

const text = { type: 'string', minLength: 1 }
const one = (...values: readonly unknown[]) => ({ enum: values })
/** Most groups that are counted apart. */
const MAX_GROUPS = 1_000

const params = {
  type: 'object',
  properties: {
    searchType: one('esQuery'),
    index: { type: 'array', items: text, minItems: 1 },
    timeField: text,
    esQuery: text,
    size: { type: 'integer', minimum: 0, maximum: 10_000 },
    timeWindowSize: { type: 'integer', minimum: 1 },
    timeWindowUnit: one('s', 'm', 'h', 'd'),
    threshold: { type: 'array', items: { type: 'number' }, minItems: 1, maxItems: 2 },
    thresholdComparator: one('>', '<', '>=', '<=', 'between', 'notBetween'),
    aggType: one('count', 'avg', 'min', 'max', 'sum'),
    aggField: text,
    groupBy: one('all', 'top', 'row'),
    termField: { anyOf: [text, { type: 'array', items: text, minItems: 2, maxItems: 4 }] },
    termSize: { type: 'integer', minimum: 1, maximum: MAX_GROUPS },
    excludeHitsFromPreviousRun: { type: 'boolean' }
  },
  required: [
    'searchType',
    'index',
    'timeField',
    'esQuery',
    'size',
    'timeWindowSize',
    'timeWindowUnit',
    'threshold',
    'thresholdComparator'
  ],
  additionalProperties: false,
  allOf: [
    { anyOf: [{ properties: { groupBy: one('all', 'row') } }, { required: ['termField', 'termSize'] }] },
    { anyOf: [{ properties: { aggType: one('count') } }, { required: ['aggField'] }] },
    {
      oneOf: [
        { properties: { thresholdComparator: one('between', 'notBetween'), threshold: { minItems: 2 } } },
        { properties: { thresholdComparator: one('>', '<', '>=', '<='), threshold: { maxItems: 1 } } }
      ]
    }
  ]
}

const changed = {
  name: text,
  tags: { type: 'array', items: text },
  schedule: {
    type: 'object',
    properties: { interval: { type: 'string', pattern: '^[1-9][0-9]*[smhd]$' } },
    required: ['interval'],
    additionalProperties: false
  },
  actions: { type: 'array', items: { type: 'object', required: ['id', 'params'] } },
  params
}
const made = {
  ...changed,
  rule_type_id: one('.es-query'),
  consumer: one('stackAlerts', 'logs'),
  enabled: { type: 'boolean' }
}
const closed = (properties: Record<string, object>, required: readonly string[]) => {
  return { type: 'object', properties, required, additionalProperties: false }
}

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false })
const validate = {
  POST: ajv.compile(closed(made, ['name', 'schedule', 'params', 'rule_type_id', 'consumer'])),
  PUT: ajv.compile(closed(changed, ['name', 'schedule', 'params']))
}

/** What Kibana would say is wrong with the body of a rule, empty where it would take it. */
export function ruleProblems(method: 'POST' | 'PUT', body: unknown): string[] {
  if (!validate[method](body)) {
    return (validate[method].errors ?? []).map(({ instancePath, message, params: { additionalProperty = '' } }) =>
      `[request body${instancePath.replaceAll('/', '.')}]: ${message} ${additionalProperty}`.trim()
    )
  }
  const { esQuery } = (body as { params: { esQuery: string } }).params
  try {
    const query = JSON.parse(esQuery)
    return typeof query?.query === 'object' && query.query !== null ? [] : ['[esQuery]: must contain "query"']
  } catch {
    return ['[esQuery]: must be valid JSON']
  }
}
