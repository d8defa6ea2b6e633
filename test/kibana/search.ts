// A Lens panel as the search that Kibana asks of Elasticsearch, and the same figures counted by hand over documents.
import { kqlQuery } from '#kibana'

export interface Column {
  readonly operationType: string
  readonly isBucketed: boolean
  readonly sourceField: string
  readonly filter?: { readonly query: string }
  readonly references?: readonly string[]
  readonly params: {
    readonly size: number
    readonly percentile: number
    readonly secondaryFields?: readonly string[]
    readonly filters: readonly { readonly label: string; readonly input: { readonly query: string } }[]
    readonly orderBy: { readonly type: string; readonly columnId: string }
  }
}
export interface Layer {
  readonly columnOrder: readonly string[]
  readonly columns: Readonly<Record<string, Column>>
}
type Doc = Readonly<Record<string, readonly unknown[]>>
type Json = Record<string, unknown>
/** A row of what a panel shows: the values it is told apart by, and its figures by column. */
export interface Row {
  readonly keys: readonly string[]
  readonly figures: Readonly<Record<string, number | string | null>>
}

const ROUGH = new Set(['percentile', 'median'])
const COMPOSED = new Set(['formula', 'math', 'counter_rate'])

/** Buckets from the outside in; several fields of one column are nested, as many values of a pair are. */
function bucketsOf({ columnOrder, columns }: Layer): { id: string; column: Column; field: string }[] {
  return columnOrder.flatMap(id => {
    const column = columns[id] as Column
    if (!column.isBucketed) return []
    const fields = [column.sourceField, ...(column.params.secondaryFields ?? [])]
    return fields.map((field, i) => ({ id: i === 0 ? id : `${id}.${i}`, column, field }))
  })
}

const measuresOf = ({ columnOrder, columns }: Layer): [string, Column][] =>
  columnOrder.map(id => [id, columns[id] as Column] as [string, Column]).filter(([, column]) => !column.isBucketed)

/** The aggregations of a layer. @param intervalMs of its histogram */
export function aggregationsOf(layer: Layer, intervalMs: number): Json {
  const figures = Object.fromEntries(
    measuresOf(layer)
      .filter(([, column]) => !COMPOSED.has(column.operationType))
      .map(([id, column]) => [id, figure(column)])
  )
  const nest = ([next, ...rest]: ReturnType<typeof bucketsOf>): Json => {
    if (next === undefined) return figures
    const aggs = { ...nest(rest), ...figures }
    const isLeaf = Object.keys(aggs).length === 0
    return { [next.id]: { ...bucket(next.column, next.field, intervalMs, layer), ...(!isLeaf && { aggs }) } }
  }
  return nest(bucketsOf(layer))
}

function bucket({ operationType, params }: Column, field: string, intervalMs: number, layer: Layer): Json {
  if (operationType === 'date_histogram') {
    return { date_histogram: { field, fixed_interval: `${intervalMs}ms`, min_doc_count: 1 } }
  }
  if (operationType === 'filters') {
    return {
      filters: { filters: Object.fromEntries(params.filters.map(one => [one.label, kqlQuery(one.input.query)])) }
    }
  }
  const order = params.orderBy.type === 'column' ? orderBy(params.orderBy.columnId, layer) : { _key: 'asc' }
  return { terms: { field, size: params.size, order } }
}

function orderBy(id: string, { columns }: Layer): Json {
  const { operationType, params, filter } = columns[id] as Column
  if (filter !== undefined) throw new Error('an order by a filtered figure is not asked here')
  if (operationType === 'count') return { _count: 'desc' }
  return { [operationType === 'percentile' ? `${id}.${params.percentile}` : id]: 'desc' }
}

function figure(column: Column): Json {
  const { operationType, sourceField: field, params, filter } = column
  const plain = (): Json | undefined => {
    switch (operationType) {
      case 'count':
        return undefined
      case 'unique_count':
        return { cardinality: { field } }
      case 'average':
        return { avg: { field } }
      case 'median':
      case 'percentile':
        return { percentiles: { field, percents: [params.percentile ?? 50] } }
      case 'last_value':
        return { top_hits: { size: 1, sort: [{ '@timestamp': 'desc' }], docvalue_fields: [field], _source: false } }
      default:
        return { [operationType]: { field } }
    }
  }
  const value = plain()
  if (filter === undefined) return value ?? { value_count: { field: '@timestamp' } }
  return { filter: kqlQuery(filter.query), ...(value && { aggs: { value } }) }
}

interface Bucket {
  readonly key: unknown
  readonly doc_count: number
  readonly [name: string]: unknown
}

/** The rows of an answer. */
export function rowsOf(layer: Layer, aggregations: Json): Row[] {
  const walk = (node: Json, [next, ...rest]: ReturnType<typeof bucketsOf>, keys: readonly string[]): Row[] => {
    if (next === undefined) return [{ keys, figures: answered(layer, node) }]
    const { buckets } = node[next.id] as { buckets: Bucket[] | Record<string, Bucket> }
    const all = Array.isArray(buckets) ? buckets : Object.entries(buckets).map(([key, one]) => ({ ...one, key }))
    return all.filter(one => one.doc_count > 0).flatMap(one => walk(one, rest, [...keys, String(one.key)]))
  }
  return walk(aggregations, bucketsOf(layer), [])
}

function answered(layer: Layer, node: Json): Row['figures'] {
  return composed(layer, column => {
    const raw = node[column] as { value?: number; doc_count?: number } & Json
    const inner = (raw.value ?? raw) as number | Json
    const value = typeof inner === 'number' || raw.value === null ? raw.value : inner
    if (typeof value === 'number') return value
    if (value === null || value === undefined) return null
    const {
      values,
      hits,
      doc_count: count,
      value: nested
    } = value as {
      values?: Record<string, number>
      hits?: { hits: { fields?: Record<string, unknown[]> }[] }
      doc_count?: number
      value?: number
    }
    if (values !== undefined) return Object.values(values)[0] ?? null
    if (hits !== undefined) return (Object.values(hits.hits[0]?.fields ?? {})[0]?.[0] as string | undefined) ?? null
    return nested ?? count ?? null
  })
}

/** All figures of a row, those made of others last. */
function composed(layer: Layer, plain: (id: string) => number | string | null): Row['figures'] {
  const figures: Record<string, number | string | null> = {}
  const measures = measuresOf(layer)
  for (const [id, { operationType }] of measures) if (!COMPOSED.has(operationType)) figures[id] = plain(id)
  for (const [id, { operationType, references = [] }] of measures.toReversed()) {
    const [a, b] = references.map(other => figures[other])
    if (operationType === 'math') figures[id] = Number(a) / Number(b)
    else if (COMPOSED.has(operationType)) figures[id] = a ?? null
  }
  return figures
}

/** The same rows, counted by hand; figures that Elasticsearch only estimates are left out. */
export function countedBy(layer: Layer, docs: readonly Doc[], intervalMs: number): Row[] {
  const walk = (
    some: readonly Doc[],
    [next, ...rest]: ReturnType<typeof bucketsOf>,
    keys: readonly string[]
  ): Row[] => {
    if (next === undefined) return [{ keys, figures: counted(layer, some) }]
    return [...groups(next, some, intervalMs)].flatMap(([key, group]) => walk(group, rest, [...keys, key]))
  }
  return walk(docs, bucketsOf(layer), [])
}

function groups(
  { column, field }: { column: Column; field: string },
  docs: readonly Doc[],
  intervalMs: number
): Map<string, Doc[]> {
  const map = new Map<string, Doc[]>()
  const put = (key: string, doc: Doc): unknown => map.set(key, [...(map.get(key) ?? []), doc])
  for (const doc of docs) {
    if (column.operationType === 'filters') {
      for (const { label, input } of column.params.filters) if (matches(kqlQuery(input.query), doc)) put(label, doc)
    } else if (column.operationType === 'date_histogram') {
      const ms = Date.parse(String(doc['@timestamp']?.[0]))
      put(String(Math.floor(ms / intervalMs) * intervalMs), doc)
    } else for (const value of new Set(doc[field] ?? [])) if (String(value).length <= 1024) put(String(value), doc)
  }
  return map
}

function counted(layer: Layer, docs: readonly Doc[]): Row['figures'] {
  return composed(layer, id => {
    const { operationType, sourceField, filter } = layer.columns[id] as Column
    const some = filter === undefined ? docs : docs.filter(doc => matches(kqlQuery(filter.query), doc))
    if (operationType === 'count') return some.length
    const values = some.flatMap(doc => doc[sourceField] ?? [])
    if (operationType === 'unique_count') return new Set(values).size
    if (operationType === 'last_value') {
      const last = some.toSorted((a, b) => String(b['@timestamp']).localeCompare(String(a['@timestamp'])))[0]
      return (last?.[sourceField]?.[0] as string | undefined) ?? null
    }
    if (ROUGH.has(operationType)) return null
    const numbers = values.map(value => (sourceField === '@timestamp' ? Date.parse(String(value)) : Number(value)))
    if (operationType === 'sum') return numbers.reduce((sum, value) => sum + value, 0)
    if (numbers.length === 0) return null
    return operationType === 'max' ? Math.max(...numbers) : Math.min(...numbers)
  })
}

export const isEstimate = (layer: Layer, id: string): boolean => ROUGH.has(layer.columns[id]?.operationType ?? '')

/** Whether a document matches a query, for the queries that KQL makes of values that are no text. */
export function matches(query: Json, doc: Doc): boolean {
  const [[kind, body] = ['', {}]] = Object.entries(query) as [string, Json][]
  const all = (part: unknown): Json[] => (part === undefined ? [] : ([part].flat() as Json[]))
  const [[field, wanted] = ['', '']] = Object.entries(body) as [string, unknown][]
  const values = doc[field] ?? []
  switch (kind) {
    case 'bool':
      return (
        all(body.filter).every(one => matches(one, doc)) &&
        all(body.must_not).every(one => !matches(one, doc)) &&
        (body.should === undefined || all(body.should).some(one => matches(one, doc)))
      )
    case 'exists':
      return doc[String(wanted)] !== undefined
    case 'range': {
      const bounds = Object.entries(wanted as Json)
      return values.some(value => bounds.every(([by, bound]) => isWithin(by, Number(value), Number(bound))))
    }
    case 'match':
    case 'match_phrase':
      return values.some(value => String(value) === wanted)
    default:
      throw new Error(`no such query by hand: ${kind}`)
  }
}

function isWithin(by: string, value: number, bound: number): boolean {
  if (by === 'lt') return value < bound
  if (by === 'lte') return value <= bound
  return by === 'gt' ? value > bound : value >= bound
}

/** Values of a source by dotted name, each as a list. */
export function flattened(source: Json, prefix = ''): Record<string, unknown[]> {
  const flat: Record<string, unknown[]> = {}
  for (const [key, value] of Object.entries(source)) {
    const name = prefix + key
    if (value === null || value === undefined) continue
    if (Array.isArray(value)) {
      if (value.length > 0) flat[name] = value
    } else if (typeof value === 'object') Object.assign(flat, flattened(value as Json, `${name}.`))
    else flat[name] = [value]
  }
  return flat
}
