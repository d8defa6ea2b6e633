// Measures and splits as columns of a Lens layer. What Lens expands from a formula is written out, because Kibana shows an
// empty panel otherwise; no column refers to one that is not there.

import type { FieldType, FieldTypes } from '#record'
import type { Measure, Split } from './schema.ts'

/** A column of a Lens layer, as Kibana keeps it. */
export type Column = Readonly<Record<string, unknown>>
/** Columns by id, in the order of `columnOrder`. */
export type Columns = Readonly<Record<string, Column>>

/** What the columns of a panel are made for: the measures that it shows, those that others are made of left out. */
export interface Layer {
  readonly columns: Columns
  readonly splits: readonly string[]
  readonly measures: readonly string[]
  /** The measure that values are ordered by, where one can be. */
  readonly orderedBy: string | undefined
}

export const TIME = 'time'

/** Columns of a panel: time where it is one over time, splits from the outside in, measures. */
export function layerOf(
  { isOverTime, splits, measures }: { isOverTime: boolean; splits: readonly Split[]; measures: readonly Measure[] },
  types: FieldTypes
): Layer {
  const named = measures.map((measure, i) => ({ id: `measure${i + 1}`, measure }))
  const orderedBy = named.find(({ measure }) => isOrder(measure))?.id
  const split = splits.map((split, i) => [`split${i + 1}`, splitColumn(split, orderedBy, types)] as const)
  const time = isOverTime ? [[TIME, TIME_COLUMN] as const] : []
  // A split outside the time keeps the same values over all of it.
  const buckets = [...split, ...time]
  const figures = named.flatMap(({ id, measure }) => measureColumns(id, measure, types))
  return {
    columns: Object.fromEntries([...buckets, ...figures]),
    splits: split.map(([id]) => id),
    measures: named.map(({ id }) => id),
    orderedBy
  }
}

/** Lens orders values by what one aggregation gives. */
const isOrder = ({ of }: Measure): boolean => of !== 'ratio' && of !== 'rate' && of !== 'last'

const TIME_COLUMN: Column = {
  label: '@timestamp',
  dataType: 'date',
  operationType: 'date_histogram',
  sourceField: '@timestamp',
  isBucketed: true,
  scale: 'interval',
  params: { interval: 'auto', includeEmptyRows: true, dropPartials: false }
}

function splitColumn(split: Split, orderedBy: string | undefined, types: FieldTypes): Column {
  const common = { label: splitLabel(split), customLabel: true, isBucketed: true, scale: 'ordinal' }
  if ('filters' in split) {
    const filters = split.filters.map(({ label, filter }) => ({ label, input: kuery(filter) }))
    return { ...common, dataType: 'string', operationType: 'filters', params: { filters } }
  }
  const [field = '', ...others] = split.fields
  const order =
    orderedBy === undefined ? { type: 'alphabetical', fallback: true } : { type: 'column', columnId: orderedBy }
  return {
    ...common,
    dataType: dataTypeOf(types[field]),
    operationType: 'terms',
    sourceField: field,
    params: {
      size: split.size ?? 10,
      orderBy: order,
      orderDirection: orderedBy === undefined ? 'asc' : 'desc',
      // Several fields have no rest that Elasticsearch could count.
      otherBucket: false,
      missingBucket: false,
      parentFormat: { id: others.length === 0 ? 'terms' : 'multi_terms' },
      ...(others.length > 0 && { secondaryFields: others }),
      include: [],
      exclude: [],
      includeIsRegex: false,
      excludeIsRegex: false
    }
  }
}

export function splitLabel(split: Split): string {
  return (
    split.label ?? ('fields' in split ? split.fields.join(', ') : split.filters.map(({ label }) => label).join(', '))
  )
}

/** What Lens calls the figures of the model. */
export const OPERATIONS = {
  unique: 'unique_count',
  sum: 'sum',
  average: 'average',
  min: 'min',
  max: 'max',
  median: 'median'
} as const

function measureColumns(id: string, measure: Measure, types: FieldTypes): [string, Column][] {
  const common = {
    label: measureLabel(measure),
    customLabel: true,
    dataType: 'number',
    isBucketed: false,
    scale: 'ratio'
  }
  const format = 'format' in measure && measure.format !== undefined ? { format: formatOf(measure.format) } : {}
  const filter = 'filter' in measure && measure.filter !== undefined ? { filter: kuery(measure.filter) } : {}
  switch (measure.of) {
    case 'count':
      return [[id, { ...common, ...filter, ...COUNT, params: { ...COUNT.params, ...format } }]]
    case 'percentile': {
      const params = { percentile: measure.percent, ...format }
      return [[id, { ...common, ...filter, operationType: 'percentile', sourceField: measure.field, params }]]
    }
    case 'last': {
      const isNumber = ['number', 'date'].includes(dataTypeOf(types[measure.field]))
      const type = { dataType: dataTypeOf(types[measure.field]), scale: isNumber ? 'ratio' : 'ordinal' }
      const params = { sortField: '@timestamp', ...format }
      const isThere = { filter: kuery(`${measure.field}: *`) }
      return [[id, { ...common, ...type, ...isThere, operationType: 'last_value', sourceField: measure.field, params }]]
    }
    case 'rate':
      return rateColumns(id, measure.field, { ...common, params: format })
    case 'ratio':
      return ratioColumns(id, measure.filter, common)
    default: {
      const params = { emptyAsNull: true, ...format }
      const operationType = OPERATIONS[measure.of]
      return [[id, { ...common, ...filter, operationType, sourceField: measure.field, params }]]
    }
  }
}

const COUNT = { operationType: 'count', sourceField: '___records___', params: { emptyAsNull: true } }

function rateColumns(id: string, field: string, common: Column): [string, Column][] {
  const max = `${id}Max`
  return [
    [
      max,
      {
        ...common,
        label: `Maximum of ${field}`,
        operationType: 'max',
        sourceField: field,
        params: { emptyAsNull: true }
      }
    ],
    [id, { ...common, operationType: 'counter_rate', references: [max], timeScale: 's' }]
  ]
}

function ratioColumns(id: string, filter: string, common: Column): [string, Column][] {
  const [part, all, math] = [`${id}X0`, `${id}X1`, `${id}X2`]
  const formula = ratioFormula(filter)
  const hidden = { ...common, label: `Part of ${formula}` }
  const ast = {
    type: 'function',
    name: 'divide',
    args: [part, all],
    location: { min: 0, max: formula.length },
    text: formula
  }
  return [
    [
      id,
      {
        ...common,
        operationType: 'formula',
        references: [math],
        params: { formula, isFormulaBroken: false, format: formatOf('percent') }
      }
    ],
    [part, { ...hidden, ...COUNT, filter: kuery(filter), params: { emptyAsNull: false } }],
    [all, { ...hidden, ...COUNT, params: { emptyAsNull: false } }],
    [math, { ...hidden, operationType: 'math', references: [part, all], params: { tinymathAst: ast } }]
  ]
}

export function ratioFormula(filter: string): string {
  return `count(kql='${filter.replaceAll("'", "\\'")}') / count()`
}

export function measureLabel(measure: Measure): string {
  if (measure.label !== undefined) return measure.label
  switch (measure.of) {
    case 'count':
      return 'Records'
    case 'ratio':
      return measure.filter
    case 'percentile':
      return `${measure.percent}th percentile of ${measure.field}`
    case 'rate':
      return `${measure.field} per second`
    default:
      return `${measure.of} of ${measure.field}`
  }
}

export const kuery = (query: string) => ({ query, language: 'kuery' })

function formatOf(id: 'number' | 'bytes' | 'percent') {
  return { id, params: { decimals: id === 'number' ? 0 : 1 } }
}

/** The type that Kibana gives a field of this type of Elasticsearch. */
export function dataTypeOf(type: FieldType | undefined): string {
  switch (type) {
    case 'long':
    case 'double':
      return 'number'
    case 'date':
    case 'ip':
    case 'boolean':
      return type
    default:
      return 'string'
  }
}
