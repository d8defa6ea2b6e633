// How bulk requests are sent, as a person writes it.

import Type, { type Static } from 'typebox'

export const bulkSchema = Type.Object(
  {
    maxInFlight: Type.Integer({
      default: 2,
      minimum: 1,
      maximum: 64,
      description: 'Most bulk requests under way at once.'
    }),
    timeoutMs: Type.Integer({
      default: 60_000,
      minimum: 1_000,
      maximum: 600_000,
      description: 'Longest time in milliseconds to wait for the answer to one request; then it is sent again.'
    }),
    minBackoffMs: Type.Integer({
      default: 500,
      minimum: 10,
      maximum: 60_000,
      description: 'First pause in milliseconds before a request is sent again. It doubles each time.'
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
