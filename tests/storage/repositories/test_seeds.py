"""Seeds are claimed once, end their visits by fence, and come alive when named again"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.domain import SeedKind
from storage.models.page import Host
from storage.models.portal import Seed
from storage.repositories import seeds
from storage.repositories.seeds import NewSeed
from tests.storage.repositories import frontier


@pytest.fixture
def store(database, now):
    with database.session() as session:
        frontier.portal(session, now)
    return database


def claim(session, now):
    return seeds.claim(session, 1, "c1", now, 20, 5)


def test_claimed_once_and_ended_by_fence(store, now):
    with store.session() as session:
        (seed,) = claim(session, now)
        assert (seed.kind, seed.visits) == (SeedKind.FEED, 0)
        assert claim(session, now) == []
        due = now + timedelta(minutes=5)
        assert not seeds.end_visit(session, seed.id, seed.fence - 1, {"due_at": now})
        assert seeds.end_visit(session, seed.id, seed.fence, {"due_at": due, "visits": 1})
        assert claim(session, now) == []
        assert claim(session, due)[0].visits == 1


def test_named_again_with_a_newer_lastmod(store, now):
    later = now + timedelta(hours=1)
    with store.session() as session:
        seeds.add(session, [NewSeed(1, frontier.HOME + "s.xml", SeedKind.SITEMAP, "index", lastmod=now)], now)
        row = session.get_one(Seed, 2)
        row.due_at, row.retired_at = later, now
        session.flush()
        seeds.add(session, [NewSeed(1, frontier.HOME + "s.xml", SeedKind.SITEMAP, "index", lastmod=later)], now)
        session.refresh(row)
        assert row.lastmod == later
        assert row.due_at == now


def test_what_a_single_run_waits_for(store, now):
    soon, later = now + timedelta(seconds=2), now + timedelta(minutes=2)
    with store.session() as session:
        assert seeds.due_count(session, now, soon, later, later) >= 1
        (seed,) = claim(session, now)
        ended = {"visited_at": now, "visits": 1, "due_at": now + timedelta(seconds=1)}
        seeds.end_visit(session, seed.id, seed.fence, ended)
        for portal in seeds.to_probe(session, now, 60):
            portal.probed_at = now
        session.flush()
        assert seeds.due_count(session, now, soon, later, later) == 0
        for failures, waited_for in ((1, 1), (seeds.WAITED_TRIES - 1, 1), (seeds.WAITED_TRIES, 0)):
            session.execute(sa.update(Seed).values(failures=failures, due_at=later))
            assert seeds.due_count(session, now, soon, later, later) == waited_for
        session.execute(sa.update(Seed).values(failures=1, due_at=now))
        session.execute(sa.update(Host).values(ready_at=later + timedelta(seconds=1)))
        assert seeds.due_count(session, now, soon, later, later) == 0
