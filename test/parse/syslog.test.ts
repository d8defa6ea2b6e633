// What becomes of syslog messages, in all the ways in which they are written.

import { describe, expect, test } from 'vitest'
import { compileParser, type ParseEntry } from '#parse'
import type { Fields } from '#record'

type Options = Omit<Extract<ParseEntry, { format: 'syslog' }>, 'format'>

/** The event of one line that was read on 2026-11-21. */
function parse(line: string, options: Options = {}): Fields | undefined {
  const fields: Fields = {}
  const parser = compileParser({ format: 'syslog', timezone: '+09:00', ...options })
  const reading = { path: 'messages', readMs: Date.parse('2026-11-21T00:00:00Z'), modifiedMs: undefined }
  return parser.parse(line, fields, reading) ? fields : undefined
}

/** As `[time, host, tag, process, message]`. */
function parts(line: string): unknown[] {
  const { '@timestamp': time, log, message } = parse(line) ?? {}
  const { hostname, appname, procid } = ((log as Fields | undefined)?.syslog ?? {}) as Fields
  return [time, hostname, appname, procid, message]
}

const AT = '2026-11-20T14:11:52.000Z'

describe('of RFC 3164 any part may be missing, or written in another way', () => {
  test.each<[line: string, expected: unknown[]]>([
    ['<34>Nov 20 23:11:52 web1 sshd[812]: hello', [AT, 'web1', 'sshd', '812', 'hello']],
    ['Nov 20 23:11:52 web1 sshd[812]: hello', [AT, 'web1', 'sshd', '812', 'hello']],
    ['Nov  1 23:11:52 web1 cron: x', ['2026-11-01T14:11:52.000Z', 'web1', 'cron', undefined, 'x']],
    ['Nov 1 23:11:52 web1 cron: x', ['2026-11-01T14:11:52.000Z', 'web1', 'cron', undefined, 'x']],
    ['Dec 31 23:11:52 web1 cron: last year', ['2025-12-31T14:11:52.000Z', 'web1', 'cron', undefined, 'last year']],
    ['Nov 20 23:11:52 sshd[812]: no host', [AT, undefined, 'sshd', '812', 'no host']],
    ['Nov 20 23:11:52 su: no host', [AT, undefined, 'su', undefined, 'no host']],
    ["<34>su: 'su root' failed", [undefined, undefined, 'su', undefined, "'su root' failed"]],
    ['<34>nothing at all', [undefined, undefined, undefined, undefined, 'nothing at all']],
    ['Nov 20 2026 23:11:52 fw a: b', [AT, 'fw', 'a', undefined, 'b']],
    ['Nov 20 23:11:52 2026 fw a: b', [AT, 'fw', 'a', undefined, 'b']],
    ['Nov 20 14:11:52 UTC fw a: b', [AT, 'fw', 'a', undefined, 'b']],
    [
      'Nov 20 23:11:52 TEST a: a host that looks like a zone',
      [AT, 'TEST', 'a', undefined, 'a host that looks like a zone']
    ],
    ['Nov 20 23:11:52.345 fw a: b', ['2026-11-20T14:11:52.345Z', 'fw', 'a', undefined, 'b']],
    ['2026-11-20T23:11:52.345678+09:00 web1 app[7]: b', ['2026-11-20T14:11:52.345Z', 'web1', 'app', '7', 'b']],
    ['2026-11-20T14:11:52Z web1 app[7]: b', [AT, 'web1', 'app', '7', 'b']],
    ['<13>2026-11-20 23:11:52 web1 app: b', [AT, 'web1', 'app', undefined, 'b']],
    ['<166>Nov 20 2026 23:11:52: %ASA-6-302013: Built', [AT, undefined, '%ASA-6-302013', undefined, 'Built']],
    ['<166>Nov 20 2026 23:11:52 asa1 : %ASA-6-302013: Built', [AT, 'asa1', '%ASA-6-302013', undefined, 'Built']],
    ['Nov 20 23:11:52 2001:db8::1 postfix/smtpd[9]: x', [AT, '2001:db8::1', 'postfix/smtpd', '9', 'x']],
    ['Nov 20 23:11:52 mac com.apple.xpc.launchd[1] (com.x): y', [AT, 'mac', 'com.apple.xpc.launchd', '1', 'y']],
    ['Nov 20 23:11:52 web1 dhclient(eth0): bound', [AT, 'web1', 'dhclient(eth0)', undefined, 'bound']],
    ['Nov 20 23:11:52 web1 kernel: [12.345678] usb 1-1', [AT, 'web1', 'kernel', undefined, '[12.345678] usb 1-1']],
    ['Nov 20 23:11:52 web1 Foo::Bar[3]: x', [AT, 'web1', 'Foo::Bar', '3', 'x']],
    [
      'Nov 20 23:11:52 web1 last message repeated 2 times',
      [AT, 'web1', undefined, undefined, 'last message repeated 2 times']
    ],
    [
      'Nov 20 23:11:52 --- last message repeated 1 time ---',
      [AT, undefined, undefined, undefined, '--- last message repeated 1 time ---']
    ],
    ['Nov 20 23:11:52 web1 -- MARK --', [AT, 'web1', undefined, undefined, '-- MARK --']],
    ['Nov 20 23:11:52 web1/10.0.0.7 app[7]: b', [AT, 'web1/10.0.0.7', 'app', '7', 'b']],
    ['Nov 20 23:11:52 src@web1 /usr/sbin/gmetad[7]: b', [AT, 'src@web1', '/usr/sbin/gmetad', '7', 'b']],
    ['Nov 20 23:11:52 mac Photo Library Helper[7]: b', [AT, 'mac', 'Photo Library Helper', '7', 'b']],
    ['Nov 20 23:11:52 mac sandboxd[129] ([312]): b', [AT, 'mac', 'sandboxd', '129', 'b']],
    ['Nov 20 23:11:52 web1 no tag at all [7] here: b', [AT, 'web1', undefined, undefined, 'no tag at all [7] here: b']],
    ['Nov 20 23:11:52 web1 app: two\nlines', [AT, 'web1', 'app', undefined, 'two\nlines']],
    ['Nov 20 23:11:52 web1 sudo:      kim : TTY=x', [AT, 'web1', 'sudo', undefined, '     kim : TTY=x']]
  ])('%j', (line, expected) => {
    expect(parts(line)).toEqual(expected)
  })
})

test.each<[what: string, line: string, message: string]>([
  ['left out', '<13>1 2026-11-20T23:11:52+09:00 web1 app 7 ID9 ready', 'ready'],
  ['written wrongly', '<13>1 2026-11-20T23:11:52+09:00 web1 app 7 ID9 [a@1 b= "c"] ready', '[a@1 b= "c"] ready']
])('of RFC 5424 the rest is the message where structured data is %s', (_, line, message) => {
  expect(parse(line)).toMatchObject({
    log: { level: 'notice', syslog: { version: '1', hostname: 'web1', appname: 'app', msgid: 'ID9' } },
    process: { name: 'app', pid: 7 },
    message
  })
})

test('of RFC 5424 every part has its field', () => {
  expect(
    parse(
      '<165>1 2026-11-20T23:11:52.003+09:00 mymachine.example evntslog 8710 ID47 [exampleSDID@32473 iut="3" eventSource="App \\"x\\" \\] \\\\" eventID="1011"][a@1 b="1" b="2"] \uFEFFAn event'
    )
  ).toEqual({
    '@timestamp': '2026-11-20T14:11:52.003Z',
    host: { hostname: 'mymachine.example' },
    log: {
      level: 'notice',
      syslog: {
        appname: 'evntslog',
        facility: { code: 20, name: 'local4' },
        hostname: 'mymachine.example',
        msgid: 'ID47',
        priority: 165,
        procid: '8710',
        severity: { code: 5, name: 'Notice' },
        structured_data: {
          'exampleSDID@32473': { iut: '3', eventSource: 'App "x" ] \\', eventID: '1011' },
          'a@1': { b: ['1', '2'] }
        },
        version: '1'
      }
    },
    message: 'An event',
    process: { name: 'evntslog', pid: 8710 }
  })
})

test('what is nil is not there', () => {
  expect(parse('<0>1 - - - - - -')).toEqual({
    log: {
      level: 'emergency',
      syslog: {
        facility: { code: 0, name: 'kernel' },
        priority: 0,
        severity: { code: 0, name: 'Emergency' },
        version: '1'
      }
    }
  })
})

test('a process that is no number is kept as it is', () => {
  expect(parse('<14>1 - - app main-1 - - x')).toMatchObject({
    log: { level: 'info', syslog: { procid: 'main-1' } },
    process: { name: 'app' }
  })
})

describe('a line that is no message, or not of the form that was chosen, says what it lacks', () => {
  test.each<[line: string, rfc: NonNullable<Options['rfc']>, column: number, expected: RegExp]>([
    ['hello', 'auto', 0, /^a priority such as <34>, or a time such as Nov 20/],
    ['<999>hello', 'auto', 5, /^a priority/],
    ['<34>Feb 31 23:11:52 web1 a: b', 'auto', 4, /^a time such as .* that there is$/],
    ['<34>1 2026-11-20T23:11:52Z a b c d', '5424', 6, /structured data/],
    ['<34>Nov 20 23:11:52 web1 a: b', '5424', 4, /^a time, a host/],
    ['hello', '5424', 0, /^a priority and a version/]
  ])('%j as %s', (line, rfc, column, expected) => {
    expect(parse(line, { rfc })).toBeUndefined()
    const parser = compileParser({ format: 'syslog', rfc })
    expect(parser.mismatch(line)).toEqual({ column, expected: expect.stringMatching(expected) })
  })
})

test('a long line without a tag is read at once', () => {
  for (const character of ['(', 'a', ':', '[', ' ']) {
    expect(parts(`Nov 20 23:11:52 ${character.repeat(1 << 20)}`)[0]).toBe(AT)
  }
})
