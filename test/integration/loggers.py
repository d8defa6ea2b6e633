# What loggers from the package index send. Arguments: the logger and the port.
import logging
import logging.handlers
import sys

import graypy
from loguru import logger as loguru

kind, port = sys.argv[1], int(sys.argv[2])


def through(handler):
    logger = logging.getLogger('서버 로그')
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    logger.warning('주문 %s, %.1f%%', 4711, 99.5, extra={'user_name': 'kim'})
    try:
        1 / 0
    except ZeroDivisionError:
        logger.exception('계산 실패 ' + LONG)
    handler.close()


def through_loguru():
    loguru.remove()
    loguru.add(logging.handlers.SocketHandler('localhost', port), format='{message}')
    loguru.bind(user_name='kim').warning('주문 {}, {:.1f}%', 4711, 99.5)
    try:
        1 / 0
    except ZeroDivisionError:
        loguru.exception('계산 실패 ' + LONG)


# More than a packet takes, and not to be compressed into one.
LONG = '' if kind != 'gelf-udp' else ''.join(chr(0xAC00 + i * 7919 % 11172) for i in range(8000))
{
    'gelf-udp': lambda: through(graypy.GELFUDPHandler('localhost', port)),
    'gelf-tcp': lambda: through(graypy.GELFTCPHandler('localhost', port)),
    'loguru': through_loguru,
}[kind]()
