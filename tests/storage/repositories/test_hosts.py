"""One crawler a host, pauses kept over kills, leases freed"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.models.page import Host, Page
from storage.models.portal import Seed
from storage.repositories import hosts, pages, portals
from storage.repositories.hosts import Holding
from tests import factories
from tests.storage.repositories import frontier

LEASE = 20.0
SECOND = timedelta(seconds=1)


@pytest.fixture
def store(database, now):
    with database.session() as session:
        frontier.portal(session, now)
        for name in ("1", "2"):  # named one at a time, both are due at once
            frontier.discover(session, now, name)
    return database


def claim(database, now, owner="c1"):
    with database.session() as session:
        return hosts.claim(session, owner, now, 20, 10)


def test_one_crawler_at_a_time(store, now):
    (host,) = claim(store, now)
    assert host.name == "a.example"
    assert claim(store, now, "c2") == []
    (again,) = claim(store, now + timedelta(seconds=21), "c2")
    assert again.fence == host.fence + 1
    with store.session() as session:
        assert not hosts.reserve(session, host.id, host.fence, now)
        assert hosts.reserve(session, host.id, again.fence, now)
        assert hosts.renew(session, "c1", now, 20, Holding(frozenset({host.id}), frozenset(), frozenset())) == set()


def test_a_pause_outlives_the_crawler(store, now):
    (host,) = claim(store, now)
    with store.session() as session:
        hosts.rest(session, host.id, now + timedelta(minutes=5), 1)
        hosts.release_owner(session, "c1")
    assert claim(store, now + timedelta(minutes=1), "c2") == []
    (back,) = claim(store, now + timedelta(minutes=6), "c2")
    assert back.failures == 1
    with store.session() as session:
        hosts.rest(session, host.id, now, 2)
        assert session.get_one(Host, host.id).ready_at == now + timedelta(minutes=5)  # never shortened
        # A turn that was taken before the host asked for its rest, and is written after it.
        assert hosts.reserve(session, host.id, back.fence, now + SECOND)
        assert session.get_one(Host, host.id).ready_at == now + timedelta(minutes=5)


def test_a_dead_crawler_frees_all_it_had(store, now):
    claim(store, now)
    with store.session() as session:
        assert len(frontier.claim(session, now)) == 2
        assert hosts.release_owner(session, "c1") == 2
    with store.session() as session:
        assert set(session.scalars(sa.select(Page.state))) == {"scheduled"}
        assert len(frontier.claim(session, now + timedelta(seconds=1), owner="c2")) == 2


def test_leases_expire(store, now):
    claim(store, now)
    with store.session() as session:
        frontier.claim(session, now)
        assert hosts.release_expired(session, now + timedelta(seconds=5)) == 0
        assert hosts.release_expired(session, now + timedelta(seconds=30)) == 2
        assert session.scalar(sa.select(Host.lease_owner)) is None


def test_released_until_the_next_is_due(store, now):
    (host,) = claim(store, now)
    with store.session() as session:
        session.execute(sa.update(Page).values(due_at=now + timedelta(hours=1)))
        session.execute(sa.text("UPDATE seed SET due_at = :at"), {"at": str(now + timedelta(hours=2))[:26]})
        hosts.release(session, "c1", [host.id])
        assert session.get_one(Host, host.id).due_at == now + timedelta(hours=1)
    assert claim(store, now + timedelta(minutes=59)) == []
    assert len(claim(store, now + timedelta(minutes=61))) == 1


def test_a_paused_portal_has_no_work(store, now):
    with store.session() as session:
        portals.pause(session, "a", "asked to", now)
        assert frontier.claim(session, now) == []
        assert hosts.next_due(session, 1) is None


def host(session, name="a.example"):
    return session.scalars(sa.select(Host).where(Host.name == name).execution_options(populate_existing=True)).one()


def due_page(session, now, url="https://a.example/1", **words):
    row = factories.page(session, url, state="scheduled", due_at=now, **words)
    hosts.make_due(session, [row.host_id], now)
    session.flush()
    return row


def test_pauses_hold_for_the_next_crawler(database, now):
    with database.session() as session:
        due_page(session, now)
        (held,) = hosts.claim(session, "one", now, LEASE, 10)
        hosts.reserve(session, held.id, held.fence, now + 5 * SECOND)
        hosts.rest(session, held.id, now + 90 * SECOND, 1)
        hosts.rest(session, held.id, now + 10 * SECOND, 2)  # a shorter one doesn't cut it
        hosts.release_owner(session, "one")
        assert hosts.claim(session, "two", now + 80 * SECOND, LEASE, 10) == []
        (again,) = hosts.claim(session, "two", now + 91 * SECOND, LEASE, 10)
        assert (again.ready_at, again.failures) == (now + 90 * SECOND, 2)
        # A redirect may lead to a resting host: its gate must know.
        hosts.rest(session, again.id, now + 900 * SECOND, 3)
        assert hosts.claim_one(session, "a.example", "two", now + 92 * SECOND, LEASE).ready_at == now + 900 * SECOND


def test_renewing_prolongs_what_a_crawler_is_at_work_on(database, now):
    with database.session() as session:
        row = due_page(session, now)
        (held,) = hosts.claim(session, "one", now, LEASE, 10)
        pages.claim(session, held.id, "one", now, LEASE, 5)
        later = now + 15 * SECOND
        holding = Holding(frozenset({held.id}), frozenset({row.id}), frozenset())
        assert hosts.renew(session, "one", later, LEASE, holding) == {held.id}
        assert hosts.release_expired(session, now + 30 * SECOND) == 0
        assert hosts.release_expired(session, now + 36 * SECOND) == 1
        session.refresh(row)
        assert (row.state, row.lease_owner, row.lease_until) == ("scheduled", None, None)
        assert hosts.renew(session, "one", later, LEASE, holding) == set()


def test_what_was_lost_on_its_way_to_the_crawler_is_let_expire(database, now):
    """The claim's commit got through, and the word of it didn't."""
    with database.session() as session:
        due_page(session, now)
        (held,) = hosts.claim(session, "one", now, LEASE, 10)
        pages.claim(session, held.id, "one", now, LEASE, 5)
        nothing = Holding(frozenset(), frozenset(), frozenset())
        assert hosts.renew(session, "one", now + 15 * SECOND, LEASE, nothing) == set()
        assert hosts.release_expired(session, now + 21 * SECOND) == 1
        assert [h.id for h in hosts.claim(session, "one", now + 21 * SECOND, LEASE, 10)] == [held.id]


def test_work_of_paused_portals_waits_and_wakes(database, now):
    with database.session() as session:
        row = due_page(session, now)
        owner = factories.portal(session, "a")
        owner.paused_at = now
        session.flush()
        (held,) = hosts.claim(session, "one", now, LEASE, 10)
        assert pages.claim(session, held.id, "one", now, LEASE, 5) == []
        hosts.release(session, "one", [held.id])
        hosts.wake(session, now)
        assert host(session).due_at is None
        owner.paused_at = None
        session.flush()
        hosts.wake(session, now)
        assert host(session).due_at == now
        assert session.get_one(Page, row.id).due_at == now


def test_a_dead_crawlers_work_is_due_again_at_once(database, now):
    with database.session() as session:
        row = due_page(session, now)
        seed = Seed(
            portal_id=row.portal_id, host_id=row.host_id, url="https://a.example/feed", kind="feed", found_by="file",
            added_at=now, due_at=now, lease_owner="one", lease_until=now + LEASE * SECOND,
        )  # fmt: skip
        session.add(seed)
        session.flush()
        (held,) = hosts.claim(session, "one", now, LEASE, 10)
        pages.claim(session, held.id, "one", now, LEASE, 5)
        assert hosts.release_owner(session, "other") == 0
        assert hosts.release_owner(session, "one") == 1
        session.refresh(row)
        session.refresh(seed)
        assert (row.state, seed.lease_owner, host(session).lease_owner) == ("scheduled", None, None)
        (again,) = hosts.claim(session, "two", now + 3600 * SECOND, LEASE, 10)
        assert again.id == held.id
