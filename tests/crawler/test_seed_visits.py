"""Visits to seeds: when they come back after what went wrong, and what they name"""

import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from crawler import apart, robots, seed_visits
from crawler.asking import UnreachableError
from crawler.desk import KnownPortal
from crawler.fetcher import Answer, TransportError
from crawler.gates import LostError, RestingError
from crawler.seed_visits import GIVE_UP_FAILURES, SeedVisitor
from crawler.sources.reading import Reading
from storage import db
from storage.config import Config
from storage.domain import RejectionReason, SeedKind
from storage.errors import Rejected, Retryable
from storage.models.page import Page
from storage.models.portal import Portal as PortalRow
from storage.models.portal import Seed
from storage.portals import Portal
from storage.repositories import portals, seeds
from storage.repositories.seeds import ClaimedSeed, NewSeed

FEED = "https://a.example/feed"
CONFIG = Config(retry_seconds=7, fetch_tries=2, poll_min_seconds=60, poll_max_seconds=3600)


def visit(database, *answers, found_by="file", kind=SeedKind.FEED, was=None, **settings):
    """Visit the one seed; an answer is a body, a status, or both with headers, or what is raised.

    `was`: how the seed's row was before; settings: the portal's.
    """
    asked, waiting = [], list(answers)

    async def follow(_gate, _trail, ask, _portal):
        asked.append(dict(ask.headers))
        what = waiting.pop(0)
        if isinstance(what, Exception):
            raise what
        if isinstance(what, int):
            what = (what, b"", {})
        status, body, headers = what if isinstance(what, tuple) else (200, what, {})
        return Answer(FEED, status, headers, body, 0.1)

    async def run(act):
        with database.session() as session:
            return act(session)

    async def rules(_gate, _portal):
        return robots.rules(200, "Sitemap: https://a.example/from-robots.xml", "me")

    portal = Portal.model_validate({"id": "a", "home": "https://a.example/", **settings})
    with database.session() as session:
        at = db.now(session)
        portals.apply(session, [portal], at)
        row = session.scalars(sa.select(PortalRow)).one()
        if not session.scalar(sa.select(Seed.id)):
            seeds.add(session, [NewSeed(row.id, FEED, kind, found_by)], at)
        session.execute(sa.update(Seed).where(Seed.url == FEED).values(due_at=at, retired_at=None, **(was or {})))
        session.execute(sa.update(Seed).where(Seed.url != FEED).values(due_at=at + timedelta(days=9)))
        session.flush()
        [claimed] = seeds.claim(session, session.scalars(sa.select(Seed.host_id)).first(), "me", at, 60, 1)
        known = KnownPortal(row.id, portal, 0, 0)
    by = SimpleNamespace(follow=follow, asker=SimpleNamespace(rules=rules))
    visitor = SeedVisitor(SimpleNamespace(config=CONFIG, run=run), by)
    asyncio.run(visitor.visit(None, claimed, known))
    with database.read() as session:
        found = session.scalars(sa.select(Seed).where(Seed.url == FEED)).one()
        session.expunge_all()
        return SimpleNamespace(
            wait=(found.due_at - at).total_seconds(),
            is_retired=found.retired_at is not None,
            failures=found.failures,
            row=found,
            asked=asked,
        )


def feed(*names, more=""):
    """A feed that names pages by path."""
    items = "".join(f"<item><link>https://a.example{name}</link></item>" for name in names)
    return f"<rss><channel>{more}{items}</channel></rss>".encode()


def stories(*numbers):
    return feed(*(f"/news/story-{n}" for n in numbers))


def urls(database):
    with database.read() as session:
        return sorted(session.scalars(sa.select(Page.url)))


def others(database):
    """Found seeds, by URL: how they were found, and whether they are followed."""
    with database.read() as session:
        rows = session.scalars(sa.select(Seed).where(Seed.url != FEED))
        return {s.url.removeprefix("https://a.example"): (s.kind, s.found_by) for s in rows}


def forget_others(database):
    with database.session() as session:
        session.execute(sa.delete(Seed).where(Seed.url != FEED))


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


def test_retry_after_is_kept_by_the_seed_even_where_its_host_rests_for_less(sqlite):
    """A pause of hours may be meant for this seed alone: its host's other pages go on after seconds."""
    for status in (429, 503):
        assert 3500 < visit(sqlite, (status, b"", {"retry-after": "3600"})).wait < 3700


@pytest.mark.parametrize("error", [RestingError, partial(UnreachableError, "a.example")])
def test_a_host_that_rests_says_when_and_costs_no_failure(sqlite, error):
    found = visit(sqlite, error(datetime.now(UTC) + timedelta(seconds=500)))
    assert 480 < found.wait < 510
    assert found.failures == 0


@pytest.mark.parametrize("error", [LostError("a.example"), Retryable("away")])
def test_a_lost_lease_costs_no_failure(sqlite, error):
    found = visit(sqlite, error)
    assert 50 < found.wait < 70
    assert found.failures == 0


def test_a_fault_of_ours_leaves_no_seed_leased(sqlite):
    found = visit(sqlite, KeyError("ours"))
    assert found.row.lease_owner is None
    assert "KeyError" in found.row.last_error
    assert found.wait > 0


def test_what_can_t_be_written_is_a_failure_and_the_seed_goes_on(sqlite, monkeypatch):
    def broken(*_words):
        raise ValueError("no such thing")

    with monkeypatch.context() as patch:
        patch.setattr(seed_visits.pages, "discover", lambda *w: broken() if w[3] else 0)
        found = visit(sqlite, stories(1))
    assert (found.failures, found.row.lease_owner) == (1, None)
    assert visit(sqlite, stories(1)).failures == 0
    assert len(urls(sqlite)) == 1


def test_a_store_that_is_away_is_waited_for(sqlite, monkeypatch):
    away, really = [Retryable("away")] * 3, seed_visits.pages.discover

    def discover(*words):
        if away:
            raise away.pop()
        return really(*words)

    monkeypatch.setattr(seed_visits, "AWAY_SECONDS", 0.01)
    monkeypatch.setattr(seed_visits.pages, "discover", discover)
    assert visit(sqlite, stories(1, 2)).failures == 0
    assert len(urls(sqlite)) == 2


@pytest.mark.parametrize(
    ("answer", "found_by", "kind", "is_retired"),
    [
        (404, "probe", SeedKind.FEED, True),
        (410, "index 2", SeedKind.SITEMAP, True),
        (b"<html>no feed</html>", "probe", SeedKind.FEED, True),
        (Rejected(RejectionReason.ROBOTS, "forbidden"), "probe", SeedKind.FEED, True),
        (500, "probe", SeedKind.FEED, False),
        (429, "probe", SeedKind.FEED, False),
        (404, "file", SeedKind.HOME, False),
        (b"\0\0", "file", SeedKind.FEED, False),
    ],
)
def test_guesses_are_given_up_and_homes_are_not(sqlite, answer, found_by, kind, is_retired):
    assert visit(sqlite, answer, found_by=found_by, kind=kind).is_retired is is_retired


def test_a_guess_that_has_brought_pages_is_no_guess_any_more(sqlite):
    visit(sqlite, stories(1), found_by="probe")
    for answer in (404, 404, 500, b"\0\0"):
        assert not visit(sqlite, answer).is_retired


def test_new_pages_bring_it_back_sooner_and_none_later(sqlite):
    was = {"interval_seconds": 1000.0, "visits": 5}
    many = visit(sqlite, stories(*range(5)), was=was)
    assert many.row.interval_seconds == 500
    assert 0.85 * 500 < many.wait < 1.15 * 500
    assert visit(sqlite, stories(*range(6)), was=was).row.interval_seconds == 800
    assert visit(sqlite, stories(*range(6)) + b" ", was=was).row.interval_seconds == 1500
    assert visit(sqlite, 304, was=was).row.interval_seconds == 1500
    assert visit(sqlite, 304, was={"interval_seconds": 3500.0}).row.interval_seconds == CONFIG.poll_max_seconds


def test_a_portal_s_own_schedule_counts(sqlite):
    assert 890 < visit(sqlite, stories(1), schedule="15m").wait < 910


def test_conditions_and_their_answers(sqlite):
    headers = {"etag": '"1"', "last-modified": "Mon, 02 Nov 2026 10:00:00 GMT"}
    first = visit(sqlite, (200, stories(1), headers))
    assert first.asked == [{}]
    second = visit(sqlite, 304)
    assert second.asked == [{"If-None-Match": '"1"', "If-Modified-Since": headers["last-modified"]}]
    assert (second.row.unchanged_streak, second.row.last_status, second.row.digest) == (1, 304, first.row.digest)
    third = visit(sqlite, (200, stories(1), headers))  # the same, whatever the server thinks
    assert third.row.unchanged_streak == 2
    assert visit(sqlite, (200, stories(2), headers)).row.unchanged_streak == 0


CHECK = {"unchanged_streak": CONFIG.recheck_every - 1, "etag": '"old"', "digest": "d" * 32, "visits": 20}


@pytest.mark.parametrize(("again", "is_honest"), [(304, False), (stories(1), True), (TransportError("reset"), True)])
def test_a_seed_whose_304_is_a_lie_is_asked_without_conditions_from_then_on(sqlite, again, is_honest):
    """The check brought something new: shown its old mark once more, an honest seed admits that."""
    found = visit(sqlite, stories(1), again, was=CHECK)
    assert found.asked == [{}, {"If-None-Match": '"old"'}]
    assert found.row.is_conditional is is_honest
    assert len(urls(sqlite)) == 1
    after = visit(sqlite, stories(1, 2), was={"etag": '"old"'})
    assert after.asked == [{"If-None-Match": '"old"'} if is_honest else {}]


def test_a_check_that_brings_nothing_new_costs_no_second_request(sqlite):
    digest = visit(sqlite, stories(1)).row.digest
    found = visit(sqlite, stories(1), was={**CHECK, "digest": digest})
    assert found.asked == [{}]
    assert (found.row.is_conditional, found.row.unchanged_streak) == (True, CONFIG.recheck_every)


def test_only_pages_of_the_portal_that_are_recent_enough(sqlite):
    old = "<item><link>https://a.example/news/old</link><pubDate>Mon, 02 Nov 2015 10:00:00 GMT</pubDate></item>"
    visit(sqlite, feed("/news/new?utm_source=rss", "/news/new", ".org/news/elsewhere", more=old))
    assert urls(sqlite) == ["https://a.example/news/new"]


def listing(*numbers):
    """A full page of a WordPress listing."""
    return json.dumps([{"link": f"https://a.example/news/story-{n}"} for n in numbers]).encode()


def test_further_pages_of_a_listing_are_read_while_they_bring_news(sqlite):
    visit(sqlite, listing(*range(10)), kind=SeedKind.WORDPRESS)
    assert others(sqlite) == {"/feed?page=2": ("wordpress", "page 2")}  # we begin
    forget_others(sqlite)
    visit(sqlite, listing(*range(5, 15)))  # half of it is known: so is what follows
    assert others(sqlite) == {}
    visit(sqlite, listing(*range(50, 60)))  # all is new: we missed some
    assert others(sqlite) == {"/feed?page=2": ("wordpress", "page 2")}


@pytest.mark.parametrize(("last", "is_followed"), [(11, True), (10, False)])
def test_a_further_page_is_read_once_and_leads_on_while_it_is_new(sqlite, last, is_followed):
    visit(sqlite, listing(*range(1, 11)), kind=SeedKind.WORDPRESS)
    forget_others(sqlite)
    found = visit(sqlite, listing(*range(2, 11), last), was={"found_by": "page 2", "visits": 0})
    assert found.is_retired
    assert list(others(sqlite).values()) == ([("wordpress", "page 3")] if is_followed else [])


@pytest.mark.parametrize(("page", "number"), [(seed_visits.MOST_PAGES - 1, 1), (seed_visits.MOST_PAGES, 0)])
def test_listings_without_end_are_left(sqlite, page, number):
    visit(sqlite, listing(*range(10)), found_by=f"page {page}", kind=SeedKind.WORDPRESS)
    assert len(others(sqlite)) == number


HOME = b"""<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/declared.xml"></head>
<body><a href="/news/a-long-headline-of-a-story-1">A long headline of a story</a></body></html>"""


def test_a_home_names_seeds_and_robots_and_habits_others_once(sqlite):
    visit(sqlite, HOME, kind=SeedKind.HOME)
    first = others(sqlite)
    assert first["/declared.xml"] == ("feed", "probe")
    assert first["/from-robots.xml"] == ("sitemap", "probe")
    forget_others(sqlite)
    visit(sqlite, HOME + b" ", kind=SeedKind.HOME)
    assert set(others(sqlite)) == {"/declared.xml"}  # guesses are made once


def test_a_home_whose_portal_names_its_seeds_adds_none(sqlite):
    visit(sqlite, HOME, kind=SeedKind.HOME, seeds=["https://a.example/mine.xml"])
    assert set(others(sqlite)) <= {"/mine.xml"}


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


def test_what_takes_long_to_read_holds_up_no_other_seed(monkeypatch):
    """The long one is read until the short one is."""
    short_is_read, order = threading.Event(), []

    def read(body, _url, expected, _terms, _limits):
        size = len(body.unpacked())
        if size > apart.LIGHT_BYTES:
            assert short_is_read.wait(30)
        order.append(size)
        short_is_read.set()
        return expected, Reading()

    monkeypatch.setattr(apart, "read", read)
    visitor = SeedVisitor(SimpleNamespace(config=CONFIG, run=None), None)
    seed = ClaimedSeed(1, 1, 1, FEED, SeedKind.FEED, 1, None, None, None, True, 0, 60.0, 0, 0, None, None, "file")
    portal = KnownPortal(1, Portal.model_validate({"id": "a", "home": "https://a.example/"}), 0, 0)
    long, short = feed("/news/story-1", more="<x>" * apart.LIGHT_BYTES), stories(2)

    async def scene():
        answer = Answer(FEED, 200, {}, b"", 0.1)
        bodies = [apart.Body(body) for body in (long, short)]
        await asyncio.gather(*(visitor._read(None, seed, portal, answer, body) for body in bodies))

    asyncio.run(asyncio.wait_for(scene(), 60))
    assert order == [len(short), len(long)]
