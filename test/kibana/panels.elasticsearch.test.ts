// Every panel of every dashboard, asked of the real Elasticsearch that the real pipelines have filled from their samples:
// its fields are there, of one type and can be aggregated, it is not empty, and its figures are those of the sample.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { kqlQuery, ruleBody, rulesFor } from '#kibana'
import type { Panel } from './checker-panels.ts'
import { shipSamples } from './sample.ts'
import { aggregationsOf, type Column, countedBy, flattened, isEstimate, type Layer, matches, rowsOf } from './search.ts'

const folder = join(import.meta.dirname, '..', '..', 'kibana', 'saved-objects')
const lines = (name: string) =>
  readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter(text => text !== '')
    .map(text => JSON.parse(text))

const { client, namespace, expected } = await shipSamples()
afterAll(() => client.close())

interface DataView {
  /** The indices of its pattern that are the sample's. */
  readonly index: string
  readonly runtime: Record<string, { type: 'keyword'; script: { source: string } }>
}
const dataViews = new Map<string, DataView>(
  lines('data-views.ndjson').map(({ id, attributes }) => [
    id,
    { index: attributes.title.replace(/-\*$/, `-${namespace}`), runtime: JSON.parse(attributes.runtimeFieldMap) }
  ])
)

interface Asked {
  readonly dashboard: string
  readonly panel: Panel
  readonly view: DataView
  readonly filters: readonly Record<string, unknown>[]
}
const asked: Asked[] = lines('dashboards.ndjson').flatMap(({ id, attributes, references }) => {
  const panels: Panel[] = JSON.parse(attributes.panelsJSON)
  const { filter } = JSON.parse(attributes.kibanaSavedObjectMeta.searchSourceJSON)
  return panels.flatMap(panel => {
    const dataViewId = references.find(
      ({ name, type }: { name: string; type: string }) =>
        type === 'index-pattern' && name.startsWith(`${panel.panelIndex}:`)
    )?.id
    const view = dataViews.get(dataViewId)
    const queries = filter.map(({ query }: { query: object }) => query)
    return view === undefined ? [] : [{ dashboard: id, panel, view, filters: queries }]
  })
})
const named = (type: string) =>
  asked.filter(({ panel }) => panel.type === type).map(one => [one.dashboard, one.panel.title, one] as const)

const docs = new Map<string, ReturnType<typeof flattened>[]>()
for (const { index } of dataViews.values()) {
  const { hits } = await client.search<Record<string, unknown>>({ index, size: 10_000 })
  const flat = hits.hits.map(({ _source = {} }) => flattened(_source))
  for (const doc of flat) {
    const [message] = doc.message ?? []
    if (message !== undefined) doc.message_short = [String(message).split('\n', 1)[0]?.slice(0, 200)]
  }
  docs.set(index, flat)
}

test('the sample is there, every line of it once', async () => {
  const { aggregations } = await client.search({
    index: `logs-*-${namespace}`,
    size: 0,
    query: { bool: { must_not: { term: { 'data_stream.dataset': 'sluice.health' } } } },
    aggs: { datasets: { terms: { field: 'data_stream.dataset', size: 100 } } }
  })
  const datasets = aggregations?.datasets as { buckets: { key: string; doc_count: number }[] } | undefined
  expect(Object.fromEntries((datasets?.buckets ?? []).map(({ key, doc_count }) => [key, doc_count]))).toEqual(expected)
})

const fields = new Map<string, Record<string, Record<string, { type: string; aggregatable: boolean }>>>()
for (const { index, runtime } of dataViews.values()) {
  const capabilities = await client.fieldCaps({ index, fields: '*', runtime_mappings: runtime })
  fields.set(index, capabilities.fields as never)
}

/** Why Kibana could not work with a field, or undefined. */
function fault({ index }: DataView, field: string, numeric: boolean, shown: boolean): string | undefined {
  const types = Object.values(fields.get(index)?.[field] ?? {})
  const [one] = types
  if (one === undefined) return `${field} is not there`
  if (types.length > 1) return `${field} is ${types.map(({ type }) => type).join(' and ')}`
  if (shown) return undefined
  if (!one.aggregatable) return `${field} cannot be aggregated`
  return numeric && !['long', 'double', 'float', 'date', 'integer'].includes(one.type)
    ? `${field} is ${one.type}`
    : undefined
}

const NUMERIC = new Set(['sum', 'average', 'median', 'percentile', 'max', 'min'])
const layerOf = ({ embeddableConfig: { attributes } }: Panel) => {
  const [layer] = Object.values(attributes?.state?.datasourceStates.formBased.layers ?? {})
  return layer as unknown as Layer
}

describe.each(named('lens'))('%s: %s', (_dashboard, _title, { panel, view, filters }) => {
  const layer = layerOf(panel)
  const query = panel.embeddableConfig.attributes?.state?.query.query ?? ''
  const all = [...filters, ...(query === '' ? [] : [kqlQuery(query)])]
  const own = (docs.get(view.index) ?? []).filter(doc => all.every(one => matches(one, doc)))

  test('has fields of one type that can be aggregated', () => {
    const columns = Object.values(layer.columns).filter(
      one => one.sourceField !== undefined && one.sourceField !== '___records___'
    )
    const faults = columns.flatMap(({ sourceField, operationType, params }: Column) =>
      [sourceField, ...(params.secondaryFields ?? [])].map(name => fault(view, name, NUMERIC.has(operationType), false))
    )
    expect(faults.filter(one => one !== undefined)).toEqual([])
  })

  test('is answered with the figures of the sample', async () => {
    const intervalMs = view.index.includes('sluice.health') ? 1_000 : 86_400_000 * 7
    const { aggregations, _shards } = await client.search({
      index: view.index,
      size: 0,
      runtime_mappings: view.runtime,
      query: { bool: { filter: all } },
      aggs: aggregationsOf(layer, intervalMs) as never
    })
    expect(_shards.failed).toBe(0)
    const rows = rowsOf(layer, aggregations as never)
    expect(own.length).toBeGreaterThan(0)
    expect(rows.length).toBeGreaterThan(0)
    for (const id of layer.columnOrder.filter(one => layer.columns[one]?.isBucketed === false)) {
      expect(
        rows.map(({ figures }) => figures[id]),
        id
      ).toContainEqual(expect.anything())
    }
    const byHand = new Map(countedBy(layer, own, intervalMs).map(row => [row.keys.join('\n'), row.figures]))
    for (const { keys, figures } of rows) {
      const hand = byHand.get(keys.join('\n'))
      for (const [id, value] of Object.entries(figures)) {
        if (!isEstimate(layer, id)) expect([keys, id, value]).toEqual([keys, id, hand?.[id]])
      }
    }
  })
})

describe.each(named('search'))('%s: %s', (_dashboard, _title, { panel, view, filters }) => {
  test('has its columns, and shows records', async () => {
    const { columns = [], kibanaSavedObjectMeta } = panel.embeddableConfig.attributes ?? {}
    const faults = columns.map(name => fault(view, name, false, true))
    expect(faults.filter(one => one !== undefined)).toEqual([])
    const { query } = JSON.parse(kibanaSavedObjectMeta?.searchSourceJSON ?? '{}')
    const all = [...filters, ...(query.query === '' ? [] : [kqlQuery(query.query)])]
    const { hits } = await client.search({
      index: view.index,
      query: { bool: { filter: all } },
      sort: [{ '@timestamp': 'desc' }],
      size: 1_000,
      fields: [...columns]
    })
    const shown = new Set(hits.hits.flatMap(hit => Object.keys(hit.fields ?? {})))
    expect(columns.filter(name => !shown.has(name))).toEqual([])
  })
})

test('controls offer values', async () => {
  for (const { id, attributes, references } of lines('dashboards.ndjson')) {
    const controls: { explicitInput: { fieldName: string } }[] = Object.values(
      JSON.parse(attributes.controlGroupInput.panelsJSON)
    )
    for (const { explicitInput } of controls) {
      const { fieldName } = explicitInput
      const ref = references.find(({ name }: { name: string }) => name.startsWith(`controlGroup_${fieldName}:`))
      const view = dataViews.get(ref?.id)
      expect(view && fault(view, fieldName, false, false), `${id} ${fieldName}`).toBeUndefined()
    }
  }
})

test('every pipeline that comes along is in a dashboard of its family', () => {
  const families = lines('dashboards.ndjson')
    .filter(({ id }) => id !== 'sluice-overview' && id !== 'sluice-health')
    .map(({ id, attributes }) => {
      const { filter } = JSON.parse(attributes.kibanaSavedObjectMeta.searchSourceJSON)
      return { id, filters: filter.map(({ query }: { query: object }) => query) }
    })
  const logs = [...docs.values()].flat().filter(doc => doc['data_stream.dataset']?.[0] !== 'sluice.health')
  const seen = Object.keys(expected).map(dataset => {
    const own = logs.filter(doc => doc['data_stream.dataset']?.[0] === dataset)
    return [
      dataset,
      families
        .filter(({ filters }) => own.some(doc => filters.every((one: Record<string, unknown>) => matches(one, doc))))
        .map(({ id }) => id)
    ] as const
  })
  expect(seen.filter(([, ids]) => ids.length === 0)).toEqual([])
})

describe.each(
  rulesFor(Object.keys(expected).map(dataset => ({ pipeline: dataset, index: `logs-${dataset}-${namespace}` }))).map(
    rule => [rule.id, rule] as const
  )
)('%s', (_, rule) => {
  const { params } = ruleBody(rule)
  const index = params.index.map(one => one.replace(/-\*$/, `-${namespace}`))
  const { query } = JSON.parse(params.esQuery)

  test('counts what the sample has of it, by a field that can be counted apart', async () => {
    const { hits, aggregations, _shards } = await client.search({
      index,
      size: params.size,
      query: {
        bool: {
          filter: [query, { range: { [params.timeField]: { format: 'strict_date_optional_time', lte: 'now+10y' } } }]
        }
      },
      sort: [{ [params.timeField]: { order: 'desc', format: 'strict_date_optional_time' } }],
      track_total_hits: true,
      aggs: { groups: { terms: { field: params.termField ?? params.timeField, size: params.termSize ?? 1 } } }
    })
    expect(_shards.failed).toBe(0)
    const own =
      [...docs.entries()].find(([one]) => one === index[0])?.[1] ??
      [...docs.values()].flat().filter(doc => `logs-${doc['data_stream.dataset']?.[0]}-${namespace}` === index[0])
    const counted = own.filter(doc => matches(query, doc))
    expect(counted.length).toBeGreaterThan(0)
    expect(hits.total).toMatchObject({ value: counted.length })
    const { termField } = params
    if (termField === undefined) return
    const { buckets } = (aggregations as unknown as { groups: { buckets: { key: string; doc_count: number }[] } })
      .groups
    const byHand = Object.groupBy(
      counted.filter(doc => doc[termField] !== undefined),
      doc => String(doc[termField]?.[0])
    )
    expect(Object.fromEntries(buckets.map(({ key, doc_count }) => [key, doc_count]))).toEqual(
      Object.fromEntries(Object.entries(byHand).map(([key, all]) => [key, all?.length]))
    )
  })
})
