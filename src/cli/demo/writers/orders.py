"""An order service that logs as Python programs do: through RotatingFileHandler, in Korean, with tracebacks.

orders.py FILE RATE FIRST writes RATE records a second to FILE, the first with the serial FIRST, and prints how many there
are by now. It ends with standard input, and so with the demo, however that ends.
"""
import logging
import logging.handlers
import random
import sys
import threading
import time

TICK_SECONDS = 0.02
MAX_BYTES = 500_000
# As many as never have to go while they may still be read.
BACKUPS = 1_000
ERRORS = 0.04

ITEMS = ["겨울 코트", "운동화", "목도리", "wool socks"]
PLACES = ["서울", "부산", "대구", "제주"]

orders = logging.getLogger("shop.orders")
delivery = logging.getLogger("배송")


class OrderFailed(Exception):
    """An order that could not be placed."""


def count(serial):
    try:
        return int("열두 벌")
    except ValueError as error:
        raise OrderFailed(f"주문 #{serial}: 수량을 알 수 없습니다") from error


def reserve(serial):
    stock = {"겨울 코트": 12}
    try:
        stock["운동화"] -= 1
    except KeyError:
        raise LookupError(f"주문 #{serial}: 운동화 재고 없음")


def charge(serial):
    raise TimeoutError(f"주문 #{serial}: the payment service did not answer")


FAULTS = [count, reserve, charge]


def handle(serial):
    """Takes one order and logs it: one record."""
    item = random.choice(ITEMS)
    chance = random.random()
    if chance < ERRORS:
        try:
            random.choice(FAULTS)(serial)
        except Exception:
            orders.exception("주문 #%d 처리 실패: %s", serial, item)
    elif chance < 0.1:
        orders.warning("주문 #%d 재고 부족: %s - %d left", serial, item, random.randint(1, 3))
    elif chance < 0.4:
        delivery.info("주문 #%d 배송 시작: %s", serial, random.choice(PLACES))
    else:
        orders.info("주문 #%d 접수: %s %d벌", serial, item, random.randint(1, 4))


def main(path, rate, first):
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8")
    logging.basicConfig(
        handlers=[handler], level=logging.INFO, format="%(asctime)s - %(name)s - %(levelname)s - %(message)s"
    )
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.buffer.read(), ended.set()), daemon=True).start()
    begun = time.monotonic()
    serial = first
    while not ended.wait(TICK_SECONDS):
        due = first + int((time.monotonic() - begun) * rate)
        while serial < due:
            handle(serial)
            serial += 1
        print(serial, flush=True)


main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
