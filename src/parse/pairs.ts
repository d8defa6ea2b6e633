// Makes an object of keys and values that a line names itself: values of keys with options have their type, all others are
// text, and a key that comes again makes a list.

import type { Fields } from '#record'
import type { Reading, Zone } from '#time'
import { bindGroups, type GroupOptions } from './groups.ts'
import { place } from './place.ts'

/** Takes pairs; undefined where the text of a time is none. */
export type ObjectOf = (
  pairs: readonly (readonly [key: string, value: string | true])[],
  reading?: Reading
) => Fields | undefined

/** @throws SluiceError E_PARSE_OPTION and E_PARSE_PATTERN as `bindGroups` does */
export function typedPairs(options: Readonly<Record<string, GroupOptions>>, zone: Zone): ObjectOf {
  const groups = new Map(bindGroups(Object.keys(options), options, zone).map(group => [group.name, group]))
  return (pairs, reading) => {
    const object: Fields = {}
    for (const [key, text] of pairs) {
      const group = typeof text === 'string' ? groups.get(key) : undefined
      if (group === undefined || typeof text !== 'string') place(object, pathOf(key), text)
      else if (text !== '') {
        const value = group.read(text, reading)
        if (value === undefined && group.setRest === undefined) return undefined
        const field = value === undefined ? `${group.field}_text` : group.field
        place(object, field.split('.'), value ?? text)
      }
    }
    return object
  }
}

/** As Elasticsearch takes a dotted name; it refuses names with nothing between two dots, which become `_`. */
function pathOf(key: string): string[] {
  return key.split('.').map(name => (name.trim() === '' ? '_' : name))
}
