"""A ring wakes it at once; without a server it looks by itself; failures don't make it spin"""

import threading
import time
from threading import Event

from storage import broker, queue
from storage.domain import Outcome
from tests.workers.threads import WITHIN_SECONDS, until
from workers import attendant
from workers.attendant import Attendant
from workers.jobs import Job

FULL = 5


class Desk:
    """Work that comes in portions; an attendant in a thread takes them."""

    def __init__(self, settings, database):
        self.stopping = Event()
        self.portions = []
        self.calls = 0
        self.job = Job(database, "dedup", self.work, self.stopping)
        attends = Attendant(settings, queue.DEDUP, self.job, FULL)
        self.thread = threading.Thread(target=attends.run, args=(self.stopping,), daemon=True)

    def work(self, _ids):
        self.calls += 1
        portion = self.portions.pop(0) if self.portions else 0
        if portion < 0:
            raise ValueError("broken")
        return {Outcome.STORED: portion} if portion else {}

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.stopping.set()
        self.thread.join(WITHIN_SECONDS)
        assert not self.thread.is_alive()


def test_all_portions_are_taken_and_a_ring_wakes_it(settings, server, sqlite, monkeypatch):
    monkeypatch.setattr(broker, "BLOCK_SECONDS", 4)  # so that waking by itself comes too late
    with Desk(settings, sqlite) as desk:
        desk.portions += [2, 3]
        queue.ring(broker.connect(settings), queue.DEDUP)
        until(lambda: desk.job.figures() == {"stored": 5})
        calls = desk.calls
        until(lambda: desk.calls > calls)
        desk.portions += [1]
        start = time.monotonic()
        queue.ring(broker.connect(settings), queue.DEDUP)
        until(lambda: desk.job.figures() == {"stored": 6})
        assert time.monotonic() - start < 4


def test_without_a_server_it_looks_by_itself(settings, sqlite, monkeypatch):
    monkeypatch.setattr(attendant, "AWAY_SECONDS", 0.05)
    with Desk(settings, sqlite) as desk:
        desk.portions += [1]
        until(lambda: desk.job.figures() == {"stored": 1})
        desk.portions += [1]
        until(lambda: desk.job.figures() == {"stored": 2})


def test_a_failure_is_followed_by_a_pause(settings, sqlite, monkeypatch):
    monkeypatch.setattr(attendant, "AFTER_FAILURE_SECONDS", 0.2)
    with Desk(settings, sqlite) as desk:
        desk.portions += [-1, -1, 4]
        start = time.monotonic()
        until(lambda: desk.job.figures() == {"failed": 2, "stored": 4})
        assert time.monotonic() - start >= 0.4


def test_after_a_full_round_the_next_comes_at_once_after_another_some_work_gathers(settings, sqlite, monkeypatch):
    monkeypatch.setattr(attendant, "GATHER_SECONDS", 0.3)
    with Desk(settings, sqlite) as desk:
        start = time.monotonic()
        desk.portions += [FULL - 1, FULL - 1, FULL, 1]
        queue.ring(broker.connect(settings), queue.DEDUP)
        until(lambda: desk.job.figures() == {"stored": 3 * FULL - 1})
        assert time.monotonic() - start >= 0.6
        desk.portions += [FULL] * 300
        until(lambda: desk.job.figures()["stored"] > 300 * FULL)
        assert time.monotonic() - start < 300 * 0.3
