"""Services that run in a thread of the test, and waiting for what they do"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

WITHIN_SECONDS = 60.0


@contextmanager
def running(act: Callable[[Event], Any]) -> Iterator[None]:
    """The act in a thread until the block ends; it is told to stop by the event that it is given."""
    stopping = Event()
    thread = threading.Thread(target=act, args=(stopping,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(WITHIN_SECONDS)
    assert not thread.is_alive()


def until(condition: Callable[[], Any]) -> None:
    """Wait for something to be true; fails after a minute."""
    end = time.monotonic() + WITHIN_SECONDS
    while not condition():
        assert time.monotonic() < end, "it didn't happen in time"
        time.sleep(0.02)
