// What lines of pairs become; how they are taken apart is in test/pattern/kv.test.ts.

import { expect, test } from 'vitest'
import { compileParser, type ParseEntry } from '#parse'
import type { Fields } from '#record'

type Options = Omit<Extract<ParseEntry, { format: 'kv' }>, 'format'>

const compile = (options: Options = {}) => compileParser({ format: 'kv', timezone: 'UTC', ...options })

function parse(line: string, options?: Options): Fields | undefined {
  const fields: Fields = {}
  const isTaken = compile(options).parse(line, fields)
  if (!isTaken) expect(fields).toEqual({})
  return isTaken ? fields : undefined
}

test('pairs become fields, and what loggers call time, level and message goes where ECS has it', () => {
  const line = 'time: 2026-11-20 23:11:52 | level: WARN | msg: disk is full | disk.used: 97'
  expect(
    parse(line, { fieldSplit: '\\s*\\|\\s*', valueSplit: ':\\s*', fields: { 'disk.used': { type: 'long' } } })
  ).toEqual({
    '@timestamp': '2026-11-20T23:11:52.000Z',
    log: { level: 'warn' },
    message: 'disk is full',
    disk: { used: 97 }
  })
})

test('keys with something before them have no role', () => {
  expect(parse('level=1 msg=x', { prefix: 'game.' })).toEqual({ game: { level: '1', msg: 'x' } })
})

test('a key that comes again makes a list', () => {
  expect(parse('a=1 a=2')).toEqual({ a: ['1', '2'] })
})

test.each<[name: string, options: Options, line: string, column: number]>([
  ['a part without a value', {}, 'a=1 b', 4],
  ['a time that is none', { fields: { at: { field: '@timestamp' } } }, 'at=noon', 0]
])('%s: the line is not taken', (_, options, line, column) => {
  expect(parse(line, options)).toBeUndefined()
  expect(compile(options).mismatch(line).column).toBe(column)
})
