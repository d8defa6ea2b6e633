// Holds NDJSON against what Kibana 8.15 to 9.x would do with it, without Kibana: lines, schemas, the JSON in their
// strings, and the web of ids in them. It says everything that is wrong.
import { kqlQuery, runtimeTypes } from '#kibana'
import { isAsPushed } from '../../src/kibana/mark.ts'
import type { SavedObject } from '../../src/kibana/saved-object.ts'
import { checkGrid, type Link, type Panel, panelReferences, type Reference } from './checker-panels.ts'
import { hold, inner, type Say } from './hold.ts'
import * as schemas from './schemas.ts'

export interface Line {
  readonly type: string
  readonly id: string
  readonly attributes: Record<string, unknown>
  readonly references: readonly Reference[]
  readonly typeMigrationVersion: string
}

const STAMPS: Readonly<Record<string, string>> = { dashboard: '8.9.0', 'index-pattern': '8.0.0' }
const LIMIT_BYTES = 25 * 1024 * 1024

/** Everything wrong with the files of a bundle, by name; empty where Kibana would take it and show it. */
export function problemsOf(files: Readonly<Record<string, string>>): string[] {
  const problems: string[] = []
  const lines = Object.entries(files).flatMap(([name, content]) => lint(name, content, problems))
  const ids = new Set<string>()
  const dashboards = lines.filter(({ type }) => type === 'dashboard')
  const titles = new Map(dashboards.map(({ id, attributes }) => [id, attributes.title]))
  if (new Set(titles.values()).size < titles.size) problems.push('two of one title')
  for (const { type, id } of lines) {
    if (ids.has(`${type}:${id}`)) problems.push(`Non-unique import objects detected: [${type}:${id}]`)
    ids.add(`${type}:${id}`)
  }
  for (const line of lines) {
    const say: Say = problem => problems.push(`${line.type} ${line.id}: ${problem}`)
    if (line.typeMigrationVersion !== STAMPS[line.type]) say(`stamp ${line.typeMigrationVersion}`)
    for (const { type, id } of line.references) if (!ids.has(`${type}:${id}`)) say(`dangling ${type} ${id}`)
    if (line.type === 'dashboard') checkDashboard(line, titles, say)
    else checkIndexPattern(line, say)
  }
  return problems
}

function lint(name: string, content: string, problems: string[]): Line[] {
  if (!/\.ndjson$/i.test(name)) problems.push(`Invalid file extension ${name}`)
  if (content.includes('\r')) problems.push(`${name}: a carriage return`)
  if (/(^|\n)\n/.test(content)) problems.push(`${name}: a blank line`)
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

function checkIndexPattern({ attributes }: Line, say: Say): void {
  hold(schemas.indexPattern, attributes, say)
  const runtime = inner(attributes.runtimeFieldMap, schemas.runtimeFields, 'runtimeFieldMap', say)
  for (const name of Object.keys(runtime ?? {}))
    if (!(name in runtimeTypes)) say(`panels know no runtime field ${name}`)
  inner(attributes.fieldFormatMap, schemas.fieldFormats, 'fieldFormatMap', say)
  inner(attributes.fieldAttrs, { type: 'object', maxProperties: 0 }, 'fieldAttrs', say)
  inner(attributes.sourceFilters, { type: 'array', maxItems: 0 }, 'sourceFilters', say)
}

function checkDashboard(line: Line, titles: ReadonlyMap<string, unknown>, say: Say): void {
  const { id, attributes, references } = line
  if (!hold(schemas.dashboard, attributes, say)) return
  const { kibanaSavedObjectMeta, controlGroupInput } = attributes as {
    kibanaSavedObjectMeta: { searchSourceJSON: string }
    controlGroupInput: { panelsJSON: string; ignoreParentSettingsJSON: string }
  }
  inner(attributes.optionsJSON, schemas.options, 'optionsJSON', say)
  inner(controlGroupInput.ignoreParentSettingsJSON, schemas.ignored, 'ignoreParentSettingsJSON', say)
  const source = inner(kibanaSavedObjectMeta.searchSourceJSON, schemas.dashboardSource, 'searchSourceJSON', say) as
    | { filter: Pill[] }
    | undefined
  const controls = inner(controlGroupInput.panelsJSON, schemas.controls, 'controls', say) as
    | Record<string, { order: number; explicitInput: { id: string } }>
    | undefined
  const panels = (inner(attributes.panelsJSON, { type: 'array', maxItems: 100 }, 'panelsJSON', say) ?? []) as Panel[]
  const sound = panels.filter(panel => {
    const kind = panel.embeddableConfig?.attributes?.visualizationType ?? panel.type
    const schema = schemas.panels[kind]
    const of: Say = problem => say(`panel ${panel.title}: ${problem}`)
    if (schema === undefined) of(`no such kind ${kind}`)
    return schema !== undefined && hold(schema, panel, of)
  })
  for (const [id, control] of Object.entries(controls ?? {})) {
    if (control.explicitInput.id !== id) say(`control ${id} calls itself ${control.explicitInput.id}`)
  }
  checkOrder(Object.values(controls ?? {}), 'controls', say)
  for (const one of source?.filter ?? []) checkPill(one, say)
  checkGrid(sound, say)
  if (panels.length === sound.length && !isAsPushed(line as SavedObject)) say('its mark is not that of its content')
  const wanted = [
    ...(source?.filter ?? []).map(({ meta }) => meta.indexRefName),
    ...Object.keys(controls ?? {}).map(id => `controlGroup_${id}:optionsListDataView`),
    ...sound.flatMap(panel => panelReferences(panel, say).map(name => `${panel.panelIndex}:${name}`))
  ]
  const given = references.map(({ name }) => name)
  for (const name of wanted) if (!given.includes(name)) say(`no reference ${name}`)
  for (const name of given) if (!wanted.includes(name)) say(`orphaned reference ${name}`)
  if (new Set(given).size < given.length) say('a reference given twice')
  for (const panel of sound) checkLinks(panel, { id, references, titles }, say)
  for (const { panelIndex, embeddableConfig } of sound) {
    for (const { id, type, name } of embeddableConfig.attributes?.references ?? []) {
      const twin = references.find(reference => reference.name === `${panelIndex}:${name}`)
      if (twin?.id !== id || twin.type !== type) say(`reference ${name} of ${panelIndex} is not that of the dashboard`)
    }
  }
}

interface Pill {
  readonly meta: { readonly alias: string; readonly value: string; readonly indexRefName: string }
  readonly query: object
}

/** A filter is called by its KQL, and shown by its value. */
function checkPill({ meta, query }: Pill, say: Say): void {
  const own = JSON.stringify(query)
  if (meta.value !== own || JSON.stringify(kqlQuery(meta.alias)) !== own) say(`filter ${meta.alias} is another query`)
}

function checkOrder(all: readonly { readonly order: number }[], what: string, say: Say): void {
  if (all.some(({ order }, i) => order !== i)) say(`${what} are not in order`)
}

interface Place {
  readonly id: string
  readonly references: readonly Reference[]
  readonly titles: ReadonlyMap<string, unknown>
}

/** Links lead elsewhere, and are called as what they lead to. */
function checkLinks({ panelIndex, embeddableConfig }: Panel, { id, references, titles }: Place, say: Say): void {
  const links: readonly Link[] = embeddableConfig.attributes?.links ?? []
  checkOrder(links, 'links', say)
  if (new Set(links.map(one => one.id)).size < links.length) say('two links of one id')
  for (const { label, destinationRefName } of links) {
    const target = references.find(({ name }) => name === `${panelIndex}:${destinationRefName}`)?.id ?? ''
    if (target === id) say(`link ${label} leads nowhere else`)
    else if (titles.get(target) !== label) say(`link ${label} leads to ${titles.get(target)}`)
  }
}
