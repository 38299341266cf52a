"""One crawler a host, pauses kept over kills, leases freed"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.models.page import Host, Page
from storage.repositories import hosts, portals
from tests.storage.repositories import frontier


@pytest.fixture
def store(database, now):
    with database.session() as session:
        frontier.portal(session, now)
        frontier.discover(session, now, "1", "2")
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
        assert hosts.renew(session, "c1", now, 20) == set()


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
