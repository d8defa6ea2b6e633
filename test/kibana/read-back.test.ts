// The way back from Kibana: what was made of the model becomes the model again, and what it has no words for is said.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '#config'
import { checkFields, dashboardObject, draft, readBack, readDashboard, readNdjson } from '#kibana'
import { declaredFields, fieldSources } from '#pipeline'
import { read, root } from '../repository/files.ts'

const pipelineFiles = globSync('pipelines/*.json', { cwd: root }).map(file => join(root, file))
const { pipelines } = await loadConfig({ pipelineFiles, env: {} })
const sources = fieldSources(pipelines)
const written = globSync('kibana/dashboards/*.json', { cwd: root })
  .toSorted()
  .map(file => readDashboard(readFileSync(join(root, file), 'utf8'), file))
const objects = readNdjson(read('kibana/saved-objects/dashboards.ndjson'))
const object = (id: string) => objects.find(one => one.id === id) ?? expect.fail(`there is no ${id}`)

test.each(written.map(dashboard => [dashboard.id, dashboard] as const))(
  '%s comes back as it was written',
  (id, dashboard) => {
    const back = readBack(object(id), written, sources)
    expect(back.lost).toEqual([])
    expect(back.dashboard).toEqual(dashboard)
  }
)

test.each(pipelines.map(one => [one.name, one] as const))(
  'a new dashboard for %s can be pushed and comes back',
  (name, one) => {
    const { types } = declaredFields(one)
    const made = readDashboard(JSON.stringify(draft(name, one.destination.dataset, types)), name)
    const back = readBack(dashboardObject(made, [], checkFields(made, sources.logs)), [], sources)
    expect(back).toEqual({ dashboard: made, lost: [] })
  }
)

test('fields that nothing declares come back with the types that they had', () => {
  const types = { 'cart.total': 'double', 'cart.kind': 'keyword', 'cart.paid': 'boolean' } as const
  const made = readDashboard(
    JSON.stringify({
      id: 'carts',
      title: 'Carts',
      description: 'Of JSON lines.',
      filter: 'cart.kind: *',
      fields: types,
      panels: [
        { show: 'number', title: 'Total', measure: { of: 'sum', field: 'cart.total', label: 'Total' }, size: [24, 7] },
        {
          show: 'shares',
          title: 'Paid',
          split: { fields: ['cart.paid'] },
          measure: { of: 'count' },
          size: [24, 7]
        }
      ]
    }),
    'carts.json'
  )
  const { dashboard, lost } = readBack(dashboardObject(made, [], checkFields(made, sources.logs)), [], sources)
  expect(lost).toEqual([])
  expect(dashboard).toMatchObject({ ...made, fields: types })
})

/** The overview with its panels changed in Kibana. */
function edited(
  change: (panel: { title: string; type: string; gridData: object; embeddableConfig: { attributes: never } }) => void
) {
  const overview = object('sluice-overview')
  const panels = JSON.parse(String(overview.attributes.panelsJSON))
  for (const panel of panels) if (panel.title === 'Records by level') change(panel)
  return { ...overview, attributes: { ...overview.attributes, panelsJSON: JSON.stringify(panels) } }
}

describe('what somebody has changed in Kibana', () => {
  test('is in the model where it has words for it', () => {
    const { dashboard, lost } = readBack(
      edited(panel => {
        panel.title = 'By severity'
        const { state } = panel.embeddableConfig.attributes as {
          state: { visualization: { layers: { seriesType: string }[] } }
        }
        for (const layer of state.visualization.layers) layer.seriesType = 'area_stacked'
        Object.assign(state.visualization, { preferredSeriesType: 'area_stacked' })
      }),
      written,
      sources
    )
    expect(lost).toEqual([])
    expect(dashboard.panels).toContainEqual(expect.objectContaining({ show: 'areas', title: 'By severity' }))
  })

  test.each<[string, Parameters<typeof edited>[0], string]>([
    [
      'a heat map',
      panel => Object.assign(panel.embeddableConfig.attributes, { visualizationType: 'lnsHeatmap' }),
      'panel "Records by level": the model has no lnsHeatmap'
    ],
    ['a map', panel => Object.assign(panel, { type: 'map' }), 'panel "Records by level": the model has no map'],
    [
      'a panel of the library',
      panel => Object.assign(panel, { embeddableConfig: {}, panelRefName: 'panel_x' }),
      'panel "Records by level": a panel of the library, lens; unlink it in Kibana first'
    ],
    [
      'a legend elsewhere',
      panel => {
        const { state } = panel.embeddableConfig.attributes as { state: { visualization: { legend: object } } }
        Object.assign(state.visualization.legend, { position: 'bottom' })
      },
      'panel "Records by level": visualization.legend.position is not kept'
    ],
    [
      'a gap in the grid',
      panel => Object.assign(panel.gridData, { y: 900 }),
      'panel "Records by level": its place is made from the sizes of the panels before it'
    ]
  ])('is said where it has none: %s', (_, change, sentence) => {
    expect(readBack(edited(change), written, sources).lost).toContain(sentence)
  })
})
