// The saved objects of all dashboards as files, held against what the pipelines that come along declare.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '#config'
import { checkFields, dashboardObject, dataViews, ndjson, readDashboard } from '#kibana'
import { fieldSources } from '#pipeline'

/** Contents by path from the project's root. @throws SluiceError for a dashboard that nothing would fill */
export async function dashboardFiles(root: string): Promise<Record<string, string>> {
  const pipelineFiles = globSync('pipelines/*.json', { cwd: root }).map(file => join(root, file))
  const { pipelines } = await loadConfig({ pipelineFiles: pipelineFiles.toSorted(), env: {} })
  const sources = fieldSources(pipelines)
  const dashboards = globSync('kibana/dashboards/*.json', { cwd: root })
    .toSorted()
    .map(file => readDashboard(readFileSync(join(root, file), 'utf8'), file))
  const objects = dashboards.map(({ fields: _, ...dashboard }) => {
    // Types that a dashboard itself gives are for what no pipeline of ours would fill.
    const own = sources[dashboard.dataView]
    return dashboardObject(dashboard, dashboards, checkFields(dashboard, own))
  })
  return {
    'kibana/saved-objects/data-views.ndjson': ndjson(dataViews()),
    'kibana/saved-objects/dashboards.ndjson': ndjson(objects)
  }
}
