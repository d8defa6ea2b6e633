// The mark at the end of a dashboard's description, by which a later push knows whether somebody has edited it: a hash of
// what was pushed. It is kept where users see it because Kibana keeps nothing else that is ours.

import { createHash } from 'node:crypto'
import { type SavedObject, sorted } from './saved-object.ts'

const MARK = /\s*\(sluice ([0-9a-f]{12})\)$/
/** Strings of JSON, of which Kibana may change the spelling. */
const ENCODED = ['panelsJSON', 'optionsJSON'] as const
const COMPARED = ['title', 'timeRestore', 'timeFrom', 'timeTo', 'refreshInterval'] as const

/** The object with the hash of its content at the end of its description. */
export function marked(object: SavedObject): SavedObject {
  const description = `${String(object.attributes.description ?? '')} (sluice ${hashOf(object)})`.trimStart()
  return { ...object, attributes: { ...object.attributes, description } }
}

export function withoutMark(description: unknown): string {
  return String(description ?? '').replace(MARK, '')
}

/** Whether a dashboard, as Kibana has it, is what some version of Sluice has pushed. */
export function isAsPushed(object: SavedObject): boolean {
  return markOf(object) === hashOf(object)
}

/** The mark of an object, where it has one. */
export function markOf({ attributes }: SavedObject): string | undefined {
  return MARK.exec(String(attributes.description ?? ''))?.[1]
}

function hashOf({ attributes, references }: SavedObject): string {
  const content = {
    ...Object.fromEntries(COMPARED.map(key => [key, attributes[key]])),
    ...Object.fromEntries(ENCODED.map(key => [key, decoded(attributes[key])])),
    description: withoutMark(attributes.description),
    search: decoded((attributes.kibanaSavedObjectMeta as { searchSourceJSON?: unknown } | undefined)?.searchSourceJSON),
    controls: decoded((attributes.controlGroupInput as { panelsJSON?: unknown } | undefined)?.panelsJSON),
    references: references.map(({ type, id, name }) => `${type} ${id} ${name}`).toSorted()
  }
  return createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex')
    .slice(0, 12)
}

function decoded(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : text
  } catch {
    return text
  }
}
