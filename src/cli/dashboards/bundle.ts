// The dashboards that come along, and those that a person has written, as saved objects.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig, type PipelineConfig } from '#config'
import { SluiceError } from '#errors'
import {
  checkFields,
  type Dashboard,
  dashboardObject,
  dataViews,
  type KibanaOptions,
  readDashboard,
  readNdjson,
  type SavedObject
} from '#kibana'
import { fieldSources } from '#pipeline'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const FILE = join(ROOT, 'kibana', 'saved-objects', 'dashboards.ndjson')

/** Ids and titles of the dashboards that come along. */
export function ownDashboards(): (SavedObject & { readonly title: string })[] {
  return readNdjson(readFileSync(FILE, 'utf8')).map(object => ({ ...object, title: String(object.attributes.title) }))
}

/**
 * Data views and dashboards: those of files where any are named, and otherwise those that come along.
 * @throws SluiceError `E_KIBANA_DASHBOARD` for a file that is wrong or names fields that no pipeline declares
 */
export async function bundle(files: readonly string[], pipelines: readonly PipelineConfig[]): Promise<SavedObject[]> {
  const own = ownDashboards()
  if (files.length === 0) return [...dataViews(), ...own.map(({ title: _, ...object }) => object)]
  const sources = await allSources(pipelines)
  const dashboards = files.map(file => readDashboard(readText(file), file))
  const all: Pick<Dashboard, 'id' | 'title'>[] = [...own, ...dashboards]
  return [...dataViews(), ...dashboards.map(one => dashboardObject(one, all, checkFields(one, sources[one.dataView])))]
}

/** Who writes fields: the pipelines of the settings, and those that come along, which the dashboards beside them are made for. */
export async function allSources(pipelines: readonly PipelineConfig[]): Promise<ReturnType<typeof fieldSources>> {
  const pipelineFiles = globSync('pipelines/*.json', { cwd: ROOT }).map(file => join(ROOT, file))
  const own = await loadConfig({ pipelineFiles, env: {} })
  return fieldSources([...pipelines, ...own.pipelines])
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SluiceError('E_USAGE', `the dashboard cannot be read: ${(error as Error).message}`)
  }
}

/** @throws SluiceError `E_USAGE` where the settings name no Kibana */
export function kibanaOf({ kibana }: { readonly kibana?: KibanaOptions }): KibanaOptions {
  if (kibana !== undefined) return kibana
  throw new SluiceError(
    'E_USAGE',
    'the settings name no Kibana; put "kibana": { "url": "http://localhost:5601" } into them'
  )
}
