// The room that says how Sluice itself is doing.

export { adviceFor } from './advice.ts'
export { HEALTH_DATASET, type HealthDocument } from './documents.ts'
export { type HealthField, healthFields } from './fields.ts'
export { createLog, type Log } from './log.ts'
export { type HealthOptions, healthSchema, type MetricsOptions, metricsSchema } from './options.ts'
export { createSeldom, type Seldom } from './seldom.ts'
export type {
  FileSnapshot,
  KeptLetters,
  PaceSnapshot,
  PipelineSnapshot,
  Snapshot,
  SpoolSnapshot
} from './snapshot.ts'
export type { Delivery, Tally } from './tally.ts'
export { createTelemetry, type Telemetry, type TelemetryDeps } from './telemetry.ts'
export type { StoreWait } from './vitals.ts'
export { sizeText } from './words.ts'
