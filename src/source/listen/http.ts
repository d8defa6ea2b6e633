// Records over HTTP: JSON, NDJSON, lines, CPython's HTTPHandler, and the part of Elasticsearch's API that writes documents.
// What is answered with success is on the disk.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import Type, { type Static } from 'typebox'
import { type Listener, NEVER, type RecordSink } from './contract.ts'
import { type Answer, type Asked, answerTo } from './http-answer.ts'
import { readBody } from './http-body.ts'
import { createTokenCheck } from './http-token.ts'
import { listenAt } from './listen-at.ts'
import { addressText, connectionOptions, createAllowed, networkOptions, readTls, tlsSchema } from './options.ts'

const { maxConnections, idleTimeoutMs } = connectionOptions

export const schema = Type.Object(
  {
    type: Type.Literal('http', { description: 'HTTP or HTTPS.' }),
    ...networkOptions(9880),
    token: Type.Optional(
      Type.String({
        minLength: 1,
        writeOnly: true,
        description:
          'What senders must present: `Authorization: Bearer <token>`, `ApiKey <token>`, or `Basic` with it as the password. Better written as `${NAME}` or `${file:/path}`.'
      })
    ),
    tls: Type.Optional(tlsSchema),
    maxFrameBytes: Type.Integer({
      default: 16_777_216,
      minimum: 1_024,
      maximum: 67_108_864,
      description: 'Longest body in bytes, unpacked. A longer one is answered with 413.'
    }),
    maxConnections,
    idleTimeoutMs
  },
  {
    description:
      'Programs that post records, and programs that write to Elasticsearch. Documents go to the data stream of the pipeline, whatever index they name. Where `parse` is left out, records are read by the format `json`.'
  }
)
type Options = Static<typeof schema>

export async function listen(options: Options, sink: RecordSink): Promise<Listener> {
  const isAllowed = createAllowed(options.allow)
  const hasToken = createTokenCheck(options.token)
  const limits = {
    requestTimeout: options.idleTimeoutMs,
    headersTimeout: options.idleTimeoutMs,
    connectionsCheckingInterval: 1_000
  }
  const serve = (request: IncomingMessage, response: ServerResponse) =>
    void handle(request, response).catch(error => {
      sink.warn({ error }, 'cannot answer a request')
      response.destroy()
    })
  // Loaded here and not imported, because those who listen to something else should not wait for it.
  const server =
    options.tls === undefined
      ? process.getBuiltinModule('node:http').createServer(limits, serve)
      : process
          .getBuiltinModule('node:https')
          .createServer({ ...limits, ...readTls(options.tls), handshakeTimeout: options.idleTimeoutMs }, serve)
  server.maxConnections = options.maxConnections
  server.on('drop', about => sink.refused('too many connections', addressText(about?.remoteAddress, about?.remotePort)))

  server.on('tlsClientError', (error, socket) => {
    sink.refused('not allowed', addressText(socket.remoteAddress, socket.remotePort), { error })
    socket.destroy()
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const { remoteAddress, remotePort } = socket as Socket
    const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
    const isGone = error.code === 'ECONNRESET' || !socket.writable
    if (isGone) return void socket.destroy()
    sink.refused(isLate ? 'half frame' : 'bad frame', addressText(remoteAddress, remotePort), { reason: error.message })
    const status = isLate ? '408 Request Timeout' : '400 Bad Request'
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => socket.destroy())
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket, method = 'GET', url = '/', headers } = request
    const address = addressText(socket.remoteAddress, socket.remotePort)
    if (!isAllowed(socket.remoteAddress)) {
      sink.refused('not allowed', address)
      return void socket.destroy()
    }
    if (!hasToken(headers.authorization)) {
      sink.refused('no token', address)
      return send(response, {
        status: 401,
        json: { error: 'a token is asked for' },
        headers: { 'www-authenticate': 'Bearer' }
      })
    }
    const body = await readBody(request, options.maxFrameBytes)
    if (body.kind === 'gone') return
    if (body.kind === 'refused') {
      sink.refused(body.status === 413 ? 'too long' : 'bad frame', address, { reason: body.reason })
      return send(response, { status: body.status, json: { error: body.reason } }, true)
    }
    const { pathname, searchParams: query } = new URL(url, 'http://sluice')
    const asked: Asked = { method, path: pathname, query, type: headers['content-type'] ?? '', body: body.bytes }
    const answer = answerTo(asked, headers.accept ?? '')
    if (answer.reason !== undefined) sink.refused('bad frame', address, { reason: answer.reason })
    const { records = [] } = answer
    if (!sink.put(records, address)) {
      sink.refused('spool full', address, { records: records.length })
      const error = { type: 'es_rejected_execution_exception', reason: 'the spool is full' }
      return send(response, {
        status: 429,
        json: { error, status: 429 },
        headers: { ...answer.headers, 'retry-after': '1' }
      })
    }
    if (records.length > 0) await sink.stored()
    send(response, answer)
  }

  const address = await listenAt(server, options)
  return {
    address: `${options.tls === undefined ? 'http' : 'https'}://${address}`,
    ended: NEVER,
    async close() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeIdleConnections()
      const late = setTimeout(() => server.closeAllConnections(), 1_000)
      await closed
      clearTimeout(late)
    }
  }
}

function send(response: ServerResponse, { status, json, text, headers = {} }: Answer, isLast = false): void {
  const body = json === undefined ? (text ?? '') : JSON.stringify(json)
  const type = json === undefined ? 'text/plain' : 'application/json'
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...headers,
    ...(isLast && { connection: 'close' })
  })
  response.end(response.req.method === 'HEAD' ? '' : body)
}
