// The server that the environment names. It is somebody else's: it is only asked who it is, and never ended.
import { SluiceError } from '#errors'
import { identify } from './ready.ts'
import type { Auth, Elasticsearch, Surroundings } from './server.ts'

/** Connects to ELASTICSEARCH_URL. Throws E_EMBEDDED_UNREACHABLE where it is not a proper address or does not answer. */
export async function useConfigured({ env, onProgress, signal }: Surroundings): Promise<Elasticsearch> {
  const [url, auth] = address(env)
  onProgress?.({ phase: 'start', kind: 'configured' })
  let version: string
  try {
    version = (await identify(url, auth, signal)).version
  } catch (cause) {
    signal?.throwIfAborted()
    throw unreachable(
      `${url} does not answer as Elasticsearch: ${cause instanceof Error ? cause.message : cause}`,
      cause
    )
  }
  onProgress?.({ phase: 'ready', kind: 'configured', url })
  return { url, ...(auth && { auth }), kind: 'configured', version, stop: async () => undefined }
}

/** The address without its credentials, and the credentials from wherever they are given. */
function address(env: NodeJS.ProcessEnv): [string, Auth | undefined] {
  const given = env.ELASTICSEARCH_URL ?? ''
  if (!/^https?:\/\//.test(given) || !URL.canParse(given)) throw unreachable('it is no http:// or https:// address')
  const url = new URL(given)
  const { username, password } = url
  url.username = ''
  url.password = ''
  const bare = url.href.replace(/\/+$/, '')
  if (env.ELASTICSEARCH_API_KEY) return [bare, { apiKey: env.ELASTICSEARCH_API_KEY }]
  if (env.ELASTICSEARCH_USERNAME) {
    return [bare, { username: env.ELASTICSEARCH_USERNAME, password: env.ELASTICSEARCH_PASSWORD ?? '' }]
  }
  if (username === '') return [bare, undefined]
  return [bare, { username: decodeURIComponent(username), password: decodeURIComponent(password) }]
}

function unreachable(what: string, cause?: unknown): SluiceError {
  return new SluiceError('E_EMBEDDED_UNREACHABLE', `ELASTICSEARCH_URL is set, but ${what}`, { cause })
}
