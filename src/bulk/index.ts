// The room that speaks to Elasticsearch.

export { type BulkOptions, bulkSchema } from './options.ts'
