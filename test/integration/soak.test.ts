// Everything that goes wrong at once, for a short while; `test:long` does it for half an hour.

import { afterAll, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from './connection.ts'
import { tellSoakStory } from './soak-story.ts'

const server = await elasticsearch()
const client = clientFor(server)
afterAll(() => client.close())

const durationMs = Number(process.env.SLUICE_SOAK_MS ?? 120_000)

test(
  `every line arrives once through faults of all kinds, on Elasticsearch ${server.version}`,
  { timeout: durationMs * 4 },
  () =>
    tellSoakStory({
      durationMs,
      linesPerSecond: 500,
      lifeMs: 4_000,
      server: { url: server.url, settings: settingsFor(server), client }
    })
)
