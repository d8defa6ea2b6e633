// A first dashboard from the fields that a pipeline declares: what most people would look at, to be changed by hand.

import type { FieldType, FieldTypes } from '#record'
import type { Dashboard, Panel } from './schema.ts'

/** Fields worth telling records apart by, the most telling first. */
const TELLING = [
  'log.level',
  'event.outcome',
  'log.logger',
  'error.type',
  'event.action',
  'http.request.method',
  'url.path',
  'source.address',
  'source.ip',
  'user.name',
  'process.name',
  'user_agent.original',
  'container.name'
]
const COLOURS = ['log.level', 'event.outcome', 'event.action', 'http.request.method', 'process.name', 'service.name']
const COMMON =
  /^(@timestamp|message|message_short|tags|ecs\.|agent\.|data_stream\.|event\.(dataset|kind)|log\.(file|offset)|host\.)/
const TABLES = 6
const NUMBERS = 4

/** @param types that the pipeline declares @param dataset that it ships to */
export function draft(name: string, dataset: string, types: FieldTypes): Dashboard {
  const own = Object.entries(types).filter(([field]) => !COMMON.test(field))
  const keywords = own
    .filter(([, type]) => type === 'keyword' || type === 'ip' || type === 'wildcard')
    .map(([field]) => field)
  const told = [...TELLING.filter(field => field in types), ...keywords.filter(field => !TELLING.includes(field))]
  const numbers = own.filter(([field, type]) => isFigure(field, type)).map(([field]) => field)
  const colour = COLOURS.find(field => field in types)
  const tables = told.filter(field => field !== colour).slice(0, TABLES)
  return {
    $schema: '../../schema/dashboard.schema.json',
    id: `sluice-${name}`.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-'),
    title: `Sluice: ${name}`,
    description: `Records of the pipeline ${name}.`,
    dataView: 'logs',
    filter: `data_stream.dataset: "${dataset}"`,
    since: '24h',
    controls: told.slice(0, 3).map(field => ({ field, title: field })),
    panels: [
      { show: 'number', title: 'Records', measure: { of: 'count' }, size: [12, 12] },
      {
        show: 'bars',
        title: 'Records over time',
        measures: [{ of: 'count' }],
        ...(colour !== undefined && { split: { fields: [colour] } }),
        size: [36, 12]
      },
      ...numbers.slice(0, NUMBERS).map(figures),
      ...tables.map(table),
      {
        show: 'records',
        title: 'Newest records',
        columns: ['message', ...told.slice(0, 3)].filter(field => field in types),
        size: [48, 14]
      }
    ]
  }
}

/** Counts, sizes and times, but no ids and no codes. */
function isFigure(field: string, type: FieldType): boolean {
  if (type !== 'long' && type !== 'double') return false
  return /(bytes|duration|time|_ms|\.ms|sec|rows|count|connections|queue)[^.]*$/.test(field)
}

const figures = (field: string): Panel => ({
  show: 'lines',
  title: field,
  measures: [
    { of: 'median', field, label: 'Median' },
    { of: 'percentile', field, percent: 95, label: '95th percentile' }
  ],
  filter: `${field}: *`,
  size: [24, 12]
})

const table = (field: string): Panel => ({
  show: 'table',
  title: `Values of ${field}`,
  splits: [{ fields: [field], size: 20 }],
  measures: [{ of: 'count' }],
  size: [24, 12]
})
