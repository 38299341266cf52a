"""Children are started, replaced and ended; what the dead had leased is free at once"""

import signal
import sys
import threading
import time
from datetime import timedelta

import psutil
import pytest
import sqlalchemy as sa

from dateline import daemon
from dateline.daemon import Child, Pace, Supervisor
from storage import db, telemetry
from storage.config import Config
from storage.errors import Refused
from storage.models.operation import Gauge
from storage.models.page import Host, Page
from storage.repositories import leases
from tests import factories

WITHIN_SECONDS = 60.0
SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(600)",
]
SHORT = [sys.executable, "-c", "raise SystemExit(0)"]


@pytest.fixture
def build(sqlite, tmp_path):
    """Makes supervisors, and ends whatever they started."""
    made = []

    def build(*children, **settings):
        config = Config(var=tmp_path / "var", database=str(sqlite.url), **settings)
        supervisor = Supervisor(config, sqlite, children)
        made.append(supervisor)
        return supervisor

    yield build
    for supervisor in made:
        supervisor.hurry.set()
        supervisor.shut_down()


def until(supervisor, condition):
    end = time.monotonic() + WITHIN_SECONDS
    while not condition():
        assert time.monotonic() < end, "it didn't happen in time"
        supervisor.look()
        time.sleep(0.02)


def pid(child):
    return child.process.pid if child.process is not None else None


def test_waits_double_up_to_a_limit():
    pace = Pace(again_at=0.0)
    waits = []
    for _ in range(10):
        pace.failed(0.0)
        waits.append(pace.again_at)
    assert waits[:3] == [0.2, 0.4, 0.8]
    assert waits[-1] == daemon.LONGEST_WAIT_SECONDS
    pace.went_well()
    pace.failed(0.0)
    assert pace.again_at == 0.2


@pytest.mark.parametrize("code", [0, 3])
def test_whatever_the_exit_code_a_child_is_started_again(build, code):
    child = Child("crawler", [sys.executable, "-c", f"raise SystemExit({code})"])
    supervisor = build(child)
    supervisor.start()
    until(supervisor, lambda: child.starts >= 3)
    assert child.pace.failures >= 2


def test_a_killed_child_is_replaced_and_its_leases_are_free(build, sqlite):
    child = Child("crawler", SLEEPER)
    supervisor = build(child)
    supervisor.start()
    supervisor.look()
    first, owner = pid(child), child.owner
    with sqlite.session() as session:
        now = db.now(session)
        lease = {"lease_owner": owner, "lease_until": now + timedelta(hours=1)}
        factories.page(session, "https://a.example/1", state="leased", step="fetch", **lease)
        cleaning = factories.page(session, "https://a.example/2", state="leased", step="clean", **lease)
        cleaning_id = cleaning.id
        session.execute(sa.update(Host).values(**lease))
        leases.take(session, "dedup", owner, now, 3600)
        telemetry.Heartbeat(sqlite, "crawler", owner)._write(session, {})
    child.process.kill()
    until(supervisor, lambda: pid(child) not in (None, first))
    assert child.owner != owner
    with sqlite.read() as session:
        states = session.execute(sa.select(Page.state, Page.step, Page.lease_until)).all()
        assert sorted(states) == [("scheduled", "clean", None), ("scheduled", "fetch", None)]
        # What was being cleaned may have killed it.
        assert session.get(Page, cleaning_id).tries == 1
        assert session.scalars(sa.select(Host.lease_owner)).all() == [None]
        assert owner not in session.scalars(sa.select(Gauge.owner)).all()
    with sqlite.session() as session:
        assert leases.take(session, "dedup", "another", db.now(session), 10) is not None


def test_a_child_that_keeps_dying_delays_no_other(build):
    dying, living = Child("crawler", SHORT), Child("clean", SLEEPER)
    supervisor = build(dying, living)
    supervisor.start()
    until(supervisor, lambda: dying.starts >= 4)
    assert living.starts == 1
    assert psutil.pid_exists(pid(living))


def test_one_that_cannot_be_started_delays_no_other(build):
    missing, living = Child("crawler", ["/nonexistent/python"]), Child("clean", SLEEPER)
    supervisor = build(missing, living)
    supervisor.start()
    until(supervisor, lambda: missing.starts >= 2 and living.starts == 1)


def test_one_that_hangs_is_killed(build, sqlite, monkeypatch):
    monkeypatch.setattr(daemon, "HUNG_SECONDS", 0.3)
    monkeypatch.setattr(daemon, "BEAT_SECONDS", 0.1)
    hung, unheard = Child("clean", SLEEPER), Child("crawler", SLEEPER)
    supervisor = build(hung, unheard)
    supervisor.start()
    supervisor.look()
    first = pid(hung)
    telemetry.Heartbeat(sqlite, "clean", hung.owner).beat({})
    until(supervisor, lambda: pid(hung) not in (None, first))
    assert unheard.starts == 1  # one that never gave signs of life may just be slow to start


def test_nobody_hangs_because_a_clock_jumped(build, sqlite, monkeypatch):
    monkeypatch.setattr(daemon, "HUNG_SECONDS", 0.5)
    monkeypatch.setattr(daemon, "BEAT_SECONDS", 0.1)
    child = Child("clean", SLEEPER)
    supervisor = build(child)
    supervisor.start()
    supervisor.look()
    beat = telemetry.Heartbeat(sqlite, "clean", child.owner)
    end = time.monotonic() + 1.5
    hours = 0
    while time.monotonic() < end:
        beat.beat({})
        hours += 1
        with sqlite.session() as session:  # each beat an hour before the last
            session.execute(sa.update(Gauge).values(seen_at=factories.NOW - timedelta(hours=hours)))
        supervisor.look()
        time.sleep(0.05)
    assert child.starts == 1


def test_the_queue_server_is_kept_up(build):
    supervisor = build(Child("clean", SLEEPER))
    supervisor.start()
    assert supervisor.server is not None
    first = supervisor.server.process
    assert first is not None
    first.kill()
    first.wait()
    until(supervisor, supervisor.server.is_up)
    supervisor.server.process.send_signal(signal.SIGTERM)
    supervisor.server.process.wait()
    until(supervisor, supervisor.server.is_up)


def test_a_server_that_will_not_start_stops_nobody(build, monkeypatch):
    child = Child("clean", SLEEPER)
    supervisor = build(child)
    monkeypatch.setattr(supervisor.server, "_command", lambda: ["/bin/false"])
    supervisor.start()
    supervisor.look()
    assert pid(child) is not None


def test_two_daemons_in_one_folder(build):
    first, second = build(Child("clean", SLEEPER)), build(Child("clean", SLEEPER))
    first.start()
    with pytest.raises(Refused, match="already works"):
        second.start()
    first.shut_down()
    second.start()


def test_a_polite_end(build):
    children = Child("crawler", SLEEPER), Child("clean", SLEEPER)
    supervisor = build(*children)
    supervisor.start()
    supervisor.look()
    processes = [c.process for c in children]
    supervisor.shut_down()
    assert [p.returncode for p in processes] == [-signal.SIGTERM] * 2
    assert not supervisor.server.is_up()
    supervisor.look()
    assert [c.process for c in children] == [None, None], "an ending daemon starts nothing"


def test_a_hurried_end(build):
    child = Child("crawler", DEAF)
    supervisor = build(child)
    supervisor.start()
    supervisor.look()
    time.sleep(1.0)  # until it is deaf
    process = child.process
    threading.Timer(0.5, supervisor.hurry.set).start()
    start = time.monotonic()
    supervisor.shut_down()
    assert process.returncode == -signal.SIGKILL
    assert time.monotonic() - start < daemon.DRAIN_SECONDS


def test_the_processes_of_a_daemon():
    roles = [c.role for c in daemon.children(Config(clean_workers=3))]
    assert roles == ["crawler", "clean", "dedup", "clean-2", "clean-3", "scheduler"]
    once = [c.role for c in daemon.children(Config(clean_workers=2), is_once=True)]
    assert once == ["crawler", "clean", "dedup", "clean-2"]
    assert [c.role for c in daemon.children(Config(clean_workers=1), is_once=True)] == ["crawler"]


def test_processes_start_one_after_another_the_crawler_first():
    start = time.monotonic()
    starts = {c.role: c.pace.again_at - start for c in daemon.children(Config(clean_workers=3), is_once=True)}
    assert sorted(starts, key=starts.__getitem__) == ["crawler", "clean", "dedup", "clean-2", "clean-3"]
    assert starts["clean-3"] - starts["clean"] >= 3 * daemon.APART_SECONDS
