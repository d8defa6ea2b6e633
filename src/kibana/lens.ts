// Panels as Lens keeps them: one layer of columns and the visualization that shows it. The spellings are those of Kibana
// 8.15, which 9.x reads too. See "Lens" of Kibana's guide and `x-pack/plugins/lens` of its sources.

import type { FieldTypes } from '#record'
import { type Column, type Columns, kuery, type Layer, layerOf, TIME } from './columns.ts'
import type { Measure, Panel, Split } from './schema.ts'

/** A panel that Lens draws. */
export type Chart = Extract<Panel, { show: 'number' | 'bars' | 'lines' | 'areas' | 'table' | 'shares' }>

const LAYER = 'layer'
const LAYER_REFERENCE = `indexpattern-datasource-layer-${LAYER}`
const SERIES = { bars: 'bar_stacked', lines: 'line', areas: 'area_stacked' } as const

/** A reference of a saved object. */
export interface Reference {
  readonly type: string
  readonly id: string
  readonly name: string
}

/** What a Lens panel holds by value. */
export interface LensAttributes {
  readonly title: string
  readonly description: string
  readonly type: 'lens'
  readonly visualizationType: string
  readonly references: readonly Reference[]
  readonly state: {
    readonly datasourceStates: {
      readonly formBased: {
        readonly layers: Readonly<
          Record<
            string,
            { readonly columnOrder: readonly string[]; readonly columns: Columns; readonly incompleteColumns: object }
          >
        >
      }
    }
    readonly visualization: Column
    readonly query: { readonly query: string; readonly language: string }
    readonly filters: readonly object[]
    readonly internalReferences: readonly Reference[]
    readonly adHocDataViews: object
  }
}

/** The parts of a chart, whichever of its shapes it has. */
export function partsOf(panel: Chart): { measures: readonly Measure[]; splits: readonly Split[]; isOverTime: boolean } {
  switch (panel.show) {
    case 'number':
      return { measures: [panel.measure], splits: [], isOverTime: false }
    case 'shares':
      return { measures: [panel.measure], splits: [panel.split], isOverTime: false }
    case 'table':
      return { measures: panel.measures, splits: panel.splits, isOverTime: false }
    default:
      return { measures: panel.measures, splits: panel.split === undefined ? [] : [panel.split], isOverTime: true }
  }
}

/** A chart as Lens keeps it. @param types of the fields that it names */
export function lensAttributes(panel: Chart, dataViewId: string, types: FieldTypes): LensAttributes {
  const layer = layerOf(partsOf(panel), types)
  const { visualizationType, visualization } = visualize(panel, layer)
  const { columns } = layer
  return {
    title: panel.title,
    description: '',
    type: 'lens',
    visualizationType,
    references: [{ type: 'index-pattern', id: dataViewId, name: LAYER_REFERENCE }],
    state: {
      datasourceStates: {
        formBased: { layers: { [LAYER]: { columnOrder: Object.keys(columns), columns, incompleteColumns: {} } } }
      },
      visualization,
      query: kuery(panel.filter ?? ''),
      filters: [],
      internalReferences: [],
      adHocDataViews: {}
    }
  }
}

function visualize(panel: Chart, layer: Layer): { visualizationType: string; visualization: Column } {
  const { splits, measures } = layer
  const base = { layerId: LAYER, layerType: 'data' }
  switch (panel.show) {
    case 'number':
      return { visualizationType: 'lnsMetric', visualization: { ...base, metricAccessor: measures[0] } }
    case 'shares':
      return {
        visualizationType: 'lnsPie',
        visualization: {
          shape: 'donut',
          layers: [
            {
              ...base,
              primaryGroups: splits,
              metrics: measures,
              numberDisplay: 'percent',
              categoryDisplay: 'default',
              legendDisplay: 'default',
              nestedLegend: false
            }
          ]
        }
      }
    case 'table':
      return {
        visualizationType: 'lnsDatatable',
        visualization: {
          ...base,
          columns: [...splits, ...measures].map(columnId => ({ columnId })),
          ...(layer.orderedBy !== undefined && { sorting: { columnId: layer.orderedBy, direction: 'desc' } }),
          paging: { size: 10, enabled: true }
        }
      }
    default:
      return { visualizationType: 'lnsXY', visualization: xy(SERIES[panel.show], layer) }
  }
}

function xy(seriesType: string, { splits, measures }: Layer): Column {
  const all = { x: true, yLeft: true, yRight: true }
  return {
    preferredSeriesType: seriesType,
    legend: { isVisible: true, position: 'right' },
    valueLabels: 'hide',
    fittingFunction: 'None',
    axisTitlesVisibilitySettings: { x: false, yLeft: false, yRight: false },
    tickLabelsVisibilitySettings: all,
    gridlinesVisibilitySettings: all,
    layers: [
      {
        layerId: LAYER,
        layerType: 'data',
        seriesType,
        xAccessor: TIME,
        ...(splits[0] !== undefined && { splitAccessor: splits[0] }),
        accessors: measures
      }
    ]
  }
}
