// The processor `uppercase`: a text in upper case.
// See "Uppercase processor" in Elasticsearch's ingest processor reference.

import type { Static } from 'typebox'
import { optionsSchema, type Processor } from './processor.ts'
import { ofTexts, transform, transformProperties } from './transform.ts'

export const schema = optionsSchema(transformProperties, 'Puts a text, or each text of a list, into upper case.')
export type Options = Static<typeof schema>

/** @throws SluiceError E_ENRICH_OPTION where a name is none */
export function uppercase(options: Options): Processor {
  return transform(
    'uppercase',
    options,
    'keyword',
    ofTexts(text => text.toUpperCase())
  )
}
