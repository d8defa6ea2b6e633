// The floor: a bare program that reads a log, splits, parses and renders it to the shipper's documents and posts them. It
// knows one format each, remembers nothing and heals nothing; what the shipper costs beyond it, its promises cost.
// node bench/floor.ts nginx access.log http://127.0.0.1:9200 nginx.access

import { closeSync, openSync, readSync } from 'node:fs'
import { createDelivery } from './floor/deliver.ts'
import { restFor } from './floor/document.ts'
import type { Format } from './floor/format.ts'
import { json } from './floor/json.ts'
import { nginx } from './floor/nginx.ts'
import { python } from './floor/python.ts'

const FORMATS: Readonly<Record<string, Format>> = { nginx, python, json }

const CHUNK_BYTES = 262_144
const GENERATION = 'floorfloorfloorf'
const NEWLINE = 0x0a

const [name = '', path = '', url = '', dataset = ''] = process.argv.slice(2)
const format = FORMATS[name]
if (format === undefined) throw new Error(`the floor knows ${Object.keys(FORMATS).join(', ')}, not ${name}`)
await deliver(path, format)

async function deliver(path: string, { continues, render }: Format): Promise<void> {
  const delivery = createDelivery(url, `logs-${dataset}-default`)
  const toDocument = render(dataset, restFor(path, dataset, GENERATION))
  const buffer = Buffer.allocUnsafe(2 * CHUNK_BYTES)
  const file = openSync(path, 'r')
  let position = 0
  let kept = 0
  let isAtEnd = false
  while (!isAtEnd) {
    const bytesRead = readSync(file, buffer, kept, CHUNK_BYTES, null)
    isAtEnd = bytesRead === 0
    const bytes = buffer.subarray(0, kept + bytesRead)
    let at = 0
    for (let newline = bytes.indexOf(NEWLINE); newline !== -1; newline = bytes.indexOf(NEWLINE, newline + 1)) {
      const next = newline + 1
      if (continues !== undefined && (next < bytes.length ? continues(bytes[next] as number) : !isAtEnd)) continue
      const start = position + at
      const document = toDocument(bytes.toString('utf8', at, newline), start, position + next)
      delivery.add(GENERATION + start.toString(16).padStart(12, '0'), document)
      at = next
    }
    position += at
    kept = bytes.length - at
    buffer.copyWithin(0, at, bytes.length)
    await delivery.room()
  }
  closeSync(file)
  await delivery.end()
}
