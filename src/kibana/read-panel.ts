// One panel of Kibana as a panel of the model: the way back of `panels.ts`, `lens.ts` and `columns.ts`. What the model has
// no words for is a sentence instead.

import { measureLabel, OPERATIONS, splitLabel } from './columns.ts'
import type { Measure, Panel, Split } from './schema.ts'

interface StoredColumn {
  readonly label: string
  readonly operationType: string
  readonly sourceField: string
  readonly filter?: { readonly query: string }
  readonly references?: readonly string[]
  readonly params?: {
    readonly size?: number
    readonly secondaryFields?: readonly string[]
    readonly percentile?: number
    readonly formula?: string
    readonly format?: { readonly id: string }
    readonly filters?: readonly { readonly label: string; readonly input: { readonly query: string } }[]
  }
}
type Columns = Readonly<Record<string, StoredColumn>>

/** A panel as Kibana keeps it. */
export interface StoredPanel {
  readonly type: string
  readonly panelIndex: string
  readonly title?: string
  readonly gridData: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
    readonly i: string
  }
  readonly embeddableConfig: {
    readonly title?: string
    readonly savedVis?: { readonly type?: string; readonly params?: { readonly markdown?: string } }
    readonly attributes?: {
      readonly title?: string
      readonly visualizationType?: string
      readonly columns?: readonly string[]
      readonly kibanaSavedObjectMeta?: { readonly searchSourceJSON?: string }
      readonly state?: {
        readonly query?: { readonly query?: string }
        readonly visualization: Visualization
        readonly datasourceStates: {
          readonly formBased?: { readonly layers: Readonly<Record<string, { readonly columns: Columns }>> }
        }
      }
    }
  }
}
interface Visualization {
  readonly metricAccessor?: string
  readonly columns?: readonly { readonly columnId: string }[]
  readonly layers?: readonly {
    readonly seriesType?: string
    readonly splitAccessor?: string
    readonly splitAccessors?: readonly string[]
    readonly accessors?: readonly string[]
    readonly primaryGroups?: readonly string[]
    readonly metrics?: readonly string[]
  }[]
}

/** The panel, or why the model has no words for it. */
export function readPanel(panel: StoredPanel): Panel | string {
  const { type, gridData, embeddableConfig: config, panelIndex } = panel
  const title = panel.title ?? config.title ?? config.attributes?.title ?? panelIndex
  const common = { title, size: [gridData.w, gridData.h] as [number, number] }
  if (type === 'links') return { show: 'links', ...common }
  if (type === 'visualization' && config.savedVis?.type === 'markdown') {
    return { show: 'text', ...common, text: config.savedVis.params?.markdown ?? '' }
  }
  if (config.attributes === undefined) return `a panel of the library, ${type}; unlink it in Kibana first`
  if (type === 'search') {
    const source = JSON.parse(config.attributes.kibanaSavedObjectMeta?.searchSourceJSON ?? '{}')
    return {
      show: 'records',
      ...common,
      columns: [...(config.attributes.columns ?? [])],
      ...filtered(source.query?.query)
    }
  }
  return type === 'lens' ? readLens(config.attributes, common) : `the model has no ${type}`
}

const filtered = (query: string | undefined): { filter?: string } =>
  query === undefined || query === '' ? {} : { filter: query }

const SHOWS: Readonly<Record<string, 'bars' | 'lines' | 'areas'>> = {
  bar_stacked: 'bars',
  line: 'lines',
  area_stacked: 'areas'
}

function readLens(
  { visualizationType = '', state }: NonNullable<StoredPanel['embeddableConfig']['attributes']>,
  common: { readonly title: string; readonly size: [number, number] }
): Panel | string {
  const layers = Object.values(state?.datasourceStates.formBased?.layers ?? {})
  const [layer] = layers
  if (state === undefined || layer === undefined) return 'it is drawn from ES|QL or from nothing'
  if (layers.length > 1) return `it has ${layers.length} layers`
  const { visualization } = state
  const filter = filtered(state.query?.query)
  const [drawn = {}] = visualization.layers ?? []
  const isSplit = (id: string): boolean => ['terms', 'filters'].includes(layer.columns[id]?.operationType ?? '')
  const all = (ids: readonly (string | undefined)[]): string[] => ids.filter(id => id !== undefined)
  switch (visualizationType) {
    case 'lnsMetric':
      return made(
        layer.columns,
        [],
        all([visualization.metricAccessor]),
        (_, [measure]) => measure && { show: 'number', ...common, measure, ...filter }
      )
    case 'lnsPie':
      return made(layer.columns, drawn.primaryGroups ?? [], drawn.metrics ?? [], ([split, more], [measure]) =>
        split && measure && more === undefined ? { show: 'shares', ...common, split, measure, ...filter } : undefined
      )
    case 'lnsDatatable': {
      const ids = (visualization.columns ?? []).map(({ columnId }) => columnId)
      const measures = ids.filter(id => !isSplit(id))
      return made(layer.columns, ids.filter(isSplit), measures, (splits, measures) =>
        splits.length > 0 && measures.length > 0 ? { show: 'table', ...common, splits, measures, ...filter } : undefined
      )
    }
    case 'lnsXY': {
      const show = SHOWS[drawn.seriesType ?? '']
      if (show === undefined) return `the model has no ${drawn.seriesType}`
      const splits = all([drawn.splitAccessor, ...(drawn.splitAccessors ?? [])])
      return made(layer.columns, splits, drawn.accessors ?? [], ([split, more], measures) =>
        more === undefined && measures.length > 0
          ? { show, ...common, measures, ...(split && { split }), ...filter }
          : undefined
      )
    }
    default:
      return `the model has no ${visualizationType}`
  }
}

function made(
  columns: Columns,
  splitIds: readonly string[],
  measureIds: readonly string[],
  panel: (splits: Split[], measures: Measure[]) => Panel | undefined
): Panel | string {
  const splits = splitIds.map(id => readSplit(columns[id]))
  const measures = measureIds.map(id => plainly(readMeasure(columns[id], columns)))
  const unread = [...splits, ...measures].find(one => typeof one === 'string')
  if (unread !== undefined) return unread
  const isRead = <Part extends object>(one: Part | string): one is Part => typeof one !== 'string'
  return panel(splits.filter(isRead), measures.filter(isRead)) ?? 'its parts do not make a panel of the model'
}

/** A measure without a label that it would have anyway. */
function plainly(measure: Measure | string): Measure | string {
  if (typeof measure === 'string') return measure
  const { label, ...plain } = measure
  return label === measureLabel(plain) ? plain : measure
}

function readSplit(column: StoredColumn | undefined): Split | string {
  const { label, operationType = '', sourceField = '', params = {} } = column ?? {}
  const named = label === undefined ? {} : { label }
  if (operationType === 'terms') {
    const fields = [sourceField, ...(params.secondaryFields ?? [])]
    return {
      fields,
      ...(params.size !== undefined && params.size !== 10 && { size: params.size }),
      ...(label === splitLabel({ fields }) ? {} : named)
    }
  }
  if (operationType !== 'filters') return `the model splits by values and by KQL, and not by ${operationType}`
  return { filters: (params.filters ?? []).map(({ label, input }) => ({ label, filter: input.query })), ...named }
}

const FIGURES = Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[]

function readMeasure(column: StoredColumn | undefined, columns: Columns): Measure | string {
  const { label, operationType = '', sourceField: field = '', params = {}, filter, references = [] } = column ?? {}
  const id = params.format?.id
  const format = id === 'bytes' || id === 'number' || id === 'percent' ? ({ format: id } as const) : {}
  const common = { ...(label !== undefined && { label }), ...filtered(filter?.query) }
  const shown = { ...(label !== undefined && { label }), ...format }
  switch (operationType) {
    case 'count':
      return { of: 'count', ...common, ...format }
    case 'percentile':
      return { of: 'percentile', field, percent: params.percentile ?? 95, ...common, ...format }
    case 'last_value':
      return { of: 'last', field, ...shown }
    case 'counter_rate':
      return { of: 'rate', field: columns[references[0] ?? '']?.sourceField ?? '', ...shown }
    case 'formula': {
      const part = /^count\(kql='((?:[^'\\]|\\.)*)'\) \/ count\(\)$/.exec(params.formula ?? '')?.[1]
      if (part === undefined) return `the model has no formula ${params.formula}`
      return { of: 'ratio', filter: part.replaceAll("\\'", "'"), ...(label !== undefined && { label }) }
    }
    default: {
      const of = FIGURES.find(figure => OPERATIONS[figure] === operationType)
      return of === undefined ? `the model has no ${operationType}` : { of, field, ...common, ...format }
    }
  }
}
