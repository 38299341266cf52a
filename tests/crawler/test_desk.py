"""What a crawler claims, renews and gives back, in a real store"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crawler import clock
from crawler import desk as desks
from crawler.desk import Desk
from crawler.gates import LostError, Pace
from storage import db
from storage.config import Config
from storage.domain import Entry, SeedKind
from storage.errors import Retryable
from storage.models.page import Host, Page
from storage.models.portal import Portal as PortalRow
from storage.models.portal import Seed
from storage.portals import Portal
from storage.repositories import hosts, pages, portals, seeds
from storage.repositories.pages import Named
from storage.repositories.seeds import NewSeed

CONFIG = Config(lease_seconds=20.0)
ROOM = 50


def follow(store, *entries):
    with store.session() as session:
        wanted = [
            Portal.model_validate({"id": key, "home": f"https://{key}.example/", **words}) for key, words in entries
        ]
        portals.apply(session, wanted, db.now(session))


def discover(store, *names, key="a"):
    with store.session() as session:
        portal_id = session.scalar(sa.select(PortalRow.id).where(PortalRow.key == key))
        urls = [f"https://{key}.example/{name}" for name in names]
        return pages.discover(session, portal_id, None, [Named(u, u, Entry(u)) for u in urls], long_ago(session))


def add_seeds(store, *names, key="a"):
    with store.session() as session:
        portal_id = session.scalar(sa.select(PortalRow.id).where(PortalRow.key == key))
        wanted = [NewSeed(portal_id, f"https://{key}.example/{name}", SeedKind.FEED, "file") for name in names]
        seeds.add(session, wanted, long_ago(session))


def long_ago(session):
    return db.now(session) - timedelta(minutes=1)


def row(store, name="a.example"):
    with store.read() as session:
        found = session.scalars(sa.select(Host).where(Host.name == name)).one()
        session.expunge(found)
        return found


def play(scene):
    return asyncio.run(asyncio.wait_for(scene, 60))


@pytest.fixture
def store(database):
    follow(database, ("a", {}), ("b", {}))
    return database


def names_of(work):
    return sorted((one.gate.host.name, len(one.seeds), len(one.pages)) for one in work)


def test_due_work_is_handed_out_host_by_host_and_once(store):
    add_seeds(store, "rss")
    discover(store, "1", "2", "3")
    discover(store, "4", key="b")

    async def scene():
        desk = Desk(store, CONFIG, "one")
        first = await desk.hand_out(ROOM)
        for work in first:
            work.gate.visits += len(work.seeds) + len(work.pages)
        again = await desk.hand_out(ROOM)
        return first, again, await Desk(store, CONFIG, "two").hand_out(ROOM)

    first, again, other = play(scene())
    assert names_of(first) == [("a.example", 1, 3), ("b.example", 0, 1)]
    assert again == []
    assert other == []


def test_no_more_than_there_is_room_for(store):
    discover(store, *(str(n) for n in range(40)))

    async def scene():
        desk = Desk(store, CONFIG, "one")
        return [names_of(await desk.hand_out(room)) for room in (0, 3)]

    assert play(scene()) == [[], [("a.example", 0, 3)]]


def test_a_host_that_wants_pauses_gets_one_visit_at_a_time_seeds_and_pages_in_turn(database):
    follow(database, ("a", {"delay_seconds": 0.01}))
    add_seeds(database, "rss", "feed")
    discover(database, "1", "2", "3")

    async def scene():
        desk = Desk(database, CONFIG, "one")
        await desk.hand_out(0)
        seen = []
        await desk.hold("a.example")
        for _ in range(4):
            seen += names_of(await desk.hand_out(ROOM))
        return seen

    assert play(scene()) == [("a.example", s, p) for s, p in [(1, 0), (0, 1), (1, 0), (0, 1)]]


def test_pages_wait_while_cleaning_is_behind_and_seeds_don_t(store):
    add_seeds(store, "rss")
    discover(store, *(str(n) for n in range(11)))
    with store.session() as session:
        session.execute(sa.update(Page).where(Page.id > 1).values(step="clean"))

    async def scene():
        return names_of(await Desk(store, Config(backlog_pages=10), "one").hand_out(ROOM))

    assert play(scene()) == [("a.example", 1, 0)]


@pytest.mark.parametrize(
    ("entries", "pace"),
    [
        ([("a", {})], Pace(3, 0.5)),
        ([("a", {"delay_seconds": 2.0, "host_concurrency": 1})], Pace(1, 2.0)),
        ([("a", {"delay_seconds": 0.0})], Pace(3, 0.0)),
        ([("a", {"delay_seconds": 2.0}), ("b", {"hosts": ["a.example"], "host_concurrency": 2})], Pace(2, 2.0)),
        ([("a", {"host_concurrency": 8}), ("b", {"hosts": ["a.example"], "delay_seconds": 9.0})], Pace(3, 9.0)),
    ],
)
def test_the_gentlest_of_the_paces_that_a_host_s_portals_are_given(database, entries, pace):
    follow(database, *entries)

    async def scene():
        desk = Desk(database, Config(host_concurrency=3, host_delay_seconds=0.5), "one")
        await desk.read_portals()
        return (await desk.hold("a.example")).pace

    assert play(scene()) == pace


def test_a_longer_pause_counts_for_hosts_that_are_held_already(store):
    async def scene():
        desk = Desk(store, CONFIG, "one")
        await desk.read_portals()
        gate = await desk.hold("a.example")
        before = gate.delay_seconds
        await asyncio.to_thread(follow, store, ("a", {"delay_seconds": 7.0, "host_concurrency": 1}), ("b", {}))
        await desk.read_portals()
        return before, gate.delay_seconds, gate.pace.concurrency

    assert play(scene()) == (0.0, 7.0, 1)


def test_an_idle_host_is_given_back_and_due_when_its_work_is(store):
    discover(store, "1")
    later = datetime.now(UTC) + timedelta(hours=1)

    async def scene():
        desk = Desk(store, CONFIG, "one")
        (work,) = await desk.hand_out(ROOM)
        with store.session() as session:
            pages.give_back(session, work.pages, later)
        await desk.hand_out(ROOM)
        return desk.gates

    assert play(scene()) == {}
    host = row(store)
    assert (host.lease_owner, host.lease_until) == (None, None)
    assert abs(host.due_at - later) < timedelta(seconds=1)


def test_a_host_with_a_visit_under_way_is_kept(store):
    discover(store, "1")

    async def scene():
        desk = Desk(store, CONFIG, "one")
        (work,) = await desk.hand_out(ROOM)
        work.gate.visits += 1
        work.gate.rest(timedelta(hours=1))
        for _ in range(3):
            await desk.hand_out(ROOM)
        return set(desk.gates)

    assert play(scene()) == {"a.example"}
    assert row(store).lease_owner == "one"


def test_a_rest_that_the_store_didn_t_hear_of_is_written_when_the_host_is_given_back(store):
    """The store was away as the host asked for it: the next to lease the host has to know."""
    discover(store, "1")

    async def scene():
        desk = Desk(store, CONFIG, "one")
        (work,) = await desk.hand_out(ROOM)
        work.gate.refused(timedelta(hours=1))
        await desk.hand_out(ROOM)
        return desk.gates

    assert play(scene()) == {}
    host = row(store)
    assert host.lease_owner is None
    assert host.failures == 1
    assert host.ready_at - datetime.now(UTC) > timedelta(minutes=59)


def test_times_are_written_by_the_stores_clock(store, monkeypatch):
    """A crawler whose own clock is five minutes ahead makes nobody wait five minutes longer."""
    discover(store, "1")
    behind, real = timedelta(minutes=5), db.now
    monkeypatch.setattr(db, "now", lambda session: real(session) - behind)
    with store.session() as session:
        session.execute(sa.update(Page).values(due_at=db.now(session) - behind))
        session.execute(sa.update(Host).values(due_at=db.now(session) - behind))

    async def scene():
        desk = Desk(store, CONFIG, "one")
        (work,) = await desk.hand_out(ROOM)
        work.gate.refused(timedelta(seconds=30))
        await desk.give_back()

    try:
        play(scene())
    finally:
        clock.of_store.set(datetime.now(UTC))
    wait = row(store).ready_at - (datetime.now(UTC) - behind)
    assert timedelta(seconds=10) < wait < timedelta(seconds=40)


def test_the_end_writes_rests_and_frees_all(store):
    add_seeds(store, "rss")
    discover(store, "1")

    async def scene():
        desk = Desk(store, CONFIG, "one")
        (work,) = await desk.hand_out(ROOM)
        work.gate.refused(timedelta(hours=1))
        await desk.give_back()
        return desk.gates

    assert play(scene()) == {}
    assert row(store).ready_at - datetime.now(UTC) > timedelta(minutes=59)
    with store.read() as session:
        held = [
            session.scalar(sa.select(sa.func.count()).where(t.lease_owner.is_not(None))) for t in (Page, Seed, Host)
        ]
    assert held == [0, 0, 0]


def test_leases_of_what_is_under_way_are_renewed_and_others_expire(store):
    discover(store, "1", "2")

    async def scene():
        desk = Desk(store, CONFIG, "one")
        (work,) = await desk.hand_out(ROOM)
        kept, ended = work.pages
        desk.end(ended)
        with store.session() as session:
            soon = db.now(session) + timedelta(seconds=1)
            for table in (Page, Host):
                session.execute(sa.update(table).values(lease_until=soon).where(table.lease_owner == "one"))
        await desk.renew()
        with store.read() as session:
            return soon, {p.id: p.lease_until for p in session.scalars(sa.select(Page))}, kept.id, ended.id

    soon, until, kept, ended = play(scene())
    assert until[kept] > soon + timedelta(seconds=10)
    assert until[ended] == soon
    assert row(store).lease_until > soon + timedelta(seconds=10)


def test_a_page_that_is_handed_out_again_is_another_claim(store):
    discover(store, "1")

    async def scene():
        desk = Desk(store, CONFIG, "one")
        (first,) = await desk.hand_out(ROOM)
        with store.session() as session:
            pages.give_back(session, first.pages, long_ago(session))
        (second,) = await desk.hand_out(ROOM)
        desk.end(first.pages[0])  # a visit whose lease was lost ends late
        return set(desk._pages) == {second.pages[0].id}

    assert play(scene())


def test_a_host_that_another_crawler_took_is_let_go(store):
    discover(store, "1")

    async def scene():
        desk = Desk(store, CONFIG, "one")
        (work,) = await desk.hand_out(ROOM)
        with store.session() as session:
            session.execute(sa.update(Host).values(lease_until=long_ago(session)))
            taken = hosts.claim(session, "two", db.now(session), 60.0, 5)
        await desk.renew()
        with pytest.raises(LostError):
            async with work.gate.turn():
                pytest.fail("a turn at a host that is another's")
        return [h.name for h in taken], desk.gates, await desk.hold("a.example")

    assert play(scene()) == (["a.example"], {}, None)
    assert row(store).lease_owner == "two"


def test_a_turn_at_a_host_that_was_taken_is_refused_by_the_store(database):
    """Before any renewal has noticed."""
    follow(database, ("a", {"delay_seconds": 0.5}))

    async def scene():
        desk = Desk(database, CONFIG, "one")
        await desk.read_portals()
        gate = await desk.hold("a.example")
        async with gate.turn():
            pass
        with database.session() as session:
            session.execute(sa.update(Host).values(fence=Host.fence + 1))
        with pytest.raises(LostError):
            async with gate.turn():
                pytest.fail("a turn at a host that is another's")

    play(scene())


def test_a_turn_is_in_the_store_before_its_request(database):
    follow(database, ("a", {"delay_seconds": 5.0}))

    async def scene():
        desk = Desk(database, CONFIG, "one")
        await desk.read_portals()
        gate = await desk.hold("a.example")
        async with gate.turn():
            return row(database).ready_at

    assert play(scene()) - datetime.now(UTC) > timedelta(seconds=4)


def test_a_host_leased_while_leases_are_renewed_isn_t_taken_for_lost(store, monkeypatch):
    async def scene():
        desk = Desk(store, CONFIG, "one")
        renewing = asyncio.create_task(desk.renew())
        await asyncio.sleep(0)
        gate = await desk.hold("a.example")
        await renewing
        return gate.is_lost, list(desk.gates)

    really = hosts.renew

    def slow(*words):
        import time

        found = really(*words)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(desks.hosts, "renew", slow)
    assert play(scene()) == (False, ["a.example"])


def test_two_redirects_to_one_host_share_its_gate(store):
    async def scene():
        desk = Desk(store, CONFIG, "one")
        return await asyncio.gather(*(desk.hold("new.example") for _ in range(4)))

    gates = play(scene())
    assert len(set(map(id, gates))) == 1


def test_what_a_dead_crawler_held_is_freed_when_its_lease_is_over(store):
    discover(store, "1")
    add_seeds(store, "rss")

    async def scene():
        dead = Desk(store, CONFIG, "dead")
        await dead.hand_out(ROOM)
        with store.session() as session:
            for table in (Page, Seed, Host):
                past = {"lease_until": long_ago(session)}
                session.execute(sa.update(table).where(table.lease_owner == "dead").values(**past))
        return names_of(await Desk(store, CONFIG, "one").hand_out(ROOM))

    assert play(scene()) == [("a.example", 1, 1)]


def test_portals_are_read_with_what_revisits_taught(store):
    with store.session() as session:
        session.execute(sa.update(PortalRow).where(PortalRow.key == "a").values(observed={"edits": 3, "revisits": 9}))
        session.execute(sa.update(PortalRow).where(PortalRow.key == "b").values(paused_at=db.now(session)))

    async def scene():
        desk = Desk(store, CONFIG, "one")
        await desk.read_portals()
        return [(p.value.key, p.edits, p.revisits) for p in desk.portals.values()]

    assert play(scene()) == [("a", 3, 9)]


def test_claims_that_aren_t_wanted_any_more_are_given_back(store):
    discover(store, "1")
    add_seeds(store, "rss")

    async def scene():
        desk = Desk(store, CONFIG, "one")
        (work,) = await desk.hand_out(ROOM)
        for one in (*work.seeds, *work.pages):
            await desk.give_back_one(one)
        return desk._pages, desk._seeds

    assert play(scene()) == ({}, {})
    with store.read() as session:
        for table in (Page, Seed):
            (found,) = session.scalars(sa.select(table))
            assert found.lease_owner is None
            assert found.due_at > datetime.now(UTC) + timedelta(seconds=30)


def test_a_store_that_is_away_at_the_end_leaves_leases_to_expire(store, monkeypatch):
    async def scene():
        desk = Desk(store, CONFIG, "one")
        await desk.hold("a.example")

        async def away(_act):
            raise Retryable("away")

        monkeypatch.setattr(desk, "run", away)
        await desk.give_back()
        return desk.gates

    assert play(scene()) == {}
    assert row(store).lease_owner == "one"
