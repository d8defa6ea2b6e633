// The main promise on the real Elasticsearch: a line arrives once, whatever happens to the shipper.

import { test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { tellKillStory } from './kill-story.ts'

await elasticsearch()

test('every line arrives once though the shipper is killed ten times and the log rotated', { timeout: 240_000 }, () =>
  tellKillStory(10)
)
