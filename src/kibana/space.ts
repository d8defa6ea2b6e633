// Saved objects for a space. An id that another space has is given anew by Kibana, at random, and links and later pushes
// would miss it; so each space but the default one has ids of its own.

import { marked, withoutMark } from './mark.ts'
import type { SavedObject } from './saved-object.ts'

/** The same objects under the ids that they have in a space. */
export function inSpace(objects: readonly SavedObject[], space: string): SavedObject[] {
  if (space === 'default') return [...objects]
  const ids = new Set(objects.map(({ id }) => id))
  const named = (id: string): string => (ids.has(id) ? `${id}-${space}` : id)
  return objects.map(object => {
    const references = object.references.map(reference => ({ ...reference, id: named(reference.id) }))
    const moved = { ...object, id: named(object.id), references }
    if (object.type !== 'dashboard') return moved
    const panels = JSON.parse(String(object.attributes.panelsJSON), (key, value) =>
      key === 'references' && Array.isArray(value) ? value.map(one => ({ ...one, id: named(one.id) })) : value
    )
    const description = withoutMark(object.attributes.description)
    return marked({ ...moved, attributes: { ...object.attributes, description, panelsJSON: JSON.stringify(panels) } })
  })
}
