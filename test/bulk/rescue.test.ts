// Which field is moved, by what Elasticsearch says of the document; these are its words.

import { expect, test } from 'vitest'
import { rescue } from '../../src/bulk/rescue.ts'

const parsing = (field: string, type = 'long') =>
  `[1:26] failed to parse field [${field}] of type [${type}] in document with id 'b1'. Preview of field's value: 'abc'`

test.each([
  { that: 'a value of another type', source: { status: 'abc' }, reason: parsing('status'), rest: {}, value: 'abc' },
  {
    that: 'one below others',
    source: { http: { response: { status_code: 'x', bytes: 1 } } },
    reason: parsing('http.response.status_code'),
    rest: { http: { response: { bytes: 1 } } },
    value: 'x'
  },
  {
    that: 'one with dots in its name',
    source: { 'o.x': 'x', o: { y: 1 } },
    reason: parsing('o.x'),
    rest: { o: { y: 1 } },
    value: 'x'
  },
  {
    that: 'one that is there in two ways',
    source: { 'o.x': 'x', o: { x: 1 } },
    reason: parsing('o.x'),
    rest: { o: {} },
    value: [1, 'x']
  },
  {
    that: 'one in a list of objects',
    source: { o: [{ x: 'a', y: 1 }, { x: 2 }] },
    reason: parsing('o.x'),
    rest: { o: [{ y: 1 }, {}] },
    value: ['a', 2]
  },
  {
    that: 'a value where an object is expected',
    source: { user: 'bob' },
    reason: '[1:21] object mapping for [user] tried to parse field [user] as object, but found a concrete value',
    rest: {},
    value: 'bob'
  },
  {
    that: 'a field that a strict object does not know',
    source: { labels: { zz: 5, a: 1 } },
    reason: '[1:32] mapping set to strict, dynamic introduction of [zz] within [labels] is not allowed',
    rest: { labels: { a: 1 } },
    value: 5
  },
  {
    that: 'a field that a strict index does not know',
    source: { zz: { deep: 5 } },
    reason: '[1:32] mapping set to strict, dynamic introduction of [zz] within [_doc] is not allowed',
    rest: {},
    value: { deep: 5 }
  },
  {
    that: 'a field that another document has given a type meanwhile',
    source: { n: 'text' },
    reason: 'mapper [n] cannot be changed from type [long] to [keyword]',
    rest: {},
    value: 'text'
  },
  {
    that: 'a text too long for a keyword',
    source: { k: 'long' },
    reason:
      'Document contains at least one immense term in field="k" (whose UTF8 encoding is longer than the max length 32766)',
    rest: {},
    value: 'long'
  }
])('$that', ({ source, reason, rest, value }) => {
  const rescued = rescue(JSON.stringify({ '@timestamp': 1, ...source }), reason)
  const { _conflicts, ...others } = JSON.parse(rescued?.source ?? '{}')
  expect(others).toEqual({ '@timestamp': 1, ...rest })
  expect(_conflicts).toEqual({ field: rescued?.field, value: JSON.stringify(value), reason })
})

test.each([
  { that: 'names no field', reason: 'Limit of total fields [1000] has been exceeded while adding new fields [1]' },
  { that: 'names a field that is not there', reason: parsing('other') },
  { that: 'names what stands in the way of it', reason: parsing('status.code') },
  { that: 'names the time, which a data stream must have', reason: parsing('@timestamp', 'date') }
])('none where the reason $that', ({ reason }) => {
  expect(rescue('{"@timestamp":"x","status":"abc"}', reason)).toBeUndefined()
})
