"""Visits to seeds: when they come back after what went wrong, and what they name"""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from crawler.desk import KnownPortal
from crawler.fetcher import Answer, TransportError
from crawler.seed_visits import GIVE_UP_FAILURES, SeedVisitor
from storage import db
from storage.config import Config
from storage.domain import RejectionReason, SeedKind
from storage.errors import Rejected
from storage.models.page import Page
from storage.models.portal import Portal as PortalRow
from storage.models.portal import Seed
from storage.portals import Portal
from storage.repositories import portals, seeds
from storage.repositories.seeds import NewSeed

FEED = "https://a.example/feed"
CONFIG = Config(retry_seconds=7, fetch_tries=2, poll_min_seconds=60, poll_max_seconds=3600)


def visit(database, what, *, found_by="file", kind=SeedKind.FEED):
    """Visit the one seed; `what` is the body of an answer, its status, or what is raised."""

    async def follow(*_words):
        if isinstance(what, Exception):
            raise what
        return Answer(FEED, what if isinstance(what, int) else 200, {}, b"" if isinstance(what, int) else what, 0.1)

    async def run(act):
        with database.session() as session:
            return act(session)

    portal = Portal.model_validate({"id": "a", "home": "https://a.example/"})
    with database.session() as session:
        at = db.now(session)
        portals.apply(session, [portal], at)
        row = session.scalars(sa.select(PortalRow)).one()
        if not session.scalar(sa.select(Seed.id)):
            seeds.add(session, [NewSeed(row.id, FEED, kind, found_by)], at)
        session.execute(sa.update(Seed).values(due_at=at, retired_at=None))
        session.flush()
        [claimed] = seeds.claim(session, session.scalars(sa.select(Seed.host_id)).one(), "me", at, 60, 1)
        known = KnownPortal(row.id, portal, 0, 0)
    visitor = SeedVisitor(SimpleNamespace(config=CONFIG, run=run), SimpleNamespace(follow=follow))
    asyncio.run(visitor.visit(None, claimed, known))
    with database.read() as session:
        found = session.scalars(sa.select(Seed).where(Seed.url == FEED)).one()
        return SimpleNamespace(
            wait=(found.due_at - at).total_seconds(), is_retired=found.retired_at is not None, failures=found.failures
        )


def test_no_answer_is_asked_again_soon_then_less_often(sqlite):
    assert 6 < visit(sqlite, TransportError("reset")).wait < 8
    assert visit(sqlite, TransportError("reset")).wait > 200
    assert visit(sqlite, TransportError("reset")).wait > 400


@pytest.mark.parametrize(
    "what", [Rejected(RejectionReason.TOO_LARGE, "huge"), b"<rss><channel/></rss>", b"\0\0\0", 403, 451]
)
def test_what_will_be_so_in_a_minute_is_not_asked_in_a_minute(sqlite, what):
    assert visit(sqlite, what).wait > 0.9 * CONFIG.poll_max_seconds


def test_a_refusal_waits_for_its_host(sqlite):
    assert visit(sqlite, 503).wait < 2


def test_only_seeds_that_no_file_names_are_given_up_for_silence(sqlite):
    for _ in range(GIVE_UP_FAILURES):
        last = visit(sqlite, TransportError("reset"), found_by="probe")
    assert last.is_retired


def test_seeds_of_the_file_are_not_given_up_for_silence(sqlite):
    for _ in range(GIVE_UP_FAILURES + 2):
        last = visit(sqlite, TransportError("reset"))
    assert not last.is_retired
    assert last.failures == GIVE_UP_FAILURES + 2


def test_a_feed_that_works_again_is_polled_as_before(sqlite):
    visit(sqlite, TransportError("reset"))
    found = visit(sqlite, b"<rss><channel><item><link>https://a.example/news/1</link></item></channel></rss>")
    assert found.failures == 0
    assert 50 < found.wait < timedelta(minutes=2).total_seconds()


@pytest.mark.parametrize(("found_by", "named"), [("file", 1), ("index 2", 1), ("index 4", 0)])
def test_indexes_within_indexes_come_to_an_end(sqlite, found_by, named):
    index = b"<sitemapindex><sitemap><loc>https://a.example/next.xml</loc></sitemap></sitemapindex>"
    visit(sqlite, index, found_by=found_by, kind=SeedKind.SITEMAP)
    with sqlite.read() as session:
        found = [s.found_by for s in session.scalars(sa.select(Seed).where(Seed.url.endswith("next.xml")))]
    assert len(found) == named
    assert found in ([], ["index 2"], ["index 3"])


def test_a_seed_that_names_itself_is_no_page(sqlite):
    visit(sqlite, b"<rss><channel><item><link>http://</link></item><item><link>/feed</link></item></channel></rss>")
    with sqlite.read() as session:
        assert session.scalars(sa.select(Page.url)).all() == []
