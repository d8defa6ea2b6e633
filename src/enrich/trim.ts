// The processor `trim`: a text without blanks around it. As in Java all control characters of ASCII are blanks, and no
// blanks beyond ASCII are. See "Trim processor" in Elasticsearch's ingest processor reference.

import type { Static } from 'typebox'
import { optionsSchema, type Processor } from './processor.ts'
import { ofTexts, transform, transformProperties } from './transform.ts'

export const schema = optionsSchema(
  transformProperties,
  'Takes blanks and control characters from both ends of a text, or of each text of a list.'
)
export type Options = Static<typeof schema>

/** @throws SluiceError E_ENRICH_OPTION where a name is none */
export function trim(options: Options): Processor {
  return transform('trim', options, 'keyword', ofTexts(trimText))
}

/** Without a regular expression, whose time would grow with the square of a run of blanks. */
export function trimText(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1
  return text.slice(start, end)
}
