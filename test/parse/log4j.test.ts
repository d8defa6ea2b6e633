// What layouts of log4j, log4j2, logback and Spring Boot make of their lines.

import { describe, expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

const compile = (pattern: string, levels: string[] = []) =>
  compileParser({ format: 'log4j', pattern, timezone: 'Asia/Seoul', levels })

/** The event of one line; undefined where it does not match, which must leave no trace. */
function parse(pattern: string, line: string, levels?: string[]): Fields | undefined {
  const fields: Fields = {}
  if (compile(pattern, levels).parse(line, fields)) return fields
  expect(fields).toEqual({})
  return undefined
}

describe('each word has its field', () => {
  test.each<[written: string, text: string, expected: Fields]>([
    ['%C', 'com.acme.Shop', { log4j: { class: 'com.acme.Shop' } }],
    ['%F', 'Shop.java', { log: { origin: { file: { name: 'Shop.java' } } } }],
    ['%F:%L', '?:?', {}],
    ['%L', '12', { log: { origin: { file: { line: 12 } } } }],
    ['%l', 'com.acme.Shop.main(Shop.java:12)', { log4j: { location: 'com.acme.Shop.main(Shop.java:12)' } }],
    ['%M', '<init>', { log: { origin: { function: '<init>' } } }],
    ['%p', 'ERROR', { log: { level: 'error' } }],
    ['%-5level', 'INFO ', { log: { level: 'info' } }],
    ['%5p', ' WARN', { log: { level: 'warn' } }],
    ['%.-1p', 'W', { log: { level: 'warning' } }],
    ['%.1p', 'O', { log: { level: 'info' } }],
    ['%p{lowerCase=true}', 'fatal', { log: { level: 'fatal' } }],
    ['%t', 'http-nio-8080-exec-1', { process: { thread: { name: 'http-nio-8080-exec-1' } } }],
    ['%15.15t', '           main', { process: { thread: { name: 'main' } } }],
    ['%tid', '42', { process: { thread: { id: 42 } } }],
    ['%c{1.}', 'c.a.Shop', { log: { logger: 'c.a.Shop' } }],
    ['%-20.20logger{39}', 'com.acme.Shop       ', { log: { logger: 'com.acme.Shop' } }],
    ['%m', 'a [b] c', { message: 'a [b] c' }],
    ['%msg', 'a\nb', { message: 'a\nb' }],
    ['%r', '1042', { log4j: { relative: 1042 } }],
    ['%sn', '7', { event: { sequence: 7 } }],
    ['%pid', '4711', { process: { pid: 4711 } }],
    ['%p{length=1}', 'W', { log: { level: 'warning' } }],
    ['%level{WARN=Warnung, INFO=i}', 'Warnung', { log: { level: 'warn' } }],
    ['%level{WARN=Warnung, INFO=i}', 'ERROR', { log: { level: 'error' } }],
    [
      '%c -%kvp- %m',
      'a.B -user="kim" id="7"- x',
      { log: { logger: 'a.B' }, log4j: { key_values: 'user="kim" id="7"' }, message: 'x' }
    ],
    ['%c -%kvp- %m', 'a.B -- x', { log: { logger: 'a.B' }, message: 'x' }],
    ['%ms %fqcn', '345000 com.acme.Log', { log4j: { micros: 345_000, fqcn: 'com.acme.Log' } }],
    ['%equals{[%marker]}{[]}{} %m', '[A] x', { log4j: { marker: 'A' }, message: 'x' }],
    ['%equals{[%marker]}{[]}{} %m', ' x', { message: 'x' }],
    ['%enc{%m}{JSON}', '\\"a\\"\\n\\uc8fc', { message: '"a"\n주' }],
    ['%enc{%m}', '&lt;b&gt; a&#x2F;b', { message: '<b> a/b' }],
    ['%encode{%m}{CRLF}', 'a\\nb', { message: 'a\nb' }],
    ['%x %m', '[a, b] x', { log4j: { ndc: '[a, b]' }, message: 'x' }],
    ['%x %m', '[] x', { message: 'x' }],
    ['%X %m', '{id=1, user=kim} x', { log4j: { mdc: '{id=1, user=kim}' }, message: 'x' }],
    ['%X %m', 'id=1, user=kim x', { log4j: { mdc: 'id=1, user=kim' }, message: 'x' }],
    ['%X %m', '{} x', { message: 'x' }],
    ['%x', '[a, b]', { log4j: { ndc: '[a, b]' } }],
    ['%X', '{user=kim}', { log4j: { mdc: '{user=kim}' } }],
    ['%X{user}', 'kim', { labels: { user: 'kim' } }],
    ['%X{user}', '', {}],
    ['%mdc{user.id:-none}', 'none', {}],
    ['%mdc{user.id:-none}', '42', { labels: { user_id: '42' } }],
    ['%marker', 'AUDIT', { log4j: { marker: 'AUDIT' } }],
    ['%% %mark', '% hiark', { message: 'hi' }],
    ['\\(%m\\)', '(hi)', { message: 'hi' }],
    ['%highlight{%-5p}{ERROR=red}', 'INFO ', { log: { level: 'info' } }],
    ['%green(%c) %(%m)', 'a.B hi', { log: { logger: 'a.B' }, message: 'hi' }],
    ['%p%notEmpty{ (%marker)} %m', 'INFO (A) x', { log: { level: 'info' }, log4j: { marker: 'A' }, message: 'x' }],
    ['%p%notEmpty{ (%marker)} %m', 'INFO x', { log: { level: 'info' }, message: 'x' }],
    ['%c %notEmpty{%x }- %m', 'a.B [a] - x - y', { log: { logger: 'a.B' }, log4j: { ndc: '[a]' }, message: 'x - y' }],
    ['%c %notEmpty{%x }- %m', 'a.B - x - y', { log: { logger: 'a.B' }, message: 'x - y' }],
    ['${NAME:-%p} ${sys:PID}', 'INFO 12', { log: { level: 'info' }, process: { pid: 12 } }]
  ])('%s of %j', (written, text, expected) => {
    expect(parse(`<${written}>`, `<${text}>`)).toEqual(expected)
  })
})

test('an exception without frames, as those of Kafka, is one where it is the last line', () => {
  expect(
    parse(
      '[%d] %p %m (%c)%n',
      '[2026-11-20 23:11:52,915] ERROR [Fetcher id=1] Error at offset 0 (kafka.server.Fetcher)\norg.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host this partition.'
    )
  ).toMatchObject({
    log: { level: 'error', logger: 'kafka.server.Fetcher' },
    message: '[Fetcher id=1] Error at offset 0',
    error: {
      type: 'org.apache.kafka.common.errors.UnknownTopicOrPartitionException',
      message: 'This server does not host this partition.'
    }
  })
})

test('a trace that Tomcat indents as a whole is one', () => {
  expect(
    parse(
      '%d{dd-MMM-yyyy HH:mm:ss.SSS} %p [%t] %c %m%n',
      '20-Nov-2026 23:11:52.915 SEVERE [main] o.a.Bootstrap Failed\n\torg.acme.InitException: no port\n\t\tat org.acme.A.b(A.java:1)\n\tCaused by: java.net.BindException: in use\n\t\t... 13 more',
      ['SEVERE']
    )
  ).toMatchObject({
    log: { level: 'severe' },
    message: 'Failed',
    error: { type: 'org.acme.InitException', message: 'no port' }
  })
})

test('of two parts that may be missing, one that is there is the first', () => {
  const layout = '[%p][%c]%notEmpty{[%X{pipeline.id}]}%notEmpty{[%X{plugin.id}]} %m%n'
  expect(parse(layout, '[WARN][logstash.outputs][main] x')).toMatchObject({ labels: { pipeline_id: 'main' } })
  expect(parse(layout, '[WARN][logstash.outputs][main][a1] x')).toMatchObject({
    labels: { pipeline_id: 'main', plugin_id: 'a1' }
  })
})

describe('the thread of ZooKeeper, which may hold colons, reaches up to its class', () => {
  test.each<[thread: string, name: string]>([
    ['main', 'QuorumPeerConfig'],
    ['SendWorker:188978561024', 'QuorumCnxManager$SendWorker'],
    ['QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181', 'FastLeaderElection'],
    ['NIOServerCxn.Factory:0.0.0.0/0.0.0.0:2181', 'NIOServerCnxn']
  ])('%s', (thread, name) => {
    expect(
      parse('%d{ISO8601} - %-5p [%t:%C{1}@%L] - %m%n', `2026-11-20 23:11:52,915 - WARN  [${thread}:${name}@68] - a:b@1`)
    ).toEqual({
      '@timestamp': '2026-11-20T14:11:52.915Z',
      log: { level: 'warn', origin: { file: { line: 68 } } },
      process: { thread: { name: thread } },
      log4j: { class: name },
      message: 'a:b@1'
    })
  })
})

describe('times are written by letters of Java, or by names', () => {
  test.each([
    ['%d', '2026-11-20 23:11:52,915', '2026-11-20T14:11:52.915Z'],
    ['%date{ISO8601}', '2026-11-20T23:11:52,915', '2026-11-20T14:11:52.915Z'],
    ['%date{ISO8601}', '2026-11-20 23:11:52,915', '2026-11-20T14:11:52.915Z'],
    ['%d{ISO8601_OFFSET_DATE_TIME_HHCMM}', '2026-11-20T23:11:52,915+05:30', '2026-11-20T17:41:52.915Z'],
    ['%d{DATE}', '20 Nov 2026 23:11:52,915', '2026-11-20T14:11:52.915Z'],
    ['%d{STRICT}', '2026-11-20T23:11:52,915', '2026-11-20T14:11:52.915Z'],
    ['%d{COMPACT}', '20261120231152915', '2026-11-20T14:11:52.915Z'],
    ['%d{UNIX}', '1795183912', '2026-11-20T14:11:52.000Z'],
    ['%d{UNIX_MILLIS}', '1795183912915', '2026-11-20T14:11:52.915Z'],
    ["%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}", '2026-11-20T23:11:52.915Z', '2026-11-20T23:11:52.915Z'],
    ["%d{yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSX}", '2026-11-20T23:11:52.915123456+09', '2026-11-20T14:11:52.915Z'],
    ['%d{yyyy-MM-dd HH:mm:ss}{UTC}', '2026-11-20 23:11:52', '2026-11-20T23:11:52.000Z'],
    ['%d{"yyyy-MM-dd HH:mm:ss,SSS", UTC}', '2026-11-20 23:11:52,915', '2026-11-20T23:11:52.915Z'],
    ['%d{yyyy-MM-dd HH:mm:ss, Europe/Berlin}', '2026-11-20 23:11:52', '2026-11-20T22:11:52.000Z'],
    ["%d{EEE, d MMM yy 'at' h 'o''clock' a}", "Fri, 6 Nov 26 at 3 o'clock PM", '2026-11-06T06:00:00.000Z'],
    ['%d{EEEE MMMM dd yyyy HH:mm:ss z}', 'Friday November 20 2026 23:11:52 KST', '2026-11-20T14:11:52.000Z'],
    ['%d{dd MMM yyyy HH:mm:ss}{Asia/Seoul}{fr}', '20 août 2026 23:11:52', '2026-08-20T14:11:52.000Z'],
    ['%d{dd MMM yyyy HH:mm:ss, UTC, de_DE}', '20 Mär 2026 23:11:52', '2026-03-20T23:11:52.000Z'],
    ['%d{yyyy/MM/dd} %d{HH:mm:ss}', '2026/11/20 23:11:52', '2026-11-20T14:11:52.000Z']
  ])('%s reads %s', (pattern, text, expected) => {
    expect(parse(`${pattern} %m%n`, `${text} hi`)).toEqual({ '@timestamp': expected, message: 'hi' })
  })

  test('a date that is not there comes from the reading of the line', () => {
    const fields: Fields = {}
    const reading = { path: 'a.log', readMs: Date.parse('2026-11-20T15:00:00Z'), modifiedMs: undefined }
    compile('%d{HH:mm:ss.SSS} %m').parse('23:11:52.915 hi', fields, reading)
    expect(fields).toMatchObject({ '@timestamp': '2026-11-20T14:11:52.915Z', message: 'hi' })
  })
})

describe('layouts that are in use everywhere', () => {
  const time = '2026-11-20T14:11:52.915Z'

  test("log4j2's default and quick start", () => {
    expect(
      parse('%d{HH:mm:ss.SSS} [%t] %-5level %logger{36} - %msg%n', '23:11:52.915 [pool-1 a] WARN  com.a.B - x - y')
    ).toMatchObject({ log: { level: 'warn', logger: 'com.a.B' }, message: 'x - y', log4j: { date: '23:11:52.915' } })
  })

  test("log4j's", () => {
    const line = '2026-11-20 23:11:52,915 1042 [main] INFO  com.acme.Shop [user kim] - started'
    expect(parse('%d %r [%t] %-5p %c %x - %m%n', line)).toMatchObject({
      '@timestamp': time,
      process: { thread: { name: 'main' } },
      log: { level: 'info', logger: 'com.acme.Shop' },
      log4j: { relative: 1042, ndc: '[user kim]' },
      message: 'started'
    })
  })

  const SPRING =
    "%clr(%d{${LOG_DATEFORMAT_PATTERN:-yyyy-MM-dd'T'HH:mm:ss.SSSXXX}}){faint} %clr(${LOG_LEVEL_PATTERN:-%5p}){} %clr(${PID:-}){magenta} %clr(--- %esb(){APPLICATION_NAME}%esb{APPLICATION_GROUP}[%15.15t] ${LOG_CORRELATION_PATTERN:-}){faint}%clr(%-40.40logger{39}){cyan} %clr(:){faint} %m%n${LOG_EXCEPTION_CONVERSION_WORD:-%wEx}"

  test("Spring Boot's, in colour and with the name of the application or without", () => {
    const plain =
      '2026-11-20T23:11:52.915+09:00  INFO 4711 --- [           main] com.acme.ShopApplication                 : Started in 2.1 s'
    const expected = {
      '@timestamp': time,
      log: { level: 'info', logger: 'com.acme.ShopApplication' },
      process: { pid: 4711, thread: { name: 'main' } },
      message: 'Started in 2.1 s'
    }
    expect(parse(SPRING, plain)).toEqual(expected)
    expect(parse(SPRING, plain.replace(' INFO', '\x1b[32m INFO\x1b[0;39m'))).toEqual(expected)
    expect(parse(SPRING, plain.replace('--- [', '--- [shop] ['))).toEqual({ ...expected, service: { name: 'shop' } })
  })
})

describe('the trace of an exception behind a line', () => {
  const trace =
    'com.acme.OutOfStock: kimchi: 9 wanted,\n3 left\n\tat com.acme.Shop.place(Shop.java:12)\n\tat com.acme.Shop.main(Shop.java:3) ~[shop.jar:?]\nCaused by: java.io.IOException: x\n\t... 2 more'

  test.each([
    ['next to it', `failed\n${trace}`],
    ['behind a free line', `failed\n\n${trace}\n`]
  ])('%s', (_, text) => {
    expect(parse('%p %m%n%ex', `ERROR ${text}`)).toEqual({
      log: { level: 'error' },
      message: 'failed',
      error: { type: 'com.acme.OutOfStock', message: 'kimchi: 9 wanted,\n3 left', stack_trace: trace }
    })
  })

  test.each(['%p %m%ex%n', '%p %m %rEx{5}%n'])('in the line of the message, by %s', pattern => {
    const text = 'java.lang.IllegalStateException: 3 left,\nnow\n\tat com.acme.Shop.main(Shop.java:3)'
    expect(parse(pattern, `ERROR failed: 9 ${text}`)).toEqual({
      log: { level: 'error' },
      message: 'failed: 9',
      error: { type: 'java.lang.IllegalStateException', message: '3 left,\nnow', stack_trace: text }
    })
  })

  test('behind a message of several lines, without words of its own, in a package or in none', () => {
    const text = 'ERROR order 4712:\n  kimchi\nMyException\n\tat Main.main(Main.java)'
    expect(parse('%p %m%n', text)).toMatchObject({
      message: 'order 4712:\n  kimchi',
      error: { type: 'MyException', stack_trace: 'MyException\n\tat Main.main(Main.java)' }
    })
  })

  test('is the message where that is nothing else', () => {
    expect(parse('%p %m%n', `ERROR ${trace}`)).toMatchObject({ message: trace, error: { type: 'com.acme.OutOfStock' } })
  })

  test('is no line that begins with at', () => {
    expect(parse('%p %m%n', 'INFO we met\n at noon (sharp)')).toEqual({
      log: { level: 'info' },
      message: 'we met\n at noon (sharp)'
    })
  })
})

test('a line that does not fit says where', () => {
  expect(compile('%d [%t] %p%notEmpty{ %marker} - %m').mismatch('2026-11-20 23:11:52,915 main')).toMatchObject({
    column: 24
  })
})

describe('what is no layout, or could be read in two ways, is refused', () => {
  test.each([
    ['%z', 'column 1: "%z"'],
    ['%d{QQQ} %m', '"QQQ" in the time "QQQ"'],
    ['%m${WORD}', 'what the property stands for'],
    ['%p{WARN} %m', 'a level and a text for it'],
    ['%caller{1} %m', '"%caller{1} %m" cannot be read back'],
    ['%prefix(%c) %m', 'words that write values of the record'],
    ['%-30(%c %t) %m', 'widths on the values within it'],
    ['%clr(%m', 'a )'],
    ['hello', 'a layout of at least one value'],
    ['%c%t %m', 'cannot be told apart']
  ])('%s', (pattern, message) => {
    expect(() => compile(pattern)).toThrow(expect.objectContaining({ code: 'E_PARSE_PATTERN' }))
    expect(() => compile(pattern)).toThrow(message)
  })
})
