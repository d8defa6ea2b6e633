// One real Elasticsearch for a whole test run, brought up when the first test asks for it (`elasticsearch()` beside this
// file), so that runs which need none do not wait for one. Where it cannot be brought up, asking fails, and so the test.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { type Elasticsearch, type Progress, startElasticsearch } from '#embedded'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address that answers with the shared server when it is ready. */
    elasticsearchDoor: string
  }
}

/** Vitest's global setup; returns its teardown. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<Elasticsearch> | undefined
  const door = createServer((_request, response) => {
    // A fresh server of our own is preferred to one of Docker's that others may be using.
    started ??= startElasticsearch({
      env: process.env,
      kinds: ['configured', 'local', 'compose'],
      onProgress: report()
    })
    started.then(
      ({ url, auth, version }) => response.end(JSON.stringify({ url, auth, version })),
      (error: Error) => response.writeHead(500).end(error.message)
    )
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  project.provide('elasticsearchDoor', `http://127.0.0.1:${(door.address() as AddressInfo).port}`)
  return async () => {
    door.close()
    const server = await started?.catch(() => undefined)
    await server?.stop()
  }
}

/** Tells each phase once. */
function report(): (progress: Progress) => void {
  let last: Progress['phase'] | undefined
  return ({ phase }) => {
    if (phase !== last) process.stderr.write(`elasticsearch: ${phase}\n`)
    last = phase
  }
}
