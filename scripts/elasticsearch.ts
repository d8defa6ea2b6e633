// Runs a real Elasticsearch in the foreground, for trying things out: node --conditions=source scripts/elasticsearch.ts
// [port]. With ELASTICSEARCH_URL set to what it prints, tests use this one instead of starting their own.
import { once } from 'node:events'
import { type Progress, startLocalElasticsearch } from '#embedded'

const MEGABYTE = 1e6

function show(progress: Progress): void {
  if (progress.phase === 'download') {
    const [bytes, total] = [progress.bytes, progress.totalBytes].map(value => (value / MEGABYTE).toFixed(0))
    console.error(`download ${bytes} of ${total} MB`)
  } else {
    console.error(progress.phase)
  }
}

const port = Number(process.argv[2] ?? 0)
const server = await startLocalElasticsearch({ env: process.env, onProgress: show, port })
console.log(server.url)
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
await server.stop()
