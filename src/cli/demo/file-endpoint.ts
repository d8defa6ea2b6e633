// Stands in where no Elasticsearch can be had: an HTTP endpoint that answers bulk requests as Elasticsearch does, 409 for
// an id that it has included, and appends the documents to a file per data stream. The shipper does the same either way.

import { createReadStream } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import split2 from 'split2'
import {
  type Answer,
  type Asked,
  bulkAnswer,
  bulkStream,
  lookUpAnswer,
  otherAnswer,
  readBulk,
  startEndpoint
} from '../rehearsal/endpoint.ts'
import { type Destination, type Found, type Streams, streamName } from './destination.ts'

const PAGE = 1_000

/** An endpoint on a free port of this machine that writes `logs-….ndjson` files into `folder`. */
export async function startFileEndpoint(folder: string, { datasets, namespace }: Streams): Promise<Destination> {
  const ids = new Set<string>()
  const fileOf = (stream: string) => join(folder, `${stream}.ndjson`)

  async function answer(asked: Asked): Promise<Answer> {
    const stream = bulkStream(asked.path)
    if (stream === undefined) {
      return (
        lookUpAnswer(
          asked,
          name => [name],
          (_index, id) => ids.has(id)
        ) ?? otherAnswer(asked)
      )
    }
    let taken = ''
    const statuses = readBulk(asked.body).map(({ id, source }) => {
      if (ids.has(id)) return 409
      ids.add(id)
      taken += `${source}\n`
      return 201
    })
    await appendFile(fileOf(stream), taken)
    return bulkAnswer(statuses)
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

  const { url, close } = await startEndpoint(answer)
  for (const dataset of datasets) await appendFile(fileOf(streamName(dataset, namespace)), '')
  return {
    name: `the files ${fileOf(streamName('*', namespace))}`,
    connection: { nodes: [url] },
    count: async () => ids.size,
    documents,
    search: `grep -h -m 1 '"level":"error"' ${fileOf(streamName('*', namespace))}`,
    async remove() {
      await close()
      return undefined
    }
  }
}
