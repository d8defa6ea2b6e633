// The processor `set`, for what a simulated pipeline does not show: templates, declared fields and refusals.

import { describe, expect, test } from 'vitest'
import { compileProcessor, type EnrichEntry } from '#enrich'
import type { Fields, Value } from '#record'

type SetOptions = Extract<EnrichEntry, { set: unknown }>['set']
const set = (options: Omit<SetOptions, 'field'>, fields: Fields): Value | undefined => {
  expect(compileProcessor({ set: { field: 'a', ...options } }).apply(fields)).toBeUndefined()
  return fields.a
}

const fields: Fields = { b: 'x "y" \\ <z>\n', n: 1.5, t: true, nil: null, l: ['p', { q: 2 }], deep: { c: 'd' } }

describe('templates are filled in', () => {
  test.each<[value: Value, expected: Value]>([
    ['{{b}}', 'x \\"y\\" \\\\ <z>\\n'],
    ['{{{b}}}', 'x "y" \\ <z>\n'],
    ['{{& b }}!', 'x "y" \\ <z>\n!'],
    ['{{n}}|{{ t }}|{{nil}}|{{none}}|{{none.below}}', '1.5|true|||'],
    ['{{deep.c}}{{l.0}}{{l.1.q}}{{_source.n}}', 'dp21.5'],
    ['{{{l}}}', '["p",{"q":2}]'],
    [
      ['{{n}}', { deeper: '{{t}}' }, 3],
      ['1.5', { deeper: 'true' }, 3]
    ],
    ['a } and { and }}', 'a } and { and }}']
  ])('%j', (value, expected) => {
    expect(set({ value: value as string }, structuredClone(fields))).toEqual(expected)
  })

  test('without escapes as plain text', () => {
    expect(set({ value: '{{b}}', media_type: 'text/plain' }, structuredClone(fields))).toBe('x "y" \\ <z>\n')
  })

  test('and where nothing comes out, nothing is written if so asked', () => {
    expect(set({ value: '{{none}}', ignore_empty_value: true }, { a: 'old' })).toBe('old')
    expect(set({ value: '{{none}}' }, { a: 'old' })).toBe('')
  })
})

test('events do not share a value that was set', () => {
  const processor = compileProcessor({ set: { field: 'a', value: { list: [{ b: 1 }] } } })
  const [first, second]: [Fields, Fields] = [{}, {}]
  processor.apply(first)
  processor.apply(second)
  expect(first.a).toEqual(second.a)
  expect(first.a).not.toBe(second.a)
  expect((first.a as Fields).list).not.toBe((second.a as Fields).list)
})

test('a list in an event is put anew and not changed, so that copies of it stay', () => {
  const list = [1, 2]
  const event: Fields = { a: list }
  compileProcessor({ set: { field: 'a.0', value: 9 } }).apply(event)
  expect(event).toEqual({ a: [9, 2] })
  expect(list).toEqual([1, 2])
})

test('a field named __proto__ is a field', () => {
  const event: Fields = {}
  compileProcessor({ set: { field: '__proto__.x', value: 1 } }).apply(event)
  expect(Object.keys(event)).toEqual(['__proto__'])
  expect(({} as Fields).x).toBeUndefined()
})

describe('what it reads and writes is declared', () => {
  test.each<[EnrichEntry, Pick<ReturnType<typeof compileProcessor>, 'reads' | 'writes'>]>([
    [{ set: { field: 'a', value: 'x' } }, { reads: [], writes: { a: 'keyword' } }],
    [{ set: { field: 'a', value: '{{b.c}} {{d}}' } }, { reads: ['b.c', 'd'], writes: { a: 'keyword' } }],
    [
      { set: { field: 'a', value: { n: 1, d: 0.5, t: [true] } } },
      { reads: [], writes: { 'a.n': 'long', 'a.d': 'double', 'a.t': 'boolean' } }
    ],
    [{ set: { field: 'a', copy_from: 'b' } }, { reads: ['b'], writes: 'open' }],
    [
      { set: { field: 'a', value: 1, override: false, if: 'ctx.c?.d == 1' } },
      { reads: ['c.d', 'a'], writes: { a: 'long' } }
    ],
    [{ drop: { if: 'ctx.a' } }, { reads: ['a'], writes: {} }]
  ])('%j', (entry, expected) => {
    expect(compileProcessor(entry)).toMatchObject(expected)
  })
})

describe('options that cannot be meant are refused', () => {
  test.each<[SetOptions, RegExp]>([
    [{ field: 'a' }, /neither "value" nor "copy_from"; allowed: one of them/],
    [{ field: 'a', value: 1, copy_from: 'b' }, /both "value" and "copy_from"/],
    [{ field: 'a..b', value: 1 }, /"field" is "a\.\.b", which has a step without a name; allowed: the dotted name/],
    [{ field: '_ingest.timestamp', value: 1 }, /belongs to the index operation/],
    [{ field: 'a', copy_from: '_index' }, /"copy_from" is "_index"/],
    [{ field: '{{b}}', value: 1 }, /which holds a template/],
    [
      { field: 'a', value: 'x {{#b}}y{{/b}}' },
      /column 3 of "value": found "\{\{#b\}\}y\{\{\/b\}\}"; allowed: \{\{field\}\}/
    ],
    [{ field: 'a', value: '{{b' }, /column 1 of "value"/],
    [{ field: 'a', value: ['{{}}'] }, /column 1 of "value"/],
    [{ field: 'a', value: '{{_ingest.timestamp}}' }, /"value" is "_ingest\.timestamp"/]
  ])('%j', (options, message) => {
    const compile = () => compileProcessor({ set: options })
    expect(compile).toThrow(expect.objectContaining({ code: 'E_ENRICH_OPTION' }))
    expect(compile).toThrow(message)
  })
})
