// The processors that move, remove and change fields, option by option. That Elasticsearch does the same is shown in
// processors.elasticsearch.test.ts.

import { describe, expect, test } from 'vitest'
import { compileProcessor, compileProcessors, type EnrichEntry, Failure } from '#enrich'
import type { Fields } from '#record'

const applied = (entry: EnrichEntry, fields: Fields): Fields | Failure => {
  const outcome = compileProcessor(entry).apply(fields)
  expect(outcome).not.toBe('dropped')
  return outcome instanceof Failure ? outcome : JSON.parse(JSON.stringify(fields))
}

describe('each option does what it says', () => {
  test.each<[entry: EnrichEntry, before: Fields, after: Fields | string]>([
    [{ rename: { field: 'a.b', target_field: 'c.d' } }, { a: { b: 1, e: 2 } }, { a: { e: 2 }, c: { d: 1 } }],
    [{ rename: { field: 'a', target_field: 'b' } }, {}, "rename: field [a] doesn't exist"],
    [{ rename: { field: 'a', target_field: 'b', ignore_missing: true } }, { c: 1 }, { c: 1 }],
    [{ rename: { field: 'a', target_field: 'b' } }, { a: 1, b: null }, 'rename: field [b] already exists'],
    [{ rename: { field: 'a', target_field: 'b', override: true } }, { a: 1, b: 2 }, { b: 1 }],
    [{ rename: { field: 'a', target_field: 'a.b' } }, { a: 1 }, { a: { b: 1 } }],
    [{ remove: { field: 'a.b' } }, { a: { b: 1, c: 2 } }, { a: { c: 2 } }],
    [{ remove: { field: ['a', 'b.1'] } }, { a: 1, b: [1, 2, 3] }, { b: [1, 3] }],
    [{ remove: { field: 'a' } }, {}, 'remove: field [a] not present as part of path [a]'],
    [{ remove: { field: ['a', 'b'], ignore_missing: true } }, { b: null, c: 1 }, { c: 1 }],
    [
      { remove: { keep: ['a.b', 'c'] } },
      { a: { b: { x: 1 }, y: 1 }, c: [1], d: { c: 1 } },
      { a: { b: { x: 1 } }, c: [1] }
    ],
    [{ lowercase: { field: 'a' } }, { a: ['GET', 'Post'] }, { a: ['get', 'post'] }],
    [{ lowercase: { field: 'a' } }, { a: 1 }, 'lowercase: field [a]: [Integer] cannot be cast to [String]'],
    [{ uppercase: { field: 'a.b', target_field: 'c.d' } }, { a: { b: 'get' } }, { a: { b: 'get' }, c: { d: 'GET' } }],
    [{ uppercase: { field: 'a' } }, { a: null }, 'uppercase: field [a] is null'],
    [{ trim: { field: 'a', ignore_missing: true } }, { a: null }, { a: null }],
    [{ trim: { field: 'a' } }, { a: '\t in the middle \r\n' }, { a: 'in the middle' }],
    [{ convert: { field: 'a', type: 'integer' } }, { a: '-0x1f' }, { a: -31 }],
    [
      { convert: { field: 'a', type: 'integer' } },
      { a: '2147483648' },
      'convert: field [a]: unable to convert [2147483648] to integer'
    ],
    [{ convert: { field: 'a', type: 'long' } }, { a: ['1', '+2'] }, { a: [1, 2] }],
    [{ convert: { field: 'a', type: 'float' } }, { a: ' 0.123456789012 ' }, { a: 0.12345679 }],
    [{ convert: { field: 'a', type: 'double' } }, { a: '0.123456789012' }, { a: 0.123456789012 }],
    [{ convert: { field: 'a', type: 'double' } }, { a: {} }, 'convert: field [a]: unable to convert Map to double'],
    [{ convert: { field: 'a', type: 'string', target_field: 'b' } }, { a: 404 }, { a: 404, b: '404' }],
    [{ convert: { field: 'a', type: 'boolean' } }, { a: 'True' }, { a: true }],
    [
      { convert: { field: 'a', type: 'ip' } },
      { a: 'localhost' },
      'convert: field [a]: unable to convert [localhost] to ip'
    ],
    [
      { convert: { field: 'a', type: 'auto' } },
      { a: ['1', '1.5', 'TRUE', 'x', null] },
      { a: [1, 1.5, true, 'x', null] }
    ],
    [{ convert: { field: 'a', type: 'auto', ignore_missing: true } }, {}, {}],
    [{ append: { field: 'tags', value: 'web' } }, {}, { tags: ['web'] }],
    [
      { append: { field: 'tags', value: ['{{a}}', 'web'] } },
      { a: 'x', tags: 'web' },
      { a: 'x', tags: ['web', 'x', 'web'] }
    ],
    [
      { append: { field: 'tags', value: ['web', 'eu'], allow_duplicates: false } },
      { tags: ['web'] },
      { tags: ['web', 'eu'] }
    ],
    [
      { append: { field: 'a', value: { k: 1 }, allow_duplicates: false } },
      { a: { k: 1, l: undefined } },
      { a: { k: 1 } }
    ],
    [{ append: { field: 'a', copy_from: 'b' } }, { a: 1, b: [2, 3] }, { a: [1, 2, 3], b: [2, 3] }],
    [{ append: { field: 'a', value: ['{{none}}', 'x'], ignore_empty_values: true } }, {}, { a: ['x'] }],
    [{ append: { field: 'a', copy_from: 'b', ignore_empty_values: true } }, { a: 1 }, { a: 1 }],
    [{ append: { field: 'a', value: '{{b}}', media_type: 'text/plain' } }, { b: '"' }, { a: ['"'], b: '"' }],
    [{ append: { field: 'a', value: '{{b}}' } }, { b: '"' }, { a: ['\\"'], b: '"' }]
  ])('%j of %j', (entry, before, after) => {
    expect(applied(entry, before)).toEqual(typeof after === 'string' ? new Failure(after) : after)
  })
})

describe('on_failure', () => {
  const why =
    '{{{_ingest.on_failure_processor_type}}} {{_ingest.on_failure_processor_tag}}: {{{_ingest.on_failure_message}}}'
  const told = [{ set: { field: 'error.message', value: why } }]

  test('tells in templates what failed', () => {
    const fields: Fields = {}
    const outcome = compileProcessors([
      { rename: { field: 'a', target_field: 'b', tag: 'first', on_failure: told } },
      { set: { field: 'z', value: 1 } }
    ])(fields)
    expect(outcome).toBeUndefined()
    expect(fields).toEqual({ error: { message: "rename first: field [a] doesn't exist" }, z: 1 })
  })

  test('that fails itself fails the event, by its own reason', () => {
    const fields: Fields = {}
    const failing = { remove: { field: 'c', tag: 'inner' } }
    const outcome = compileProcessors([{ rename: { field: 'a', target_field: 'b', on_failure: [failing] } }])(fields)
    const reason = 'remove [inner]: field [c] not present as part of path [c]'
    expect(outcome).toEqual(new Failure(reason))
    expect(fields).toEqual({ error: { message: reason }, tags: ['_enrich_failure'] })
  })
})

test('a change leaves lists that are copies as they are', () => {
  const fields: Fields = { a: ['X'] }
  compileProcessors([
    { set: { field: 'b', copy_from: 'a' } },
    { append: { field: 'a', value: 'Y' } },
    { lowercase: { field: 'a' } },
    { remove: { field: 'a.0' } }
  ])(fields)
  expect(fields).toEqual({ a: ['y'], b: ['X'] })
})

test('a guess that leaves an object gives another field an object of its own', () => {
  const fields: Fields = { a: { b: 1 } }
  compileProcessors([
    { convert: { field: 'a', type: 'auto', target_field: 'c' } },
    { set: { field: 'c.b', value: 2 } }
  ])(fields)
  expect(fields).toEqual({ a: { b: 1 }, c: { b: 2 } })
})

test('a field named __proto__ is a field, to rename and to remove', () => {
  const fields: Fields = JSON.parse('{ "__proto__": { "x": 1 }, "b": { "__proto__": 2 } }')
  const outcome = compileProcessors([
    { rename: { field: '__proto__', target_field: 'a' } },
    { remove: { field: 'b.__proto__' } }
  ])(fields)
  expect(outcome).toBeUndefined()
  expect(JSON.stringify(fields)).toBe('{"b":{},"a":{"x":1}}')
})

describe('what it reads and writes is declared', () => {
  const on_failure = [
    { append: { field: 'why', copy_from: '_ingest.on_failure_message' } },
    { set: { field: 'c', value: 1 } }
  ]
  test.each<[EnrichEntry, Pick<ReturnType<typeof compileProcessor>, 'reads' | 'writes'>]>([
    [{ rename: { field: 'a.b', target_field: 'c' } }, { reads: ['a.b', 'c'], writes: 'open' }],
    [{ remove: { field: ['a', 'b'] } }, { reads: ['a', 'b'], writes: {} }],
    [{ remove: { keep: 'a' } }, { reads: 'open', writes: {} }],
    [{ trim: { field: 'a', target_field: 'b' } }, { reads: ['a'], writes: { b: 'keyword' } }],
    [{ convert: { field: 'a', type: 'integer' } }, { reads: ['a'], writes: { a: 'long' } }],
    [{ convert: { field: 'a', type: 'float' } }, { reads: ['a'], writes: { a: 'double' } }],
    [{ convert: { field: 'a', type: 'auto' } }, { reads: ['a'], writes: 'open' }],
    [{ append: { field: 'a', value: ['{{b}}', 1] } }, { reads: ['b', 'a'], writes: { a: 'long' } }],
    [{ trim: { field: 'a', on_failure } }, { reads: ['a', 'why'], writes: 'open' }],
    [{ trim: { field: 'a', on_failure: on_failure.slice(1) } }, { reads: ['a'], writes: { a: 'keyword', c: 'long' } }]
  ])('%j', (entry, expected) => {
    expect(compileProcessor(entry)).toMatchObject(expected)
  })
})

describe('options that cannot be meant are refused', () => {
  test.each<[EnrichEntry, RegExp]>([
    [
      { rename: { field: 'a', target_field: '_index' } },
      /"target_field" is "_index", which belongs to the index operation/
    ],
    [{ rename: { field: '{{a}}', target_field: 'b' } }, /"field" is "\{\{a\}\}", which holds a template/],
    [{ remove: {} }, /"remove" has neither "field" nor "keep"; allowed: one of them/],
    [{ remove: { field: 'a', keep: 'b' } }, /"remove" has both "field" and "keep"/],
    [{ remove: { keep: ['a', 'b..c'] } }, /"keep" is "b\.\.c"/],
    [{ append: { field: 'a' } }, /"append" has neither "value" nor "copy_from"/],
    [{ append: { field: '_ingest.on_failure_message', value: 1 } }, /belongs to the index operation/],
    [{ append: { field: 'a', copy_from: '_ingest.timestamp' } }, /"copy_from" is "_ingest\.timestamp"/],
    [{ drop: { on_failure: [{ remove: { field: 'a..b' } }] } }, /"field" is "a\.\.b"/]
  ])('%j', (entry, message) => {
    const compile = () => compileProcessor(entry)
    expect(compile).toThrow(expect.objectContaining({ code: 'E_ENRICH_OPTION' }))
    expect(compile).toThrow(message)
  })
})
