// Panels as a dashboard holds them, by value, and the references that the dashboard must repeat for them: Kibana 8 takes
// those alone, 9 falls back to the panel's own.

import type { FieldTypes } from '#record'
import { kuery } from './columns.ts'
import type { Place } from './grid.ts'
import { lensAttributes, type Reference } from './lens.ts'
import type { Dashboard, Panel } from './schema.ts'

/** What panels are made with. */
export interface PanelContext {
  readonly dataViewId: string
  readonly types: FieldTypes
  /** The dashboards that links lead to. */
  readonly others: readonly Pick<Dashboard, 'id' | 'title'>[]
}

/** A panel with the references that the dashboard needs. */
export interface Made {
  readonly panel: object
  readonly references: readonly Reference[]
}

const SOURCE_INDEX = 'kibanaSavedObjectMeta.searchSourceJSON.index'

export function makePanel(panel: Panel, place: Place, context: PanelContext): Made {
  const panelIndex = panelId(panel)
  const { type, config, references } = contentOf(panel, context)
  return {
    panel: {
      type,
      panelIndex,
      title: panel.title,
      gridData: { ...place, i: panelIndex },
      embeddableConfig: {
        enhancements: {},
        hidePanelTitles: panel.show === 'text' || panel.show === 'links',
        ...config
      }
    },
    references: references.map(reference => ({ ...reference, name: `${panelIndex}:${reference.name}` }))
  }
}

/** Stable as long as the title is, so that a change of one panel changes one panel. */
export function panelId({ title }: Pick<Panel, 'title'>): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
}

interface Content {
  readonly type: string
  readonly config: object
  readonly references: readonly Reference[]
}

function contentOf(panel: Panel, context: PanelContext): Content {
  switch (panel.show) {
    case 'records':
      return searchContent(panel, context.dataViewId)
    case 'text':
      return { type: 'visualization', config: { savedVis: markdown(panel.text) }, references: [] }
    case 'links':
      return linksContent(panel.title, context.others)
    default: {
      const attributes = lensAttributes(panel, context.dataViewId, context.types)
      return { type: 'lens', config: { attributes }, references: attributes.references }
    }
  }
}

function searchContent({ title, columns, filter }: Extract<Panel, { show: 'records' }>, dataViewId: string): Content {
  const references = [{ type: 'index-pattern', id: dataViewId, name: SOURCE_INDEX }]
  const source = { query: kuery(filter ?? ''), filter: [], highlightAll: true, indexRefName: SOURCE_INDEX }
  const attributes = {
    title,
    columns,
    sort: [['@timestamp', 'desc']],
    grid: {},
    hideChart: false,
    isTextBasedQuery: false,
    kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) },
    references,
    timeRestore: false,
    usesAdHocDataView: false
  }
  return { type: 'search', config: { attributes }, references }
}

function markdown(text: string): object {
  const searchSource = { query: kuery(''), filter: [] }
  return {
    title: '',
    description: '',
    type: 'markdown',
    params: { fontSize: 12, openLinksInNewTab: false, markdown: text },
    uiState: {},
    data: { aggs: [], searchSource }
  }
}

function linksContent(title: string, others: PanelContext['others']): Content {
  const links = others.map(({ id, title }, order) => ({
    id,
    type: 'dashboardLink',
    label: title,
    order,
    destinationRefName: `link_${id}_dashboard`
  }))
  const references = others.map(({ id }) => ({ type: 'dashboard', id, name: `link_${id}_dashboard` }))
  return { type: 'links', config: { attributes: { title, layout: 'horizontal', links } }, references }
}
