"""What visits brought: written once, by fence, each page in one state"""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.domain import RejectionReason
from storage.models.article import Article
from storage.models.operation import Change
from storage.models.page import Fetch, Page
from storage.repositories import fetches
from storage.repositories.fetches import Brought, Visit
from tests.storage.repositories import frontier


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
