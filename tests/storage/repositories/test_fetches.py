"""What visits brought: written once, by fence, each page in one state"""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.domain import RejectionReason
from storage.models.article import Article
from storage.models.operation import Change, Operation, OperationItem
from storage.models.page import Fetch, Host, Page
from storage.repositories import fetches, pages
from storage.repositories.fetches import Brought, Visit
from tests import factories
from tests.storage.repositories import frontier

SECOND = timedelta(seconds=1)
URL = "https://a.example/1"
NEXT = timedelta(minutes=20)


@pytest.fixture
def store(database, now):
    with database.session() as session:
        frontier.portal(session, now)
        frontier.discover(session, now, "1")
    return database


def visit(session, now, brought, **more):
    (page,) = frontier.claim(session, now)
    words = {"due_at": now + timedelta(minutes=20), "final_url": page.url, "status": 200, **more}
    return Visit(page, brought, now, **words)


def record(store, now, brought, **more):
    with store.session() as session:
        return fetches.record(session, [visit(session, now, brought, **more)], now)


def page_of(store):
    with store.read() as session:
        return session.get_one(Page, 1)


def article(session, now):
    row = Article(page_id=1, portal_id=1, canonical_url=frontier.HOME + "1", discovered_at=now, stored_at=now)
    session.add(row)
    session.flush()
    return row


def test_bytes_wait_for_cleaning(store, now):
    (fetch_id,) = record(store, now, Brought.BYTES, body=b"<html>", digest="d", headers={"etag": '"1"'})
    page = page_of(store)
    assert (page.state, page.step, page.fetch_id, page.etag, page.tries) == ("scheduled", "clean", fetch_id, '"1"', 0)
    assert page.revisit_at == now + timedelta(minutes=20)
    with store.read() as session:
        assert fetches.read_body(session, fetch_id) == b"<html>"


def test_a_stale_fence_writes_nothing(store, now):
    with store.session() as session:
        one = visit(session, now, Brought.BYTES, body=b"x", digest="d")
        stale = replace(one, page=replace(one.page, fence=one.page.fence - 1))
        assert fetches.record(session, [stale], now) == []
        assert session.scalar(sa.select(sa.func.count()).select_from(Fetch)) == 0
        assert len(fetches.record(session, [one], now)) == 1
        assert fetches.record(session, [one], now) == []  # twice is once


def test_unchanged(store, now):
    record(store, now, Brought.UNCHANGED, status=304, rung=1)
    page = page_of(store)
    assert (page.state, page.step, page.rung, page.unchanged_streak) == ("done", "fetch", 1, 1)


def test_errors_lead_to_quarantine_with_a_reason(store, now):
    record(store, now, Brought.ERROR, status=None, detail="timeout", due_at=now)
    assert (page_of(store).state, page_of(store).tries) == ("scheduled", 1)
    record(store, now, Brought.FAILURE, status=None, detail="timeout")
    page = page_of(store)
    assert (page.state, page.tries, page.due_at) == ("quarantined", 2, None)
    assert "timeout" in page.detail


def test_a_pause_of_the_host_counts_no_try(store, now):
    record(store, now, Brought.NOTHING, status=429)
    page = page_of(store)
    assert (page.state, page.tries, page.fetched_at) == ("scheduled", 0, None)


def test_one_404_is_looked_at_again_before_readers_are_told(store, now):
    with store.session() as session:
        article(session, now)
    gone = {"reason": RejectionReason.GONE, "status": 404, "second_look_at": now}
    record(store, now, Brought.REJECTION, **gone)
    assert page_of(store).state == "scheduled"
    record(store, now, Brought.REJECTION, **gone)
    with store.read() as session:
        assert session.get_one(Article, 1).withdrawn_at == now
        assert list(session.scalars(sa.select(Change.op))) == ["withdrawn"]
    with store.session() as session:
        session.execute(sa.update(Page).values(due_at=now))
    record(store, now, Brought.UNCHANGED, status=304)
    with store.read() as session:
        assert session.get_one(Article, 1).withdrawn_at is None


def test_410_is_believed_at_once(store, now):
    with store.session() as session:
        article(session, now)
    record(store, now, Brought.REJECTION, reason=RejectionReason.GONE, status=410)
    with store.read() as session:
        assert session.get_one(Article, 1).withdrawn_reason == "gone"


def test_a_moved_article_keeps_its_identity(store, now):
    with store.session() as session:
        article(session, now)
    new = frontier.HOME + "moved"
    more = {"reason": RejectionReason.ALIAS, "alias_url": new, "final_url": new, "body": b"<html>", "digest": "d"}
    record(store, now, Brought.REJECTION, **more)
    with store.read() as session:
        target = session.scalars(sa.select(Page).where(Page.url == new)).one()
        assert (target.state, target.step) == ("scheduled", "clean")
        assert page_of(store).alias_of_id == target.id
        row = session.get_one(Article, 1)
        assert (row.page_id, row.canonical_url) == (target.id, new)
        assert list(session.scalars(sa.select(Change.op))) == ["moved"]


def ready(session, now, url=URL, **words):
    """A page waiting for a visit."""
    row = factories.page(session, url, state="scheduled", due_at=now, **words)
    session.flush()
    return row


def taken(session, now, owner="one"):
    found = {}
    for host_id in session.scalars(sa.select(Host.id)):
        found.update({c.url: c for c in pages.claim(session, host_id, owner, now, 20.0, 50)})
    return found


def came(claimed, now, brought=Brought.BYTES, **words):
    values = {"status": 200, "rung": 1, "due_at": now + NEXT, "final_url": claimed.url}
    if brought is Brought.BYTES:
        values.update(body=b"<p>News</p>", digest="d1", headers={"etag": '"1"'})
    return Visit(page=claimed, brought=brought, at=now, **{**values, **words})


def fresh(session, row):
    session.flush()
    session.refresh(row)
    return row


def test_a_visit_without_a_request_leaves_no_trace_but_the_next_time(database, now):
    with database.session() as session:
        row = ready(session, now)
        fetches.record(session, [came(taken(session, now)[URL], now, Brought.NOTHING, status=None)], now)
        row = fresh(session, row)
        assert (row.state, row.due_at, row.tries, row.fetched_at) == ("scheduled", now + NEXT, 0, None)
        assert session.scalars(sa.select(Fetch)).all() == []
        refused = came(taken(session, now + NEXT)[URL], now + NEXT, Brought.NOTHING, status=429, due_at=now + 2 * NEXT)
        fetches.record(session, [refused], now + NEXT)
        assert session.scalars(sa.select(Fetch.status)).all() == [429]
        assert fresh(session, row).tries == 0


@pytest.mark.parametrize("is_known", [False, True])
def test_a_redirected_page_is_an_alias_whose_bytes_are_the_targets(database, now, is_known):
    new = "https://a.example/new"
    with database.session() as session:
        row = ready(session, now)
        if is_known:
            factories.page(session, new, fetch_id=None, due_at=None)
        alias = came(
            taken(session, now)[URL], now, Brought.REJECTION, final_url=new, alias_url=new, body=b"<p>News</p>",
            digest="d1", reason=RejectionReason.ALIAS, hops=((301, new),),
        )  # fmt: skip
        to_clean = fetches.record(session, [alias], now)
        target = session.scalars(sa.select(Page).where(Page.url == new)).one()
        row = fresh(session, row)
        assert (row.state, row.reason, row.alias_of_id, row.due_at) == ("done", "alias", target.id, now + NEXT)
        if is_known:
            assert to_clean == []
        else:
            assert to_clean == [target.fetch_id]
            assert fetches.read_body(session, target.fetch_id) == b"<p>News</p>"


def test_further_pages_wake_the_article_that_waits_for_them(database, now):
    with database.session() as session:
        parent = ready(session, now)
        fetches.record(session, [came(taken(session, now)[URL], now)], now)
        parts = pages.discover_parts(session, parent, [URL + "-2", URL + "-3"], now)
        parent.due_at = now + 600 * SECOND  # cleaning put it off
        session.flush()
        claimed = taken(session, now)
        fetches.record(session, [came(claimed[URL + "-2"], now)], now)
        assert fresh(session, parent).due_at == now + 600 * SECOND
        fetches.record(session, [came(claimed[URL + "-3"], now)], now)
        assert fresh(session, parent).due_at == now
        assert [(fresh(session, p).state, p.step) for p in parts] == [("done", "fetch")] * 2


@pytest.mark.parametrize(
    ("brought", "outcome"),
    [
        (Brought.BYTES, "fetched"),
        (Brought.UNCHANGED, "unchanged"),
        (Brought.REJECTION, "rejected"),
        (Brought.FAILURE, "failed"),
        (Brought.ERROR, None),
        (Brought.NOTHING, None),
    ],
)
def test_an_operation_hears_how_its_page_ended(database, now, brought, outcome):
    with database.session() as session:
        row = ready(session, now)
        operation = Operation(kind="recrawl", selection={}, reason="", asked_by="me", asked_at=now, due=1)
        session.add(operation)
        session.flush()
        session.add(OperationItem(operation_id=operation.id, page_id=row.id))
        row.operation_id, row.is_forced = operation.id, True
        session.flush()
        words = {"reason": RejectionReason.ROBOTS} if brought is Brought.REJECTION else {}
        fetches.record(session, [came(taken(session, now)[URL], now, brought, **words)], now)
        item = session.scalars(sa.select(OperationItem).execution_options(populate_existing=True)).one()
        assert item.outcome == outcome
        row = fresh(session, row)
        assert (row.operation_id, row.is_forced) == ((None, False) if outcome else (operation.id, True))


def test_what_is_asked_for_during_a_visit_stays_due(database, now):
    with database.session() as session:
        row = ready(session, now)
        claimed = taken(session, now)[URL]
        row = fresh(session, row)
        row.operation_id, row.is_forced = 9, True
        session.flush()
        fetches.record(session, [came(claimed, now, Brought.UNCHANGED)], now)
        row = fresh(session, row)
        assert (row.state, row.due_at, row.operation_id) == ("scheduled", now, 9)


def test_a_batch_writes_each_visit_for_itself(database, now):
    urls = [f"https://a.example/{n}" for n in range(60)]
    with database.session() as session:
        for url in urls:
            ready(session, now, url)
        claimed = taken(session, now) | taken(session, now)
        assert len(claimed) == 60
        visits = [came(c, now, headers={"etag": "\x00"}) for c in claimed.values()]
        assert len(fetches.record(session, visits, now)) == 60
