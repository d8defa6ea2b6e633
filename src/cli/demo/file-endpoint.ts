// Stands in where no Elasticsearch can be had: an HTTP endpoint that answers bulk requests as Elasticsearch does, 409 for
// an id that it has included, and appends the documents to a file per data stream. The shipper does the same either way.

import { createReadStream } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import split2 from 'split2'
import { type Destination, type Found, type Streams, streamName } from './destination.ts'

const PAGE = 1_000

/** An endpoint on a free port of this machine that writes `logs-….ndjson` files into `folder`. */
export async function startFileEndpoint(folder: string, { datasets, namespace }: Streams): Promise<Destination> {
  const ids = new Set<string>()
  const fileOf = (stream: string) => join(folder, `${stream}.ndjson`)

  /** Takes `{"create":{"_id":…}}` and a document, line by line; see Elasticsearch's "Bulk index or delete documents". */
  async function takeBulk(stream: string, body: string): Promise<object> {
    const lines = body.trimEnd().split('\n')
    const items: object[] = []
    let taken = ''
    let errors = false
    for (let i = 0; i + 1 < lines.length; i += 2) {
      const { create } = JSON.parse(lines[i] ?? '') as { create: { _id: string } }
      const isTaken = ids.has(create._id)
      errors ||= isTaken
      items.push({ create: { status: isTaken ? 409 : 201 } })
      if (isTaken) continue
      ids.add(create._id)
      taken += `${lines[i + 1]}\n`
    }
    await appendFile(fileOf(stream), taken)
    return { errors, items }
  }

  async function answer(request: IncomingMessage): Promise<object> {
    const body = await text(request)
    const stream = /^\/([\w.-]+)\/_bulk/.exec(request.url ?? '')?.[1]
    if (stream !== undefined) return takeBulk(stream, body)
    // The shipper looks for index templates and puts one.
    return request.method === 'GET' ? { index_templates: [] } : { acknowledged: true }
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('x-elastic-product', 'Elasticsearch')
    response.setHeader('content-type', 'application/json')
    answer(request).then(
      given => response.end(JSON.stringify(given)),
      // The shipper was killed while it was sending.
      () => response.destroy()
    )
  }

  async function* documents(dataset: string): AsyncGenerator<readonly Found[]> {
    let page: Found[] = []
    const file = createReadStream(fileOf(streamName(dataset, namespace)))
    for await (const document of file.pipe(split2(line => JSON.parse(line) as Found))) {
      page.push(document)
      if (page.length < PAGE) continue
      yield page
      page = []
    }
    yield page
  }

  const server = createServer(serve)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  for (const dataset of datasets) await appendFile(fileOf(streamName(dataset, namespace)), '')
  return {
    name: `the files ${fileOf(streamName('*', namespace))}`,
    connection: { nodes: [`http://127.0.0.1:${port}`] },
    count: async () => ids.size,
    documents,
    search: `grep -h -m 1 '"level":"error"' ${fileOf(streamName('*', namespace))}`,
    async remove() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      return undefined
    }
  }
}
