// The same on the oldest version that is supported.

import { tellDeliveryStory } from '../integration/delivery-story.ts'

await tellDeliveryStory('8.19.13')
