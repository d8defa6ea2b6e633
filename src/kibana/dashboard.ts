// A dashboard of the model as a saved object. Only what Kibana 8.15 knows is written, and the stamps let no migration run.

import type { FieldTypes } from '#record'
import { DATA_VIEWS } from './data-views.ts'
import { places } from './grid.ts'
import { kqlQuery } from './kql.ts'
import type { Reference } from './lens.ts'
import { marked } from './mark.ts'
import { makePanel } from './panels.ts'
import type { SavedObject } from './saved-object.ts'
import type { Dashboard } from './schema.ts'

const FILTER_INDEX = 'kibanaSavedObjectMeta.searchSourceJSON.filter[0].meta.index'

/**
 * The saved object of a dashboard.
 * @param all dashboards that come along, to which its links lead
 * @param types of all fields that it names
 */
export function dashboardObject(
  dashboard: Dashboard,
  all: readonly Pick<Dashboard, 'id' | 'title'>[],
  types: FieldTypes
): SavedObject {
  const { id, title, description, since } = dashboard
  const dataViewId = DATA_VIEWS[dashboard.dataView]
  const others = all.filter(other => other.id !== id)
  const where = places(dashboard.panels.map(({ size: [w, h] }) => [w, h]))
  const made = dashboard.panels.flatMap((panel, i) => {
    const place = where[i]
    return place === undefined ? [] : [makePanel(panel, place, { dataViewId, types, others })]
  })
  const filter = dashboard.filter === undefined ? [] : [pill(dashboard.filter)]
  return marked({
    type: 'dashboard',
    id,
    attributes: {
      title,
      description,
      panelsJSON: JSON.stringify(made.map(({ panel }) => panel)),
      optionsJSON: JSON.stringify({
        useMargins: true,
        syncColors: false,
        syncCursor: true,
        syncTooltips: false,
        hidePanelTitles: false
      }),
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify({ query: { query: '', language: 'kuery' }, filter }) },
      timeRestore: true,
      timeFrom: `now-${since}`,
      timeTo: 'now',
      refreshInterval: { pause: false, value: 60_000 },
      controlGroupInput: controls(dashboard.controls),
      version: 1
    },
    references: [
      ...filter.map(() => reference(dataViewId, FILTER_INDEX)),
      ...dashboard.controls.map(({ field }) => reference(dataViewId, `controlGroup_${field}:optionsListDataView`)),
      ...made.flatMap(({ references }) => references)
    ],
    coreMigrationVersion: '8.8.0',
    typeMigrationVersion: '8.9.0'
  })
}

const reference = (id: string, name: string): Reference => ({ type: 'index-pattern', id, name })

/** What the dashboard is about, as a filter beside the query: whoever types one keeps it. Its KQL is what it is called. */
function pill(kql: string): object {
  const query = kqlQuery(kql)
  return {
    $state: { store: 'appState' },
    meta: {
      alias: kql,
      disabled: false,
      negate: false,
      type: 'custom',
      key: 'query',
      value: JSON.stringify(query),
      indexRefName: FILTER_INDEX
    },
    query
  }
}

function controls(fields: Dashboard['controls']): object {
  const panels = fields.map(({ field, title }, order) => {
    const explicitInput = {
      id: field,
      fieldName: field,
      title,
      searchTechnique: 'prefix',
      selectedOptions: [],
      sort: { by: '_count', direction: 'desc' }
    }
    return [field, { type: 'optionsListControl', order, width: 'medium', grow: true, explicitInput }]
  })
  return {
    controlStyle: 'oneLine',
    chainingSystem: 'HIERARCHICAL',
    panelsJSON: JSON.stringify(Object.fromEntries(panels)),
    ignoreParentSettingsJSON: JSON.stringify({
      ignoreFilters: false,
      ignoreQuery: false,
      ignoreTimerange: false,
      ignoreValidations: false
    }),
    showApplySelections: false
  }
}
