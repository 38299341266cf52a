"""Visits written in groups: nothing is lost, nothing is written twice, one bad row spoils no other"""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crawler import pipelines
from crawler.pipelines import LARGEST_GROUP, MOST_WAITING, Commit
from storage import db
from storage.domain import Entry
from storage.errors import Retryable
from storage.models.page import Fetch, Page, Record
from storage.portals import Portal
from storage.repositories import fetches, hosts, pages, portals
from storage.repositories.fetches import Brought, Visit
from storage.repositories.pages import Named

TRIES = 3


def claim(store, number):
    """That many leased pages."""
    with store.session() as session:
        at = db.now(session) - timedelta(minutes=1)
        portals.apply(session, [Portal.model_validate({"id": "a", "home": "https://a.example/"})], at)
        urls = [f"https://a.example/{n:04}" for n in range(number)]
        pages.discover(session, 1, None, [Named(u, u, Entry(u)) for u in urls], at)
        [host] = hosts.claim(session, "me", db.now(session), 60.0, 1)
        return pages.claim(session, host.id, "me", db.now(session), 60.0, number)


def visit(page, **words):
    at = datetime.now(UTC)
    body = f"<html>{page.url}</html>".encode()
    wanted = {"brought": Brought.BYTES, "status": 200, "body": body, "digest": "d" * 32, **words}
    return Visit(page=page, at=at, due_at=at + timedelta(hours=1), final_url=page.url, **wanted)


def written(store):
    """States, and how many fetches and records there are."""
    with store.read() as session:
        counts = [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Fetch, Record)]
        states = {p.id: (p.state, p.step) for p in session.scalars(sa.select(Page).order_by(Page.id))}
        return states, *counts


class Outbox:
    def __init__(self):
        self.sent, self.sizes = [], []

    def __call__(self, ids):
        self.sent += ids
        self.sizes.append(len(ids))


def play(scene):
    return asyncio.run(asyncio.wait_for(scene, 60))


@pytest.fixture
def groups(monkeypatch):
    """Sizes of the groups that were written."""
    sizes, really = [], fetches.record

    def record(session, visits, now):
        sizes.append(len(visits))
        return really(session, visits, now)

    monkeypatch.setattr(pipelines.fetches, "record", record)
    return sizes


async def until(holds):
    while not holds():
        await asyncio.sleep(0.01)


def test_visits_are_written_in_groups_once_and_handed_over(database, groups):
    number = LARGEST_GROUP * 2 + 20
    claimed, outbox = claim(database, number), Outbox()

    async def scene():
        commit = Commit(database, outbox, TRIES)
        writer = asyncio.create_task(commit.run())
        await asyncio.gather(*(commit.put(visit(page)) for page in claimed))
        await until(lambda: commit.committed == number)
        writer.cancel()
        await commit.drain()

    play(scene())
    states, n_fetches, n_records = written(database)
    assert set(states.values()) == {("scheduled", "clean")}
    assert (n_fetches, n_records) == (number, number)
    assert groups == [LARGEST_GROUP, LARGEST_GROUP, 20]
    assert len(outbox.sent) == len(set(outbox.sent)) == number


def test_a_single_visit_is_written_within_moments(sqlite):
    [page], outbox = claim(sqlite, 1), Outbox()

    async def scene():
        commit = Commit(sqlite, outbox, TRIES)
        writer = asyncio.create_task(commit.run())
        await commit.put(visit(page))
        await until(lambda: outbox.sent)
        writer.cancel()
        return commit.committed

    assert play(scene()) == 1


def test_a_writer_that_is_cancelled_amid_a_group_loses_nothing(sqlite, monkeypatch):
    """As the crawl ends: the group in its thread can't be stopped, and what it wrote has to be handed over once."""
    claimed, outbox = claim(sqlite, 6), Outbox()
    begun, go, really = threading.Event(), threading.Event(), fetches.record

    def slow(session, visits, now):
        begun.set()
        assert go.wait(10)
        return really(session, visits, now)

    monkeypatch.setattr(pipelines.fetches, "record", slow)

    async def scene():
        commit = Commit(sqlite, outbox, TRIES)
        writer = asyncio.create_task(commit.run())
        for page in claimed[:4]:
            await commit.put(visit(page))
        await until(begun.is_set)
        writer.cancel()
        for page in claimed[4:]:
            await commit.put(visit(page))
        asyncio.get_running_loop().call_later(0.1, go.set)
        await commit.drain()
        return commit.committed

    assert play(scene()) == 6
    _, n_fetches, n_records = written(sqlite)
    assert (n_fetches, n_records) == (6, 6)
    assert sorted(outbox.sent) == sorted(set(outbox.sent))
    assert len(outbox.sent) == 6


def test_while_the_store_is_away_visits_wait_and_then_all_are_written(sqlite, monkeypatch):
    claimed, outbox, really = claim(sqlite, MOST_WAITING + 30), Outbox(), fetches.record
    monkeypatch.setattr(pipelines, "AWAY_SECONDS", 0.05)
    is_away = True

    def record(session, visits, now):
        if is_away:
            raise Retryable("away")
        return really(session, visits, now)

    monkeypatch.setattr(pipelines.fetches, "record", record)

    async def scene():
        nonlocal is_away
        commit = Commit(sqlite, outbox, TRIES)
        writer = asyncio.create_task(commit.run())
        putting = [asyncio.create_task(commit.put(visit(page))) for page in claimed]
        await asyncio.sleep(0.5)
        in_hand = sum(task.done() for task in putting)
        is_away = False
        await asyncio.gather(*putting)
        await commit.drain()
        writer.cancel()
        return in_hand, commit.committed

    assert play(scene()) == (MOST_WAITING, MOST_WAITING + 30)  # the crawler slows down meanwhile
    _, n_fetches, _ = written(sqlite)
    assert n_fetches == MOST_WAITING + 30 == len(set(outbox.sent))


def test_one_visit_that_can_t_be_written_spoils_no_other(database):
    claimed, outbox = claim(database, 7), Outbox()

    async def scene():
        commit = Commit(database, outbox, TRIES)
        for number, page in enumerate(claimed):
            await commit.put(visit(page, **({"status": 2**70} if number == 3 else {})))
        await commit.drain()
        return commit.committed

    assert play(scene()) == 7
    states, n_fetches, n_records = written(database)
    assert (n_fetches, n_records) == (7, 6)
    bad = claimed[3].id
    assert states.pop(bad) == ("scheduled", "fetch")
    assert set(states.values()) == {("scheduled", "clean")}
    assert len(outbox.sent) == 6
    with database.read() as session:
        page = session.get_one(Page, bad)
        assert (page.tries, page.lease_owner) == (1, None)
        assert "could not be written" in page.detail


def test_a_page_that_can_never_be_written_is_put_aside(sqlite):
    [page] = claim(sqlite, 1)
    with sqlite.session() as session:
        session.execute(sa.update(Page).values(tries=TRIES - 1))

    async def scene():
        from dataclasses import replace

        commit = Commit(sqlite, Outbox(), TRIES)
        await commit.put(visit(replace(page, tries=TRIES - 1), status=2**70))
        await commit.drain()

    play(scene())
    states, _, n_records = written(sqlite)
    assert (states[page.id], n_records) == (("quarantined", "fetch"), 0)


def test_a_visit_whose_lease_was_lost_is_not_written(sqlite):
    claimed, outbox = claim(sqlite, 2), Outbox()
    with sqlite.session() as session:  # another crawler took the first page meanwhile
        session.execute(sa.update(Page).where(Page.id == claimed[0].id).values(fence=Page.fence + 1, lease_owner="two"))

    async def scene():
        commit = Commit(sqlite, outbox, TRIES)
        for page in claimed:
            await commit.put(visit(page))
        await commit.drain()

    play(scene())
    states, n_fetches, _ = written(sqlite)
    assert states[claimed[0].id] == ("leased", "fetch")
    assert (n_fetches, len(outbox.sent)) == (1, 1)


def test_a_queue_that_breaks_doesn_t_end_the_writer(sqlite, groups):
    claimed = claim(sqlite, 2)

    def broken(_ids):
        raise RuntimeError("the queue broke")

    async def scene():
        commit = Commit(sqlite, broken, TRIES)
        writer = asyncio.create_task(commit.run())
        for number, page in enumerate(claimed, 1):
            await commit.put(visit(page))
            await until(lambda number=number: commit.committed == number)
        is_alive = not writer.done()
        writer.cancel()
        return is_alive

    assert play(scene())
    assert groups == [1, 1]


def test_what_brought_no_bytes_is_not_handed_over(sqlite):
    claimed, outbox = claim(sqlite, 4), Outbox()
    brought = [Brought.UNCHANGED, Brought.ERROR, Brought.NOTHING, Brought.FAILURE]

    async def scene():
        commit = Commit(sqlite, outbox, TRIES)
        for page, what in zip(claimed, brought, strict=True):
            await commit.put(visit(page, brought=what, body=None, status=None))
        await commit.drain()

    play(scene())
    _, n_fetches, n_records = written(sqlite)
    assert (n_fetches, n_records, outbox.sent) == (3, 0, [])  # a visit that came to no request leaves no fetch
