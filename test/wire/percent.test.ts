// Messages and arguments, merged as a real Python merges them.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultLimits, formLine } from '#wire'
import { pythons, runScript } from './pythons.ts'

/** Answers, for each pair of a message and the source of its arguments, their repr and what they make together. */
const SCRIPT = `
import sys, json
def merged(msg, args):
    try: return msg % args
    except (TypeError, ValueError, KeyError, OverflowError): return None
out = []
for msg, source in json.loads(sys.argv[1]):
    args = eval(source)
    out.append([repr(args), merged(msg, args)])
print(json.dumps(out))
`

const VALUES = [
  '1',
  '-7',
  '0',
  '255',
  '10**20',
  '1.5',
  '2.5',
  '-0.125',
  '-0.0',
  '""',
  '1e16',
  '1e-5',
  '123456.789',
  'float("nan")',
  'float("inf")',
  '"text"',
  '"it\'s"',
  '"한글 😀"',
  '"a\\\\b\\n\\x7f\\u200b"',
  'b"a\\xff"',
  'None',
  'True',
  '[1, "a"]',
  '(1,)',
  '{"a": 1.0}',
  '{3}',
  'frozenset()',
  '1+2j',
  '__import__("decimal").Decimal("1.50")',
  '__import__("datetime").datetime(2026, 11, 20, 23, 11, 52)',
  '__import__("datetime").date(2026, 1, 2)',
  'ValueError("bad \'x\'")',
  'KeyError()',
  '__import__("pathlib").PurePosixPath("/a/b")'
]
const value = fc.constantFrom(...VALUES)
const field = fc
  .tuple(
    fc.constantFrom('', '', '#', '0', '-', ' ', '+', '0-', '+0', '#0'),
    fc.constantFrom('', '', '3', '12'),
    fc.constantFrom('', '', '.0', '.2', '.'),
    fc.constantFrom(...'sssrradiuoxXeEfFgGc%')
  )
  .map(parts => `%${parts.join('')}`)
const piece = fc.oneof(
  { weight: 3, arbitrary: field },
  { weight: 2, arbitrary: fc.constantFrom('text ', '한글', '%%', '(', '%(a)s', '%*d') }
)
const pair = fc.oneof(
  fc
    .tuple(fc.array(piece, { maxLength: 4 }), fc.array(value, { maxLength: 3 }))
    .map(([pieces, values]) => [pieces.join(''), `(${values.map(one => `${one},`).join('')})`] as const),
  fc.tuple(field, value).map(([written, one]) => [written.replace('%', '%(a)'), `{"a": ${one}}`] as const)
)

test('a message merges with its arguments as in Python, and where Python refuses they stay apart', () => {
  const [newest] = pythons()
  if (newest === undefined) throw new Error('no Python')
  const pairs = fc.sample(pair, { numRuns: 2000, seed: 20_261_121 })
  const answers = runScript<[string, string | null][]>(newest, SCRIPT, JSON.stringify(pairs))
  const read = answers.map(([args], i) => {
    const line = formLine(new URLSearchParams({ msg: pairs[i]?.[0] ?? '', args }).toString(), defaultLimits)
    const { message, args: apart } = JSON.parse('ok' in line ? line.ok : '{}')
    return { args, message, isApart: apart !== undefined }
  })
  // Without arguments logging merges nothing.
  const expected = answers.map(([args, merged], i) => {
    const isMerged = merged !== null && args !== '()'
    return { args, message: isMerged ? merged : pairs[i]?.[0], isApart: merged === null && args !== '()' }
  })
  expect(read).toEqual(expected)
})
