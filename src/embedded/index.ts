// A real Elasticsearch for the demo and for tests: the configured one, Docker Compose's, or one laid out on this machine.
export { type StartOptions, startElasticsearch } from './choose.ts'
export { type LocalElasticsearch, type LocalOptions, startLocalElasticsearch } from './local.ts'
export type { ReleaseVersion } from './release.ts'
export type { Auth, Elasticsearch, Kind, Progress } from './server.ts'
