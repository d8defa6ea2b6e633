// A bulk endpoint that takes everything, in a process of its own: it counts documents, keeps every n-th for comparison and
// answers as Elasticsearch does. It costs as little as it can, because it shares the processors with what is measured.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Order, Report, Sample } from './endpoint-process.ts'

const HEADERS = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }
const NEWLINE = 0x0a

let every = 1
let documents = 0
let bytes = 0
let samples: Sample[] = []
let firstMs = 0
let cpuBefore = process.cpuUsage()

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://endpoint')
  if (pathname.endsWith('/_bulk')) takeBulk(request, response, searchParams.get('filter_path') ?? 'errors,took,items')
  else answer(response, metadata(pathname, request.method))
})

server.listen(0, '127.0.0.1', () => {
  send({ kind: 'listening', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.on('disconnect', () => process.exit())
process.on('message', (order: Order) => {
  if (order.kind === 'report') {
    const { user, system } = process.cpuUsage(cpuBefore)
    return send({ kind: 'tally', documents, bytes, samples, firstMs, cpuMs: (user + system) / 1000 })
  }
  every = order.every
  documents = 0
  bytes = 0
  samples = []
  firstMs = 0
  cpuBefore = process.cpuUsage()
})

function send(report: Report): void {
  process.send?.(report)
}

/** What shippers ask before they send. */
function metadata(path: string, method: string | undefined): object {
  if (path === '/') return { version: { number: '9.1.0', build_flavor: 'default' }, tagline: 'You Know, for Search' }
  return method === 'PUT' ? { acknowledged: true } : {}
}

function takeBulk(request: IncomingMessage, response: ServerResponse, filterPath: string): void {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    const count = takeBody(Buffer.concat(chunks))
    response.writeHead(200, HEADERS).end(bulkAnswer(count, filterPath))
  })
}

/** Counts the documents of a body, which stand on every second line but empty ones, and keeps those whose turn it is. */
function takeBody(body: Buffer): number {
  const before = documents
  if (firstMs === 0) firstMs = Date.now()
  for (let at = 0; at < body.length; ) {
    if (body[at] === NEWLINE) {
      at += 1
      continue
    }
    const action = body.indexOf(NEWLINE, at)
    const end = body.indexOf(NEWLINE, action + 1)
    if (action === -1 || end === -1) throw new Error('the body of a bulk request does not end with a document')
    if (documents % every === 0) {
      samples.push({ action: body.toString('utf8', at, action), source: body.toString('utf8', action + 1, end) })
    }
    documents += 1
    at = end + 1
  }
  bytes += body.length
  return documents - before
}

let lastFilter = ''
const items = new Map<number, string>()

/** The answer for so many created documents; most requests are of one size, so each size is put together once. */
function bulkAnswer(count: number, filterPath: string): string {
  if (filterPath !== lastFilter) items.clear()
  lastFilter = filterPath
  let text = items.get(count)
  if (text === undefined) {
    const paths = filterPath.split(',')
    const parts = []
    if (paths.includes('errors')) parts.push('"errors":false')
    if (paths.includes('took')) parts.push('"took":1')
    if (paths.some(path => path.startsWith('items'))) {
      parts.push(`"items":[${Array(count).fill('{"create":{"status":201}}').join()}]`)
    }
    text = `{${parts.join()}}`
    items.set(count, text)
  }
  return text
}

function answer(response: ServerResponse, body: object): void {
  response.writeHead(200, HEADERS).end(JSON.stringify(body))
}
