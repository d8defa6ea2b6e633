// A shipper that listens, with the real Elasticsearch behind it.

import { expect } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from './connection.ts'
import { type Installation, install, type Shipper } from './installation.ts'

const server = await elasticsearch()
const client = clientFor(server)

/** A shipper that listens at a port that was free. */
export async function listening(source: object, pipeline: object = {}, settings: object = {}) {
  const installation = install({
    elasticsearch: settingsFor(server),
    settings,
    pipeline: { source: { port: 0, ...source }, parse: undefined, ...pipeline }
  })
  const shipper = installation.run()
  return { installation, shipper, port: await portOf(shipper) }
}

export async function portOf(shipper: Shipper): Promise<number> {
  const { address } = await shipper.says('listening')
  return Number(/:(\d+)(?:\D|$)/.exec(String(address).replace(/^https?:\/\//, ''))?.[1])
}

export type Document = Record<string, unknown>

/** The documents once there are so many, in the order in which they came. */
export async function documents({ index }: Installation, count: number): Promise<Document[]> {
  const search = async () => {
    await client.indices.refresh({ index }, { ignore: [404] })
    const { hits } = await client.search<Document>({
      ...{ index, size: 10_000, ignore_unavailable: true, sort: ['log.file.path', 'log.offset'] },
      ...{ fields: ['*'], _source: true }
    })
    return hits.hits.map(({ _source = {} }) => _source)
  }
  await expect
    .poll(async () => (await search()).length, { timeout: 30_000, interval: 200 })
    .toBeGreaterThanOrEqual(count)
  return search()
}
