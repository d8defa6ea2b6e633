// A remote archive read by HTTP range requests (RFC 9110, section 14). The system's certificate authorities and the
// proxies of the environment are heeded by this room's own agent, so that nothing is changed for the whole process.
import http from 'node:http'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { getCACertificates } from 'node:tls'
import { SluiceError } from '#errors'
import type { RandomAccess } from './zip.ts'

const ATTEMPTS = 4
const FIRST_PAUSE_MS = 500
const SILENCE_MS = 30_000
const REDIRECTS = 5

interface Requests {
  readonly env: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
}

type Get = (url: URL, range: string) => Promise<http.IncomingMessage>

/**
 * Opens the archive at `url`. Throws E_EMBEDDED_DOWNLOAD where it does not answer, or answers without ranges.
 */
export async function openHttp(url: string, { env, signal }: Requests): Promise<RandomAccess> {
  const options = { keepAlive: true, proxyEnv: env }
  const agents = {
    http: new http.Agent(options),
    https: new https.Agent({ ...options, ca: [...getCACertificates('default'), ...getCACertificates('system')] })
  }
  const close = async () => {
    agents.http.destroy()
    agents.https.destroy()
  }
  const get: Get = (at, range) => request(at, range, agents, signal)
  try {
    const size = await retry(url, signal, () => readSize(new URL(url), get))
    return {
      name: withoutSecrets(url),
      size,
      read: (start, end) => retry(url, signal, () => readRange(new URL(url), start, end, get)),
      close
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A failure that another attempt would only repeat. */
class Refusal extends Error {}

function request(
  url: URL,
  range: string,
  agents: { readonly http: http.Agent; readonly https: https.Agent },
  signal: AbortSignal | undefined
): Promise<http.IncomingMessage> {
  const isSecure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    const sent = (isSecure ? https : http).get(
      url,
      {
        agent: isSecure ? agents.https : agents.http,
        headers: { range, 'accept-encoding': 'identity' },
        timeout: SILENCE_MS,
        ...(signal && { signal })
      },
      resolve
    )
    sent.once('timeout', () => sent.destroy(new Error(`silent for ${SILENCE_MS} ms`)))
    sent.once('error', reject)
  })
}

/** Follows redirects; resolves to the answer with status 206, of which nothing has been read. */
async function ranged(url: URL, range: string, get: Get): Promise<http.IncomingMessage> {
  let at = url
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    const answer = await get(at, range)
    const status = answer.statusCode ?? 0
    if (status === 206) return answer
    answer.destroy()
    if (status >= 300 && status < 400 && answer.headers.location !== undefined) {
      at = new URL(answer.headers.location, at)
      continue
    }
    if (status === 200) throw new Refusal('it serves no ranges')
    const isPassing = status === 408 || status === 429 || status >= 500
    throw isPassing ? new Error(`status ${status}`) : new Refusal(`status ${status}`)
  }
  throw new Refusal(`more than ${REDIRECTS} redirects`)
}

async function readSize(url: URL, get: Get): Promise<number> {
  const answer = await ranged(url, 'bytes=0-0', get)
  answer.resume()
  const size = Number(/\/(\d+)$/.exec(answer.headers['content-range'] ?? '')?.[1])
  if (!Number.isSafeInteger(size)) throw new Refusal('it does not tell its size')
  return size
}

async function readRange(url: URL, start: number, end: number, get: Get): Promise<Buffer> {
  const answer = await ranged(url, `bytes=${start}-${end - 1}`, get)
  const bytes = Buffer.concat(await answer.toArray())
  if (bytes.length !== end - start) throw new Error(`${bytes.length} bytes came where ${end - start} were asked for`)
  return bytes
}

async function retry<T>(url: string, signal: AbortSignal | undefined, attempt: () => Promise<T>): Promise<T> {
  for (let failed = 0; ; ) {
    try {
      return await attempt()
    } catch (cause) {
      signal?.throwIfAborted()
      failed++
      if (failed === ATTEMPTS || cause instanceof Refusal) {
        const reason = cause instanceof Error ? cause.message : String(cause)
        throw new SluiceError('E_EMBEDDED_DOWNLOAD', `${withoutSecrets(url)} cannot be read: ${reason}`, { cause })
      }
      await sleep(FIRST_PAUSE_MS * 2 ** (failed - 1), undefined, { ...(signal && { signal }) })
    }
  }
}

/** An address as it may be shown. */
function withoutSecrets(url: string): string {
  const shown = new URL(url)
  shown.username = ''
  shown.password = ''
  return shown.href
}
