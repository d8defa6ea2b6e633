// Processors in order, and what becomes of an event on which one fails.

import { expect, test } from 'vitest'
import { compileProcessors, Failure } from '#enrich'
import type { Fields } from '#record'

const failing = { set: { field: 'a.b', value: 1, tag: 'below a' } }
const reason = 'set [below a]: cannot set [b] with parent object of type [Integer] as part of path [a.b]'

test('each processor sees what those before it wrote', () => {
  const fields: Fields = {}
  const outcome = compileProcessors([
    { set: { field: 'a', value: 1 } },
    { set: { field: 'b', value: '{{a}}!' } },
    { set: { field: 'c', value: 1, if: "ctx.b == '1!'" } }
  ])(fields)
  expect(outcome).toBeUndefined()
  expect(fields).toEqual({ a: 1, b: '1!', c: 1 })
})

test('a dropped event goes no further', () => {
  const fields: Fields = {}
  expect(compileProcessors([{ drop: {} }, { set: { field: 'a', value: 1 } }])(fields)).toBe('dropped')
  expect(fields).toEqual({})
})

test('an event on which a processor fails keeps what it has, says why, and goes no further', () => {
  const fields: Fields = { a: 1, tags: ['edge'] }
  const outcome = compileProcessors([{ set: { field: 'z', value: 1 } }, failing, { drop: {} }])(fields)
  expect(outcome).toEqual(new Failure(reason))
  expect(fields).toEqual({ a: 1, z: 1, tags: ['edge', '_enrich_failure'], error: { message: reason } })
})

test('a failure stands beside the error that the event itself tells of', () => {
  const told: Fields = { a: 1, error: { message: 'disk full', code: '28' } }
  compileProcessors([failing])(told)
  expect(told.error).toEqual({ message: ['disk full', reason], code: '28' })
  const text: Fields = { a: 1, error: 'disk full' }
  compileProcessors([failing])(text)
  expect(text).toEqual({ a: 1, error: 'disk full', tags: ['_enrich_failure'] })
})

test('a failure that is to be ignored leaves no trace', () => {
  const fields: Fields = { a: 1 }
  const ignoring = { set: { ...failing.set, ignore_failure: true } }
  expect(compileProcessors([ignoring, { set: { field: 'z', value: 1 } }])(fields)).toBeUndefined()
  expect(fields).toEqual({ a: 1, z: 1 })
})

test('a condition that fails is told as such', () => {
  const fields: Fields = {}
  compileProcessors([{ drop: { if: "ctx.url.path == '/healthz'" } }])(fields)
  expect(fields.error).toEqual({ message: 'drop: if: cannot access field [path] of null' })
})

test('without processors events pass as they are', () => {
  const fields: Fields = { a: 1 }
  expect(compileProcessors([])(fields)).toBeUndefined()
  expect(fields).toEqual({ a: 1 })
})
