"""The real daemon on a lab: each process killed in turn, the supervisor too, the queue emptied; nothing lost"""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
import sqlalchemy as sa

from dateline.lab import verdict
from storage import broker, db
from storage.config import Config
from storage.errors import Retryable
from storage.models.article import Article
from storage.repositories import changes, invariants, readings

WITHIN_SECONDS = 180.0
# What killing may break; how well pages are read is judged elsewhere.
RULES = ("doubled", "robots", "crawl-delay", "retry-after", "concurrency", "forbidden address")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]


def until(condition, seconds=WITHIN_SECONDS):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it didn't happen in time"
        time.sleep(0.1)
    return found


@pytest.fixture
def lab(tmp_path):
    folder = tmp_path / "lab"
    command = [sys.executable, "-m", "dateline.lab", "--out", str(folder), "--scale", "small", "--stop-after", "1500"]
    with (tmp_path / "lab.log").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    until((folder / "ready.json").exists)
    yield folder
    process.terminate()
    process.wait(30)


class Daemon:
    """`dateline up` and its children, found by what they run."""

    def __init__(self, tmp_path, lab):
        self.config = Config(var=tmp_path / "var")
        self.environment = {
            **os.environ,
            "DATELINE_VAR": str(self.config.var),
            "DATELINE_PORTALS": str(lab / "portals.toml"),
            "DATELINE_ALLOW_ADDRESSES": "127.0.0.0/24",
            "DATELINE_SWEEP_SECONDS": "1",
            "DATELINE_LEASE_SECONDS": "5",
        }
        self.log = (tmp_path / "daemon.log").open("ab")
        self.process = None

    def dateline(self, *words):
        return subprocess.Popen(
            [sys.executable, "-m", "dateline", *words], env=self.environment, stdout=self.log, stderr=self.log
        )

    def up(self):
        self.process = self.dateline("up")

    def child(self, *words):
        """The child whose command line holds all words; None while there is none."""
        for found in psutil.Process(self.process.pid).children():
            try:
                line = " ".join(found.cmdline())
            except psutil.Error:
                continue
            if all(word in line for word in words):
                return found
        return None

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        self.log.close()


@pytest.fixture
def daemon(tmp_path, lab):
    made = Daemon(tmp_path, lab)
    yield made
    made.end()


CHILDREN = (("crawler", "run"), ("worker", "clean"), ("worker", "dedup"), ("dateline", "scheduler"), ("valkey-server",))


def test_whatever_is_killed(daemon, lab):
    daemon.up()
    store = changes.install(db.Database(daemon.config.database_url))

    def articles():
        try:
            with store.read() as session:
                return session.scalar(sa.select(sa.func.count()).select_from(Article)) or 0
        except (sa.exc.DBAPIError, Retryable):
            return 0

    until(lambda: articles() >= 3)
    for words in CHILDREN:
        victim = until(lambda words=words: daemon.child(*words))
        victim.kill()
        successor = until(lambda words=words, old=victim: (c := daemon.child(*words)) and c.pid != old.pid and c, 60)
        assert successor.is_running()
    until(lambda: broker_answers(daemon.config))
    broker.connect(daemon.config).flushall()

    orphans = psutil.Process(daemon.process.pid).children(recursive=True)
    assert len(orphans) >= 5
    daemon.process.kill()
    daemon.process.wait()
    _, alive = psutil.wait_procs(orphans, timeout=60)
    assert alive == []

    daemon.up()
    until(lambda: daemon.child("crawler", "run"))
    family = psutil.Process(daemon.process.pid).children(recursive=True)
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.process.wait(60) == 0
    _, alive = psutil.wait_procs(family, timeout=30)
    assert alive == []

    assert daemon.dateline("once", "--quiet").wait(600) == 0
    assert_sound(daemon, store, lab)
    store.close()


def broker_answers(config):
    try:
        return broker.connect(config, is_hasty=True).ping()
    except broker.AWAY:
        return False


def assert_sound(daemon, store, lab):
    with store.read() as session:
        broken = [f for f in invariants.check(session, daemon.config, db.now(session)) if f.count]
        judged = verdict.judge(lab, verdict.rows_of(readings.articles(session)), slack_seconds=0.0, limit=2)
        states = dict(session.execute(sa.text("SELECT state, COUNT(*) FROM page GROUP BY state")).all())
    assert broken == []
    assert [p for p in judged.problems if p.rule in RULES] == []
    assert set(states) == {"done"}
    # Each article's address was asked for, whatever was killed while it was on its way.
    with (lab / "requests.jsonl").open() as lines:
        assert len({json.loads(line)["path"] for line in lines}) > 50
