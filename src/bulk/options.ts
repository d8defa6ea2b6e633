// How bulk requests are sent, as a person writes it.

import Type, { type Static } from 'typebox'

export const bulkSchema = Type.Object(
  {
    maxInFlight: Type.Integer({
      default: 4,
      minimum: 1,
      maximum: 64,
      description:
        'Most bulk requests under way at once, over all pipelines, which take turns. Fewer are sent while Elasticsearch is too busy (429) or slow to answer.'
    }),
    compression: Type.Union([Type.Literal('none'), Type.Literal('gzip')], {
      default: 'none',
      description:
        'How requests are compressed. `gzip` saves about nine tenths of the network and costs processor time on both sides: worth it where the network is slow or paid for.'
    }),
    timeoutMs: Type.Integer({
      default: 60_000,
      minimum: 1_000,
      maximum: 600_000,
      description:
        'Longest time in milliseconds until the whole answer to one request is there; then what it was about is looked up, and sent again where it is missing.'
    }),
    minBackoffMs: Type.Integer({
      default: 500,
      minimum: 10,
      maximum: 60_000,
      description:
        'First pause in milliseconds before a request is sent again. It doubles each time, and a random part of it is waited; `Retry-After` of the answer makes it longer.'
    }),
    maxBackoffMs: Type.Integer({
      default: 30_000,
      minimum: 100,
      maximum: 600_000,
      description: 'Longest pause in milliseconds before a request is sent again. There is no last time.'
    })
  },
  { description: 'How bulk requests are sent.' }
)
export type BulkOptions = Static<typeof bulkSchema>
