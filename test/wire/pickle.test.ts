// What real Pythons pickle, in every protocol that they have, read without running any of it.

import { describe, expect, test } from 'vitest'
import { defaultLimits, readPickle } from '#wire'
import { pythons, runScript } from './pythons.ts'

/** Values by name; those that a Python does not have are left out. Runs on 2.7 and 3. */
const VALUES = `# -*- coding: utf-8 -*-
import sys, json, pickle, binascii, datetime, decimal, uuid, collections, io
class Point(collections.namedtuple('Point', 'x y')): pass
class Order(object):
    def __init__(self): self.number = 7; self.parts = ['a']
class DeclinedError(Exception): pass
def same(value): return value
Point.__module__ = Order.__module__ = DeclinedError.__module__ = 'shop'
import types
shop = types.ModuleType('shop'); sys.modules['shop'] = shop
for one in (Point, Order, DeclinedError): setattr(shop, one.__name__, one)
loop = []; loop.append(loop)
values = {
    'none': None, 'true': True, 'false': False, 'small': 7, 'byte': 255, 'short': 65535, 'int': 2 ** 31 - 1,
    'negative': -3, 'thread': 140140140140140, 'long': 2 ** 70, 'minus_long': -(2 ** 70), 'float': 1.5, 'nan': float('nan'),
    'inf': float('inf'), 'minus_inf': float('-inf'), 'text': u'\\ud55c\\uae00 \\U0001f600', 'empty': u'', 'list': [1, [2, []]],
    'tuple': (1, (2, 3), (), (1, 2, 3, 4)), 'dict': {u'a': {u'b': None}}, 'many': list(range(1100)),
    'bytearray': bytearray(b'ab\\xff'), 'set': {3}, 'frozenset': frozenset([3]), 'complex': 1 + 2j,
    'datetime': datetime.datetime(2026, 11, 20, 23, 11, 52, 915001), 'date': datetime.date(2026, 11, 20),
    'time': datetime.time(23, 11), 'timedelta': datetime.timedelta(1, 7384, 500000), 'decimal': decimal.Decimal('1.50'),
    'uuid': uuid.UUID('12345678-1234-5678-1234-567812345678'), 'ordered': collections.OrderedDict([(u'b', 1), (u'a', 2)]),
    'defaultdict': collections.defaultdict(int, {u'a': 1}), 'deque': collections.deque([1, 2], 5),
    'counter': collections.Counter([u'a', u'a']), 'error': ValueError(u'bad'), 'own_error': DeclinedError(u'no money'),
    'namedtuple': Point(1, 2), 'object': Order(), 'class': Order, 'loop': loop, 'shared': [loop[:0]] * 2,
    'keys': {1: u'one', (1, 2): u'two', None: u'none'}
}
if sys.version_info[0] > 2:
    import enum, pathlib
    class Colour(enum.Enum): RED = 1
    Colour.__module__ = 'shop'; Colour.__qualname__ = 'Colour'; shop.Colour = Colour
    zone = datetime.timezone(datetime.timedelta(hours=9))
    values.update(bytes=b'a\\xffb', no_bytes=b'', korean='한글'.encode(), path=pathlib.PurePosixPath('/srv/app/x.py'), windows=pathlib.PureWindowsPath('C:/srv/x'),
        aware=datetime.datetime(2026, 11, 20, 23, 11, 52, tzinfo=zone), utc=datetime.datetime(2026, 11, 20, 23, 11, 52, tzinfo=datetime.timezone.utc),
        surrogate='a\\udc80b', enum=Colour.RED)
try:
    import zoneinfo
    values['zone'] = datetime.datetime(2026, 11, 20, 23, 11, 52, tzinfo=zoneinfo.ZoneInfo('Asia/Seoul'))
except ImportError: pass
except Exception: pass
pickles = [[name, p, binascii.hexlify(pickle.dumps(values[name], p)).decode()] for name in sorted(values) for p in range(pickle.HIGHEST_PROTOCOL + 1)]
if sys.version_info[0] == 2:
    import cPickle
    pickles += [[name, p, binascii.hexlify(cPickle.dumps(values[name], p)).decode()] for name in sorted(values) for p in range(3)]
print(json.dumps(pickles))
`

const EXPECTED: Readonly<Record<string, unknown>> = {
  none: null,
  true: true,
  false: false,
  small: 7,
  byte: 255,
  short: 65535,
  int: 2 ** 31 - 1,
  negative: -3,
  thread: 140140140140140,
  long: '1180591620717411303424',
  minus_long: '-1180591620717411303424',
  float: 1.5,
  nan: 'NaN',
  inf: 'Infinity',
  minus_inf: '-Infinity',
  text: '한글 😀',
  empty: '',
  list: [1, [2, []]],
  tuple: [1, [2, 3], [], [1, 2, 3, 4]],
  dict: { a: { b: null } },
  many: Array.from({ length: 1100 }, (_, i) => i),
  bytearray: 'ab\\xff',
  bytes: 'a\\xffb',
  no_bytes: '',
  korean: '한글',
  set: [3],
  frozenset: [3],
  complex: '(1+2j)',
  datetime: '2026-11-20T23:11:52.915001',
  aware: '2026-11-20T23:11:52+09:00',
  utc: '2026-11-20T23:11:52+00:00',
  zone: '2026-11-20T23:11:52[Asia/Seoul]',
  date: '2026-11-20',
  time: '23:11:00',
  timedelta: '1 day, 2:03:04.500000',
  decimal: '1.50',
  uuid: '12345678-1234-5678-1234-567812345678',
  path: '/srv/app/x.py',
  windows: 'C:\\srv\\x',
  ordered: { b: 1, a: 2 },
  defaultdict: { a: 1 },
  deque: [1, 2],
  counter: { a: 2 },
  error: 'ValueError: bad',
  own_error: 'shop.DeclinedError: no money',
  // Some releases of CPython 3.11 pickle members by name, all others by value.
  enum: expect.toBeOneOf([{ __class__: 'shop.Colour', args: [1] }, 'Colour.RED']),
  class: 'shop.Order',
  loop: ['...'],
  shared: [[], []],
  surrogate: 'a\\udc80b',
  keys: { 1: 'one', '(1, 2)': 'two', None: 'none' },
  object: { __class__: 'shop.Order', state: { number: 7, parts: ['a'] } }
}

/** Protocols before 2 describe a named tuple as a copy of a tuple. */
function expectedOf(name: string, protocol: number): unknown {
  if (name === 'namedtuple') return { __class__: 'shop.Point', args: protocol < 2 ? [[1, 2]] : [1, 2] }
  return EXPECTED[name]
}

describe.each(pythons().map(python => [python.version, python] as const))('Python %s', (_, python) => {
  test('its values are read from every protocol', () => {
    const pickles = runScript<[string, number, string][]>(python, VALUES)
    expect(pickles.length).toBeGreaterThan(100)
    const read = pickles.map(([name, protocol, hex]) => [
      name,
      protocol,
      readPickle(Buffer.from(hex, 'hex'), defaultLimits)
    ])
    expect(read).toEqual(pickles.map(([name, protocol]) => [name, protocol, { ok: expectedOf(name, protocol) }]))
  })
})
