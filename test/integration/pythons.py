# -*- coding: utf-8 -*-
# What a program of any CPython from 2.7 on logs through its own handlers. Arguments: the ports of python and of http.
from __future__ import unicode_literals

import datetime
import decimal
import logging
import logging.handlers
import os
import sys
import threading

PORT, HTTP = int(sys.argv[1]), int(sys.argv[2])
VERSION = '%d.%d' % sys.version_info[:2]
COUNT = 50


def logger_with(name, handler):
    logger = logging.getLogger(str(name + VERSION))
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    return logger


def many(name):
    own = logger_with(name, logging.handlers.SocketHandler('localhost', PORT))
    for i in range(COUNT):
        own.info('%s %d', name, i)
    own.handlers[0].close()


# One that fails says so, instead of printing and going on.
def fail(self, record):
    raise


logging.Handler.handleError = fail

one = logger_with('one ', logging.handlers.SocketHandler('localhost', PORT))
one.warning('주문 %s, %.1f%%', 4711, 99.5, extra={
    'nan': float('nan'), 'raw': b'\x00\xff', 'when': datetime.datetime(2026, 11, 20, 23, 11),
    'cost': decimal.Decimal('19.90'), 'tags': {'a'}, 'deep': {'a': [1, (2, None)]}})
try:
    {}['열쇠']
except KeyError:
    one.exception('실패')
one.error('m' * 2000000)
threads = [threading.Thread(target=many, args=('thread %d' % i,)) for i in range(4)]
for thread in threads:
    thread.start()
for i in range(2):
    if os.fork() == 0:
        many('fork %d' % i)
        os._exit(0)
for thread in threads:
    thread.join()
for i in range(2):
    assert os.wait()[1] == 0
logger_with('datagram ', logging.handlers.DatagramHandler('localhost', PORT)).error('패킷')
logger_with('http ', logging.handlers.HTTPHandler(str('localhost:%d' % HTTP), str('/log'), method=str('POST'))).error('request %s', 'one')
