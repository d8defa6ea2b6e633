// The main promise on the real Elasticsearch, ten times as long as in every run.

import { test } from 'vitest'
import { tellKillStory } from '../integration/kill-story.ts'

test('every line arrives once though the shipper is killed a hundred times', () => tellKillStory(100))
