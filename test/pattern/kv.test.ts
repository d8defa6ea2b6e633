// Keys and values: what they are taken apart into, held against Elasticsearch's own kv processor.
import { Client } from '@elastic/elasticsearch'
import { describe, expect, test } from 'vitest'
import { compileKv, type KvOptions } from '#pattern'
import { elasticsearch } from '../elasticsearch.ts'

const { url, auth } = await elasticsearch()
const client = new Client({ node: url, ...(auth && { auth }) })

/** Values by key, those of a key that comes again as a list. */
function split(options: KvOptions, text: string): Record<string, unknown> | undefined {
  const pairs = compileKv(options).split(text)
  if (pairs === undefined) return undefined
  const keys = [...new Set(pairs.map(([key]) => key))]
  return Object.fromEntries(
    keys.map(key => {
      const values = pairs.filter(([other]) => other === key).map(([, value]) => value)
      return [key, values.length === 1 ? values[0] : values]
    })
  )
}

async function splitThere(options: KvOptions, text: string): Promise<Record<string, unknown> | undefined> {
  const { fieldSplit, valueSplit, trimKey, trimValue, stripBrackets = false, prefix } = options
  const kv = {
    field: 'text',
    field_split: fieldSplit,
    value_split: valueSplit,
    ...(trimKey !== undefined && { trim_key: trimKey }),
    ...(trimValue !== undefined && { trim_value: trimValue }),
    ...(options.includeKeys && { include_keys: [...options.includeKeys] }),
    ...(options.excludeKeys && { exclude_keys: [...options.excludeKeys] }),
    ...(prefix !== undefined && { prefix }),
    strip_brackets: stripBrackets
  }
  const { docs } = await client.ingest.simulate({ pipeline: { processors: [{ kv }] }, docs: [{ _source: { text } }] })
  const { text: _, ...fields } = docs[0]?.doc?._source ?? {}
  return docs[0]?.doc === undefined ? undefined : fields
}

const plain = { fieldSplit: ' ', valueSplit: '=' }

describe('takes apart what Elasticsearch takes apart', () => {
  test.each<[name: string, options: KvOptions, text: string]>([
    ['pairs', plain, 'ip=1.2.3.4 error=REFUSED'],
    ['a value that holds what splits it', plain, 'url=http://a/?b=c'],
    ['an empty value', plain, 'a= b=2'],
    ['an empty key', plain, '=1 b=2'],
    ['a part without a value', plain, 'a=1 b'],
    ['two separators in a row', plain, 'a=1  b=2'],
    ['separators at the end', plain, 'a=1 b=2   '],
    ['a separator at the beginning', plain, ' a=1'],
    ['a text without any pair', plain, 'hello'],
    ['no text', plain, ''],
    ['a key that comes again', plain, 'a=1 a=2 a=3'],
    ['separators that are expressions', { fieldSplit: '[ ,]+', valueSplit: ':\\s*' }, 'a: 1,b:2 , c:3'],
    ['an escaped separator', { fieldSplit: '\\|', valueSplit: '=' }, 'a=1|b=2'],
    ['a separator of one character that means something', { fieldSplit: '|', valueSplit: '=' }, 'a=1'],
    ['a look ahead, that takes nothing', { fieldSplit: ' (?=[a-z]+=)', valueSplit: '=' }, 'msg=hello out there b=2'],
    ['groups in an expression', { fieldSplit: '(&|;)', valueSplit: '=' }, 'a=1&b=2;c=3'],
    [
      'characters around keys and values',
      { ...plain, fieldSplit: ',', trimKey: ' "', trimValue: ' "' },
      '"a" = "1" , b= x y '
    ],
    ['characters that mean something in a class', { ...plain, trimValue: '\\[\\]' }, 'a=[[1]] b=]2['],
    ['brackets', { ...plain, stripBrackets: true }, `a=<1> b=((2)) c="3" d='4 e=[]`],
    ['brackets before characters', { ...plain, stripBrackets: true, trimValue: '*' }, 'a=<*1*>'],
    ['only some keys', { ...plain, includeKeys: ['b'] }, 'a=1 b=2'],
    ['all but some keys', { ...plain, excludeKeys: ['b'] }, 'a=1 b=2'],
    ['keys by both', { ...plain, includeKeys: ['a', 'b'], excludeKeys: ['b'] }, 'a=1 b=2 c=3'],
    ['keys with something before them', { ...plain, prefix: 'arg_', includeKeys: ['a'] }, 'a=1 b=2'],
    ['trimmed keys that are left out', { ...plain, trimKey: '-', excludeKeys: ['b'] }, '--a=1 --b=2'],
    ['other scripts', plain, '사용자=김 상태=정상']
  ])('%s', async (_, options, text) => {
    expect(split(options, text)).toEqual(await splitThere(options, text))
  })
})

test('a text that is none says which part is not', () => {
  expect(compileKv(plain).mismatch('a=1 b c=3')).toEqual({
    column: 4,
    expected: 'a key and a value with what matches = between them'
  })
})

test.each<[options: KvOptions, message: string]>([
  [{ ...plain, fieldSplit: '[' }, 'of "fieldSplit"'],
  [{ ...plain, valueSplit: '(' }, 'of "valueSplit"'],
  [{ ...plain, trimKey: 'z-a' }, 'of "trimKey"']
])('%j is refused by name', (options, message) => {
  expect(() => compileKv(options)).toThrow(message)
})
