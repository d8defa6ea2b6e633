// What Kibana's own schemas ask of the saved objects that dashboards are made of, stricter where Kibana 8.15 would fail
// later: unknown keys are refused everywhere. Strings of JSON are held against a schema of their own by `checker.ts`.

const text = { type: 'string' }
const named = { type: 'string', minLength: 1 }
const bool = { type: 'boolean' }
const whole = { type: 'integer' }
const list = (items: object, more: object = {}) => ({ type: 'array', items, ...more })
const one = (...values: readonly unknown[]) => ({ enum: values })
const map = (values: object) => ({ type: 'object', additionalProperties: values })

/** An object with these keys and, unless they are named in `optional`, all of them. */
function object(properties: Record<string, object>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter(key => !optional.includes(key))
  return { type: 'object', properties, required, additionalProperties: false }
}

const reference = object({ type: one('index-pattern', 'dashboard'), id: text, name: text })
const query = object({ query: text, language: one('kuery') })
const filter = object({
  $state: object({ store: one('appState') }),
  meta: object({
    alias: named,
    disabled: one(false),
    negate: one(false),
    type: one('custom'),
    key: named,
    value: named,
    indexRefName: named
  }),
  query: { type: 'object' }
})
const source = (more: Record<string, object> = {}) => object({ query, filter: list(filter), ...more })

/** A line of NDJSON. */
export const line = object({
  type: one('dashboard', 'index-pattern'),
  id: { type: 'string', pattern: '^sluice-[a-z0-9-]+$' },
  attributes: { type: 'object' },
  references: list(reference),
  coreMigrationVersion: one('8.8.0'),
  typeMigrationVersion: text
})

/** Attributes of an index pattern; `encoded` names strings of JSON. */
export const indexPattern = object({
  title: named,
  name: named,
  timeFieldName: one('@timestamp'),
  runtimeFieldMap: text,
  fieldFormatMap: text,
  fieldAttrs: text,
  sourceFilters: text,
  allowNoIndex: bool
})
export const runtimeFields = map(object({ type: one('keyword'), script: object({ source: text }) }))
export const fieldFormats = map({
  oneOf: [
    object({ id: one('bytes') }),
    object({
      id: one('duration'),
      params: object({
        inputFormat: one('nanoseconds', 'milliseconds'),
        outputFormat: one('humanizePrecise'),
        useShortSuffix: bool
      })
    })
  ]
})

/** Attributes of a dashboard, versions 1 and 2 of Kibana's schema. */
export const dashboard = object({
  title: named,
  description: named,
  panelsJSON: text,
  optionsJSON: text,
  kibanaSavedObjectMeta: object({ searchSourceJSON: text }),
  timeRestore: one(true),
  timeFrom: { type: 'string', pattern: '^now-[1-9][0-9]*[mhdw]$' },
  timeTo: one('now'),
  refreshInterval: object({ pause: bool, value: { type: 'integer', minimum: 1_000 } }),
  controlGroupInput: object({
    controlStyle: one('oneLine', 'twoLine'),
    chainingSystem: one('HIERARCHICAL', 'NONE'),
    panelsJSON: text,
    ignoreParentSettingsJSON: text,
    showApplySelections: bool
  }),
  version: one(1)
})
export const options = object({
  useMargins: bool,
  syncColors: bool,
  syncCursor: bool,
  syncTooltips: bool,
  hidePanelTitles: bool
})
export const dashboardSource = source()
export const searchSource = source({ highlightAll: bool, indexRefName: text })
export const ignored = object({
  ignoreFilters: bool,
  ignoreQuery: bool,
  ignoreTimerange: bool,
  ignoreValidations: bool
})
export const controls = map(
  object({
    type: one('optionsListControl'),
    order: whole,
    width: one('small', 'medium', 'large'),
    grow: bool,
    explicitInput: object({
      id: text,
      fieldName: named,
      title: named,
      searchTechnique: one('prefix', 'wildcard', 'exact'),
      selectedOptions: list(text),
      sort: object({ by: one('_count', '_key'), direction: one('asc', 'desc') })
    })
  })
)

const grid = object({
  x: { type: 'integer', minimum: 0, maximum: 47 },
  y: { type: 'integer', minimum: 0 },
  w: { type: 'integer', minimum: 1, maximum: 48 },
  h: { type: 'integer', minimum: 1 },
  i: text
})
const panel = (type: string, content: Record<string, object>) =>
  object({
    type: one(type),
    panelIndex: { type: 'string', pattern: '^[^:]+$' },
    title: named,
    gridData: grid,
    embeddableConfig: object({ enhancements: object({}), hidePanelTitles: bool, ...content })
  })

const format = object({ id: one('number', 'percent', 'bytes'), params: object({ decimals: whole }) })
const bucket = { label: text, customLabel: bool, isBucketed: one(true) }
const figure = {
  label: text,
  customLabel: one(true),
  isBucketed: one(false),
  scale: one('ratio'),
  dataType: one('number')
}
const plain = (type: string | readonly string[], params: object) =>
  object({ ...figure, operationType: one(...[type].flat()), sourceField: text, params, filter: query }, ['filter'])
const columns: readonly object[] = [
  object(
    {
      ...bucket,
      operationType: one('date_histogram'),
      dataType: one('date'),
      scale: one('interval'),
      sourceField: one('@timestamp'),
      params: object({ interval: one('auto'), includeEmptyRows: bool, dropPartials: bool })
    },
    ['customLabel']
  ),
  object({
    ...bucket,
    operationType: one('terms'),
    dataType: one('string', 'number', 'ip', 'boolean', 'date'),
    scale: one('ordinal'),
    sourceField: text,
    params: object(
      {
        size: { type: 'integer', minimum: 1, maximum: 1000 },
        orderBy: {
          anyOf: [
            object({ type: one('column'), columnId: text }),
            object({ type: one('alphabetical'), fallback: bool })
          ]
        },
        orderDirection: one('asc', 'desc'),
        otherBucket: bool,
        missingBucket: bool,
        parentFormat: object({ id: one('terms', 'multi_terms') }),
        secondaryFields: list(text, { minItems: 1 }),
        include: list(text),
        exclude: list(text),
        includeIsRegex: bool,
        excludeIsRegex: bool
      },
      ['secondaryFields']
    )
  }),
  object({
    ...bucket,
    operationType: one('filters'),
    dataType: one('string'),
    scale: one('ordinal'),
    params: object({ filters: list(object({ label: text, input: query }), { minItems: 1 }) })
  }),
  object(
    {
      ...figure,
      operationType: one('count'),
      sourceField: one('___records___'),
      params: object({ emptyAsNull: bool, format }, ['format']),
      filter: query
    },
    ['filter']
  ),
  plain(
    ['sum', 'average', 'min', 'max', 'median', 'unique_count'],
    object({ emptyAsNull: bool, format }, ['format', 'emptyAsNull'])
  ),
  plain('percentile', object({ percentile: { type: 'integer', minimum: 1, maximum: 99 }, format }, ['format'])),
  object({
    ...figure,
    operationType: one('last_value'),
    dataType: one('number', 'string', 'date', 'ip', 'boolean'),
    scale: one('ratio', 'ordinal'),
    sourceField: text,
    filter: query,
    params: object({ sortField: one('@timestamp'), format }, ['format'])
  }),
  object({
    ...figure,
    operationType: one('counter_rate'),
    references: list(text, { minItems: 1, maxItems: 1 }),
    timeScale: one('s'),
    params: object({ format }, ['format'])
  }),
  object({
    ...figure,
    operationType: one('formula'),
    references: list(text, { minItems: 1, maxItems: 1 }),
    params: object({ formula: text, isFormulaBroken: one(false), format })
  }),
  object({
    ...figure,
    operationType: one('math'),
    references: list(text, { minItems: 1 }),
    params: object({
      tinymathAst: object({
        type: one('function'),
        name: one('divide'),
        args: list(text, { minItems: 2, maxItems: 2 }),
        location: object({ min: whole, max: whole }),
        text
      })
    })
  })
]

const layerHead = { layerId: text, layerType: one('data') }
const axes = object({ x: bool, yLeft: bool, yRight: bool })
const visualizations: Readonly<Record<string, object>> = {
  lnsMetric: object({ ...layerHead, metricAccessor: text }),
  lnsPie: object({
    shape: one('donut'),
    layers: list(
      object({
        ...layerHead,
        primaryGroups: list(text, { minItems: 1 }),
        metrics: list(text, { minItems: 1 }),
        numberDisplay: one('percent'),
        categoryDisplay: one('default'),
        legendDisplay: one('default'),
        nestedLegend: bool
      }),
      { minItems: 1 }
    )
  }),
  lnsDatatable: object(
    {
      ...layerHead,
      columns: list(object({ columnId: text }), { minItems: 1 }),
      sorting: object({ columnId: text, direction: one('asc', 'desc') }),
      paging: object({ size: whole, enabled: bool })
    },
    ['sorting']
  ),
  lnsXY: object({
    preferredSeriesType: one('bar_stacked', 'line', 'area_stacked'),
    legend: object({ isVisible: bool, position: one('right') }),
    valueLabels: one('hide'),
    fittingFunction: one('None'),
    axisTitlesVisibilitySettings: axes,
    tickLabelsVisibilitySettings: axes,
    gridlinesVisibilitySettings: axes,
    layers: list(
      object(
        {
          ...layerHead,
          seriesType: one('bar_stacked', 'line', 'area_stacked'),
          xAccessor: text,
          splitAccessor: text,
          accessors: list(text, { minItems: 1 })
        },
        ['splitAccessor']
      ),
      { minItems: 1 }
    )
  })
}

const lens = (visualizationType: string, visualization: object) =>
  object({
    title: text,
    description: text,
    type: one('lens'),
    visualizationType: one(visualizationType),
    references: list(reference),
    state: object({
      datasourceStates: object({
        formBased: object({
          layers: map(
            object({ columnOrder: list(text), columns: map({ oneOf: columns }), incompleteColumns: object({}) })
          )
        })
      }),
      visualization,
      query,
      filters: list({ type: 'object' }),
      internalReferences: list(reference, { maxItems: 0 }),
      adHocDataViews: object({})
    })
  })

const search = object({
  title: text,
  columns: list(text, { minItems: 1 }),
  sort: list({ type: 'array', items: [named, one('asc', 'desc')], minItems: 2, additionalItems: false }),
  grid: object({}),
  hideChart: bool,
  isTextBasedQuery: one(false),
  kibanaSavedObjectMeta: object({ searchSourceJSON: text }),
  references: list(reference, { minItems: 1, maxItems: 1 }),
  timeRestore: bool,
  usesAdHocDataView: one(false)
})
const markdown = object({
  title: text,
  description: text,
  type: one('markdown'),
  params: object({ fontSize: whole, openLinksInNewTab: bool, markdown: text }),
  uiState: object({}),
  data: object({ aggs: list({ type: 'object' }), searchSource: source() })
})
const links = object({
  title: text,
  layout: one('horizontal', 'vertical'),
  links: list(object({ id: named, type: one('dashboardLink'), label: named, order: whole, destinationRefName: named }))
})

/** Panels by their type. */
export const panels: Readonly<Record<string, object>> = {
  ...Object.fromEntries(
    Object.entries(visualizations).map(([type, state]) => [type, panel('lens', { attributes: lens(type, state) })])
  ),
  search: panel('search', { attributes: search }),
  visualization: panel('visualization', { savedVis: markdown }),
  links: panel('links', { attributes: links })
}
