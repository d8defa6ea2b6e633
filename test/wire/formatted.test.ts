// Fields of format strings, as a real Python writes them in each style.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Value } from '#record'
import { formatted } from '#wire'
import { pythons, runScript } from './pythons.ts'

type Style = '%' | '{' | '$'

/** For each field, style and value what that Formatter's style writes; null where it raises. */
const SCRIPT = `
import sys, json, string
def written(field, style, value):
    try:
        if style == '%': return field % {'x': value}
        if style == '{': return field.format(x=value)
        return string.Template(field).substitute(x=value)
    except (TypeError, ValueError, KeyError, OverflowError): return None
print(json.dumps([written(*each) for each in json.loads(sys.argv[1])]))
`

const values: Value[] = [
  '',
  'INFO',
  '한글 😀',
  0,
  7,
  -42,
  255,
  1.5,
  -0.25,
  1e21,
  true,
  null,
  [1, 'a', null],
  { a: 'b' }
]
const percents = fc
  .tuple(
    fc.constantFrom('', '-', '0', '+', ' ', '#'),
    fc.constantFrom('', '3', '12'),
    fc.constantFrom('', '.0', '.2'),
    fc.constantFrom(...'srdixXofeg')
  )
  .map(parts => [`%(x)${parts.join('')}`, '%'] as const)
const braces = fc
  .tuple(
    fc.constantFrom('', '!r', '!s'),
    fc.constantFrom('', '<', '>', '^', '*^', '=', '_='),
    fc.constantFrom('', '+', ' ', '-'),
    fc.constantFrom('', '#'),
    fc.constantFrom('', '0'),
    fc.constantFrom('', '3', '12'),
    fc.constantFrom('', '.2'),
    fc.constantFrom('', 's', ...'dxXobnfeg')
  )
  .map(([conversion, ...spec]) => [`{x${conversion}${spec.join('') && `:${spec.join('')}`}}`, '{'] as const)
const dollars = fc.constantFrom(['$x', '$'] as const, ['${x}', '$'] as const)

test('1,000 fields are written as the newest Python at hand writes them', { timeout: 60_000 }, () => {
  const [newest] = pythons().sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))
  if (newest === undefined) throw new Error('there is no Python')
  const sample = fc.sample(fc.tuple(fc.oneof(percents, braces, braces, dollars), fc.constantFrom(...values)), 1_000)
  const asked = sample.map(([[field, style], value]): [string, Style, Value] => [field, style, value])
  const ours = asked.map(([field, style, value]) => formatted(field, style, 'x', value) ?? null)
  const theirs = runScript<(string | null)[]>(newest, SCRIPT, JSON.stringify(asked))
  const differing = asked.map((each, i) => [...each, ours[i], theirs[i]]).filter(each => each[3] !== each[4])
  expect(differing).toEqual([])
})

test('a width beyond all bounds has no result', () => {
  expect(formatted('{x:>999999999}', '{', 'x', 'a')).toBeUndefined()
  expect(formatted('%(x)999999999s', '%', 'x', 'a')).toBeUndefined()
})
