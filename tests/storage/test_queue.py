"""Reminders go in by ids; doorbells ring once; a server that is away loses nothing"""

import redis

from storage import broker, queue


def test_batches_of_ids(connection):
    assert queue.enqueue_clean(connection, list(range(1, 46)), 20)
    assert queue.depth(connection, queue.CLEAN) == 3
    jobs = queue.open_queue(connection, queue.CLEAN).jobs
    assert [len(job.args[0]) for job in jobs] == [20, 20, 5]
    assert {job.func_name for job in jobs} == {queue.CLEAN_JOB}


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
    assert not queue.remind(away, [1], 20)


def test_reminders_stop_when_the_queue_is_full(connection, monkeypatch):
    monkeypatch.setattr(queue, "MOST_JOBS", 3)
    assert [queue.remind(connection, [1, 2], 1) for _ in range(3)] == [True, True, False]
    assert queue.depth(connection, queue.CLEAN) == 4
    assert not queue.remind(connection, [], 1)


def test_a_full_server_is_no_error(connection):
    connection.config_set("maxmemory", "1")
    assert not queue.enqueue_clean(connection, [1], 20)


def test_the_outbox_waits_for_nobody(settings, server, monkeypatch):
    outbox = queue.Outbox(settings)
    assert outbox.send([1])
    server.process.kill()
    server.process.wait()
    assert not outbox.send([2])
    server.start()
    assert not outbox.send([3])  # not tried so soon: the sweep reminds
    monkeypatch.setattr(outbox, "_again_at", 0.0)
    assert outbox.send([4])
    assert queue.depth(broker.connect(settings), queue.CLEAN) == 2  # the first one was kept over the kill
