// Lines of loggers under formats that nobody wrote down: what is made of the bytes of a line is what the interpreter makes of
// its text.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SluiceError } from '#errors'
import { type ParseEntry, parsers } from '#parse'
import { apart, documents, inFile } from './ways.ts'

/** Fields of a format string, and values that they may write. */
interface Logger {
  readonly format: string
  readonly fields: Readonly<Record<string, readonly string[]>>
  readonly message: string
}

const TIMES = ['2026-11-20 23:11:52,915', '2026-11-20 23:11:53,002', '2026-11-20 23:12:00,000', '2026-2-30 1:1:1,1']
const LEVELS = ['INFO', 'WARNING', 'ERROR', 'CRITICAL', 'Level 15', 'NOTICE', 'AUDIT LOG', 'custom']
const NAMES = ['shop', 'shop.db - INFO', 'a-b', 'None', 'x - y', '주문', 'INFORMATION']
const NUMBERS = ['42', '0', '007', '-3', '12345678901234567', 'None', '?', '+1']
const MESSAGES = ['placed', '', 'a - INFO - b', 'say "hi" C:\\x\t', '결제 완료', '\x1b[1mbold\x1b[0m', ' ']

const LOGGERS: readonly Logger[] = [
  {
    format: 'python-logging',
    fields: {
      '%(asctime)s': TIMES,
      '%(levelname)s': LEVELS,
      '%(levelname)-8s': LEVELS.map(level => level.padEnd(8)),
      '%(levelname).1s': LEVELS.map(level => level.slice(0, 1)),
      '%(name)s': NAMES,
      '%(threadName)s': NAMES,
      '%(lineno)d': NUMBERS,
      '%(process)5d': NUMBERS.map(number => number.padStart(5)),
      '%(msecs)03d': ['007', '915'],
      '%(request_id)s': NAMES
    },
    message: '%(message)s'
  },
  {
    format: 'loguru',
    fields: {
      '{time:YYYY-MM-DD HH:mm:ss,SSS}': TIMES,
      '{time}': ['2026-11-20T23:11:52.915000+0900', '2026-11-20T23:11:52.915+0900'],
      '{level}': LEVELS,
      '{level: <8}': LEVELS.map(level => level.padEnd(8)),
      '{name}': NAMES,
      '{line}': NUMBERS,
      '{process}': NUMBERS
    },
    message: '{message}'
  },
  {
    format: 'log4j',
    fields: {
      '%d': TIMES,
      '%d{HH:mm:ss.SSS}': ['23:11:52.915', '23:11:53.002'],
      '%p': LEVELS,
      '%-5p': LEVELS.map(level => level.padEnd(5)),
      '%c': NAMES,
      '%t': NAMES,
      '%L': NUMBERS
    },
    message: '%m'
  }
]

const SEPARATORS = [' - ', ' ', ' | ', '] ', ': ', ' [', ':', '】']

const logs = fc.constantFrom(...LOGGERS).chain(({ format, fields, message }) => {
  const names = fc
    .subarray(Object.keys(fields), { minLength: 1, maxLength: 4 })
    .chain(some => fc.shuffledSubarray(some, { minLength: some.length }))
  return fc
    .tuple(names, fc.array(fc.constantFrom(...SEPARATORS), { minLength: 4, maxLength: 4 }), fc.boolean())
    .chain(([some, between, isEnd]) => {
      const all = isEnd ? [...some, message] : [message, ...some]
      const values = all.map(name => fc.constantFrom(...(name === message ? MESSAGES : (fields[name] ?? []))))
      const line = fc
        .tuple(fc.tuple(...values), fc.nat(), fc.constantFrom('', '', '', ' ', 'é', '\n'))
        .map(([parts, at, added]) => {
          const text = parts.map((part, i) => (i === 0 ? '' : between[i - 1]) + part).join('')
          const place = at % (text.length + 1)
          return added === '' ? text : (text.slice(0, place) + added + text.slice(place)).toWellFormed()
        })
      const pattern = all.map((name, i) => (i === 0 ? '' : between[i - 1]) + name).join('')
      const entry = { format, pattern, timezone: 'Asia/Seoul', levels: ['AUDIT LOG'] } as ParseEntry
      return fc.record({ entry: fc.constant(entry), texts: fc.array(line, { maxLength: 6 }) })
    })
})

test('both ways say the same of them', () => {
  let taken = 0
  fc.assert(
    fc.property(logs, ({ entry, texts }) => {
      if (!isFormat(entry)) return
      taken += 1
      const lines = inFile(
        texts.filter(text => text !== ''),
        '\n'
      )
      expect(documents([entry], lines, 'both')).toEqual(documents([entry], apart(lines), 'slow'))
    }),
    { numRuns: 500 }
  )
  expect(taken).toBeGreaterThan(100)
})

/** Whether its values can be told apart. */
function isFormat(entry: ParseEntry): boolean {
  try {
    return parsers([entry]).parsers.length === 1
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'E_PARSE_PATTERN') return false
    throw error
  }
}
