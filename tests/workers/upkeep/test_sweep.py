"""Work that a dead process held comes back, and what killed it too often is put aside"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import db
from storage.config import Config
from storage.models.operation import Failure, OperationItem
from storage.models.page import Host, Page
from storage.repositories import failures, hosts, invariants, operations, pages
from storage.repositories.operations import Request, Selection
from tests import factories
from workers.upkeep.sweep import sweep


@pytest.fixture
def config():
    return Config(clean_tries=2, lease_seconds=20, sweep_seconds=5)


def lease(database, step, *, expired=True, **words):
    """A page that somebody holds, for longer than his lease if `expired`."""
    with database.session() as session:
        now = db.now(session)
        until = now - timedelta(seconds=1) if expired else now + timedelta(seconds=20)
        page = factories.page(session, "https://a.example/1")
        if step == "clean":
            factories.fetch(session, page, b"x", at=now)
        page.state, page.step = "leased", step
        page.lease_owner, page.lease_until = "dead", until
        for name, value in words.items():
            setattr(page, name, value)


def page_of(database):
    with database.read() as session:
        return session.scalars(sa.select(Page)).one()


def assert_sound(database, config):
    with database.read() as session:
        found = [f for f in invariants.check(session, config, db.now(session)) if f.count and f.name != "done"]
    assert not found


@pytest.mark.parametrize(("step", "tries"), [("clean", 1), ("fetch", 0)])
def test_expired_leases_are_released(database, config, step, tries):
    lease(database, step)
    named = sweep(database, config)
    page = page_of(database)
    assert (page.state, page.step, page.tries, page.lease_owner) == ("scheduled", step, tries, None)
    assert named == []
    assert_sound(database, config)


def test_leases_that_hold_stay(database, config):
    lease(database, "clean", expired=False)
    sweep(database, config)
    assert page_of(database).state == "leased"


def test_a_page_whose_cleaners_die_is_quarantined_with_its_reason_and_may_be_replayed(database, config):
    lease(database, "clean", tries=1)
    sweep(database, config)
    page = page_of(database)
    assert (page.state, page.tries, page.detail) == ("quarantined", 2, "its cleaner died 2 times")
    assert_sound(database, config)
    with database.session() as session:
        (failure,) = session.scalars(sa.select(Failure.id)).all()
        failures.replay(session, [failure], db.now(session))
    assert page_of(database).state == "scheduled"


def test_what_the_queue_forgot_is_named_once_in_a_while(database, config):
    with database.session() as session:
        long_ago = db.now(session) - timedelta(seconds=60)
        fetch = factories.fetch(session, factories.page(session, "https://a.example/1"), b"x", at=long_ago).id
        factories.fetch(session, factories.page(session, "https://a.example/2"), b"x", at=db.now(session))
    assert sweep(database, config) == [fetch]
    assert sweep(database, config) == []


@pytest.mark.parametrize("release", [hosts.release_expired, lambda s, now: hosts.release_owner(s, "crawler")])
def test_a_recrawl_outlives_the_crawler_that_was_at_it(database, config, release):
    """The operation's item is still answered by the next visit, not forgotten with the dead process's lease."""
    with database.session() as session:
        now = db.now(session)
        page = factories.page(session, "https://a.example/1")
        number = operations.record(session, Request("recrawl", Selection(), "r", "t"), [page.id], now)
        operations.make_due(session, number, [page.id], now)
        host = session.scalars(sa.select(Host.id)).one()
        (first,) = pages.claim(session, host, "crawler", now, 1, 10)
    with database.session() as session:
        assert release(session, now + timedelta(seconds=2)) == 1
    with database.session() as session:
        (second,) = pages.claim(session, host, "heir", now + timedelta(seconds=3), 20, 10)
        page = session.get_one(Page, second.id)
        assert (second.is_forced, page.lease_operation_id) == (True, number)
        assert second.fence == first.fence + 1
        operations.finish(session, page.lease_operation_id, page.id, "fetched", now)
    with database.read() as session:
        assert session.scalars(sa.select(OperationItem.outcome)).all() == ["fetched"]
