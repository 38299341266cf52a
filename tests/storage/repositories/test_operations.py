"""Selections, and operations whose numbers add up at every look"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.errors import Refused
from storage.models.page import Host, Page
from storage.models.portal import Portal
from storage.repositories import operations
from storage.repositories.operations import Request, Selection
from tests import factories


@pytest.fixture
def pages(database, now):
    """Six pages of two portals, one an hour; the last is quarantined."""
    with database.session() as session:
        for key in ("a", "b"):
            session.add(Portal(key=key, home=f"https://{key}.example/", settings={}, added_at=now, observed={}))
        session.add(Host(name="a.example"))
        session.flush()
        for i in range(6):
            session.add(
                Page(
                    url=f"https://a.example/{i}",
                    host_id=1,
                    portal_id=1 + i % 2,
                    state="done" if i < 5 else "quarantined",
                    detail="5 tries: timeout" if i == 5 else None,
                    step="fetch",
                    discovered_at=now + timedelta(hours=i),
                )
            )
    return list(range(1, 7))


def select(database, **words):
    with database.read() as session:
        return operations.select(session, Selection(**words))


def test_selections(database, pages, now):
    assert select(database) == pages
    assert select(database, portal="a") == [1, 3, 5]
    assert select(database, since=now + timedelta(hours=1), until=now + timedelta(hours=3)) == [2, 3]
    assert select(database, is_failed=True) == [6]
    assert select(database, urls=("https://a.example/2",)) == [3]
    with pytest.raises(Refused, match="why"):
        select(database, urls=("https://a.example/x",))
    with pytest.raises(Refused, match="portals list"):
        select(database, portal="c")


def ask(database, now, page_ids, kind="recrawl"):
    with database.session() as session:
        number = operations.record(session, Request(kind, Selection(), "r", "t"), page_ids, now)
        operations.make_due(session, number, page_ids, now)
    return number


def test_numbers_add_up(database, pages, now):
    number = ask(database, now, pages)
    for i, outcome in enumerate(("fetched", "unchanged", "rejected", "failed")):
        with database.session() as session:
            operations.finish(session, number, pages[i], outcome, now)
        with database.read() as session:
            (found,) = operations.progress(session, number)
        assert sum(found.counts.values()) == found.due == 6
        assert found.pending == 5 - i


def test_made_due_and_forced(database, pages, now):
    with database.session() as session:
        session.execute(sa.update(Page).where(Page.id == 2).values(state="leased", lease_until=now))
    number = ask(database, now, pages)
    with database.read() as session:
        rows = {p.id: p for p in session.scalars(sa.select(Page))}
        assert all(p.is_forced and p.operation_id == number for p in rows.values())
        assert {p.state for p in rows.values()} == {"scheduled", "leased"}
        assert rows[2].state == "leased"
        assert rows[6].due_at == now
        assert session.scalar(sa.select(Host.due_at)) == now


def test_a_later_operation_serves_the_older(database, pages, now):
    first, second = ask(database, now, [1, 2]), ask(database, now, [1])
    with database.session() as session:
        operations.finish(session, second, 1, "fetched", now)
    with database.read() as session:
        counts = {p.operation_id: p.counts["fetched"] for p in operations.progress(session)}
    assert counts == {first: 1, second: 1}


def test_reprocessing_leaves_nobody_waiting(database, pages, now):
    """Pages at rest are cleaned; one under way, or asked for by a recrawl, ends the operation with its visit."""
    values = {
        pages[0]: {"state": "leased", "lease_until": now},
        pages[1]: {"state": "scheduled", "operation_id": ask(database, now, [pages[1]])},
        pages[2]: {"state": "scheduled", "operation_id": None, "is_forced": False},
    }
    with database.session() as session:
        fetch = factories.fetch(session, session.get_one(Page, pages[0]))
        for page_id, told in values.items():
            told = {"step": "fetch", "due_at": now, "fetch_id": fetch.id} | told
            session.execute(sa.update(Page).where(Page.id == page_id).values(**told))
        number = operations.record(session, Request("reprocess", Selection(), "r", "t"), pages[:3], now)
        operations.clean_again(session, number, pages[:3], now)
        rows = session.execute(sa.select(Page.state, Page.step, Page.operation_id).order_by(Page.id).limit(3)).all()
        assert rows == [("leased", "fetch", number), ("scheduled", "fetch", number), ("scheduled", "clean", number)]
