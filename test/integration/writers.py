"""Writes numbered lines at a steady rate through one of the ways that Python programs log to files.

writers.py WAY FILE LINES SECONDS
"""
import logging
import logging.handlers
import sys
import time

WAYS = {
    "rotating": lambda path: logging.handlers.RotatingFileHandler(
        path, maxBytes=16_000, backupCount=20, encoding="utf-8"
    ),
    "timed": lambda path: logging.handlers.TimedRotatingFileHandler(path, when="S", interval=1, encoding="utf-8"),
    "watched": lambda path: logging.handlers.WatchedFileHandler(path, encoding="utf-8"),
}


def create_logger(way, path):
    """A logger that writes lines to the file at path, in one of WAYS or as Loguru does."""
    if way.startswith("loguru"):
        from loguru import logger

        logger.remove()
        logger.add(path, rotation="40 KB", compression="gz" if way == "loguru-gz" else None)
        return logger
    handler = WAYS[way](path)
    handler.setFormatter(logging.Formatter("%(asctime)s - %(name)s - %(levelname)s - %(message)s"))
    logger = logging.getLogger("주문 서버")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return logger


def main(way, path, lines, seconds):
    logger = create_logger(way, path)
    begun = time.monotonic()
    for serial in range(lines):
        logger.info(f"주문이 접수되었습니다 {way} {serial}")
        time.sleep(max(0, begun + seconds * serial / lines - time.monotonic()))
    logging.shutdown()


main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
