// Values with fields filled in, by the part of Mustache that ingest pipelines are written with: `{{field}}`, `{{{field}}}`
// and `{{&field}}`. See "Access source fields in a template" in the ingest pipelines' reference.

import { SluiceError } from '#errors'
import { type Fields, isFields, type Value } from '#record'
import { copyOf, type FieldPath, isList, lookUp, sourcePath } from './field-path.ts'

/** How `{{field}}` is written into the text; `{{{field}}}` stands as it is. */
export type MediaType = 'application/json' | 'text/plain'

/** A value made anew for each event. */
export interface Template {
  /** Dotted names of the fields it fills in. */
  readonly reads: readonly string[]
  /** Whether fields are filled in at its top, so that it is always a text. */
  readonly isText: boolean
  make(fields: Fields): Value
}

/**
 * Compiles a value: its texts are templates, in lists and objects too.
 * @throws SluiceError E_ENRICH_OPTION for Mustache beyond fields
 */
export function template(value: Value, mediaType: MediaType): Template {
  if (typeof value === 'string' && value.includes('{{')) return textTemplate(value, mediaType)
  if (isList(value)) {
    const items = value.map(item => template(item, mediaType))
    return {
      reads: items.flatMap(({ reads }) => reads),
      isText: false,
      make: fields => items.map(item => item.make(fields))
    }
  }
  if (isFields(value)) {
    const entries = Object.entries(value).map(([name, child]) => [name, template(child ?? null, mediaType)] as const)
    return {
      reads: entries.flatMap(([, { reads }]) => reads),
      isText: false,
      make: fields => Object.fromEntries(entries.map(([name, child]) => [name, child.make(fields)]))
    }
  }
  return { reads: [], isText: false, make: () => value }
}

/** A field, or text as it stands. */
type Part = string | { readonly path: FieldPath; readonly isRaw: boolean }

function textTemplate(text: string, mediaType: MediaType): Template {
  const parts = readParts(text, mediaType)
  const write = (part: Part, fields: Fields): string => {
    if (typeof part === 'string') return part
    const filled = asText(lookUp(fields, part.path))
    return part.isRaw ? filled : JSON.stringify(filled).slice(1, -1)
  }
  return {
    reads: parts.flatMap(part => (typeof part === 'string' ? [] : [part.path.name])),
    isText: true,
    make: fields => parts.reduce<string>((made, part) => made + write(part, fields), '')
  }
}

function readParts(text: string, mediaType: MediaType): Part[] {
  const parts: Part[] = []
  let behind = 0
  for (let at = text.indexOf('{{'); at !== -1; at = text.indexOf('{{', behind)) {
    const tag = /^\{\{(?:\{\s*([^{}\s]+)\s*\}|(&?)\s*([^{}\s#^/!>=&]+)\s*)\}\}/.exec(text.slice(at))
    const name = tag?.[1] ?? tag?.[3]
    if (tag === null || name === undefined) throw noTag(text, at)
    const isRaw = tag[1] !== undefined || tag[2] === '&' || mediaType === 'text/plain'
    parts.push(text.slice(behind, at), { path: sourcePath(name, 'value'), isRaw })
    behind = at + tag[0].length
  }
  return [...parts, text.slice(behind)]
}

function noTag(text: string, at: number): SluiceError {
  const found = JSON.stringify(text.slice(at, at + 20))
  return new SluiceError(
    'E_ENRICH_OPTION',
    `column ${at + 1} of "value": found ${found}; allowed: {{field}}, {{{field}}} and {{&field}}, without sections`,
    { context: { template: text, column: at } }
  )
}

/** A field that is missing or null is nothing; lists and objects are written as JSON. */
function asText(value: Value | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(copyOf(value)) : String(value)
}
