// Half an hour in which everything goes wrong: faults at the door, kill -9 of the shipper, rotation, rollovers, and a server
// that stops, dies and comes back. SLUICE_SOAK_MS makes it longer or shorter.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, test } from 'vitest'
import { type LocalElasticsearch, startLocalElasticsearch } from '#embedded'
import { clientFor } from '../integration/connection.ts'
import { tellSoakStory } from '../integration/soak-story.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'sluice-soak-'))
const start = (port = 0) => startLocalElasticsearch({ env: process.env, dataDir, port })

let server: LocalElasticsearch = await start()
const { url } = server
const client = clientFor(server)

afterAll(async () => {
  await client.close()
  await server.stop()
  rmSync(dataDir, { recursive: true })
})

const durationMs = Number(process.env.SLUICE_SOAK_MS ?? 1_800_000)
const UP_MS = Math.min(300_000, durationMs / 3)

/** Ends the server now and then, one way or the other, and brings it back. */
async function restart(signal: AbortSignal, random: () => number): Promise<void> {
  for (;;) {
    await sleep(random() * UP_MS, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    await server[random() < 0.5 ? 'stop' : 'kill']()
    await sleep(random() * 5_000)
    server = await start(Number(new URL(url).port))
  }
}

test('every line arrives once through half an hour of faults, and memory stays flat', { timeout: durationMs * 2 }, () =>
  tellSoakStory({
    durationMs,
    linesPerSecond: 500,
    lifeMs: 30_000,
    server: { url, settings: {}, client },
    disturb: restart
  })
)
