// What a real Elasticsearch answers when it is too busy, too small, or does not like what it gets.

import { tellDeliveryStory } from './delivery-story.ts'

await tellDeliveryStory('9.4.3')
