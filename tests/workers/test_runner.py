"""A real server: jobs run once, come back after kills, and work goes on without it"""

import json
import os
import subprocess
import sys
import threading
import time
from threading import Event

import pytest
from rq.job import Job as Letter
from rq.queue import Queue

from storage import broker, queue
from storage.domain import Outcome
from storage.errors import Retryable
from tests.workers.threads import WITHIN_SECONDS, until
from workers import jobs, runner
from workers.jobs import Job
from workers.runner import Runner


class Bench:
    """A runner in a thread, with what it did."""

    def __init__(self, settings, database, work=None):
        self.stopping = Event()
        self.seen = []
        self.waiting = []
        self.job = Job(database, queue.CLEAN_JOB, work or self.work, self.stopping)
        self.runner = Runner(settings, queue.CLEAN, self.job, f"clean-{os.getpid()}")
        self.thread = threading.Thread(target=self.runner.run, args=(self.stopping, self.forgotten), daemon=True)

    def work(self, ids):
        self.seen.append(list(ids))
        return {Outcome.STORED: len(ids)}

    def forgotten(self):
        found, self.waiting = self.waiting, []
        return found

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.stopping.set()
        self.thread.join(WITHIN_SECONDS)
        assert not self.thread.is_alive()


@pytest.fixture(autouse=True)
def in_a_thread(monkeypatch):
    """RQ's time limit rings by a signal, which only a main thread can hear."""
    from rq.timeouts import TimerDeathPenalty

    monkeypatch.setattr(runner.Worker, "death_penalty_class", TimerDeathPenalty)


def test_jobs_run_in_order_and_leave_nothing_behind(settings, connection, sqlite):
    queue.enqueue_clean(connection, range(1, 6), 2)
    with Bench(settings, sqlite) as bench:
        until(lambda: len(bench.seen) == 3)
        until(lambda: not list(connection.scan_iter("rq:job:*")))
    assert bench.seen == [[1, 2], [3, 4], [5]]
    assert bench.job.figures() == {"stored": 5}
    assert list(connection.scan_iter("*:intermediate")) == []
    assert connection.smembers("rq:workers") == set()


def test_a_job_whose_cause_may_pass_runs_again(settings, connection, sqlite, monkeypatch):
    monkeypatch.setattr(jobs, "FIRST_WAIT_SECONDS", 0.01)
    tries = []

    def work(ids):
        tries.append(list(ids))
        if len(tries) < 4:
            raise Retryable("the store is away")
        return {Outcome.STORED: 1}

    queue.enqueue_clean(connection, [9], 2)
    with Bench(settings, sqlite, work) as bench:
        until(lambda: len(tries) == 4)
        until(lambda: bench.job.figures() == {"retried": 3, "stored": 1})
    assert tries == [[9]] * 4


def test_nothing_else_is_ever_run(settings, connection, sqlite, tmp_path):
    mark = tmp_path / "mark"
    ours = queue.open_queue(connection, queue.CLEAN)
    ours.enqueue("os.system", f"touch {mark}")
    ours.enqueue("subprocess.getoutput", f"touch {mark}")
    ours.enqueue(queue.CLEAN_JOB, [[1]], {"a": 1})
    ours.enqueue(queue.CLEAN_JOB, ["1; touch x"])
    ours.enqueue_many([Queue.prepare_data(queue.CLEAN_JOB, args=([1],), kwargs={"os": 1})])
    Queue(queue.CLEAN, connection=connection).enqueue("os.system", f"touch {mark}")  # pickled
    nonsense = ours.enqueue(queue.CLEAN_JOB, [2])
    connection.hset(nonsense.key, "created_at", b"\xff\xfe")
    called = ours.enqueue(queue.CLEAN_JOB, [3])
    connection.hset(called.key, mapping={"success_callback_name": "os.remove", "failure_callback_name": "os.remove"})
    queue.enqueue_clean(connection, [4], 2)
    with Bench(settings, sqlite) as bench:
        until(lambda: [4] in bench.seen)
    assert bench.seen == [[3], [4]]
    assert not mark.exists()


def test_what_the_queue_forgot_comes_from_the_store(settings, connection, sqlite):
    with Bench(settings, sqlite) as bench:
        bench.waiting = [5, 6]
        until(lambda: bench.seen == [[5, 6]])


def test_work_goes_on_without_the_server_and_with_it_again(settings, server, sqlite):
    with Bench(settings, sqlite) as bench:
        queue.enqueue_clean(broker.connect(settings), [1], 2)
        until(lambda: bench.seen == [[1]])
        server.process.kill()
        server.process.wait()
        bench.waiting = [2]
        until(lambda: bench.seen == [[1], [2]])
        assert bench.thread.is_alive()
        server.start()
        queue.enqueue_clean(broker.connect(settings), [3], 2)
        until(lambda: bench.seen == [[1], [2], [3]])


def test_it_stops_while_the_server_is_away(settings, sqlite):
    with Bench(settings, sqlite) as bench:
        bench.waiting = [1]
        until(lambda: bench.seen == [[1]])


def test_a_server_that_evicts_is_not_used(settings, connection, sqlite):
    connection.config_set("maxmemory-policy", "allkeys-lru")
    queue.enqueue_clean(connection, [1], 2)
    with Bench(settings, sqlite) as bench:
        bench.waiting = [2]
        until(lambda: bench.seen == [[2]])


def test_suspended_workers_wait(settings, connection, sqlite):
    from rq.suspension import resume, suspend

    suspend(connection)
    queue.enqueue_clean(connection, [1], 2)
    with Bench(settings, sqlite) as bench:
        time.sleep(1.5)
        assert bench.seen == []
        resume(connection)
        until(lambda: bench.seen == [[1]])


@pytest.mark.slow
def test_the_usual_tool_shows_our_queue(settings, connection, sqlite):
    queue.enqueue_clean(connection, [1, 2, 3], 2)
    url = f"unix://{broker.socket_path(settings)}"
    command = [sys.executable, "-c", "from rq.cli import main; main()", "info", "--raw", "-u", url]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert "queue clean 2" in shown


KILLED = """
import sys, time
from pathlib import Path
from threading import Event
from storage import queue
from storage.config import Config
from storage.db import Database
from workers.jobs import Job
from workers.runner import Runner
var = Path(sys.argv[1])
def work(ids):
    with (var / "seen").open("a") as file:
        file.write(f"{list(ids)}\\n")
    time.sleep(float(sys.argv[2]))
    return {}
job = Job(Database(f"sqlite:///{var}/x.db"), queue.CLEAN_JOB, work, Event())
Runner(Config(var=var), queue.CLEAN, job, f"clean-{sys.argv[2]}").run(Event(), list)
"""


@pytest.mark.slow
def test_a_job_whose_worker_was_killed_comes_back(settings, connection, tmp_path, monkeypatch):
    monkeypatch.setattr(queue, "JOB_SECONDS", 1)
    queue.enqueue_clean(connection, [1], 2)
    seen = tmp_path / "seen"
    first = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path), "600"])
    until(seen.exists)
    first.kill()
    first.wait()
    # The execution counts as abandoned a minute after its time limit: let that minute be over.
    registry = queue.open_queue(connection, queue.CLEAN).started_job_registry
    for name in connection.zrange(registry.key, 0, -1):
        connection.zadd(registry.key, {name: time.time() - 1})
    second = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path), "0"])
    try:
        until(lambda: seen.read_text().splitlines() == ["[1]", "[1]"])
    finally:
        second.kill()
        second.wait()


def test_payloads_are_json(connection):
    queue.enqueue_clean(connection, [1], 2)
    (key,) = connection.scan_iter("rq:job:*")
    job = Letter.fetch(key.decode().removeprefix("rq:job:"), connection=connection, serializer=queue.JSONSerializer)
    assert json.loads(job.data) == [queue.CLEAN_JOB, None, [[1]], {}]
