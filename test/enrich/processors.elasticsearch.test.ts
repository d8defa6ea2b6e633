// The processors that move, remove and change fields: the same documents come out as of a real Elasticsearch, and the
// same fail. Where ours differ on purpose, the reason stands beside the case.

import { describe, expect, test } from 'vitest'
import type { EnrichEntry } from '#enrich'
import type { Fields } from '#record'
import { type Answer, ours, theirs } from './simulate.ts'

/** Each kind of value in `a`, and each way to be beside it, below it or not there. */
const documents: Fields[] = [
  {},
  { a: null },
  { a: 0 },
  { a: -1.5 },
  { a: 3_000_000_000 },
  { a: true },
  { a: '' },
  { a: ' Mixed Case\t' },
  { a: [] },
  { a: ['X ', 'y'] },
  { a: ['X', 'X', 'q'] },
  { a: ['1', null] },
  { a: [1, 'x', { b: 'Y' }, ['z']] },
  { a: [{ b: 'Y', c: 1 }, { b: 'Z' }] },
  { a: {} },
  { a: { b: 'Y' } },
  { a: { b: null, c: { d: [1] } } },
  { a: { b: { c: 'Deep' } }, z: 1 },
  { a: { b: ['1', '2'] } },
  { 'a.b': 'Dotted', a: { c: 1 } },
  { 'a.b': 'Dotted' },
  { b: 'x', q: { r: 1 } },
  { a: 'x', b: 'x', c: { d: 2 } },
  { a: 'x', b: null },
  { a: 'x', b: [] },
  { a: ['x'], b: ['x', 'y', ''] },
  { a: { k: 1 }, b: [{ k: 1 }, { k: 2 }] }
]

const processors: EnrichEntry[] = [
  { rename: { field: 'a', target_field: 'n' } },
  { rename: { field: 'a', target_field: 'b' } },
  { rename: { field: 'a', target_field: 'b', override: true } },
  { rename: { field: 'a', target_field: 'b.e', override: true, ignore_missing: true } },
  { rename: { field: 'a', target_field: 'b.0', override: true } },
  { rename: { field: 'a', target_field: 'a.n' } },
  { rename: { field: 'a', target_field: 'a' } },
  { rename: { field: 'a', target_field: 'a', override: true } },
  { rename: { field: 'a.b', target_field: 'a', override: true } },
  { rename: { field: 'a.b', target_field: 'x.y', ignore_missing: true } },
  { rename: { field: 'a.0', target_field: 'x', ignore_missing: true } },
  { rename: { field: 'a.0', target_field: 'a.1', override: true } },
  { rename: { field: 'a.0.b', target_field: 'a.0.n' } },
  { rename: { field: 'a', target_field: 'b.d', ignore_failure: true } },
  { remove: { field: 'a' } },
  { remove: { field: ['b', 'a'] } },
  { remove: { field: ['b', 'a'], ignore_missing: true } },
  { remove: { field: ['a', 'q'], ignore_failure: true } },
  { remove: { field: 'a.b' } },
  { remove: { field: 'a.b', ignore_missing: true } },
  { remove: { field: ['a.0', 'a.0'], ignore_missing: true } },
  { remove: { field: 'a.1' } },
  { remove: { field: 'a.0.b' } },
  { remove: { keep: 'a' } },
  { remove: { keep: ['b', 'a.b'] } },
  { remove: { keep: ['a.c.d', 'q'] } },
  { remove: { keep: 'a.0' } },
  { remove: { keep: 'none', ignore_missing: false } },
  { remove: {} },
  { remove: { field: 'a', keep: 'b' } },
  ...(['lowercase', 'uppercase', 'trim'] as const).flatMap(name => [
    { [name]: { field: 'a' } } as EnrichEntry,
    { [name]: { field: 'a', ignore_missing: true } } as EnrichEntry,
    { [name]: { field: 'a.b', target_field: 'b.n', ignore_missing: true } } as EnrichEntry,
    { [name]: { field: 'a.0' } } as EnrichEntry
  ]),
  ...(['integer', 'long', 'float', 'double', 'boolean', 'ip', 'auto'] as const).flatMap(type => [
    { convert: { field: 'a', type } },
    { convert: { field: 'a.b', target_field: 'b.n', ignore_missing: true, type } },
    { convert: { field: 'a.0', type } }
  ]),
  { append: { field: 'a', value: 'x' } },
  { append: { field: 'a', value: ['x', 'x', 0, true, { k: 1 }] } },
  { append: { field: 'a', value: ['x', 'x', 0, true, { k: 1 }], allow_duplicates: false } },
  { append: { field: 'a', value: { b: 'Y' }, allow_duplicates: false } },
  { append: { field: 'a', value: [] } },
  { append: { field: 'a', value: ['', null, 'x'], ignore_empty_values: true } },
  { append: { field: 'a', value: '', ignore_empty_values: true } },
  { append: { field: 'a', copy_from: 'b' } },
  { append: { field: 'a', copy_from: 'b', allow_duplicates: false, ignore_empty_values: true } },
  { append: { field: 'n.m', value: 'x' } },
  { append: { field: 'a.b', value: 'x' } },
  { append: { field: 'a.0', value: 'x' } },
  { append: { field: 'a' } },
  { append: { field: 'a', value: 1, copy_from: 'b' } }
]

describe('each processor on each document', () => {
  test.each(processors.map(entry => [JSON.stringify(entry), entry] as const))('%s', async (_, entry) => {
    expect(ours([entry], documents)).toEqual(await theirs([entry], documents))
  })
})

/** Texts, set apart by two blanks; the first has blanks around it. */
const texts = [
  ' 5 ',
  ...`
  5  +5  -5  --5  -0  007  5.0  5.  .5  .  5e3  5E+3  5e  1e-7  1_000  1,5  0x1F  -0x1f  +0x1F  0X1F  0x  0x-5  #1f
  2147483647  2147483648  -2147483648  -2147483649  9007199254740991  -9007199254740991  0xFFFFFFFF
  0.1  3.14159265358979  16777217  1e38  1.5f  1.5D  1.5L  123456.789  0.30000001  1e-46  8388608.5  3.4028235e38
  true  TRUE  tRuE  truer  false  False  yes  null  x
  127.0.0.1  0.0.0.0  256.1.1.1  1.2.3  01.2.3.4  1.2.3.4/8  1.2.3.4%eth0  [::1]  ::  ::1  1::2%eth0  1::2%  %eth0
  ::ffff:1.2.3.4  1:2:3:4:5:6:1.2.3.4  1:2:3:4:5:6:7:8  1:2:3:4:5:6:7::  1:2:3:4:5:6:7:8:9  12345::  ABCD::ef  1::2::3
`
    .trim()
    .split(/ {2}|\n */)
]

describe('texts as other types', () => {
  test.each(['integer', 'long', 'float', 'double', 'string', 'boolean', 'ip', 'auto'] as const)('%s', async type => {
    const entries: EnrichEntry[] = [{ convert: { field: 'a', type } }]
    const each = texts.map(a => ({ a }))
    expect(ours(entries, each)).toEqual(await theirs(entries, each))
  })

  test('numbers and truths as texts', async () => {
    const entries: EnrichEntry[] = [{ convert: { field: 'a', type: 'string' } }]
    const each = [1, 0, -1, 1.5, 0.001, 9_999_999.5, 3_000_000_000, 9007199254740991, true, false].map(a => ({ a }))
    expect(ours(entries, each)).toEqual(await theirs(entries, each))
  })

  test('letters beyond ASCII, in lower and upper case', async () => {
    const entries: EnrichEntry[] = [
      { lowercase: { field: 'a', target_field: 'lower' } },
      { uppercase: { field: 'a', target_field: 'upper' } },
      { trim: { field: 'a' } }
    ]
    const each = [{ a: '\u00a0 İıIi ß ΑΣ ΟΔΥΣΣΕΥΣ, ς \u2003' }, { a: '\0\u0001ŉ ﬃ ǰ Ǆ 𐐀\u0085\u001f' }]
    expect(ours(entries, each)).toEqual(await theirs(entries, each))
  })
})

const told: EnrichEntry[] = [
  { set: { field: 'type', copy_from: '_ingest.on_failure_processor_type' } },
  { set: { field: 'tag', copy_from: '_ingest.on_failure_processor_tag' } }
]
const rename = { field: 'a', target_field: 'b' }
const failing: EnrichEntry = { rename: { field: 'never', target_field: 'b' } }

const chains: [name: string, processors: EnrichEntry[]][] = [
  [
    'a failure is handled and the event goes on',
    [{ rename: { ...rename, tag: 't', on_failure: told } }, { set: { field: 'z', value: 1 } }]
  ],
  ['a failure without a tag', [{ rename: { ...rename, on_failure: told } }]],
  [
    'a failure that is to be ignored is not handled',
    [{ rename: { ...rename, ignore_failure: true, on_failure: told } }]
  ],
  ['a failed condition is not handled', [{ rename: { ...rename, if: 'ctx.a.b == 1', on_failure: told } }]],
  ['handling may fail', [{ rename: { ...rename, on_failure: [failing] } }]],
  [
    'handling may go on',
    [{ rename: { ...rename, on_failure: [{ remove: { field: 'b', ignore_failure: true } }, ...told] } }]
  ],
  ['handling may drop', [{ rename: { ...rename, on_failure: [{ drop: {} }] } }]],
  [
    'handling may be handled',
    [
      {
        rename: {
          ...rename,
          on_failure: [{ rename: { field: 'never', target_field: 'b', on_failure: told } }]
        }
      }
    ]
  ],
  ['what is told outlasts a clearing', [{ rename: { ...rename, on_failure: [{ remove: { keep: 'a' } }, ...told] } }]],
  ['nothing is told outside', told],
  ['nor afterwards', [{ rename: { ...rename, on_failure: told } }, ...told]],
  [
    'nothing is told, and that is ignored',
    [{ set: { field: 'z', copy_from: '_ingest.on_failure_message', ignore_empty_value: true } }]
  ]
]

describe('on_failure', () => {
  test.each(chains)('%s', async (_, processors) => {
    expect(ours(processors, documents)).toEqual(await theirs(processors, documents))
  })

  test('leaves alone what the event itself has under that name', async () => {
    const entries: EnrichEntry[] = [{ rename: { ...rename, on_failure: told } }]
    const each = [{ _ingest: { on_failure_message: 'mine' } }]
    expect(ours(entries, each)).toEqual(await theirs(entries, each))
  })

  test('says why it runs', async () => {
    const entries: EnrichEntry[] = [
      { rename: { ...rename, on_failure: [{ append: { field: 'why', copy_from: '_ingest.on_failure_message' } }] } }
    ]
    const [mine] = ours(entries, [{}])
    expect(mine).toEqual({ why: ["field [a] doesn't exist"] })
    expect([mine]).toEqual(await theirs(entries, [{}]))
  })
})

const to = (type: Extract<EnrichEntry, { convert: unknown }>['convert']['type']): EnrichEntry[] => [
  { convert: { field: 'a', type } }
]

/** Where the answers differ on purpose. */
const differences: [why: string, processors: EnrichEntry[], document: Fields, ours: Answer, theirs: Answer][] = [
  ['a whole number that would not be exact fails', to('long'), { a: '9007199254740993' }, ['failed'], [{ a: 2 ** 53 }]],
  [
    'and as a guess stays a text',
    to('auto'),
    { a: '9223372036854775808' },
    [{ a: '9223372036854775808' }],
    [{ a: 9223372000000000000 }]
  ],
  ['what is no number in JSON fails', to('double'), { a: 'NaN' }, ['failed'], [{ a: 'NaN' }]],
  ['so does what is too large', to('float'), { a: '1e39' }, ['failed'], [{ a: 'Infinity' }]],
  ['and as a guess stays a text', to('auto'), { a: '1e39' }, [{ a: '1e39' }], [{ a: 'Infinity' }]],
  ['hexadecimal fractions are not read', to('double'), { a: '0x1p3' }, ['failed'], [{ a: 8 }]],
  ['nor are digits of other scripts', to('integer'), { a: '٣' }, ['failed'], [{ a: 3 }]],
  ['numbers have the text of JSON, not of Java', to('string'), { a: 0.0001 }, [{ a: '0.0001' }], [{ a: '1.0E-4' }]],
  [
    'objects have no text of their own, instead of that of Java',
    to('string'),
    { a: { b: 1 } },
    ['failed'],
    [{ a: '{b=1}' }]
  ],
  ['nor have lists in lists', to('string'), { a: [[1]] }, ['failed'], [{ a: ['[1]'] }]],
  [
    'a list gets its item back where it finds no new place',
    [{ rename: { field: 'a.0', target_field: 'b.c', ignore_failure: true } }],
    { a: [1, 2, 3], b: 0 },
    [{ a: [1, 2, 3], b: 0 }],
    [{ a: [1, 3], b: 0 }]
  ],
  ['no object is made where nothing is appended', [{ append: { field: 'n.m', value: [] } }], {}, [{}], [{ n: {} }]],
  [
    'what the event itself has under the name of what is told can be read',
    [{ set: { field: 'z', copy_from: '_ingest.on_failure_message' } }],
    { _ingest: { on_failure_message: 'mine' } },
    [{ _ingest: { on_failure_message: 'mine' }, z: 'mine' }],
    ['failed']
  ],
  [
    'and is kept, whatever else is removed',
    [{ remove: { keep: 'a' } }],
    { _ingest: { x: 1 } },
    [{ _ingest: { x: 1 } }],
    [{}]
  ],
  [
    'an inner failure does not take away what the outer one told',
    [
      {
        rename: {
          field: 'a',
          target_field: 'b',
          on_failure: [
            {
              remove: {
                field: 'c',
                on_failure: [{ set: { field: 'inner', copy_from: '_ingest.on_failure_processor_type' } }]
              }
            },
            { set: { field: 'outer', copy_from: '_ingest.on_failure_processor_type' } }
          ]
        }
      }
    ],
    {},
    [{ inner: 'remove', outer: 'rename' }],
    ['failed']
  ]
]

describe('on purpose otherwise than in Elasticsearch', () => {
  test.each(differences)('%s', async (_, processors, document, expected, answered) => {
    expect(ours(processors, [document])).toEqual(expected)
    expect(await theirs(processors, [document])).toEqual(answered)
  })
})
