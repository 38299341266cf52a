"""A cleaner takes what waits, with a queue and without, rings for whoever places it, and leaves nothing behind"""

import functools
from datetime import timedelta

import psutil
import pytest
import sqlalchemy as sa

from storage import broker, db, queue
from storage.errors import Retryable
from storage.models.article import Revision
from storage.models.operation import Gauge
from storage.models.page import Fetch
from storage.repositories import sweeping
from tests import factories
from tests.workers.threads import running, until
from workers.clean import service
from workers.clean.keeper import Keeper

READER = "tests.workers.clean.poison:Reader"


@pytest.fixture(autouse=True)
def keepers(monkeypatch):
    """The keepers of the cleaners under test, whose pages say what they hold."""
    made = []

    def keeper(limits):
        made.append(Keeper(limits, READER))
        return made[-1]

    monkeypatch.setattr(service, "Keeper", keeper)
    return made


def add(database, name, body, age=0):
    """A page whose bytes wait for cleaning; the fetch's id."""
    with database.session() as session:
        at = db.now(session) - timedelta(seconds=age)
        return factories.fetch(session, factories.page(session, f"https://a.example/{name}"), body, at=at).id


def titles(database):
    with database.read() as session:
        return sorted(session.scalars(sa.select(Revision.title)))


def here(database, settings):
    return running(functools.partial(service.run_here, database, settings))


def test_without_a_queue_all_that_waits_is_cleaned_also_what_comes_later(database, settings):
    add(database, "1", "ok One\nBody")
    with here(database, settings):
        until(lambda: titles(database) == ["One"])
        add(database, "2", "ok Two\nBody")
        until(lambda: titles(database) == ["One", "Two"])


def test_while_it_runs_it_shows_what_it_did_and_afterwards_it_and_its_child_are_gone(
    sqlite, settings, keepers, monkeypatch
):
    monkeypatch.setattr("storage.telemetry.BEAT_SECONDS", 0.05)
    add(sqlite, "1", "ok One\nBody")

    def gauges():
        with sqlite.read() as session:
            return [(gauge.role, gauge.figures) for gauge in session.scalars(sa.select(Gauge))]

    def is_shown():
        return [(role, figures["children"], figures["stored"]) for role, figures in gauges() if figures.get("stored")]

    others = set(psutil.Process().children())
    with here(sqlite, settings):
        until(is_shown)
        assert is_shown() == [(queue.CLEAN, 1, 1)]
        assert set(psutil.Process().children()) - others
    assert gauges() == []
    assert [keeper.starts for keeper in keepers] == [1]
    assert set(psutil.Process().children()) <= others


def test_a_store_that_is_away_for_a_moment_is_asked_again(sqlite, settings, monkeypatch):
    real, calls = sweeping.forgotten, []

    def forgotten(*words):
        calls.append(words)
        if len(calls) == 1:
            raise Retryable("away")
        return real(*words)

    monkeypatch.setattr(sweeping, "forgotten", forgotten)
    monkeypatch.setattr(service, "IDLE_SECONDS", 0.01)
    add(sqlite, "1", "ok One\nBody")
    with here(sqlite, settings):
        until(lambda: titles(sqlite) == ["One"])


def is_rung(connection):
    return connection.exists(f"dateline:bell:{queue.DEDUP}") == 1


def test_the_doorbell_is_rung_for_new_texts_only(sqlite, settings, connection):
    def is_cleaned(fetch):
        with sqlite.read() as session:
            return session.get_one(Fetch, fetch).cleaning is not None

    with here(sqlite, settings):
        rejected = add(sqlite, "1", "reject section_page")
        until(lambda: is_cleaned(rejected))
        assert not is_rung(connection)
        add(sqlite, "2", "ok Two\nBody")
        until(lambda: is_rung(connection))


def test_with_a_queue_letters_are_worked_off_and_what_the_queue_forgot_too(sqlite, settings, connection, monkeypatch):
    spared = []
    fresh = add(sqlite, "fresh", "ok Fresh\nBody")
    monkeypatch.setattr(service.processes, "spare_collection", lambda: spared.append(1))
    queue.enqueue_clean(connection, [fresh], 10)

    def run(stopping):
        monkeypatch.setattr(service.processes, "stop_event", lambda: stopping)
        service.run(sqlite, settings)

    with running(run):
        until(lambda: titles(sqlite) == ["Fresh"])
        add(sqlite, "old", "ok Old\nBody", age=60)
        until(lambda: titles(sqlite) == ["Fresh", "Old"])
    assert spared
    assert queue.depth(broker.connect(settings), queue.CLEAN) == 0
