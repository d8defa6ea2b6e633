# What the loggers of Python send to a server, each in its own way. Arguments: the handler and the port.
import logging
import logging.handlers
import socket
import sys

kind, port = sys.argv[1], int(sys.argv[2])
handlers = {
    'socket': lambda: logging.handlers.SocketHandler('localhost', port),
    'datagram': lambda: logging.handlers.DatagramHandler('localhost', port),
    'http': lambda: logging.handlers.HTTPHandler(f'localhost:{port}', '/log', method='POST'),
    'http-get': lambda: logging.handlers.HTTPHandler(f'localhost:{port}', '/log', method='GET'),
    'syslog': lambda: logging.handlers.SysLogHandler(('localhost', port)),
    'syslog-tcp': lambda: logging.handlers.SysLogHandler(('localhost', port), socktype=socket.SOCK_STREAM),
}
logger = logging.getLogger('서버 로그')
logger.setLevel(logging.DEBUG)
handler = handlers[kind]()
logger.addHandler(handler)

logger.warning('주문 %s, %.1f%%', 4711, 99.5, extra={'user_name': 'kim'})
try:
    1 / 0
except ZeroDivisionError:
    logger.exception('계산 실패')
handler.close()
