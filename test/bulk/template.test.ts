// Which index template applies to a data stream, as Elasticsearch decides it: the whole table.

import { expect, test } from 'vitest'
import { type KnownTemplate, templateFor } from '../../src/bulk/template.ts'

/** Templates as `name: patterns [priority]`. */
function templates(...descriptions: [string, readonly string[], number?][]): KnownTemplate[] {
  return descriptions.map(([name, index_patterns, priority]) => {
    return { name, index_template: { index_patterns, ...(priority !== undefined && { priority }) } }
  })
}

test.each([
  { that: 'none where there is none', known: templates(), found: undefined },
  { that: 'none where none matches', known: templates(['metrics', ['metrics-*']]), found: undefined },
  {
    that: 'the one that matches',
    known: templates(['metrics', ['metrics-*']], ['logs', ['logs-*-*'], 100]),
    found: 'logs'
  },
  { that: 'one by any of its patterns', known: templates(['a', ['x-*', 'logs-web-*']]), found: 'a' },
  { that: 'one by its whole name', known: templates(['a', ['logs-web-default']]), found: 'a' },
  {
    that: 'none by a part of its name',
    known: templates(['a', ['logs-web']], ['b', ['web-default']]),
    found: undefined
  },
  {
    that: 'the one of highest priority',
    known: templates(['a', ['logs-*'], 100], ['b', ['logs-web-*'], 200], ['c', ['*'], 5]),
    found: 'b'
  },
  {
    that: 'one with a priority before one without',
    known: templates(['a', ['logs-web-*']], ['b', ['logs-*'], 1]),
    found: 'b'
  },
  { that: 'a star as any text, none too', known: templates(['a', ['logs-web-default*']]), found: 'a' },
  { that: 'a dot as a dot', known: templates(['a', ['logs.web.default']], ['b', ['logs-w.b-*']]), found: undefined },
  { that: 'brackets as brackets', known: templates(['a', ['logs-[w]eb-*']]), found: undefined }
])('$that', ({ known, found }) => {
  expect(templateFor('logs-web-default', known)?.name).toBe(found)
})
