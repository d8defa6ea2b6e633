// Waits until Kibana is there and can take what is brought: it starts for minutes, and answers with an error meanwhile.

import { setTimeout as sleep } from 'node:timers/promises'
import { SluiceError } from '#errors'
import type { KibanaOptions } from './options.ts'
import { type Answer, accepted, createAsk, jsonOf } from './request.ts'

const PAUSE_MS = 1_000
const OLDEST = [8, 15] as const

interface Status {
  readonly version?: { readonly number?: string }
  readonly status?: {
    readonly overall?: { readonly level?: string }
    readonly core?: { readonly savedObjects?: { readonly level?: string } }
  }
}

/**
 * Waits for Kibana, makes the space where there is none, and returns the version; undefined where Kibana does not tell it.
 * @param isDry whether nothing is made
 * @throws SluiceError `E_KIBANA_UNREACHABLE` when it is not ready in time, `E_KIBANA_PUSH` when it is too old or refuses
 */
export async function untilReady(options: KibanaOptions, waitMs: number, isDry = false): Promise<string | undefined> {
  const ask = createAsk(options, true)
  const deadline = Date.now() + waitMs
  for (;;) {
    const answer = await ask('GET', '/api/status').catch((error: Error) => error)
    if (!(answer instanceof Error)) {
      if (answer.status === 401 || answer.status === 403) accepted('cannot ask for its state', answer)
      const status = jsonOf(answer.text) as Status | undefined
      if (isReady(answer, status)) {
        const version = status?.version?.number
        refuseOld(version)
        await ensureSpace(options, isDry)
        return version
      }
    }
    if (Date.now() + PAUSE_MS > deadline) {
      const said =
        answer instanceof Error ? answer.message || 'no answer' : `${answer.status} ${answer.text.slice(0, 100)}`
      throw new SluiceError('E_KIBANA_UNREACHABLE', `Kibana at ${options.url} was not ready in time: ${said}`)
    }
    await sleep(PAUSE_MS)
  }
}

/** Whoever is not known to Kibana is only told the level of the whole. */
function isReady({ status }: Answer, body: Status | undefined): boolean {
  const saved = body?.status?.core?.savedObjects?.level ?? 'available'
  return status === 200 && body?.status?.overall?.level === 'available' && saved === 'available'
}

function refuseOld(version: string | undefined): void {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
  if (version === undefined || major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return
  throw new SluiceError('E_KIBANA_PUSH', `Kibana is of version ${version}; allowed: ${OLDEST.join('.')} and later`)
}

async function ensureSpace(options: KibanaOptions, isDry: boolean): Promise<void> {
  if (options.space === 'default') return
  const ask = createAsk(options, true)
  if ((await ask('GET', `/api/spaces/space/${options.space}`)).status !== 404) return
  if (isDry) throw new SluiceError('E_KIBANA_PUSH', `there is no space ${options.space} yet; a push makes it`)
  const made = await ask('POST', '/api/spaces/space', { id: options.space, name: options.space })
  if (made.status !== 409) accepted(`cannot make the space ${options.space}`, made)
}
