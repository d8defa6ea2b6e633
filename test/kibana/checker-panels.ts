// Holds the panels of one dashboard against what Kibana does with them: their places, and the web of layers, columns and
// accessors in each. It says everything that is wrong.
import { kqlQuery } from '#kibana'
import { inner, type Say } from './hold.ts'
import * as schemas from './schemas.ts'

export interface Reference {
  readonly type: string
  readonly id: string
  readonly name: string
}
interface Query {
  readonly query: string
}
interface Column {
  readonly operationType: string
  readonly isBucketed: boolean
  readonly sourceField?: string
  readonly references?: readonly string[]
  readonly filter?: Query
  readonly params?: {
    readonly orderBy?: { readonly columnId?: string }
    readonly filters?: readonly { readonly input: Query }[]
    readonly secondaryFields?: readonly string[]
    readonly parentFormat?: { readonly id: string }
    readonly tinymathAst?: { readonly args: readonly string[] }
  }
}
interface Layer {
  readonly columnOrder: readonly string[]
  readonly columns: Readonly<Record<string, Column>>
}
export interface Panel {
  readonly type: string
  readonly panelIndex: string
  readonly title: string
  readonly gridData: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
    readonly i: string
  }
  readonly embeddableConfig: {
    readonly attributes?: {
      readonly visualizationType?: string
      readonly references?: readonly Reference[]
      readonly columns?: readonly string[]
      readonly links?: readonly Link[]
      readonly kibanaSavedObjectMeta?: { readonly searchSourceJSON: string }
      readonly state?: {
        readonly datasourceStates: { readonly formBased: { readonly layers: Readonly<Record<string, Layer>> } }
        readonly visualization: unknown
        readonly query: Query
      }
    }
  }
}
export interface Link {
  readonly id: string
  readonly label: string
  readonly order: number
  readonly destinationRefName: string
}

const COLUMNS = 48

export function checkGrid(panels: readonly Panel[], say: Say): void {
  const seen = new Set<string>()
  const cells = new Set<string>()
  for (const [i, { panelIndex, gridData: a }] of panels.entries()) {
    if (a.i !== panelIndex) say(`gridData.i ${a.i} of panel ${panelIndex}`)
    if (seen.has(panelIndex)) say(`panel ${panelIndex} twice`)
    seen.add(panelIndex)
    if (a.x + a.w > COLUMNS) say(`panel ${panelIndex} leaves the grid`)
    for (const { panelIndex: other, gridData: b } of panels.slice(i + 1)) {
      if (a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)
        say(`${panelIndex} overlaps ${other}`)
    }
    for (let x = a.x; x < a.x + a.w; x += 1) for (let y = a.y; y < a.y + a.h; y += 1) cells.add(`${x} ${y}`)
  }
  const height = Math.max(...panels.map(({ gridData: { y, h } }) => y + h))
  if (cells.size !== COLUMNS * height) say('its panels leave holes in the grid')
}

/** Names of the references that a panel needs. */
export function panelReferences({ type, title, embeddableConfig: { attributes } }: Panel, say: Say): string[] {
  const of: Say = problem => say(`panel ${title}: ${problem}`)
  const own = attributes?.references?.map(({ name }) => name) ?? []
  if (type === 'links') return attributes?.links?.map(({ destinationRefName }) => destinationRefName) ?? []
  if (type === 'search') {
    const encoded = attributes?.kibanaSavedObjectMeta?.searchSourceJSON
    const source = inner(encoded, schemas.searchSource, 'searchSourceJSON', of)
    const { indexRefName = '', query } = (source ?? {}) as { indexRefName?: string; query?: Query }
    checkKql(query, of)
    checkTwice(attributes?.columns ?? [], of)
    return [indexRefName]
  }
  const layers = attributes?.state?.datasourceStates.formBased.layers ?? {}
  checkKql(attributes?.state?.query, of)
  for (const layer of Object.values(layers)) checkLayer(layer, of)
  checkVisualization(attributes?.state?.visualization, layers, of)
  const names = Object.keys(layers).map(id => `indexpattern-datasource-layer-${id}`)
  for (const name of names) if (!own.includes(name)) of(`no reference ${name} of its own`)
  return names
}

function checkKql(query: Query | undefined, say: Say): void {
  if (query === undefined || query.query === '') return
  try {
    kqlQuery(query.query)
  } catch (error) {
    say(`KQL: ${(error as Error).message}`)
  }
}

function checkTwice(names: readonly string[], say: Say): void {
  for (const name of new Set(names.filter((name, i) => names.indexOf(name) < i))) say(`${name} twice`)
}

function checkLayer({ columnOrder, columns }: Layer, say: Say): void {
  const ids = Object.keys(columns)
  if (columnOrder.length !== ids.length || columnOrder.some(id => columns[id] === undefined)) say('columnOrder')
  const bucketed = columnOrder.map(id => columns[id]?.isBucketed === true)
  if (bucketed.lastIndexOf(true) > bucketed.indexOf(false) && bucketed.includes(false)) say('a bucket behind a measure')
  for (const [id, column] of Object.entries(columns)) checkColumn(id, column, columns, say)
}

/** What the columns that are made of others must be made of. */
const MADE_OF: Readonly<Record<string, string>> = { formula: 'math', math: 'count', counter_rate: 'max' }

function checkColumn(id: string, column: Column, columns: Layer['columns'], say: Say): void {
  const { operationType, references = [], filter, params = {} } = column
  const { orderBy, filters = [], secondaryFields, parentFormat, tinymathAst } = params
  for (const query of [filter, ...filters.map(({ input }) => input)]) checkKql(query, say)
  for (const other of [...references, ...(tinymathAst?.args ?? []), orderBy?.columnId ?? id]) {
    if (columns[other] === undefined) say(`${id} is made of ${other}, which is not there`)
  }
  for (const other of references) {
    const made = columns[other]?.operationType
    if (made !== undefined && made !== MADE_OF[operationType]) say(`${id} is ${operationType} of ${made}`)
  }
  if (orderBy?.columnId !== undefined && columns[orderBy.columnId]?.isBucketed !== false)
    say(`${id} is ordered by no measure`)
  if (tinymathAst !== undefined) {
    if (String(tinymathAst.args) !== String(references)) say(`${id} is made of others than its expression`)
    const [part, all] = references.map(other => columns[other]?.filter)
    if (part === undefined || all !== undefined) say(`${id} is no share of a whole`)
  }
  const terms = secondaryFields === undefined ? 'terms' : 'multi_terms'
  if (operationType === 'terms' && parentFormat?.id !== terms) say(`${id} is no ${terms}`)
}

/** Accessors of a visualization by whether they take buckets or measures; where there is no telling, either. */
const TAKES: Readonly<Record<string, boolean | undefined>> = {
  columnId: undefined,
  metricAccessor: false,
  xAccessor: true,
  splitAccessor: true,
  accessors: false,
  primaryGroups: true,
  metrics: false
}

function checkVisualization(visualization: unknown, layers: Readonly<Record<string, Layer>>, say: Say): void {
  const columns: Record<string, Column> = Object.assign({}, ...Object.values(layers).map(layer => layer.columns))
  const shown: string[] = []
  for (const [path, value] of strings(visualization)) {
    const key = path.at(-1) ?? ''
    if (key === 'layerId' && layers[value] === undefined) say(`no layer ${value}`)
    if (!(key in TAKES)) continue
    const column = columns[value]
    if (column === undefined) say(`no column ${value}`)
    else if (TAKES[key] !== undefined && TAKES[key] !== column.isBucketed) say(`${key} ${value} is of the other kind`)
    if (!path.includes('sorting')) shown.push(value)
  }
  checkTwice(shown, say)
  const parts = new Set(Object.values(columns).flatMap(({ references = [] }) => references))
  for (const id of Object.keys(columns)) {
    if (shown.includes(id) === parts.has(id))
      say(`column ${id} is ${parts.has(id) ? 'a part, and shown' : 'not shown'}`)
  }
}

/** Every string in a value with the keys that it stands under. */
function strings(value: unknown, path: readonly string[] = []): [readonly string[], string][] {
  if (typeof value === 'string') return [[path, value]]
  if (Array.isArray(value)) return value.flatMap(item => strings(item, path))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) => strings(item, [...path, name]))
}
