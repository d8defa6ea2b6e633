// The same on the oldest version that is supported.

import { tellFailureStoreStory } from '../integration/failure-store-story.ts'

await tellFailureStoreStory('8.19.13')
