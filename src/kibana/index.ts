// The room of Kibana: dashboards from a model of few words, and what brings them there and back.

export { dashboardObject } from './dashboard.ts'
export { DATA_VIEWS, dataViews, runtimeTypes } from './data-views.ts'
export { checkFields, type FieldSource } from './fields.ts'
export { kqlFields, kqlQuery } from './kql.ts'
export { readDashboard } from './load.ts'
export { ndjson, readNdjson, type SavedObject } from './saved-object.ts'
export { type Dashboard, dashboardSchema } from './schema.ts'
