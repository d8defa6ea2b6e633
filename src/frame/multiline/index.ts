// Decides which lines belong together: by where a group begins, or by what goes on with one.

import Type, { type Static } from 'typebox'
import { SluiceError } from '#errors'

/** Says of each line of one stream, in order, whether it goes on with the group that is open. */
export interface Grouping {
  continues(text: string): boolean
}

export const multilineSchema = Type.Object(
  {
    startsWith: Type.Optional(
      Type.String({ minLength: 1, description: 'Expression of the lines that begin a group; all others continue one.' })
    ),
    maxLines: Type.Integer({ default: 500, minimum: 1, maximum: 100_000, description: 'Most lines of a group.' }),
    timeoutMs: Type.Integer({
      default: 2_000,
      minimum: 10,
      maximum: 600_000,
      description: 'Longest time in milliseconds that a group waits for its next line.'
    })
  },
  { description: 'Which lines belong together.' }
)
export type MultilineOptions = Static<typeof multilineSchema>

/** Compiled once; makes one grouping per stream. */
export function createGrouping({ startsWith }: MultilineOptions): () => Grouping {
  if (startsWith === undefined) throw new SluiceError('E_USAGE', 'multiline has no rule')
  const expression = new RegExp(startsWith, 'u')
  return () => ({ continues: text => !expression.test(text) })
}
