"""Work that the queue forgot is named again, each half minute; what a dead process held is free at once"""

from datetime import timedelta

import sqlalchemy as sa

from storage import db
from storage.models.page import Host, Page
from storage.repositories import sweeping
from tests import factories


def waiting(session, now, *ages):
    """Pages that have waited for cleaning so many seconds; their fetches."""
    return [
        factories.fetch(
            session, factories.page(session, f"https://a.example/{age}"), "x", at=now - timedelta(seconds=age)
        ).id
        for age in ages
    ]


def test_what_has_waited_long_is_named_once_in_half_a_minute(database):
    with database.session() as session:
        now = db.now(session)
        old, older, _fresh = waiting(session, now, 60, 90, 1)
    with database.session() as session:
        assert sweeping.forgotten(session, now, 30) == [older, old]
    with database.session() as session:
        assert sweeping.forgotten(session, now, 30) == []
        later = now + timedelta(seconds=30 + sweeping.REMINDED_SECONDS)
        assert sorted(sweeping.forgotten(session, later, 30))[:2] == sorted([old, older])


def test_all_that_waits_however_short(database):
    with database.session() as session:
        now = db.now(session)
        old, fresh = waiting(session, now, 60, 1)
        factories.page(session, "https://a.example/done")
        assert sweeping.all_waiting(session) == [old, fresh]


def lease(session, now, owner):
    """A page in cleaning that `owner` holds for a minute yet."""
    waiting(session, now, 5)
    page = session.scalars(sa.select(Page)).one()
    page.state, page.lease_owner, page.lease_until = "leased", owner, now + timedelta(seconds=60)
    return page


def test_a_dead_owner_holds_nothing(database):
    with database.session() as session:
        now = db.now(session)
        page = lease(session, now, "w1")
        host = session.get_one(Host, page.host_id)
        host.lease_owner, host.lease_until = "w1", now + timedelta(seconds=60)
    with database.session() as session:
        sweeping.free_owner(session, "w1", db.now(session), 3)
    with database.read() as session:
        page, host = session.execute(sa.select(Page, Host).join(Host)).one()
        assert (page.state, page.step, page.tries, page.lease_owner) == ("scheduled", "clean", 1, None)
        assert host.lease_owner is None


def test_another_owners_work_is_left_alone(database):
    with database.session() as session:
        now = db.now(session)
        lease(session, now, "w2")
    with database.session() as session:
        sweeping.free_owner(session, "w1", db.now(session), 3)
        assert session.scalars(sa.select(Page.lease_owner)).all() == ["w2"]
