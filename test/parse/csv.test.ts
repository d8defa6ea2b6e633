// What lines of columns become, and where those that are none stop.

import { expect, test } from 'vitest'
import { compileParser, type ParseEntry } from '#parse'
import type { Fields } from '#record'

type Options = Omit<Extract<ParseEntry, { format: 'csv' }>, 'format'>

const abc: Options = { columns: ['a', 'b', 'c'] }
const compile = (options: Options) => compileParser({ format: 'csv', timezone: 'UTC', ...options })

function parse(line: string, options: Options = abc): Fields | undefined {
  const fields: Fields = {}
  const isTaken = compile(options).parse(line, fields)
  if (!isTaken) expect(fields).toEqual({})
  return isTaken ? fields : undefined
}

test.each<[name: string, line: string, options: Options, expected: Fields]>([
  ['values in their columns', '1,2,3', abc, { a: '1', b: '2', c: '3' }],
  ['columns at the end may be missing', '1,2', abc, { a: '1', b: '2' }],
  ['an empty value is no field', '1,,3', abc, { a: '1', c: '3' }],
  ['an empty last value', '1,2,', abc, { a: '1', b: '2' }],
  ['quotes', '"1,5","say ""hi""",""', abc, { a: '1,5', b: 'say "hi"' }],
  ['a line break in quotes', '1,"x\ny",3', abc, { a: '1', b: 'x\ny', c: '3' }],
  ['blanks are part of a value', ' 1 , 2,3', abc, { a: ' 1 ', b: ' 2', c: '3' }],
  ['blanks are taken off', ' 1 , " 2 " ,3', { ...abc, trim: true }, { a: '1', b: ' 2 ', c: '3' }],
  [
    'other characters',
    "1;'2;''x'''\t;3",
    { ...abc, separator: ';', quote: "'", trim: true },
    { a: '1', b: "2;'x'", c: '3' }
  ],
  ['tabs', '1\t2\t3', { ...abc, separator: '\t' }, { a: '1', b: '2', c: '3' }],
  ['columns that are passed over', '1,2,3', { columns: ['a', '', 'c'] }, { a: '1', c: '3' }],
  ['dotted names', '1', { columns: ['a.b'] }, { a: { b: '1' } }],
  ['other scripts', '안녕,"세상, 👋",x', abc, { a: '안녕', b: '세상, 👋', c: 'x' }]
])('%s', (_, line, options, expected) => {
  expect(parse(line, options)).toEqual(expected)
})

test('columns have the types that fields says, and time is the time of the event', () => {
  const options: Options = {
    columns: ['time', 'status', 'took'],
    fields: { status: { field: 'http.response.status_code', type: 'long' }, took: { type: 'double' } }
  }
  expect(parse('2026-11-20 23:11:52,200,n/a', options)).toEqual({
    '@timestamp': '2026-11-20T23:11:52.000Z',
    http: { response: { status_code: 200 } },
    took_text: 'n/a'
  })
  expect(parse('noon,200,1', options)).toBeUndefined()
  expect(compile(options).mismatch('noon,200,1')).toEqual({ column: 0, expected: 'a time in the column "time"' })
  expect(compile(options).writes).toEqual({
    '@timestamp': 'date',
    'http.response.status_code': 'long',
    'http.response.status_code_text': 'keyword',
    took: 'double',
    took_text: 'keyword'
  })
})

test.each<[name: string, line: string, column: number, expected: string]>([
  ['too many values', '1,2,3,4', 5, 'the end of the line, after 3 columns'],
  ['an open quote', '1,"2', 2, 'a closing "'],
  ['something behind a quote', '"1"x,2', 3, ', or the end'],
  ['a quote within a value', '1,2"3"', 3, '" around the whole value'],
  ['a line break without quotes', '1,2\n3', 3, '" around the whole value']
])('%s: the line is not taken', (_, line, column, expected) => {
  expect(parse(line)).toBeUndefined()
  expect(compile(abc).mismatch(line)).toEqual({ column, expected })
})

test.each<[name: string, options: Options, line: string, isHeader: boolean]>([
  ['the names of the columns', abc, 'a,b,c', true],
  ['the same in quotes', abc, '"a","b","c"', true],
  ['other names', { ...abc, header: ['Alpha', 'Beta'] }, 'Alpha,Beta', true],
  ['values', abc, 'a,b,x', false],
  ['fewer of them', abc, 'a,b', false]
])('what is a header makes no document: %s', (_, options, line, isHeader) => {
  expect(compile(options).isHeader?.(line, undefined)).toBe(isHeader)
})

test.each<[options: Options, message: string]>([
  [{ columns: ['a', 'a'] }, '"columns" names "a" twice'],
  [{ ...abc, separator: '"' }, '"quote" is what separator is'],
  [{ ...abc, fields: { d: {} } }, '"fields.d" names no group; allowed: a, b, c']
])('%j is refused', (options, message) => {
  expect(() => compile(options)).toThrow(message)
})
