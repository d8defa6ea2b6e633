// The pipeline that a command works with, where it works with one.

import type { Config, PipelineConfig } from '#config'
import { SluiceError } from '#errors'

/** The only pipeline of a configuration; throws E_USAGE where there is none or a choice. */
export function onePipeline({ pipelines }: Config): PipelineConfig {
  const [pipeline, other] = pipelines
  if (pipeline === undefined) throw new SluiceError('E_USAGE', 'there is no pipeline: name one with -p')
  if (other === undefined) return pipeline
  const names = pipelines.map(({ name }) => name).join(', ')
  throw new SluiceError('E_USAGE', `there are ${pipelines.length} pipelines (${names}): choose one with -p`)
}
