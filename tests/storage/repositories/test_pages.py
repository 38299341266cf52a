"""The frontier: each URL one row, claimed by fence, due again when a seed hints at a change"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.domain import Entry
from storage.models.page import Page, Sighting
from storage.repositories import pages
from tests.storage.repositories import frontier


@pytest.fixture
def store(database, now):
    with database.session() as session:
        frontier.portal(session, now)
    return database


def test_each_url_is_one_row(store, now):
    with store.session() as session:
        assert frontier.discover(session, now, "1", "2", "1") == 2
        assert frontier.discover(session, now, "2", "3") == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Page)) == 3
        assert session.scalar(sa.select(sa.func.count()).select_from(Sighting)) == 3
        assert set(session.scalars(sa.select(Page.state))) == {"scheduled"}


def test_the_richest_entry_stays(store, now):
    with store.session() as session:
        frontier.discover(session, now, "1")
        frontier.discover(session, now, "1", title="Rain", published_at=now)
        frontier.discover(session, now, "1", title="R")
        entry = pages.entry_from(session.scalar(sa.select(Page.entry)))
    assert entry == Entry(frontier.HOME + "1", title="Rain", published_at=now)


def test_claims_carry_fences_and_order(store, now):
    with store.session() as session:
        frontier.discover(session, now, "1")
        frontier.discover(session, now - timedelta(minutes=1), "2")
        session.execute(sa.update(Page).where(Page.url.endswith("1")).values(is_forced=True, operation_id=7))
        first, second = frontier.claim(session, now)
        assert first.url.endswith("1")
        assert (first.is_forced, first.operation_id, first.fence) == (True, 7, 1)
        assert frontier.claim(session, now) == []
        row = session.get_one(Page, first.id)
        session.refresh(row)
        assert (row.state, row.is_forced, row.operation_id, row.lease_operation_id) == ("leased", False, None, 7)
        pages.give_back(session, [first, second], now)
        session.refresh(row)
        assert (row.state, row.is_forced, row.operation_id) == ("scheduled", True, 7)
        assert len(frontier.claim(session, now)) == 2


def test_a_hint_of_change_makes_a_known_page_due(store, now):
    later = now + timedelta(hours=1)
    with store.session() as session:
        frontier.discover(session, now, "1", modified_at=now)
        page = session.get_one(Page, 1)
        page.state, page.fetched_at, page.due_at = "done", now, now + timedelta(days=1)
        session.flush()
        frontier.discover(session, later, "1", modified_at=now)
        assert page.due_at == now + timedelta(days=1)
        frontier.discover(session, later, "1", modified_at=now + timedelta(minutes=30))
        assert page.due_at == later


def test_further_pages(store, now):
    with store.session() as session:
        frontier.discover(session, now, "1")
        parent = session.get_one(Page, 1)
        parts = pages.discover_parts(session, parent, [frontier.HOME + "1/2", frontier.HOME + "1/3"], now)
        assert [(p.part_of_id, p.part_number) for p in parts] == [(1, 2), (1, 3)]
        assert parts == pages.discover_parts(session, parent, [p.url for p in parts], now)


def test_work_that_is_left(store, now):
    soon, later = now + timedelta(seconds=2), now + timedelta(minutes=2)
    with store.session() as session:
        frontier.discover(session, now, "1", "2", "3")
        assert pages.work_until(session, soon, later) == 3
        session.execute(sa.update(Page).where(Page.id == 1).values(due_at=now + timedelta(minutes=1)))
        session.execute(sa.update(Page).where(Page.id == 2).values(state="done", due_at=now + timedelta(minutes=1)))
        assert pages.work_until(session, soon, later) == 2  # a second try is waited for, a revisit isn't
