// The floor: a bare program that reads a log, splits, parses and renders it to the shipper's documents and posts them. It
// knows one format each, remembers nothing and heals nothing; what the shipper costs beyond it, its promises cost.
// node bench/floor.ts nginx access.log http://127.0.0.1:9200 nginx.access

import { closeSync, openSync, readSync } from 'node:fs'
import { createDelivery } from './floor/deliver.ts'
import { type Rest, restFor } from './floor/document.ts'
import { nginx } from './floor/nginx.ts'

const CHUNK_BYTES = 262_144
const GENERATION = 'floorfloorfloorf'
const NEWLINE = 0x0a

/** Makes the document of a record that stands from `start` to `end` in its file. */
type Render = (record: string, start: number, end: number) => string

const FORMATS: Readonly<Record<string, (dataset: string, rest: Rest) => Render>> = { nginx }

const [format = '', path = '', url = '', dataset = ''] = process.argv.slice(2)
const render = FORMATS[format]?.(dataset, restFor(path, dataset, GENERATION))
if (render === undefined) throw new Error(`the floor knows ${Object.keys(FORMATS).join(', ')}, not ${format}`)
await deliver(path, render)

async function deliver(path: string, render: Render): Promise<void> {
  const delivery = createDelivery(url, `logs-${dataset}-default`)
  const buffer = Buffer.allocUnsafe(2 * CHUNK_BYTES)
  const file = openSync(path, 'r')
  let position = 0
  let kept = 0
  for (;;) {
    const bytesRead = readSync(file, buffer, kept, CHUNK_BYTES, null)
    if (bytesRead === 0) break
    const bytes = buffer.subarray(0, kept + bytesRead)
    let at = 0
    for (let newline = bytes.indexOf(NEWLINE); newline !== -1; newline = bytes.indexOf(NEWLINE, at)) {
      const start = position + at
      const document = render(bytes.toString('utf8', at, newline), start, position + newline + 1)
      delivery.add(GENERATION + start.toString(16).padStart(12, '0'), document)
      at = newline + 1
    }
    position += at
    kept = bytes.length - at
    buffer.copyWithin(0, at, bytes.length)
    await delivery.room()
  }
  closeSync(file)
  await delivery.end()
}
