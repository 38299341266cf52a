"""The writer places what is pending until told to stop, and keeps what it learnt"""

from threading import Event

import pytest
import sqlalchemy as sa

from storage import queue
from storage.models.article import Article, Learned
from storage.models.operation import Gauge, Lease
from tests import factories
from tests.workers.dedup.texts import HARBOUR, WEATHER
from tests.workers.threads import running, until
from workers import attendant
from workers.dedup import service


def add(database, name, body):
    with database.session() as session:
        return factories.article(session, f"https://{name}.example/1", body=body, published=None).id


def rows(database, *columns):
    with database.read() as session:
        return [tuple(row) for row in session.execute(sa.select(*columns))]


def is_placed(database, article):
    return dict(rows(database, Article.id, Article.story_id))[article] is not None


def test_what_is_pending_is_placed_without_a_queue_and_what_was_learnt_is_kept(database, settings, monkeypatch):
    monkeypatch.setattr(attendant, "AWAY_SECONDS", 0.05)
    first = add(database, "wire", HARBOUR)
    with running(lambda stopping: service.run_here(database, settings, stopping)):
        until(lambda: is_placed(database, first))
        second = add(database, "copy", HARBOUR)
        until(lambda: is_placed(database, second))
        assert [role for (role,) in rows(database, Gauge.role)] == [queue.DEDUP]
    assert len({story for (story,) in rows(database, Article.story_id)}) == 1
    assert {name for (name,) in rows(database, Learned.name)} >= {"commonness", "habits"}
    assert rows(database, Gauge.role) == []
    assert rows(database, Lease.owner) == [(None,)]


def test_a_writer_that_breaks_gives_its_lease_and_gauge_back(sqlite, settings, monkeypatch):
    def broken(*_words):
        raise KeyError("broken")

    monkeypatch.setattr(attendant.Attendant, "run", broken)
    with pytest.raises(KeyError, match="broken"):
        service.run_here(sqlite, settings, Event())
    assert rows(sqlite, Gauge.role) == []


def test_a_process_of_its_own_works_under_its_name_until_a_signal(sqlite, settings, connection, monkeypatch):
    named = settings.model_copy(update={"owner": "dedup-7"})
    spared = []
    article = add(sqlite, "own", WEATHER)
    monkeypatch.setattr(service.processes, "spare_collection", lambda: spared.append(1))

    def run(stopping):
        monkeypatch.setattr(service.processes, "stop_event", lambda: stopping)
        service.run(sqlite, named)

    with running(run):
        until(lambda: is_placed(sqlite, article))
        assert rows(sqlite, Gauge.owner) == [("dedup-7",)]
        assert rows(sqlite, Lease.owner) == [("dedup-7",)]
    assert spared
