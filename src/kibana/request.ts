// One request to Kibana at a time, with what it wants in every one of them. Credentials go into the header alone.

import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { text as textOf } from 'node:stream/consumers'
import { SluiceError } from '#errors'
import type { KibanaOptions } from './options.ts'

export interface Answer {
  readonly status: number
  readonly text: string
}

/** Asks for a path of the API within the space; rejects where there is no answer. */
export type Ask = (method: 'GET' | 'POST' | 'PUT', path: string, body?: object | FormData) => Promise<Answer>

/** How long an answer may take. An import of everything takes seconds. */
const TIMEOUT_MS = 60_000

/** @param isGlobal whether paths are outside the space, as the status and the spaces themselves are */
export function createAsk(options: KibanaOptions, isGlobal: boolean): Ask {
  const base = options.url.replace(/\/+$/, '')
  const prefix = isGlobal || options.space === 'default' ? base : `${base}/s/${options.space}`
  const ca = options.caFile === undefined ? {} : { ca: readFileSync(options.caFile) }
  const authorization = authorizationOf(options)
  // Loaded here and not imported, because most commands ask Kibana nothing.
  const { request } = process.getBuiltinModule(base.startsWith('https:') ? 'node:https' : 'node:http')
  return async (method, path, body) => {
    const encoded = body instanceof FormData ? new Response(body) : undefined
    const content = encoded === undefined ? body && JSON.stringify(body) : Buffer.from(await encoded.arrayBuffer())
    const headers = {
      'kbn-xsrf': 'sluice',
      ...(authorization !== undefined && { authorization }),
      ...(content !== undefined && {
        'content-type': encoded?.headers.get('content-type') ?? 'application/json',
        'content-length': Buffer.byteLength(content)
      })
    }
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(`${prefix}${path}`, { method, headers, ...ca, timeout: TIMEOUT_MS }, resolve)
      sent.once('error', reject)
      sent.once('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
      sent.end(content)
    })
    return { status: response.statusCode ?? 0, text: await textOf(response) }
  }
}

function authorizationOf({ apiKey, username, password = '' }: KibanaOptions): string | undefined {
  if (apiKey !== undefined) return `ApiKey ${apiKey}`
  return username === undefined ? undefined : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** The answer's JSON. @throws SluiceError `E_KIBANA_PUSH` where Kibana refuses, with what it says */
export function accepted(what: string, { status, text }: Answer): unknown {
  const body = jsonOf(text)
  if (status >= 200 && status < 300) return body
  const said = (body as { message?: unknown } | undefined)?.message ?? text.slice(0, 200)
  throw new SluiceError('E_KIBANA_PUSH', `${what}: Kibana answered ${status}: ${said}${advice(status)}`)
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function advice(status: number): string {
  if (status === 401) return '; check apiKey, or username and password, of kibana in the settings'
  return status === 403 ? '; the user needs all rights to "Saved Objects Management" in the space' : ''
}
