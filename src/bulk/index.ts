// The room that speaks to Elasticsearch: batches in, receipts out.

export { createBodies } from './body.ts'
export { type Connection, createClient } from './client.ts'
export type { Coverage, Doubled } from './coverage.ts'
export { type DocumentCount, type Documents, openDocuments } from './documents.ts'
export { openShipped, type Shipped, type ShippedGeneration } from './generations.ts'
export { type Lookup, lookUp } from './lookup.ts'
export { type BulkOptions, bulkSchema } from './options.ts'
export { createPace, type Pace } from './pace.ts'
export { type BulkEvents, createSender, type SenderDeps } from './send.ts'
export { shipOnce } from './ship-once.ts'
export { type Objection, simulate } from './simulate.ts'
export { ensureTemplate } from './template.ts'
