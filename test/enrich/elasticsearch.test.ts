// The same processors on the same documents, here and in a real Elasticsearch by `_ingest/pipeline/_simulate`: the same
// documents, drops, failures and refusals come out. Where ours differ on purpose, the reason stands beside the case.

import { describe, expect, test } from 'vitest'
import type { EnrichEntry } from '#enrich'
import type { Fields } from '#record'
import { type Answer, hasMustache, ours, theirs } from './simulate.ts'

/** Documents that hold each kind of value where conditions look. */
const documents: Fields[] = [
  {},
  { a: null },
  { a: 0 },
  { a: 1 },
  { a: -7 },
  { a: 1.5 },
  { a: 3_000_000_000 },
  { a: '' },
  { a: 'x' },
  { a: ' X y ' },
  { a: true },
  { a: false },
  { a: [] },
  { a: [1, 'x', null] },
  { a: {} },
  { a: { b: 1 } },
  { a: { b: null } },
  { a: { b: { c: '/healthz' } } },
  { 'a.b': 1 }
]

/** Conditions, set apart by four blanks. */
const conditions = String.raw`
  ctx.a    !ctx.a    ctx.a && true    ctx.a || true    true || ctx.a    false && ctx.a    ctx.a ?: false    ctx
  ctx.a == null    ctx.a != null    ctx.a == 1    ctx.a == 1.0    ctx.a == 1L    ctx.a == 'x'    ctx.a == "x"
  ctx.a == true    ctx.a.b == 1    ctx.a?.b == 1    ctx.a?.b?.c == "/healthz"    ctx.a?.b.c == 1    ctx['a'] == 1
  ctx['a']['b'] == 1    ctx['a.b'] == 1    ctx.a[0] == 1    ctx.a[-1] == null    ctx.a[9] == 1    ctx.a.length > 1
  ctx?.a == 1    ctx.a < 1    ctx.a <= 1    ctx.a > 1    ctx.a >= 1    ctx.a < 'x'    0 < ctx.a && ctx.a < 2
  ctx.a < 2 == true    ctx.a + 1 == 2    ctx.a - 1 == 0    ctx.a * 2 == 2    ctx.a / 2 == 0    ctx.a / 2 == -3
  ctx.a % 3 == -1    -ctx.a == 7    ctx.a / 2.0 == 0.5    ctx.a / 0 == 1    ctx.a / 0.0 > 1
  ctx.a + 2147483647 < 0    ctx.a * 2000000000 > 0    ctx.a * 4000000000L < 0    +ctx.a == 1
  'x' + null == 'xnull'    '' + 1 + 2 == '12'    1 + 2 + '' == '3'    0.1 + 0.2 == 0.3    ctx.a instanceof String
  ctx.a instanceof Boolean    ctx.a instanceof Number    ctx.a instanceof Integer    ctx.a instanceof Long
  ctx.a instanceof Double    ctx.a instanceof List    ctx.a instanceof Collection    ctx.a instanceof Map
  ctx.a instanceof Object    ctx.a.contains('x')    ctx.a?.contains('x') == true    ctx.a.contains(1)
  ctx.a.contains(null)    ctx.a.startsWith('x')    ctx.a.endsWith('x')    ctx.a.indexOf('x') == 0
  ctx.a.equals('x')    ctx.a.equalsIgnoreCase('X')    ctx.a.isEmpty()    ctx.a.length() == 1    ctx.a.size() > 0
  ctx.a.toLowerCase() == ' x y '    ctx.a.toUpperCase() == 'X'    ctx.a.trim() == 'X y'    ctx.a.containsKey('b')
  ctx.containsKey('a')    ctx.a.get('b') == 1    ctx.a.get(0) == 1    ctx.get('a') == 1    !ctx.a?.startsWith('x')
  ctx.a?.length() > 0    ['x', 1].contains(ctx.a)    [].contains(ctx.a)    [1, 'x'].get(1) == ctx.a
  ctx.a =~ /x/    ctx.a ==~ /x/    ctx.a =~ /^ x/i    ctx.a ==~ /./ || true    ctx.a == 'x' ? true : false
  (ctx.a ?: 'z') == 'z'    ctx.a == null ? true : ctx.a == 1    return ctx.a == 1;    ctx.a==1    !(ctx.a == 1)
  !!true    ctx.    (ctx.a    ctx.a)    ctx.a[    ctx.a == 'x    ctx.a @ 1    ctx.a 1    ctx.a = 1 2    x == 1
  ctx.a ? true    [1,]    1    null    'x'    1 + 1    'a' == 'a\n'    ctx.a == 3000000000
  ctx.a instanceof Nothing    if (ctx.a    ctx.a == .5
`
  .trim()
  .split(/ {4}|\n */)

describe('conditions', () => {
  test.each([...conditions, '', '/* one */ ctx.a == 1 // two\n'])('%s', async condition => {
    const processors: EnrichEntry[] = [{ set: { field: 'r', value: 1, if: condition } }]
    expect(ours(processors, documents)).toEqual(await theirs(processors, documents))
  })
})

const chains: [name: string, processors: EnrichEntry[], documents: Fields[]][] = [
  ['a value', [{ set: { field: 'a', value: 'x' } }], [{}, { a: 1 }, { a: { b: 1 } }]],
  ['a value of each type', [{ set: { field: 'a', value: { t: 'x', n: 1.5, b: true, l: [1, { m: 2 }] } } }], [{}]],
  [
    'a value below',
    [{ set: { field: 'a.b.c', value: 1 } }],
    [{}, { a: {} }, { a: { b: { d: 1 } } }, { a: { b: 1 } }, { a: null }]
  ],
  ['a value below a dotted name', [{ set: { field: 'a.b', value: 1 } }], [{ 'a.b': 2 }]],
  [
    'an item of a list',
    [{ set: { field: 'a.1', value: 'x' } }],
    [{ a: [1, 2] }, { a: [1] }, { a: {} }, {}, { a: 'text' }]
  ],
  [
    'a field of an item',
    [{ set: { field: 'a.0.b', value: 'x' } }],
    [{ a: [{ b: 1 }, 2] }, { a: [{}] }, { a: [1] }, { a: [] }]
  ],
  ['a name where an index belongs', [{ set: { field: 'a.b', value: 1 } }], [{ a: [1] }, { a: [{ b: 2 }] }]],
  ['a negative index', [{ set: { field: 'a.-1', value: 1 } }], [{ a: [1] }, {}]],
  ['a field of _source', [{ set: { field: '_source.a', value: 1 } }], [{}]],
  ['a dot at the end', [{ set: { field: 'a.', value: 1 } }], [{}]],
  [
    'no override',
    [{ set: { field: 'a', value: 'n', override: false } }],
    [{}, { a: null }, { a: '' }, { a: 0 }, { a: [] }]
  ],
  [
    'a copy',
    [{ set: { field: 'a', copy_from: 'b.c' } }],
    [{ b: { c: [{ k: 1 }] } }, { b: { c: null } }, { b: {} }, {}, { b: 1 }, { b: [1] }]
  ],
  ['an item copied', [{ set: { field: 'a', copy_from: 'b.0' } }], [{ b: ['x'] }, { b: [] }, { b: { 0: 'y' } }]],
  [
    'a copy of its own',
    [{ set: { field: 'a', copy_from: 'b' } }, { set: { field: 'a.x', value: 1 } }],
    [{ b: { y: 1 } }]
  ],
  [
    'a copy where there is something',
    [{ set: { field: 'a', copy_from: 'b.c', ignore_empty_value: true } }],
    [{ b: { c: '' } }, { b: { c: null } }, {}, { b: 1 }, { b: { c: 0 } }, { b: { c: [] } }]
  ],
  ['an empty text', [{ set: { field: 'a', value: '', ignore_empty_value: true } }], [{ a: 1 }]],
  [
    'a failure passed over',
    [{ set: { field: 'a.b', value: 1, ignore_failure: true } }, { set: { field: 'z', value: 1 } }],
    [{ a: 1 }, {}]
  ],
  [
    'a failed condition, which is not passed over',
    [{ set: { field: 'z', value: 1, if: 'ctx.a.b == 1', ignore_failure: true } }],
    [{}, { a: {} }]
  ],
  ['a drop', [{ drop: {} }, { set: { field: 'a', value: 1 } }], [{}]],
  [
    'a drop where it applies',
    [{ drop: { if: "ctx.a == 'x'" } }, { set: { field: 'z', value: 1 } }],
    [{ a: 'x' }, { a: 'y' }, {}]
  ],
  [
    'a drop whose condition fails',
    [{ drop: { if: 'ctx.a.b', tag: 't', description: 'd', ignore_failure: true } }],
    [{}, { a: { b: true } }]
  ],
  ['both a value and a copy', [{ set: { field: 'a', value: 1, copy_from: 'b' } }], [{}]],
  ['neither a value nor a copy', [{ set: { field: 'a' } }], [{}]]
]

describe('set and drop', () => {
  test.each(chains)('%s', async (_, processors, documents) => {
    expect(ours(processors, documents)).toEqual(await theirs(processors, documents))
  })
})

// The server that the tests bring up has no templates: there, set.test.ts alone says what they make.
const withTemplates = hasMustache ? describe : undefined
withTemplates?.('templates', () => {
  test.each<[string, Fields[]]>([
    ['{{b}}', [{ b: 'x' }, { b: 1 }, { b: true }, { b: null }, {}, { b: 'a"b\\c\n<&>' }]],
    ['{{{b}}}|{{&b}}|{{ b }}', [{ b: 'a"b\\c\n<&>' }]],
    ['{{b.c}} and {{b.d.0}}', [{ b: { c: 1, d: ['x'] } }, { b: {} }, {}]]
  ])('%s', async (value, documents) => {
    const processors: EnrichEntry[] = [
      { set: { field: 'text', value } },
      { set: { field: 'plain', value, media_type: 'text/plain' } },
      { set: { field: 'deep', value: { list: [value] } } },
      { set: { field: 'some', value, ignore_empty_value: true } }
    ]
    expect(ours(processors, documents)).toEqual(await theirs(processors, documents))
  })
})

const onCondition = (condition: string): EnrichEntry[] => [{ set: { field: 'r', value: 1, if: condition } }]
const set = { r: 1 }

/** Where the answers differ on purpose. */
const differences: [why: string, processors: EnrichEntry[], document: Fields, ours: Answer, theirs: Answer][] = [
  [
    'JSON does not tell 1 from 1.0 here: both are whole numbers',
    onCondition('[1.0].contains(ctx.a)'),
    { a: 1 },
    [{ a: 1, ...set }],
    [{ a: 1 }]
  ],
  [
    'a whole number is written without a fraction, however it was written',
    onCondition("'' + 1.0 == '1.0'"),
    {},
    [{}],
    [set]
  ],
  [
    'lists and objects have no text of their own, instead of that of Java',
    onCondition("'' + ctx.a != ''"),
    { a: [] },
    ['failed'],
    [{ a: [], ...set }]
  ],
  ['lists are unequal, also those of a condition', onCondition('[1] == [1]'), {}, [{}], [set]],
  ['an event has no metadata before it is shipped', onCondition("ctx._index == 'i'"), {}, 'refused', [set]],
  ['nor has it fields of metadata', onCondition('ctx.isEmpty()'), {}, [set], [{}]],
  [
    '=== is refused: nobody who writes it means identity',
    onCondition('ctx.a === 1'),
    { a: 1 },
    'refused',
    [{ a: 1, ...set }]
  ],
  [
    'statements are refused',
    onCondition('if (ctx.a == 1) { return true } return false'),
    { a: 1 },
    'refused',
    [{ a: 1, ...set }]
  ],
  ['as are casts', onCondition('ctx.a == (int) 1'), { a: 1 }, 'refused', [{ a: 1, ...set }]],
  ['maps', onCondition("['b': 1].containsKey('b')"), {}, 'refused', [set]],
  [
    'methods beyond those of texts, lists and maps that conditions need',
    onCondition('ctx.a.hashCode() == 1'),
    { a: 1 },
    'refused',
    [{ a: 1, ...set }]
  ],
  ['a method that there is not is refused at once', onCondition('ctx.a.foo()'), { a: 1 }, 'refused', ['failed']],
  ['numbers that are not decimal', onCondition('ctx.a == 0x1'), { a: 1 }, 'refused', [{ a: 1, ...set }]],
  ['the elvis operator may have any value behind it', onCondition('!(ctx.a ?: false)'), {}, [set], 'refused'],
  ['a comparison that can only fail fails when it is reached', onCondition("'a' < 'b'"), {}, ['failed'], 'refused'],
  ['a comparison of unlike constants is false', onCondition("'a' == 1"), {}, [{}], 'refused'],
  ['a field of the index operation cannot be set', [{ set: { field: '_index', value: 'x' } }], {}, 'refused', [{}]],
  [
    'nor one whose name is known only by template',
    [{ set: { field: '{{a}}', value: 1 } }],
    {},
    'refused',
    [{ '{{a}}': 1 }]
  ],
  ['a name with an empty step is refused at once', [{ set: { field: 'a..b', value: 1 } }], {}, 'refused', ['failed']]
]

describe('on purpose otherwise than in Elasticsearch', () => {
  test.each(differences)('%s', async (_, processors, document, expected, answered) => {
    expect(ours(processors, [document])).toEqual(expected)
    const isTemplated = JSON.stringify(processors).includes('{{')
    if (!isTemplated || !hasMustache) expect(await theirs(processors, [document])).toEqual(answered)
  })
})
