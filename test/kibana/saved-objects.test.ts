// The saved objects that come along, held against all that is known of what Kibana does with them; and changes of them
// that Kibana would choke on, which must be seen.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Line, problemsOf } from './checker.ts'
import type { Panel } from './checker-panels.ts'

const folder = join(import.meta.dirname, '..', '..', 'kibana', 'saved-objects')
const files = Object.fromEntries(
  globSync('*', { cwd: folder }).map(name => [name, readFileSync(join(folder, name), 'utf8')])
)
const lines = (name: string): Line[] =>
  (files[name] ?? '')
    .split('\n')
    .filter(text => text !== '')
    .map(text => JSON.parse(text))
const dashboards = () => lines('dashboards.ndjson')
const written = (all: readonly Line[]) => all.map(line => `${JSON.stringify(line)}\n`).join('')
const overview = () => {
  const all = dashboards()
  const found = all.findIndex(({ id }) => id === 'sluice-overview')
  return { all, line: all[found] as Line & { references: unknown[] } }
}

test('Kibana would take all of them and show every panel', () => {
  expect(Object.keys(files).toSorted()).toEqual(['dashboards.ndjson', 'data-views.ndjson'])
  expect(problemsOf(files)).toEqual([])
})

test('there is a dashboard for each family, and each leads to all others', () => {
  const all = dashboards()
  const links = all.map(({ references }) => references.filter(({ type }) => type === 'dashboard').map(({ id }) => id))
  for (const [i, { id }] of all.entries()) {
    expect(links[i]?.toSorted()).toEqual(
      all
        .map(other => other.id)
        .filter(other => other !== id)
        .toSorted()
    )
  }
})

test('where Elasticsearch’s own template for logs applies, no panel counts what that makes a text', () => {
  // Names of fields that `ecs@mappings` maps as texts alone, or keeps out of the index.
  const texts = /(^|\.)message$|event\.original$/
  const fields = dashboards().flatMap(({ attributes }) => {
    const panels: Panel[] = JSON.parse(String(attributes.panelsJSON))
    const layers = panels.flatMap(({ embeddableConfig: { attributes: lens } }) =>
      Object.values(lens?.state?.datasourceStates.formBased.layers ?? {})
    )
    const columns = layers.flatMap(({ columns }) => Object.values(columns))
    return columns.flatMap(({ sourceField = '', params }) => [sourceField, ...(params?.secondaryFields ?? [])])
  })
  expect(fields.length).toBeGreaterThan(100)
  expect(fields.filter(field => texts.test(field))).toEqual([])
})

/** The overview with a change, as the whole bundle. */
function changed(change: (line: Line & { references: unknown[] }, all: Line[]) => void): Record<string, string> {
  const { all, line } = overview()
  change(line, all)
  return { ...files, 'dashboards.ndjson': written(all) }
}

/** The overview with a change of its panels. */
function panels(change: (panels: Panel[]) => void): Record<string, string> {
  return changed(line => {
    const all = JSON.parse(String(line.attributes.panelsJSON))
    change(all)
    line.attributes.panelsJSON = JSON.stringify(all)
  })
}

/** The overview with a change of the one layer of its first panel with a split. */
function layer(change: (layer: { columnOrder: string[]; columns: Record<string, object> }, panel: Panel) => void) {
  return panels(all => {
    const panel = all.find(({ title }) => title === 'Records by service')
    const [first] = Object.values(panel?.embeddableConfig.attributes?.state?.datasourceStates.formBased.layers ?? {})
    if (panel !== undefined && first !== undefined) change(first as never, panel)
  })
}

const put = (value: object, path: string, inner: unknown): void => {
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  const home = keys.reduce<Record<string, unknown>>((node, key) => node[key] as never, value as never)
  if (inner === undefined) delete home[last]
  else home[last] = inner
}

describe('it is seen where', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['the stamp is missing', changed(line => put(line, 'typeMigrationVersion', undefined)), /typeMigrationVersion/],
    ['the stamp is older than Lens', changed(line => put(line, 'typeMigrationVersion', '7.17.0')), /stamp 7\.17\.0/],
    ['the stamp is newer than Kibana', changed(line => put(line, 'typeMigrationVersion', '10.4.0')), /stamp 10\.4\.0/],
    [
      'the core stamp is missing',
      changed(line => put(line, 'coreMigrationVersion', undefined)),
      /coreMigrationVersion/
    ],
    ['a key is one that only exports have', changed(line => put(line, 'updated_at', 'x')), /updated_at/],
    ['an attribute is one of 9.1', changed(line => put(line, 'attributes.sections', [])), /sections/],
    ['panels are no string', changed(line => put(line, 'attributes.panelsJSON', [])), /panelsJSON must be string/],
    ['panels are "null"', changed(line => put(line, 'attributes.panelsJSON', 'null')), /panelsJSON: must be array/],
    ['an object is there twice', changed((line, all) => all.push(line)), /Non-unique import objects/],
    ['a reference is missing', changed(line => line.references.pop()), /no reference/],
    [
      'a reference leads nowhere',
      changed(line => line.references.push({ type: 'dashboard', id: 'sluice-x', name: 'x:y' })),
      /dangling dashboard/
    ],
    [
      'a reference is nobody’s',
      changed(line => line.references.push({ type: 'dashboard', id: 'sluice-web', name: 'x:y' })),
      /orphaned reference x:y/
    ],
    [
      'a data view is of another name',
      {
        ...files,
        'data-views.ndjson': (files['data-views.ndjson'] ?? '').replaceAll('"sluice-logs"', '"sluice-other"')
      },
      /dangling index-pattern/
    ],
    ['a panel has another place’s name', panels(all => put(all, '1.gridData.i', 'x')), /gridData\.i x/],
    ['a panel has a colon in its name', panels(all => put(all, '1.panelIndex', 'a:b')), /pattern/],
    ['two panels have one name', panels(all => all.push(all[1] as Panel)), /twice/],
    ['a panel leaves the grid', panels(all => put(all, '1.gridData.x', 40)), /leaves the grid/],
    ['a panel lies over another', panels(all => put(all, '2.gridData.x', 1)), /overlaps/],
    ['a panel is of the library', panels(all => put(all, '1.panelRefName', 'panel_1')), /panelRefName/],
    ['a panel has no columns', layer(one => put(one, 'columnOrder', [])), /columnOrder/],
    ['a column is not in the order', layer(one => one.columnOrder.pop()), /columnOrder/],
    ['a measure comes before a bucket', layer(one => one.columnOrder.reverse()), /a bucket behind a measure/],
    [
      'the order of values is by nothing',
      layer(one => put(one, 'columns.split1.params.orderBy.columnId', 'x')),
      /made of x/
    ],
    [
      'an operation is of before 7.13',
      layer(one => put(one, 'columns.measure1.operationType', 'cardinality')),
      /must match/
    ],
    [
      'an accessor is of no column',
      layer((_, panel) => put(panel, 'embeddableConfig.attributes.state.visualization.layers.0.xAccessor', 'x')),
      /no column x/
    ],
    [
      'a layer is not there',
      layer((_, panel) => put(panel, 'embeddableConfig.attributes.state.visualization.layers.0.layerId', 'x')),
      /no layer x/
    ],
    [
      'the legend is missing',
      layer((_, panel) => put(panel, 'embeddableConfig.attributes.state.visualization.legend', undefined)),
      /legend/
    ],
    [
      'the state is that of before 8.6',
      layer((_, panel) =>
        put(panel, 'embeddableConfig.attributes.state.datasourceStates.indexpattern', { layers: {} })
      ),
      /indexpattern/
    ],
    ['a line is cut', { ...files, 'dashboards.ndjson': (files['dashboards.ndjson'] ?? '').slice(0, 200) }, /JSON/],
    [
      'lines end as on Windows',
      { ...files, 'data-views.ndjson': (files['data-views.ndjson'] ?? '').replaceAll('\n', '\r\n') },
      /carriage return/
    ],
    ['the name ends otherwise', { ...files, 'x.json': '\n' }, /Invalid file extension/]
  ])('%s', (_, bundle, problem) => {
    expect(problemsOf(bundle).join('\n')).toMatch(problem)
  })
})
