// Dead letters by way of the failure store of the real Elasticsearch.

import { tellFailureStoreStory } from './failure-store-story.ts'

await tellFailureStoreStory('9.4.3')
