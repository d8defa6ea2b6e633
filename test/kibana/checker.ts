// Holds NDJSON against what Kibana 8.15 to 9.x would do with it, without Kibana: lines, schemas, the JSON in their
// strings, and the web of ids in them. It says everything that is wrong.
import { Ajv, type ValidateFunction } from 'ajv'
import * as schemas from './schemas.ts'

interface Reference {
  readonly type: string
  readonly id: string
  readonly name: string
}
interface Column {
  readonly operationType: string
  readonly isBucketed: boolean
  readonly references?: readonly string[]
  readonly params?: {
    readonly orderBy?: { readonly columnId?: string }
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
      readonly links?: readonly { readonly destinationRefName: string }[]
      readonly kibanaSavedObjectMeta?: { readonly searchSourceJSON: string }
      readonly state?: {
        readonly datasourceStates: { readonly formBased: { readonly layers: Readonly<Record<string, Layer>> } }
        readonly visualization: unknown
        readonly query: { readonly query: string }
      }
    }
  }
}
export interface Line {
  readonly type: string
  readonly id: string
  readonly attributes: Record<string, unknown>
  readonly references: readonly Reference[]
  readonly typeMigrationVersion: string
}

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true })
const compiled = new Map<object, ValidateFunction>()
const STAMPS: Readonly<Record<string, string>> = { dashboard: '8.9.0', 'index-pattern': '8.0.0' }
const LIMIT_BYTES = 25 * 1024 * 1024

/** Everything wrong with the files of a bundle, by name; empty where Kibana would take it and show it. */
export function problemsOf(files: Readonly<Record<string, string>>): string[] {
  const problems: string[] = []
  const lines = Object.entries(files).flatMap(([name, content]) => lint(name, content, problems))
  const ids = new Set<string>()
  for (const { type, id } of lines) {
    if (ids.has(`${type}:${id}`)) problems.push(`Non-unique import objects detected: [${type}:${id}]`)
    ids.add(`${type}:${id}`)
  }
  for (const line of lines) {
    const say = (problem: string): unknown => problems.push(`${line.type} ${line.id}: ${problem}`)
    if (line.typeMigrationVersion !== STAMPS[line.type]) say(`stamp ${line.typeMigrationVersion}`)
    for (const { type, id } of line.references) if (!ids.has(`${type}:${id}`)) say(`dangling ${type} ${id}`)
    if (line.type === 'dashboard') checkDashboard(line, say)
    else checkIndexPattern(line, say)
  }
  return problems
}

function lint(name: string, content: string, problems: string[]): Line[] {
  if (!/\.ndjson$/i.test(name)) problems.push(`Invalid file extension ${name}`)
  if (content.includes('\r')) problems.push(`${name}: a carriage return`)
  if (!content.endsWith('\n')) problems.push(`${name}: its last line does not end`)
  if (Buffer.byteLength(content) > LIMIT_BYTES) problems.push(`${name}: too large`)
  return content
    .split('\n')
    .filter(text => text !== '')
    .flatMap((text, i) => {
      try {
        const line = JSON.parse(text)
        if (JSON.stringify(line) !== text) problems.push(`${name}:${i + 1}: not in the one spelling`)
        return hold(schemas.line, line, problem => problems.push(`${name}:${i + 1}: ${problem}`)) ? [line as Line] : []
      } catch (error) {
        problems.push(`${name}:${i + 1}: ${(error as Error).message}`)
        return []
      }
    })
}

function checkIndexPattern({ attributes }: Line, say: (problem: string) => unknown): void {
  hold(schemas.indexPattern, attributes, say)
  inner(attributes.runtimeFieldMap, schemas.runtimeFields, 'runtimeFieldMap', say)
  inner(attributes.fieldFormatMap, schemas.fieldFormats, 'fieldFormatMap', say)
  inner(attributes.fieldAttrs, { type: 'object', maxProperties: 0 }, 'fieldAttrs', say)
  inner(attributes.sourceFilters, { type: 'array', maxItems: 0 }, 'sourceFilters', say)
}

function checkDashboard({ attributes, references }: Line, say: (problem: string) => unknown): void {
  if (!hold(schemas.dashboard, attributes, say)) return
  const { kibanaSavedObjectMeta, controlGroupInput } = attributes as {
    kibanaSavedObjectMeta: { searchSourceJSON: string }
    controlGroupInput: { panelsJSON: string; ignoreParentSettingsJSON: string }
  }
  inner(attributes.optionsJSON, schemas.options, 'optionsJSON', say)
  inner(controlGroupInput.ignoreParentSettingsJSON, schemas.ignored, 'ignoreParentSettingsJSON', say)
  const source = inner(kibanaSavedObjectMeta.searchSourceJSON, schemas.dashboardSource, 'searchSourceJSON', say) as
    | { filter: { meta: { indexRefName: string } }[] }
    | undefined
  const controls = inner(controlGroupInput.panelsJSON, schemas.controls, 'controls', say) as
    | Record<string, { explicitInput: { id: string } }>
    | undefined
  const panels = (inner(attributes.panelsJSON, { type: 'array', maxItems: 100 }, 'panelsJSON', say) ?? []) as Panel[]
  const sound = panels.filter(panel => {
    const kind = panel.embeddableConfig?.attributes?.visualizationType ?? panel.type
    const schema = schemas.panels[kind]
    const of = (problem: string): unknown => say(`panel ${panel.title}: ${problem}`)
    if (schema === undefined) of(`no such kind ${kind}`)
    return schema !== undefined && hold(schema, panel, of)
  })
  for (const [id, control] of Object.entries(controls ?? {})) {
    if (control.explicitInput.id !== id) say(`control ${id} calls itself ${control.explicitInput.id}`)
  }
  checkGrid(sound, say)
  const wanted = [
    ...(source?.filter ?? []).map(({ meta }) => meta.indexRefName),
    ...Object.keys(controls ?? {}).map(id => `controlGroup_${id}:optionsListDataView`),
    ...sound.flatMap(panel => panelReferences(panel, say).map(name => `${panel.panelIndex}:${name}`))
  ]
  const given = references.map(({ name }) => name)
  for (const name of wanted) if (!given.includes(name)) say(`no reference ${name}`)
  for (const name of given) if (!wanted.includes(name)) say(`orphaned reference ${name}`)
  if (new Set(given).size < given.length) say('a reference given twice')
  for (const { panelIndex, embeddableConfig } of sound) {
    for (const { id, type, name } of embeddableConfig.attributes?.references ?? []) {
      const twin = references.find(reference => reference.name === `${panelIndex}:${name}`)
      if (twin?.id !== id || twin.type !== type) say(`reference ${name} of ${panelIndex} is not that of the dashboard`)
    }
  }
}

function checkGrid(panels: readonly Panel[], say: (problem: string) => unknown): void {
  const seen = new Set<string>()
  for (const [i, { panelIndex, gridData: a }] of panels.entries()) {
    if (a.i !== panelIndex) say(`gridData.i ${a.i} of panel ${panelIndex}`)
    if (seen.has(panelIndex)) say(`panel ${panelIndex} twice`)
    seen.add(panelIndex)
    if (a.x + a.w > 48) say(`panel ${panelIndex} leaves the grid`)
    for (const { panelIndex: other, gridData: b } of panels.slice(i + 1)) {
      if (a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)
        say(`${panelIndex} overlaps ${other}`)
    }
  }
}

/** Names of the references that a panel needs. */
function panelReferences(
  { type, title, embeddableConfig: { attributes } }: Panel,
  say: (problem: string) => unknown
): string[] {
  const of = (problem: string): unknown => say(`panel ${title}: ${problem}`)
  if (type === 'links') return attributes?.links?.map(({ destinationRefName }) => destinationRefName) ?? []
  if (type === 'search') {
    const source = inner(
      attributes?.kibanaSavedObjectMeta?.searchSourceJSON,
      schemas.searchSource,
      'searchSourceJSON',
      of
    )
    return [(source as { indexRefName?: string } | undefined)?.indexRefName ?? '']
  }
  const layers = attributes?.state?.datasourceStates.formBased.layers ?? {}
  for (const layer of Object.values(layers)) checkLayer(layer, of)
  const columns = new Set(Object.values(layers).flatMap(layer => Object.keys(layer.columns)))
  for (const [key, value] of strings(attributes?.state?.visualization)) {
    if (key === 'layerId' && layers[value] === undefined) of(`no layer ${value}`)
    const isColumn = /^(columnId|metricAccessor|xAccessor|splitAccessor|accessors|primaryGroups|metrics)$/.test(key)
    if (isColumn && !columns.has(value)) of(`no column ${value}`)
  }
  return Object.keys(layers).map(id => `indexpattern-datasource-layer-${id}`)
}

function checkLayer({ columnOrder, columns }: Layer, say: (problem: string) => unknown): void {
  const ids = Object.keys(columns)
  if (columnOrder.length !== ids.length || columnOrder.some(id => columns[id] === undefined)) say('columnOrder')
  const bucketed = columnOrder.map(id => columns[id]?.isBucketed === true)
  if (bucketed.lastIndexOf(true) > bucketed.indexOf(false) && bucketed.includes(false)) say('a bucket behind a measure')
  for (const [id, { references = [], params }] of Object.entries(columns)) {
    for (const other of [...references, ...(params?.tinymathAst?.args ?? []), params?.orderBy?.columnId ?? id]) {
      if (columns[other] === undefined) say(`${id} is made of ${other}, which is not there`)
    }
  }
}

/** Every string in a value with the key that it stands under. */
function strings(value: unknown, key = ''): [string, string][] {
  if (typeof value === 'string') return [[key, value]]
  if (Array.isArray(value)) return value.flatMap(item => strings(item, key))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) => strings(item, name))
}

/** What a string of JSON holds, held against a schema. */
function inner(encoded: unknown, schema: object, name: string, say: (problem: string) => unknown): unknown {
  if (typeof encoded !== 'string') {
    say(`${name} is no string`)
    return undefined
  }
  try {
    const value = JSON.parse(encoded)
    return hold(schema, value, problem => say(`${name}: ${problem}`)) ? value : undefined
  } catch (error) {
    say(`${name}: ${(error as Error).message}`)
    return undefined
  }
}

function hold(schema: object, value: unknown, say: (problem: string) => unknown): boolean {
  const validate = compiled.get(schema) ?? ajv.compile(schema)
  compiled.set(schema, validate)
  if (validate(value)) return true
  for (const { instancePath, message, params } of validate.errors ?? []) {
    say(`${instancePath} ${message} ${params.additionalProperty ?? ''}`.trim())
  }
  return false
}
