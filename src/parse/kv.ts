// Lines of keys and values with separators of their own, taken apart as Elasticsearch's kv processor does. A line with a part
// that has no value is not taken.

import Type, { type Static } from 'typebox'
import { allowSlowDescription, compileKv } from '#pattern'
import { zone } from '#time'
import { groupsSchema } from './groups.ts'
import { typedPairs } from './pairs.ts'
import type { Parser } from './parser.ts'
import { roleOptions, roleWriter } from './roles.ts'

const keys = (description: string) => Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description }))

export const schema = Type.Object(
  {
    format: Type.Literal('kv', { description: 'Keys and values with separators of their own.' }),
    fieldSplit: Type.Optional(
      Type.String({ minLength: 1, default: ' ', description: 'A regular expression for what stands between pairs.' })
    ),
    valueSplit: Type.Optional(
      Type.String({
        minLength: 1,
        default: '=',
        description: 'A regular expression for what stands between a key and its value; the first in a pair counts.'
      })
    ),
    trimKey: Type.Optional(
      Type.String({ minLength: 1, description: 'Characters that are taken off both ends of keys, as ` "`.' })
    ),
    trimValue: Type.Optional(
      Type.String({ minLength: 1, description: 'Characters that are taken off both ends of values, as ` "`.' })
    ),
    stripBrackets: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Whether one of `( ) [ ] < > " \'` is taken off each end of a value.'
      })
    ),
    includeKeys: keys('The only keys that are kept; where it is left out, all.'),
    excludeKeys: keys('Keys that are left out.'),
    prefix: Type.Optional(Type.String({ default: '', description: 'What is put before each key.' })),
    allowSlow: Type.Optional(
      Type.Boolean({
        default: false,
        description: allowSlowDescription
      })
    ),
    fields: groupsSchema,
    ...roleOptions('The key of the event’s time. Where it is left out it is found as `json` finds it.')
  },
  {
    additionalProperties: false,
    description:
      'Lines of pairs, of firewalls, appliances and programs of one’s own, taken apart as Elasticsearch’s kv processor does. Time, level, message, logger and error are found by the keys that loggers use; a key that comes again makes a list; values are text unless `fields` says otherwise.'
  }
)
export type Options = Static<typeof schema>

/**
 * A parser for lines of pairs.
 * @throws SluiceError E_PARSE_PATTERN for a split that is no expression; E_PARSE_OPTION for a wrong zone or option of a field
 */
export function kv({ fields: options = {}, timeKey, timezone, target, ...splits }: Options): Parser {
  const compiled = compileKv({ ...splits, fieldSplit: splits.fieldSplit ?? ' ', valueSplit: splits.valueSplit ?? '=' })
  const objectOf = typedPairs(options, zone(timezone))
  const write = roleWriter({ timeKey, timezone, target })
  return {
    format: 'kv',
    writes: 'open',
    parse(text, fields, reading) {
      const pairs = compiled.split(text)
      const object = pairs && objectOf(pairs, reading)
      if (object === undefined) return false
      write(fields, object)
      return true
    },
    mismatch: text =>
      compiled.split(text) === undefined
        ? compiled.mismatch(text)
        : { column: 0, expected: 'a time where `fields` names one' }
  }
}
