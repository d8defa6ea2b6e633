// The server of the project's deploy/elasticsearch.yml, where a Docker engine answers. What was running before stays running.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SluiceError } from '#errors'
import { identify } from './ready.ts'
import type { Elasticsearch, Surroundings } from './server.ts'

const run = promisify(execFile)
const ANSWER_MS = 3_000
// A first start tells of every layer that is pulled.
const MOST_OUTPUT_BYTES = 16 * 1024 * 1024
const SERVICE = 'elasticsearch'
const composeFile = fileURLToPath(new URL('../../deploy/elasticsearch.yml', import.meta.url))

/** Throws E_EMBEDDED_NO_DOCKER where no engine answers within 3 s, E_EMBEDDED_START where Compose fails. */
export async function startByCompose({ env, onProgress, signal }: Surroundings): Promise<Elasticsearch> {
  await findEngine(env, signal)
  const compose = async (...args: string[]) => {
    const options = { env, maxBuffer: MOST_OUTPUT_BYTES, ...(signal && { signal }) }
    return (await run('docker', ['compose', '--file', composeFile, ...args], options)).stdout.trim()
  }
  onProgress?.({ phase: 'start', kind: 'compose' })
  try {
    const running = await compose('ps', '--services', '--status', 'running')
    const wasRunning = running.split('\n').includes(SERVICE)
    await compose('up', '--detach', '--wait', SERVICE)
    const published = await compose('port', SERVICE, '9200')
    const url = `http://127.0.0.1:${/:(\d+)$/.exec(published)?.[1]}`
    const { version } = await identify(url, undefined, signal)
    onProgress?.({ phase: 'ready', kind: 'compose', url })
    const stop = async () => {
      if (!wasRunning) await compose('stop', SERVICE)
    }
    return { url, kind: 'compose', version, stop }
  } catch (cause) {
    signal?.throwIfAborted()
    throw new SluiceError('E_EMBEDDED_START', `Docker Compose could not start Elasticsearch: ${complaint(cause)}`, {
      cause
    })
  }
}

async function findEngine(env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Promise<void> {
  const options = { env, timeout: ANSWER_MS, ...(signal && { signal }) }
  const engine = await run('docker', ['info', '--format', '{{.ServerVersion}}'], options).catch(() => {
    signal?.throwIfAborted()
  })
  // Some versions complain and yet exit with 0, with no version to tell.
  if (engine === undefined || engine.stdout.trim() === '') {
    throw new SluiceError('E_EMBEDDED_NO_DOCKER', `No Docker engine answered within ${ANSWER_MS / 1000} s.`)
  }
}

/** What the command itself said last. */
function complaint(cause: unknown): string {
  const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim().split('\n').at(-1) : ''
  return said || (cause instanceof Error ? cause.message : String(cause))
}
