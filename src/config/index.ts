// The room that turns what a person wrote into typed settings, or into a list of everything wrong with it.

export { type Config, type LoadOptions, loadConfig, type PipelineConfig } from './load.ts'
export { pipelineSchema } from './pipeline-schema.ts'
export type { Problem } from './problem.ts'
export { editorSchema, type JsonSchema } from './schema.ts'
export { type Settings, settingsSchema } from './settings-schema.ts'
export { allowedText } from './words.ts'
