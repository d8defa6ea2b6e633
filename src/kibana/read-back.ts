// A dashboard of Kibana as the model has it, as far as the model has words for it. What it has none for is said, panel by
// panel: the panel is made again from what was read, and must come out as it was.

import type { FieldTypes } from '#record'
import { dashboardObject } from './dashboard.ts'
import { DATA_VIEWS } from './data-views.ts'
import { checkFields, type FieldSource } from './fields.ts'
import { kqlFields } from './kql.ts'
import { withoutMark } from './mark.ts'
import { readPanel, type StoredPanel } from './read-panel.ts'
import { isEqual, type SavedObject } from './saved-object.ts'
import type { Dashboard } from './schema.ts'

export interface ReadBack {
  readonly dashboard: Dashboard
  /** What is in Kibana and not in the model, a sentence each. */
  readonly lost: readonly string[]
}

/**
 * Reads a dashboard back.
 * @param all dashboards, to which links may lead
 */
export function readBack(
  object: SavedObject,
  all: readonly Pick<Dashboard, 'id' | 'title'>[],
  sources: Record<'logs' | 'health', readonly FieldSource[]>
): ReadBack {
  const lost: string[] = []
  const panels = storedPanels(object)
  const read = panels.flatMap(panel => {
    const found = readPanel(panel)
    if (typeof found !== 'string') return [found]
    lost.push(`panel ${JSON.stringify(titleOf(panel))}: ${found}`)
    return []
  })
  const dataView = object.references.some(isHealth) ? 'health' : 'logs'
  const written: Dashboard = {
    $schema: '../../schema/dashboard.schema.json',
    id: object.id,
    title: String(object.attributes.title),
    description: withoutMark(object.attributes.description),
    dataView,
    ...filterOf(object, lost),
    since: sinceOf(object, lost),
    controls: controlsOf(object, lost),
    panels: read
  }
  const fields = undeclared(panels, written, sources[dataView])
  const dashboard: Dashboard =
    Object.keys(fields).length === 0 ? written : { ...written, fields, panels: written.panels }
  const types = typesOf(dashboard, sources[dataView], lost)
  lost.push(...differences(panels, dashboard, all, types))
  return { dashboard, lost }
}

const isHealth = ({ type, id }: SavedObject['references'][number]): boolean =>
  type === 'index-pattern' && id.startsWith(DATA_VIEWS.health)

/** Types that Lens has for fields, as the model has them. */
const TYPES: Readonly<Record<string, NonNullable<Dashboard['fields']>[string]>> = {
  number: 'double',
  date: 'date',
  ip: 'ip',
  boolean: 'boolean'
}

/** Fields that nothing declares, which are kept with the type that Lens has for them. */
function undeclared(
  panels: readonly StoredPanel[],
  { controls, filter, panels: read }: Dashboard,
  sources: readonly FieldSource[]
): NonNullable<Dashboard['fields']> {
  const columns = panels.flatMap(({ embeddableConfig: { attributes } }) =>
    Object.values(attributes?.state?.datasourceStates.formBased?.layers ?? {}).flatMap(layer =>
      Object.values(layer.columns)
    )
  )
  const asked = columns.flatMap(({ filter, params }) => [
    filter?.query,
    ...(params?.filters ?? []).map(one => one.input.query)
  ])
  const filters = [filter, ...read.map(panel => ('filter' in panel ? panel.filter : undefined)), ...asked]
  const named: (readonly [string, string | undefined])[] = [
    ...columns.map(column => [column.sourceField, lensTypeOf(column)] as const),
    ...columns.flatMap(({ params }) => (params?.secondaryFields ?? []).map(field => [field, undefined] as const)),
    ...panels.flatMap(({ embeddableConfig: { attributes } }) =>
      (attributes?.columns ?? []).map(field => [field, undefined] as const)
    ),
    ...controls.map(({ field }) => [field, undefined] as const),
    ...filters.flatMap(kqlFieldsOf).map(field => [field, undefined] as const)
  ]
  const unknown = named.filter(
    ([field]) => field !== undefined && field !== '___records___' && !sources.some(({ types }) => field in types)
  )
  const fields: Record<string, NonNullable<Dashboard['fields']>[string]> = {}
  for (const [field, dataType] of unknown) fields[field] ??= TYPES[dataType ?? ''] ?? 'keyword'
  return fields
}

function lensTypeOf(column: object): string | undefined {
  return 'dataType' in column ? String(column.dataType) : undefined
}

/** Fields of a query; none where it is not in the words that are known, which is said elsewhere. */
function kqlFieldsOf(query: string | undefined): string[] {
  try {
    return query === undefined || query === '' ? [] : kqlFields(query)
  } catch {
    return []
  }
}

/** Types of all fields; those that nothing declares would be refused where the dashboard is pushed again. */
function typesOf(dashboard: Dashboard, sources: readonly FieldSource[], lost: string[]): FieldTypes {
  try {
    return checkFields(dashboard, sources)
  } catch (error) {
    lost.push(...(error as Error).message.split('\n'))
    return Object.assign({}, ...sources.map(({ types }) => types))
  }
}

const storedPanels = ({ attributes }: SavedObject): StoredPanel[] =>
  (JSON.parse(String(attributes.panelsJSON ?? '[]')) as StoredPanel[]).toSorted(
    ({ gridData: a }, { gridData: b }) => a.y - b.y || a.x - b.x
  )

const titleOf = ({ title, embeddableConfig, panelIndex }: StoredPanel): string =>
  title ?? embeddableConfig.title ?? embeddableConfig.attributes?.title ?? panelIndex

/** Where what was read does not make what was there. */
function differences(
  panels: readonly StoredPanel[],
  dashboard: Dashboard,
  all: readonly Pick<Dashboard, 'id' | 'title'>[],
  types: FieldTypes
): string[] {
  const again = new Map(storedPanels(dashboardObject(dashboard, all, types)).map(panel => [titleOf(panel), panel]))
  return panels.flatMap(panel => {
    const made = again.get(titleOf(panel))
    if (made === undefined) return []
    const { i: _, ...place } = panel.gridData
    const { i: __, ...own } = made.gridData
    const at = `panel ${JSON.stringify(titleOf(panel))}`
    const kept = panel.embeddableConfig.attributes?.state ?? panel.embeddableConfig
    const now = made.embeddableConfig.attributes?.state ?? made.embeddableConfig
    return [
      ...(isEqual(place, own) ? [] : [`${at}: its place is made from the sizes of the panels before it`]),
      ...unlike(kept, now, '').map(path => `${at}: ${path} is not kept`)
    ]
  })
}

/** Paths at which a value has what the other has not; what Kibana leaves empty is nothing. */
function unlike(value: unknown, other: unknown, path: string): string[] {
  if (isEmpty(value) || isEqual(value, other)) return []
  if (typeof value !== 'object' || typeof other !== 'object' || other === null || Array.isArray(value)) return [path]
  return Object.entries(value as object).flatMap(([key, inner]) =>
    unlike(inner, (other as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`)
  )
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)

function filterOf({ attributes }: SavedObject, lost: string[]): Pick<Dashboard, 'filter'> {
  const meta = attributes.kibanaSavedObjectMeta as { searchSourceJSON?: string } | undefined
  const { query, filter = [] } = JSON.parse(meta?.searchSourceJSON ?? '{}') as {
    query?: { query?: string }
    filter?: { meta: { alias?: string | null; type?: string; disabled?: boolean } }[]
  }
  const texts = filter.flatMap(({ meta }) =>
    meta.type === 'custom' && meta.disabled !== true ? (meta.alias ?? []) : []
  )
  if (texts.length < filter.length) lost.push('filters that were made in Kibana; write them as KQL')
  if (query?.query !== undefined && query.query !== '') texts.push(query.query)
  return texts.length === 0
    ? {}
    : { filter: texts.length === 1 ? (texts[0] ?? '') : texts.map(text => `(${text})`).join(' and ') }
}

function sinceOf({ attributes }: SavedObject, lost: string[]): string {
  const since = /^now-([1-9][0-9]*[mhdw])$/.exec(String(attributes.timeFrom))?.[1]
  if (since === undefined && attributes.timeRestore === true) lost.push(`the time from ${attributes.timeFrom}`)
  return since ?? '24h'
}

function controlsOf({ attributes }: SavedObject, lost: string[]): Dashboard['controls'] {
  const group = attributes.controlGroupInput as { panelsJSON?: string } | undefined
  const panels: { type: string; order: number; explicitInput: { fieldName: string; title?: string } }[] = Object.values(
    JSON.parse(group?.panelsJSON ?? '{}')
  )
  const lists = panels.filter(({ type }) => type === 'optionsListControl').toSorted((a, b) => a.order - b.order)
  if (lists.length < panels.length) lost.push('controls that are no lists of values')
  return lists.map(({ explicitInput: { fieldName, title } }) => ({ field: fieldName, title: title ?? fieldName }))
}
