"""After the store's clock was set back, nothing waits until it has caught up"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.models.operation import Gauge, Lease
from storage.models.page import Fetch, Host, Page
from storage.models.portal import Seed
from storage.repositories import clock, leases, pages
from tests import factories
from tests.storage.repositories import frontier

BY = timedelta(minutes=5)
LEASE = 20.0
SECOND = timedelta(seconds=1)


@pytest.fixture
def before(now):
    """What the clock said before; now it says `now`."""
    return now + BY + timedelta(microseconds=123_000)


@pytest.fixture
def store(database, before):
    with database.session() as session:
        frontier.portal(session, before)
    return database


def set_back(store, now):
    with store.session() as session:
        clock.set_back(session, now, BY, LEASE)


def value(store, column, **where):
    with store.read() as session:
        return session.scalar(sa.select(column).filter_by(**where))


def test_pages_seeds_and_hosts_are_due_as_they_were(store, now, before):
    with store.session() as session:
        frontier.discover(session, before, "1", "2", "3")
        dues = {1: before - SECOND, 2: before + 7 * SECOND, 3: before + timedelta(days=2)}
        for number, due in dues.items():
            session.get_one(Page, number).due_at = due
        session.execute(sa.update(Host).values(ready_at=before + 3 * SECOND, due_at=before))
        session.execute(sa.update(Seed).values(due_at=before + SECOND))
    set_back(store, now)
    assert [value(store, Page.due_at, id=number) - now for number in dues] == [
        due - before + timedelta(microseconds=123_000) if number < 3 else due - now for number, due in dues.items()
    ]
    assert value(store, Host.ready_at) == now + timedelta(seconds=3, microseconds=123_000)
    assert value(store, Seed.due_at) == now + timedelta(seconds=1, microseconds=123_000)
    with store.session() as session:
        claimed = pages.claim(session, 1, "c1", now + SECOND, LEASE, 10)
    assert [page.id for page in claimed] == [1]


def test_leases_of_the_dead_end_in_time_and_those_of_the_living_stay(store, now, before):
    with store.session() as session:
        frontier.discover(session, before, "1")
        page = session.get_one(Page, 1)
        page.state, page.lease_owner, page.lease_until = "leased", "dead", before + 20 * SECOND
        session.execute(sa.update(Host).values(lease_owner="alive", lease_until=now + 9 * SECOND))
        leases.take(session, "dedup", "dead", before, LEASE)
    set_back(store, now)
    assert value(store, Page.lease_until) == now + 20 * SECOND
    assert value(store, Host.lease_until) == now + 9 * SECOND
    assert value(store, Lease.until) == now + 20 * SECOND


def test_nothing_was_seen_in_the_future(store, now, before):
    with store.session() as session:
        frontier.discover(session, before, "1")
        factories.fetch(session, session.get_one(Page, 1), b"x", at=before)
        gauge = {"owner": "x", "role": "clean", "pid": 1, "version": "0", "started_at": now, "figures": {}}
        session.add(Gauge(seen_at=before, **gauge))
    set_back(store, now)
    columns = (Page.discovered_at, Page.fetched_at, Fetch.fetched_at)
    assert [value(store, column) for column in columns] == [now, now, now]
    assert value(store, Gauge.seen_at) - now < SECOND
