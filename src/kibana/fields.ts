// Holds a dashboard against the fields that are declared: what it names must be written by a pipeline, and be of a type
// that Lens can do with it what is asked. A dashboard that would stay empty does not come into being.

import { SluiceError } from '#errors'
import type { FieldType, FieldTypes } from '#record'
import { kqlFields } from './kql.ts'
import { partsOf } from './lens.ts'
import { panelId } from './panels.ts'
import type { Dashboard, Measure, Panel, Split } from './schema.ts'

/** Who writes fields: a pipeline, or Sluice on its own state. */
export interface FieldSource {
  readonly name: string
  readonly types: FieldTypes
}

interface Use {
  readonly field: string
  readonly allowed: readonly FieldType[] | undefined
}

const NUMBERS: readonly FieldType[] = ['long', 'double']
const VALUES: readonly FieldType[] = ['keyword', 'wildcard', 'ip', 'long', 'double', 'boolean', 'date']

/**
 * The types of all fields that a dashboard names. Any source may have those whose types stand in the dashboard itself.
 * @throws SluiceError E_KIBANA_DASHBOARD with everything that no source declares or that cannot be shown so
 */
export function checkFields(dashboard: Dashboard, declaring: readonly FieldSource[]): FieldTypes {
  const { fields = {} } = dashboard
  const sources = declaring.map(({ name, types }) => ({ name, types: { ...fields, ...types } }))
  const problems: string[] = []
  const types: Record<string, FieldType> = {}
  const uses = (at: string, found: readonly Use[], isTogether: boolean): void => {
    for (const { field, allowed } of found) {
      const declared = sources.flatMap(source => source.types[field] ?? [])
      const fitting = declared.find(type => allowed === undefined || allowed.includes(type))
      if (declared.length === 0) problems.push(`${at}: no pipeline declares ${field}`)
      else if (fitting === undefined) {
        problems.push(`${at}: ${field} is ${[...new Set(declared)].join(' or ')}; allowed: ${allowed?.join(', ')}`)
      } else types[field] ??= fitting
    }
    const known = found.filter(({ field }) => sources.some(source => field in source.types))
    if (isTogether && !sources.some(source => known.every(({ field }) => field in source.types))) {
      problems.push(`${at}: no pipeline declares all of ${known.map(({ field }) => field).join(', ')}`)
    }
  }
  uses('filter', filterUses(dashboard.filter), false)
  uses(
    'controls',
    dashboard.controls.map(({ field }) => ({ field, allowed: VALUES })),
    false
  )
  const seen = new Map<string, string>()
  for (const panel of dashboard.panels) {
    const at = `panel ${JSON.stringify(panel.title)}`
    const id = panelId(panel)
    if (id === '' || seen.has(id)) problems.push(`${at}: its title is too like ${JSON.stringify(seen.get(id) ?? '')}`)
    seen.set(id, panel.title)
    uses(at, shownUses(panel), panel.show !== 'records')
    uses(at, filterUses('filter' in panel ? panel.filter : undefined), false)
    problems.push(...shapeProblems(panel).map(problem => `${at}: ${problem}`))
  }
  if (problems.length === 0) return types
  throw new SluiceError(
    'E_KIBANA_DASHBOARD',
    problems.map(problem => `dashboard ${dashboard.id}: ${problem}`).join('\n')
  )
}

/** What Lens cannot do, whatever the fields. */
function shapeProblems(panel: Panel): string[] {
  if (panel.show === 'records' || panel.show === 'text' || panel.show === 'links') return []
  const { measures, isOverTime } = partsOf(panel)
  return isOverTime || measures.every(({ of }) => of !== 'rate') ? [] : ['a rate is shown over time only']
}

function shownUses(panel: Panel): Use[] {
  if (panel.show === 'text' || panel.show === 'links') return []
  if (panel.show === 'records') return panel.columns.map(field => ({ field, allowed: undefined }))
  const { measures, splits } = partsOf(panel)
  return [...splits.flatMap(splitUses), ...measures.flatMap(measureUses)]
}

function splitUses(split: Split): Use[] {
  if ('filters' in split) return split.filters.flatMap(({ filter }) => filterUses(filter))
  return split.fields.map(field => ({ field, allowed: VALUES }))
}

function measureUses(measure: Measure): Use[] {
  const filtered = 'filter' in measure ? filterUses(measure.filter) : []
  if (!('field' in measure)) return filtered
  const isValue = measure.of === 'unique' || measure.of === 'last'
  const isTime = measure.of === 'min' || measure.of === 'max'
  const allowed = isValue ? VALUES : isTime ? [...NUMBERS, 'date' as const] : NUMBERS
  return [{ field: measure.field, allowed }, ...filtered]
}

function filterUses(filter: string | undefined): Use[] {
  return filter === undefined ? [] : kqlFields(filter).map(field => ({ field, allowed: undefined }))
}
