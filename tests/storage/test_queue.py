"""Reminders go in by ids; doorbells ring once; a server that is away loses nothing"""

import pytest
import redis

from storage import broker, queue
from storage.broker import Embedded
from storage.config import Config


@pytest.fixture
def connection(tmp_path):
    settings = Config(var=tmp_path)
    server = Embedded(settings)
    server.start()
    yield broker.connect(settings)
    server.stop()


def test_batches_of_ids(connection):
    assert queue.enqueue_clean(connection, list(range(1, 46)), 20)
    assert queue.depth(connection, queue.CLEAN) == 3
    jobs = queue.open_queue(connection, queue.CLEAN).jobs
    assert [len(job.args[0]) for job in jobs] == [20, 20, 5]
    assert {job.func_name for job in jobs} == queue.ALLOWED


def test_a_bell_rings_once(connection):
    queue.ring(connection, queue.DEDUP)
    queue.ring(connection, queue.DEDUP)
    assert queue.wait(connection, queue.DEDUP)
    assert not queue.wait(connection, queue.DEDUP)


def test_an_absent_server_is_no_error():
    away = redis.Redis(unix_socket_path="/nonexistent.sock")
    assert not queue.enqueue_clean(away, [1], 20)
    assert queue.depth(away, queue.CLEAN) is None
    queue.ring(away, queue.DEDUP)
