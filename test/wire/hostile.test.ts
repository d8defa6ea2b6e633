// Pickles that were made to do harm: each is described or refused, nothing of it runs, and little memory is taken.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultLimits, formLine, readPickle, recordLine } from '#wire'

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
const doubled = (times: number): string =>
  `]q\0${Array.from({ length: times }, (_, i) => `](h${byte(i)}h${byte(i)}eq${byte(i + 1)}`).join('')}.`
const byte = (code: number): string => String.fromCharCode(code)
const canary = join(tmpdir(), 'sluice-was-here')

describe('what is refused, and why', () => {
  test.each([
    ['nothing', '', 'the end at byte 0: STOP is missing'],
    ['no end', 'N', 'the end at byte 1: STOP is missing'],
    ['no pickle', 'GET / HTTP/1.1\r\n', 'PERSID at byte 9: what it names'],
    ['a byte that is no opcode', '\x80\x02\xff.', 'byte 0xff at byte 2: it is no opcode'],
    ['a newer protocol', '\x80\x06N.', 'PROTO at byte 0: protocol 6 is announced; the newest is 5'],
    ['a text of 4 GiB', 'X\xff\xff\xff\xffab.', 'BINUNICODE at byte 0: 4294967295 bytes are announced, and 3 are left'],
    [
      'bytes of 2^64',
      '\x8e\xff\xff\xff\xff\xff\xff\xff\xffab.',
      'BINBYTES8 at byte 0: 18446744073709552000 bytes are announced'
    ],
    ['a bytearray of 2^63', '\x96\0\0\0\0\0\0\0\x80.', 'BYTEARRAY8 at byte 0: 9223372036854776000 bytes are announced'],
    ['a length below zero', 'T\xff\xff\xff\xffab.', 'BINSTRING at byte 0: a length below zero'],
    [
      'a frame that is longer than the pickle',
      '\x80\x04\x95\xff\0\0\0\0\0\0\0N.',
      'FRAME at byte 2: a frame of 255 bytes'
    ],
    ['a number of 4 GiB', '\x8b\xff\xff\xff\x7f.', 'LONG4 at byte 0: 2147483647 bytes are announced'],
    [
      'a number of 10,000 digits',
      `L${'9'.repeat(10_000)}L\n.`,
      'LONG at byte 0: a whole number of at most 4300 digits'
    ],
    ['a memo of 4 billion', 'Nr\xff\xff\xff\xff.', 'LONG_BINPUT at byte 1: 4294967295 is no place of the memo'],
    ['what no memo holds', 'h\x07.', 'BINGET at byte 0: the memo has nothing at 7'],
    ['a stack that is empty', '0.', 'POP at byte 0: the stack is empty'],
    ['an end without a value', '.', 'STOP at byte 0: the stack is empty'],
    ['a mark that was not set', 't.', 'TUPLE at byte 0: no mark was set'],
    ['a call of a number', 'K\x01)R.', 'REDUCE at byte 3: what is called is neither a function nor a class'],
    ['a call without a tuple', 'cos\nsystem\nNR.', 'REDUCE at byte 12: a call has no tuple of arguments'],
    ['a state of a number', 'K\x01}b.', 'BUILD at byte 3: a state is given to what is no object'],
    ['an odd dict', '(K\x01d.', 'DICT at byte 3: a key has no value'],
    ['a persistent id', 'Pid\n.', 'PERSID at byte 0: what it names is known to the sender alone'],
    ['an extension', '\x82\x01.', 'EXT1 at byte 0: what it names is known to the sender alone'],
    ['a buffer beside it', '\x80\x05\x97.', 'NEXT_BUFFER at byte 2: no buffer came beside the pickle'],
    ['bytes behind it', 'N.N.', 'STOP at byte 1: 2 bytes follow it'],
    ['a text that is not UTF-8', 'X\x01\0\0\0\xff.', 'BINUNICODE at byte 0: a text is not in UTF-8'],
    ['a million marks', '('.repeat(1_000_000), 'MARK at byte 250000: more than 250000 opcodes'],
    [
      'lists within each other',
      `${']'.repeat(100)}${'a'.repeat(99)}.`,
      'values stand deeper than 40 within each other'
    ],
    ['a list that doubles forty times', doubled(40), /values/],
    [
      'a long text that is named a hundred thousand times',
      `X\0\0\x10\0${'x'.repeat(2 ** 20)}q\0(${'h\0'.repeat(100_000)}l.`,
      'more text would come of it than is allowed'
    ]
  ] as const)('%s', (_, text, reason) => {
    const read = readPickle(bytes(text), defaultLimits)
    expect(read).toHaveProperty('error')
    if (typeof reason === 'string') expect(read).toEqual({ error: expect.stringContaining(reason) })
    else expect(read).toEqual({ error: expect.stringMatching(reason) })
  })

  test('a frame that is too long, before any of it is read', () => {
    expect(readPickle(Buffer.alloc(11), { ...defaultLimits, frameBytes: 10 })).toEqual({
      error: 'a pickle of 11 bytes; at most 10 are allowed'
    })
  })
})

describe('what would run in a Python is only described', () => {
  test.each([
    ['os.system', `cos\nsystem\n(S'touch ${canary}'\ntR.`, { __class__: 'os.system', args: [`touch ${canary}`] }],
    ['eval', "c__builtin__\neval\n(S'1+1'\ntR.", { __class__: 'eval', args: ['1+1'] }],
    ['a class by INST', "(S'ls'\nios\nsystem\n.", { __class__: 'os.system', args: ['ls'] }],
    ['a class by OBJ', "(cos\nsystem\nS'ls'\no.", { __class__: 'os.system', args: ['ls'] }],
    ['a name by the stack', '\x8c\x02os\x8c\x06system\x93\x8c\x02ls\x85R.', { __class__: 'os.system', args: ['ls'] }],
    [
      'a call of what was called',
      "c__builtin__\ngetattr\n(cos\nenviron\nS'get'\ntR(S'HOME'\ntR.",
      { __class__: 'getattr', callable: 'environ.get', args: ['HOME'] }
    ],
    ['a prototype', '}X\x09\0\0\0__proto__}X\x01\0\0\0aK\x01ss.', JSON.parse('{"__proto__":{"a":1}}')]
  ] as const)('%s', (_, text, expected) => {
    const read = readPickle(bytes(text), defaultLimits)
    expect(JSON.stringify(read)).toBe(JSON.stringify({ ok: expected }))
    expect(existsSync(canary)).toBe(false)
    expect(({} as { a?: number }).a).toBeUndefined()
  })
})

describe('merging a message stays within bounds', () => {
  const record = (msg: string, args: string): Buffer => bytes(`}(S'msg'\nS'${msg}'\nS'args'\n${args}u.`)
  test.each([
    ['a width of a billion', record('%999999999d', '(K\x01t'), 'more text would come of it than is allowed'],
    ['a width from the arguments', record('%*d', '(I999999999\nK\x01t'), 'more text would come of it than is allowed'],
    ['a precision of a billion', record('%.999999999d', '(K\x01t'), 'more text would come of it than is allowed']
  ])('%s', (_, frame, error) => {
    expect(recordLine(frame, defaultLimits)).toEqual({ error })
  })

  test.each(['(', '[{', "'\\'", '"\\"', 'a(', "b'", '<('])('a million times %j in the arguments of a form', piece => {
    const form = new URLSearchParams({ msg: 'x %s', args: `(${piece.repeat(1_000_000 / piece.length)}` })
    const line = formLine(form.toString(), { ...defaultLimits, frameBytes: 2 ** 23 })
    expect(line).toHaveProperty('ok' in line ? 'ok' : 'error')
  })
})

test('20,000 frames that were changed at random are read or refused', () => {
  const script =
    'import logging, logging.handlers as h, sys, binascii, datetime, decimal\n' +
    'r = logging.makeLogRecord(dict(msg="a %s", args=("b",), extra={"a": [1, (2.5, None)], "b": {3}}, when=datetime.datetime.now(), cost=decimal.Decimal("1")))\n' +
    'print(binascii.hexlify(h.SocketHandler("h", 1).makePickle(r)[4:]).decode())'
  const { stdout } = spawnSync('python3', ['-c', script], { encoding: 'utf8' })
  const frame = Buffer.from(stdout.trim(), 'hex')
  expect(recordLine(frame, defaultLimits)).toHaveProperty('ok')
  const change = fc.tuple(fc.nat(frame.length - 1), fc.integer({ min: 0, max: 255 }), fc.nat(3))
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), changes => {
      let mutated: Buffer = frame
      for (const [at, code, how] of changes) mutated = mutate(mutated, at, code, how)
      const line = recordLine(mutated, defaultLimits)
      if ('ok' in line) expect(JSON.parse(line.ok)).toBeTypeOf('object')
      else expect(line.error).not.toBe('')
    }),
    { numRuns: 20_000 }
  )
})

/** Another byte, one more, one less, or a cut. */
function mutate(frame: Buffer, at: number, code: number, how: number): Buffer {
  if (how === 3) return frame.subarray(0, at)
  const head = frame.subarray(0, at)
  const middle = how === 2 ? Buffer.alloc(0) : Buffer.from([code])
  return Buffer.concat([head, middle, frame.subarray(how === 1 ? at : at + 1)])
}
