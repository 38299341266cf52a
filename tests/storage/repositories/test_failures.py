"""Failures are kept until an operator replays or dismisses them"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.errors import Refused
from storage.models.page import Page
from storage.repositories import failures
from storage.repositories.failures import Failed
from tests import factories


def keep(database, now, **words):
    with database.session() as session:
        return failures.keep(session, Failed(**{"job": "clean", "arguments": {"ids": [1]}, "error": "e", **words}), now)


def open_ids(database, **words):
    with database.read() as session:
        return [failure.id for failure in failures.open_ones(session, **words)]


def test_newest_first_and_by_job(database, now):
    first = keep(database, now)
    second = keep(database, now + timedelta(seconds=1), job="dedup")
    assert open_ids(database) == [second, first]
    assert open_ids(database, job="clean") == [first]
    assert open_ids(database, limit=1) == [second]


def test_one_open_failure_a_page(database, now):
    with database.session() as session:
        page = factories.page(session, "https://a.example/1").id
    assert keep(database, now, page_id=page) == keep(database, now, page_id=page, error="again", tries=2)
    with database.read() as session:
        (row,) = failures.open_ones(session)
        assert (row.error, row.tries) == ("again", 2)


def test_whatever_stands_in_an_error_can_be_kept(database, now):
    keep(database, now, error="a\0b\ud800", traceback="x" * 100_000 + "the end")
    with database.read() as session:
        (row,) = failures.open_ones(session)
        assert row.error == "ab?"
        assert len(row.traceback) == failures.LONGEST
        assert row.traceback.endswith("the end")


def test_replay_lets_a_quarantined_page_go_on(database, now):
    with database.session() as session:
        page = factories.page(session, "https://a.example/1", state="quarantined", step="clean", detail="x", tries=3).id
    number = keep(database, now, page_id=page)
    with database.session() as session:
        (row,) = failures.replay(session, [number], now)
        assert row.job == "clean"
    with database.read() as session:
        state = session.execute(sa.select(Page.state, Page.step, Page.tries, Page.due_at)).one()
    assert state == ("scheduled", "clean", 0, now)
    assert open_ids(database) == []


def test_dismiss_leaves_the_page_where_it_is(database, now):
    with database.session() as session:
        page = factories.page(session, "https://a.example/1", state="quarantined", detail="x").id
    number = keep(database, now, page_id=page)
    with database.session() as session:
        failures.dismiss(session, [number], "known", now)
    with database.read() as session:
        assert session.scalars(sa.select(Page.state)).all() == ["quarantined"]
    assert open_ids(database) == []


@pytest.mark.parametrize("verb", [failures.replay, lambda s, ids, now: failures.dismiss(s, ids, "n", now)])
def test_an_unknown_one_refuses_all(database, now, verb):
    number = keep(database, now)
    with pytest.raises(Refused, match="no open failure 98, 99"), database.session() as session:
        verb(session, [number, 99, 98], now)
    assert open_ids(database) == [number]


def test_prune_drops_what_has_ended_long_ago(database, now):
    old, new, still_open = (keep(database, now) for _ in range(3))
    with database.session() as session:
        failures.dismiss(session, [old], "n", now)
        failures.replay(session, [new], now + timedelta(days=2))
    with database.session() as session:
        assert failures.prune(session, now + timedelta(days=1)) == 1
    assert open_ids(database) == [still_open]
