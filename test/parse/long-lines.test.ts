// Lines of worst characters, behind beginnings that formats know: each is read or refused in time that grows with its length.
// A format that took more would not come to an end here.

import { expect, test } from 'vitest'
import { compileParser, type ParseEntry } from '#parse'

const AT = '2026-11-20 14:11:52.345'
const CLIENT = '192.0.2.4:1 [20/Nov/2026:23:11:52.726] '
const SESSION = 'f b/s 0/0/1/3/24 404 168 - - ---- 6/6/0/0/0 0/0 '

const beginnings: [entry: ParseEntry, beginnings: string[]][] = [
  [{ format: 'apache' }, ['1.1.1.1 - ', '1.1.1.1 - - [20/Nov/2026:13:55:36 -0700] "']],
  [{ format: 'nginx', escape: 'json' }, ['1.1.1.1 - ']],
  [{ format: 'nginx-error' }, ['2026/11/20 23:11:53 [error] 1#2: x, client: ']],
  [{ format: 'syslog' }, ['Nov 20 23:11:52 ', '<165>1 - - - - - ', '<165>1 - - - - - [a b="']],
  [{ format: 'linux-auth' }, ['Nov 20 23:11:52 w sshd[1]: Failed password for ', 'Nov 20 23:11:52 w sudo: a : ']],
  [{ format: 'postgresql', pattern: '%m [%p] %q%u@%d ' }, [`${AT} UTC [1] `, `${AT} UTC [1] LOG:  execute `]],
  [{ format: 'postgresql', logDestination: 'csvlog' }, ['', '"']],
  [{ format: 'redis' }, ['', '1:M 20 Nov 2026 23:11:52.345 # ']],
  [{ format: 'haproxy' }, [CLIENT, `${CLIENT}f b/s `, `${CLIENT}${SESSION}{`, `${CLIENT}${SESSION}"x" `]],
  [{ format: 'mysql-slow' }, ['# User@Host: ', '# User@Host: a[a] @ b []\n', '# User@Host: a[a] @ b []\n# ']],
  [{ format: 'cef' }, ['CEF:0|', 'CEF:0|a|b|c|d|e|5|']],
  [{ format: 'leef' }, ['', 'LEEF:1.0|a|b|c|d|']],
  [{ format: 'w3c', fields: 'a b c' }, ['', '"']]
]
const worst = [
  ' ',
  'a',
  'a ',
  '0',
  '\\',
  '"',
  '\\"',
  '|',
  '=',
  ' a=',
  '(',
  '[',
  ']',
  ':',
  'a: ',
  '/',
  '-',
  '\n',
  '# ',
  '\t',
  ',',
  '@',
  '{'
]
const further = ['LEEF:1.0|', ' from ', ' from a port ', ' ; ', ', client: ', ' user ', 'Nov 20 23:11:52 ']

test.each(beginnings)('%j', (entry, begins) => {
  const parser = compileParser(entry)
  const reading = { path: 'a.log', readMs: Date.parse('2026-12-01T00:00:00Z'), modifiedMs: undefined }
  for (const begin of begins) {
    for (const unit of [...worst, ...further]) {
      const line = begin + unit.repeat(Math.floor(50_000 / unit.length))
      if (!parser.parse(line, {}, reading)) expect(parser.mismatch(line).column).toBeLessThanOrEqual(line.length)
    }
  }
})
