// The saved objects of all dashboards as files, held against what the pipelines that come along declare.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '#config'
import { checkFields, dashboardObject, dataViews, type FieldSource, ndjson, readDashboard, runtimeTypes } from '#kibana'
import { declaredFields } from '#pipeline'
import type { FieldTypes } from '#record'
import { healthFields } from '#telemetry'

/** Contents by path from the project's root. @throws SluiceError for a dashboard that nothing would fill */
export async function dashboardFiles(root: string): Promise<Record<string, string>> {
  const sources = await fieldSources(root)
  const dashboards = globSync('kibana/dashboards/*.json', { cwd: root })
    .toSorted()
    .map(file => readDashboard(readFileSync(join(root, file), 'utf8'), file))
  const objects = dashboards.map(dashboard => {
    const own = sources[dashboard.dataView]
    return dashboardObject(dashboard, dashboards, checkFields(dashboard, own))
  })
  return {
    'kibana/saved-objects/data-views.ndjson': ndjson(dataViews()),
    'kibana/saved-objects/dashboards.ndjson': ndjson(objects)
  }
}

/** Who fills each data view. */
export async function fieldSources(root: string): Promise<Record<'logs' | 'health', FieldSource[]>> {
  const pipelineFiles = globSync('pipelines/*.json', { cwd: root }).map(file => join(root, file))
  const { pipelines } = await loadConfig({ pipelineFiles: pipelineFiles.toSorted(), env: {} })
  const logs = pipelines.map(pipeline => {
    return { name: pipeline.name, types: { ...declaredFields(pipeline).types, ...runtimeTypes } }
  })
  return { logs, health: [{ name: 'sluice.health', types: healthTypes() }] }
}

function healthTypes(): FieldTypes {
  return Object.fromEntries(Object.entries(healthFields).map(([name, { type }]) => [name, type]))
}
