// What bounds a batch, as a person writes it.

import Type, { type Static } from 'typebox'

export const batchSchema = Type.Object(
  {
    maxCount: Type.Integer({
      default: 2_000,
      minimum: 1,
      maximum: 100_000,
      description: 'Most documents in one bulk request.'
    }),
    maxBytes: Type.Integer({
      default: 4_194_304,
      minimum: 1_024,
      maximum: 94_371_840,
      description: 'Most bytes of documents in one bulk request; Elasticsearch refuses more than 100 MiB by default.'
    }),
    maxAgeMs: Type.Integer({
      default: 1_000,
      minimum: 10,
      maximum: 600_000,
      description: 'Longest time in milliseconds that a document waits for its batch to fill.'
    })
  },
  { description: 'When a batch is full. Whatever is reached first sends it.' }
)
export type BatchOptions = Static<typeof batchSchema>
