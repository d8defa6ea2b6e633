// The processor `lowercase`: a text in lower case.
// See "Lowercase processor" in Elasticsearch's ingest processor reference.

import type { Static } from 'typebox'
import { optionsSchema, type Processor } from './processor.ts'
import { ofTexts, transform, transformProperties } from './transform.ts'

export const schema = optionsSchema(transformProperties, 'Puts a text, or each text of a list, into lower case.')
export type Options = Static<typeof schema>

/** @throws SluiceError E_ENRICH_OPTION where a name is none */
export function lowercase(options: Options): Processor {
  return transform(
    'lowercase',
    options,
    'keyword',
    ofTexts(text => text.toLowerCase())
  )
}
