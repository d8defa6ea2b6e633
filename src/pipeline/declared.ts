// The fields that documents of a pipeline may have, before there is any document: what dashboards are held against.

import type { PipelineConfig } from '#config'
import { compileProcessor } from '#enrich'
import { type FieldSource, runtimeTypes } from '#kibana'
import { compileParser } from '#parse'
import type { FieldTypes } from '#record'
import { pathFieldNames } from '#source'
import { healthFields } from '#telemetry'

/** What every document says of where it is from; see `documentFor`. */
const COMMON: FieldTypes = {
  '@timestamp': 'date',
  message: 'match_only_text',
  tags: 'keyword',
  'data_stream.type': 'keyword',
  'data_stream.dataset': 'keyword',
  'data_stream.namespace': 'keyword',
  'event.dataset': 'keyword',
  'ecs.version': 'keyword',
  'agent.type': 'keyword',
  'agent.version': 'keyword',
  'host.name': 'keyword',
  'log.file.path': 'keyword',
  'log.offset': 'long'
}

/** What a pipeline declares, by dotted name. */
export interface DeclaredFields {
  readonly types: FieldTypes
  /** Whether its lines may have fields beyond these. */
  readonly isOpen: boolean
}

/** The parts of a pipeline that fields come from. */
type Declaring = Pick<PipelineConfig, 'source' | 'frame' | 'parse' | 'enrich'>

/** @throws SluiceError for patterns and options that are not understood, as `compileParser` and `compileProcessor` do */
export function declaredFields({ source, frame, parse, enrich }: Declaring): DeclaredFields {
  const all = [...parse.map(compileParser), ...enrich.map(compileProcessor)].map(({ writes }) => writes)
  const named: FieldTypes = Object.fromEntries(pathFieldNames(source.paths).map(name => [name, 'keyword']))
  const stream: FieldTypes = frame.container === undefined ? {} : { stream: 'keyword' }
  const types = Object.assign({ ...COMMON, ...named, ...stream }, ...all.filter(writes => writes !== 'open'))
  return { types, isOpen: all.includes('open') }
}

/** Who fills the data views of dashboards: each pipeline that of logs, Sluice itself that of its health. */
export function fieldSources(
  pipelines: readonly (Declaring & Pick<PipelineConfig, 'name'>)[]
): Record<'logs' | 'health', FieldSource[]> {
  const logs = pipelines.map(pipeline => {
    return { name: pipeline.name, types: { ...declaredFields(pipeline).types, ...runtimeTypes } }
  })
  const types = Object.fromEntries(Object.entries(healthFields).map(([name, { type }]) => [name, type]))
  return { logs, health: [{ name: 'sluice.health', types }] }
}
