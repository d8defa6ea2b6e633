// What the handlers of real Pythons' logging send, as lines.

import { describe, expect, test } from 'vitest'
import { datagramLine, defaultLimits, formLine, lengthPrefixed, recordLine } from '#wire'
import { pythons, runScript } from './pythons.ts'

/** Prints, in hexadecimal, the stream of a SocketHandler, the packets of a DatagramHandler and the forms of an HTTPHandler. */
const SCRIPT = `# -*- coding: utf-8 -*-
import sys, json, binascii, logging, logging.handlers as handlers, datetime, decimal
try: from urllib.parse import urlencode
except ImportError: from urllib import urlencode
text = type(u'')
class Kept(object):
    def __init__(self): self.bytes = []
    def sendall(self, data): self.bytes.append(data)
    def sendto(self, data, address): self.bytes.append(data)
    def close(self): pass
class Socket(handlers.SocketHandler):
    def makeSocket(self, timeout=1): self.kept = Kept(); return self.kept
class Datagram(handlers.DatagramHandler):
    def makeSocket(self): self.kept = Kept(); return self.kept
class Forms(logging.Handler):
    sent = []
    def emit(self, record): self.sent.append(urlencode(handlers.HTTPHandler('h', '/').mapLogRecord(record)))
log = logging.getLogger(u'\\uc8fc\\ubb38'.encode('utf-8') if sys.version_info[0] == 2 else u'\\uc8fc\\ubb38')
log.setLevel(1); log.propagate = False
tcp, udp, forms = Socket('h', 1), Datagram('h', 1), Forms()
for one in (forms, tcp, udp): log.addHandler(one)
log.info('paid %s %d%% of %(a)s' if 0 else 'paid %s %d%%', u'\\ud55c\\uae00' if sys.version_info[0] > 2 else 'x', 42)
log.warning('user %(name)r', {'name': 'kim'}, extra={'cost': decimal.Decimal('9.90'), 'ratio': float('nan'), 'ids': [1, (2, None)], 'user': {'id': 7}})
try: {}['missing']
except KeyError: log.exception('no %s', 'luck')
log.error('failed: %s', ValueError("it's bad"))
log.log(15, 'at %s', datetime.datetime(2026, 11, 20, 23, 11, 52))
log.debug('x' * 60000)
log.removeHandler(udp); log.removeHandler(forms)
log.critical('y' * 2000000)
hexed = lambda data: binascii.hexlify(data).decode()
print(json.dumps([hexed(b''.join(tcp.kept.bytes)), [hexed(one) for one in udp.kept.bytes], forms.sent]))
`

const limits = { ...defaultLimits, frameBytes: 2 ** 22 }

describe.each(pythons().map(python => [python.version, python] as const))('Python %s', (version, python) => {
  const isOld = version === '2.7'
  const [stream, packets, forms] = runScript<[string, string[], string[]]>(python, SCRIPT)
  const cut = lengthPrefixed(limits.frameBytes).push(Buffer.from(stream, 'hex'))
  const lines = cut.frames.map(frame => recordLine(frame, limits))
  const records = lines.map(line => ('ok' in line ? JSON.parse(line.ok) : line))

  test('records of a SocketHandler are read, with all that was logged', () => {
    expect(records.map(({ name, levelname, levelno }) => ({ name, levelname, levelno }))).toEqual(
      ['INFO', 'WARNING', 'ERROR', 'ERROR', 'Level 15', 'DEBUG', 'CRITICAL'].map((levelname, i) => ({
        name: '주문',
        levelname,
        levelno: [20, 30, 40, 40, 15, 10, 50][i]
      }))
    )
    expect(records.slice(0, 5).map(({ message }) => message)).toEqual([
      `paid ${isOld ? 'x' : '한글'} 42%`,
      "user 'kim'",
      'no luck',
      "failed: it's bad",
      'at 2026-11-20 23:11:52'
    ])
    expect(records[1]).toMatchObject({
      cost: '9.90',
      ratio: 'NaN',
      ids: [1, [2, null]],
      user: { id: 7 },
      lineno: expect.any(Number)
    })
    expect(records[2].exc_text).toMatch(/^Traceback \(most recent call last\):\n {2}File [\s\S]*\nKeyError: 'missing'$/)
    expect(records[0]).toMatchObject({
      funcName: '<module>',
      processName: 'MainProcess',
      threadName: 'MainThread',
      created: expect.any(Number)
    })
    expect(records[6].message).toBe('y'.repeat(2_000_000))
    expect(lines.every(line => 'ok' in line && !line.ok.includes('\n'))).toBe(true)
  })

  test('packets of a DatagramHandler are the same records, with and without the length', () => {
    expect(packets.length).toBe(6)
    for (const [i, packet] of packets.entries()) {
      const bytes = Buffer.from(packet, 'hex')
      expect(datagramLine(bytes, limits)).toEqual(lines[i])
      expect(datagramLine(bytes.subarray(4), limits)).toEqual(lines[i])
    }
  })

  test('forms of an HTTPHandler say the same as the records', () => {
    for (const [i, form] of forms.entries()) {
      const line = formLine(form, limits)
      const { exc_text, exc_info, ...read } = JSON.parse('ok' in line ? line.ok : JSON.stringify(line))
      const { cost, ratio, ids, user, exc_text: _, ...common } = records[i]
      // Python 2 writes twelve digits of a number.
      for (const time of ['created', 'msecs', 'relativeCreated']) common[time] = expect.closeTo(common[time], 1)
      expect(read).toMatchObject(common)
      if (i === 1) expect(read).toMatchObject({ cost: '9.90', ratio: 'nan', ids: '[1, (2, None)]', user: "{'id': 7}" })
      if (i === 2) expect(exc_info).toEqual({ type: 'KeyError', message: 'missing' })
    }
  })
})

describe('forms', () => {
  test.each([
    ["('한글',)", 'bad %s', 'bad 한글'],
    ['()', '100%', '100%'],
    ['None', '100%', '100%'],
    ["('a', 'b')", 'one %s', 'one %s'],
    ["{'a': 1, 'b': [1.0, b'x\\xff']}", '%(a)05d %(b)s', "00001 [1.0, b'x\\xff']"],
    [
      "(<object object at 0x7f>, Decimal('1.50'), UUID('0-1'), PosixPath('/a'))",
      '%s %s %s %r',
      "<object object at 0x7f> 1.50 0-1 PosixPath('/a')"
    ],
    ['(datetime.datetime(2026, 11, 20, 23, 11, tzinfo=datetime.timezone.utc),)', '%s', '2026-11-20 23:11:00+00:00'],
    [
      '(datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone(datetime.timedelta(seconds=32400))),)',
      '%s',
      '2026-11-20 00:00:00+09:00'
    ],
    ["(Point(x=1, y='a, b)'), [Order(1), {2}])", '%s %s', "Point(x=1, y='a, b)') [Order(1), {2}]"],
    [
      '(nan, -inf, 1e+16, (1+2j), True, 12345678901234567890)',
      '%s %s %s %s %s %s',
      'nan -inf 1e+16 (1+2j) True 12345678901234567890'
    ]
  ])('args %s of %j', (args, msg, message) => {
    const line = formLine(
      new URLSearchParams({ msg, args, levelno: '20', created: '1795183912.25' }).toString(),
      limits
    )
    expect('ok' in line && JSON.parse(line.ok)).toMatchObject({ message, levelno: 20, created: 1795183912.25 })
  })

  test('that are no record, or too long, are refused', () => {
    expect(formLine('a=b', limits)).toEqual({ error: 'the form has neither `msg` nor `message`' })
    expect(formLine('msg=abc', { ...limits, frameBytes: 6 })).toEqual({
      error: 'a form of 7 characters; at most 6 are allowed'
    })
  })
})
