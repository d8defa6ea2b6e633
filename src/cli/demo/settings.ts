// The settings and the pipelines of the demo's shipper, as a person would write them. Credentials go by the environment.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Connection } from '#bulk'
import type { Service } from './services.ts'

interface Written {
  readonly settingsFile: string
  readonly stateDir: string
  /** What the settings look up. */
  readonly env: Readonly<Record<string, string>>
}

/** Writes `sluice.json` and a pipeline per log into `folder`. */
export function writeSettings(
  folder: string,
  { nodes, username, password, apiKey }: Connection,
  logs: readonly { readonly service: Service; readonly file: string }[],
  namespace: string
): Written {
  const settingsFile = join(folder, 'sluice.json')
  const stateDir = join(folder, 'state')
  const elasticsearch = {
    nodes,
    ...(username !== undefined && { username, password: '${SLUICE_DEMO_PASSWORD}' }),
    ...(apiKey !== undefined && { apiKey: '${SLUICE_DEMO_API_KEY}' })
  }
  // Small batches, so that arrivals are a stream to look at and a kill is always amid some.
  const batch = { maxCount: 500, maxAgeMs: 250 }
  writeJson(settingsFile, { elasticsearch, stateDir, pipelines: ['*-pipeline.json'], batch })
  for (const { service, file } of logs) {
    writeJson(join(folder, `${service.name}-pipeline.json`), {
      name: service.name,
      source: { type: 'file', paths: [`${file}*`] },
      ...service.reading,
      enrich: [{ set: { field: 'service.name', value: service.name } }],
      destination: { dataset: service.dataset, namespace }
    })
  }
  return {
    settingsFile,
    stateDir,
    env: {
      ...(password !== undefined && { SLUICE_DEMO_PASSWORD: password }),
      ...(apiKey !== undefined && { SLUICE_DEMO_API_KEY: apiKey })
    }
  }
}

function writeJson(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`)
}
