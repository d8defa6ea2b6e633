// What records of Python's logging become that came over a socket.

import { describe, expect, test } from 'vitest'
import { compileParser, type ParseEntry } from '#parse'
import type { Fields } from '#record'

type Options = Omit<Extract<ParseEntry, { format: 'python-record' }>, 'format'>

/** The event of one record; undefined where it does not match, which must leave no trace. */
function parse(record: object | string, options: Options = {}): Fields | undefined {
  const fields: Fields = {}
  const line = typeof record === 'string' ? record : JSON.stringify(record)
  if (compileParser({ format: 'python-record', ...options }).parse(line, fields)) return fields
  expect(fields).toEqual({})
  return undefined
}

const traceback = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: bad'
const stack = 'Stack (most recent call last):\n  File "a.py", line 1, in f\n    x()'

describe('each attribute has its field', () => {
  test.each<[object, Fields]>([
    [{ name: '주문' }, { log: { logger: '주문' } }],
    [
      { levelname: 'WARNING', levelno: 30 },
      { log: { level: 'warning' }, event: { severity: 30 } }
    ],
    [{ created: 1795183912.915123, msecs: 915.1, asctime: 'x' }, { '@timestamp': '2026-11-20T14:11:52.915Z' }],
    [{ created: null, asctime: 'x' }, { python: { asctime: 'x' } }],
    [
      { pathname: '/a/b.py', filename: 'b.py', lineno: 7, funcName: 'f' },
      { python: { pathname: '/a/b.py' }, log: { origin: { file: { name: 'b.py', line: 7 }, function: 'f' } } }
    ],
    [
      { process: 1, processName: 'Main', thread: 140000000000000, threadName: 'T' },
      { process: { pid: 1, name: 'Main', thread: { id: 140000000000000, name: 'T' } } }
    ],
    [
      { thread: '18446744073709551615', taskName: 'Task-1', module: 'b' },
      { python: { thread_text: '18446744073709551615', task_name: 'Task-1', module: 'b' } }
    ],
    [{ taskName: null, exc_text: null, stack_info: null, exc_info: null }, {}],
    [
      { user: 'kim', 'request.id': 7, tags: ['a', { b: null }], ok: true, none: null, __proto__x: 1 },
      { labels: { user: 'kim', request_id: '7', tags: '["a",{"b":null}]', ok: 'true', __proto__x: '1' } }
    ],
    [{ exc_text: traceback }, { error: { type: 'ValueError', message: 'bad', stack_trace: traceback } }],
    [{ stack_info: stack }, { error: { stack_trace: stack } }],
    [
      { exc_text: traceback, stack_info: stack },
      { error: { type: 'ValueError', message: 'bad', stack_trace: `${traceback}\n${stack}` } }
    ],
    [{ exc_info: { type: 'app.Declined', message: '' } }, { error: { type: 'app.Declined' } }],
    [{ exc_info: 'whatever', args: [1] }, { labels: { exc_info: 'whatever', args: '[1]' } }]
  ])('%j', (attributes, expected) => {
    expect(parse({ message: 'x', ...attributes })).toEqual({ message: 'x', ...expected })
  })
})

test.each(['', 'text', '[]', '{}', '{"message":1}', '{"levelname":"INFO"}'])('%j is no record', line => {
  expect(parse(line)).toBeUndefined()
  expect(compileParser({ format: 'python-record' }).mismatch(line).expected).not.toBe('')
})

describe('a pattern writes the message as the sender’s Formatter would have', () => {
  const record = { name: '서버', levelname: 'ERROR', message: '실패', created: 1795183912.915, msecs: 915, lineno: 7 }
  test.each<[Options, string]>([
    [
      { pattern: '%(asctime)s - %(name)s - %(levelname)s - %(message)s', timezone: 'Asia/Seoul' },
      '2026-11-20 23:11:52,915 - 서버 - ERROR - 실패'
    ],
    [
      { pattern: '[{asctime}] [{levelname:<8}] {message}', datefmt: '%m/%d %H:%M', timezone: 'UTC' },
      '[11/20 14:11] [ERROR   ] 실패'
    ],
    [{ pattern: '$levelname:$name:$message' }, 'ERROR:서버:실패'],
    [{ pattern: '%(levelname).1s%(lineno)04d %(created).1f 100%%' }, 'E0007 1795183912.9 100%'],
    [{ pattern: '{{{message!r}}}', style: '{' }, "{'실패'}"]
  ])('%j', (options, message) => {
    expect(parse(record, options)).toMatchObject({ message, log: { level: 'error', logger: '서버' } })
  })

  test('a record that lacks what it names keeps its message, and is tagged', () => {
    const fields = parse(record, { pattern: '%(request_id)s %(message)s' })
    expect(fields).toMatchObject({ message: '실패', tags: ['_format_failure'] })
    expect(parse({ ...record, request_id: 7 }, { pattern: '%(request_id)s %(message)s' })).toMatchObject({
      message: '7 실패'
    })
  })

  test.each([
    [{ pattern: 'no attribute' }, 'names no attribute'],
    [{ pattern: '%(asctime)s', datefmt: '%i' }, '"%i" is no directive of strftime'],
    [{ pattern: '%(asctime)s', timezone: 'Seoul' }, '"timezone" is "Seoul"']
  ])('%j is refused', (options, reason) => {
    expect(() => compileParser({ format: 'python-record', ...options })).toThrow(reason)
  })
})
