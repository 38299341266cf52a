"""The frontier: each URL one row, claimed by fence, due again when a seed hints at a change"""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from storage.domain import Entry, SeedKind
from storage.models.page import Host, Page, Sighting
from storage.models.portal import Seed
from storage.repositories import hosts, pages
from storage.repositories.pages import Named
from tests import factories
from tests.storage.repositories import frontier

LEASE = 20.0
SECOND = timedelta(seconds=1)
URL = "https://a.example/1"


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


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_the_same_entry_stays_whichever_seed_is_read_first(store, now, order):
    """Of two that tell as much, the one with more text; of two alike, one kind."""
    told = [
        (SeedKind.SECTION, {"title": "Rain"}),
        (SeedKind.SITEMAP, {"title": "Rain", "published_at": now}),
        (SeedKind.FEED, {"title": "Rain", "published_at": now, "text": "It rains."}),
        (SeedKind.WORDPRESS, {"title": "Rain", "published_at": now, "text": "It rains, and it will go on raining."}),
    ]
    with store.session() as session:
        for which in order:
            kind, entry = told[which]
            pages.discover(session, 1, (1, kind), frontier.named("1", **entry), now)
        entry, kind = session.execute(sa.select(Page.entry, Page.entry_kind)).one()
    assert (kind, entry["text"]) == ("wordpress", "It rains, and it will go on raining.")


def cleaned_page(session, now, **values):
    """A page that was fetched and cleaned, whose next visit is due tomorrow."""
    frontier.discover(session, now, "1", title="Rain")
    page = session.get_one(Page, 1)
    factories.fetch(session, page, "bytes", at=now)
    page.state, page.step, page.due_at = "done", "fetch", now + timedelta(days=1)
    for name, value in values.items():
        setattr(page, name, value)
    session.flush()
    return page


def test_a_page_is_cleaned_again_when_a_seed_tells_more_of_it(store, now):
    with store.session() as session:
        page = cleaned_page(session, now)
        frontier.discover(session, now, "1", title="Other words")
        assert (page.state, page.step) == ("done", "fetch")
        frontier.discover(session, now, "1", title="Rain", text="It rains.")
        assert (page.state, page.step, page.due_at) == ("scheduled", "clean", now)
        assert page.revisit_at == now + timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "step"),
    [
        ({"reason": "section_page"}, "clean"),
        ({"reason": "gone", "fetched_at": "later"}, "fetch"),
        ({"fetch_id": None}, "fetch"),
        ({"part_of_id": 1}, "fetch"),
        ({"state": "scheduled"}, "clean"),
        ({"state": "scheduled", "tries": 1}, "fetch"),
        ({"state": "leased", "lease_until": datetime(2026, 11, 21, tzinfo=UTC)}, "fetch"),
    ],
)
def test_what_a_later_visit_said_is_not_undone_by_old_bytes(store, now, values, step):
    """And bytes that aren't there, parts of others and pages at work are left alone."""
    values = {name: now + SECOND if value == "later" else value for name, value in values.items()}
    with store.session() as session:
        page = cleaned_page(session, now, **values)
        frontier.discover(session, now, "1", title="Rain", text="It rains.")
        assert page.step == step


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
        assert pages.work_until(session, soon, later, later) == 3
        session.execute(sa.update(Page).where(Page.id == 1).values(due_at=now + timedelta(minutes=1)))
        session.execute(sa.update(Page).where(Page.id == 2).values(state="done", due_at=now + timedelta(minutes=1)))
        assert pages.work_until(session, soon, later, later) == 2  # a second try is waited for, a revisit isn't
        session.execute(sa.update(Page).where(Page.id == 2).values(due_at=now + timedelta(seconds=1)))
        assert pages.work_until(session, soon, later, later) == 3  # unless it was due before the run began
        assert pages.work_until(session, now, later, later) == 2


def test_a_revisit_that_is_hinted_at_is_waited_for_and_that_of_the_ladder_is_not(store, now):
    later = now + timedelta(hours=1)
    with store.session() as session:
        frontier.discover(session, now, "1", "2", modified_at=now)
        ladder = {"state": "done", "fetched_at": now, "due_at": now + timedelta(minutes=20)}
        session.execute(sa.update(Page).values(**ladder))
        assert pages.work_until(session, now, later, later) == 0
        frontier.discover(session, later, "1", modified_at=now + timedelta(minutes=30))
        assert pages.work_until(session, now, later, later) == 1


def named(url=URL, **words):
    return Named(url, url + "?utm_source=rss", Entry(url, **words))


def named_by(session, now, *entries, kind=SeedKind.FEED):
    owner = factories.portal(session, "a")
    seed = session.scalar(sa.select(Seed))
    if seed is None:
        host_id = hosts.ensure(session, ["a.example"])["a.example"]
        seed = Seed(
            portal_id=owner.id, host_id=host_id, url="https://a.example/feed", kind=kind, found_by="file",
            added_at=now, due_at=now,
        )  # fmt: skip
        session.add(seed)
        session.flush()
    return pages.discover(session, owner.id, (seed.id, kind), entries, now)


def page(session, url=URL):
    return session.scalars(sa.select(Page).where(Page.url == url).execution_options(populate_existing=True)).one()


def taken(session, now, owner="one", limit=10):
    return pages.claim(session, page(session).host_id, owner, now, LEASE, limit)


def test_a_url_is_one_row_whoever_names_it(database, now):
    with database.session() as session:
        assert named_by(session, now, named(), named(title="Rain"), named(URL + "2")) == 2
        assert named_by(session, now + SECOND, named(title="Rain", published_at=now)) == 0
        row = page(session)
        assert (row.state, row.step, row.due_at, row.discovered_at) == ("scheduled", "fetch", now, now)
        assert pages.entry_from(row.entry) == Entry(URL, title="Rain", published_at=now)
        assert session.scalar(sa.select(Host.due_at)) == now
        assert session.scalars(sa.select(Sighting.raw_url).where(Sighting.page_id == row.id)).all() == [
            URL + "?utm_source=rss"
        ]


def test_characters_that_a_database_refuses_lose_no_entry(database, now):
    bad = Entry(URL, title="a\x00b\ud800c", guid="\udfff", authors=("x\x00",))
    with database.session() as session:
        assert named_by(session, now, Named(URL, URL + "#\ud800\x00", bad), named(URL + "2")) == 2
        assert page(session).entry["title"] == "abc"


def test_claims_are_exclusive_and_fenced(database, now):
    with database.session() as session:
        named_by(session, now, named(), named(URL + "2"), named(URL + "3"))
        assert [c.url for c in taken(session, now, "three")] == [URL]  # the others of a list leave room for a while
        later = now + SECOND
        first = taken(session, later, limit=1)
        assert [c.url for c in first] == [URL + "2"]
        assert [c.url for c in taken(session, later, "two")] == [URL + "3"]
        assert taken(session, now + 3600 * SECOND) == []
        row = page(session, URL + "2")
        assert (row.state, row.fence, row.lease_owner) == ("leased", first[0].fence, "one")


def test_what_an_operator_asked_for_comes_first_and_is_served_by_the_lease(database, now):
    with database.session() as session:
        named_by(session, now, named(), named(URL + "2"))
        row = page(session, URL + "2")
        row.state, row.is_forced, row.operation_id, row.due_at = "scheduled", True, 7, now
        session.flush()
        first = taken(session, now, limit=1)
        assert (first[0].url, first[0].is_forced, first[0].operation_id) == (URL + "2", True, 7)
        row = page(session, URL + "2")
        assert (row.is_forced, row.operation_id, row.lease_operation_id) == (False, None, 7)
        pages.give_back(session, first, now + 9 * SECOND)
        row = page(session, URL + "2")
        assert (row.state, row.is_forced, row.operation_id, row.lease_operation_id) == ("scheduled", True, 7, None)
        assert row.due_at == now + 9 * SECOND


def test_a_stale_holder_gives_nothing_back(database, now):
    with database.session() as session:
        named_by(session, now, named())
        (old,) = taken(session, now)
        hosts.release_expired(session, now + 21 * SECOND)
        (new,) = taken(session, now + 22 * SECOND, "two")
        pages.give_back(session, [old], now)
        assert (page(session).state, page(session).lease_owner, page(session).fence) == ("leased", "two", new.fence)


def test_what_is_left_to_do_counts_what_is_due_soon(database, now):
    with database.session() as session:
        named_by(session, now, named(), named(URL + "2"))
        soon, later = now + SECOND, now + 60 * SECOND
        assert pages.work_until(session, soon, soon, later) == 2
        taken(session, soon, limit=1)
        assert pages.work_until(session, soon, soon, later) == 2
        done = page(session)
        done.state, done.lease_until, done.due_at = "done", None, now + 1200 * SECOND
        session.flush()
        assert pages.work_until(session, now, now + 9999 * SECOND, later) == 1
        session.execute(sa.update(Host).values(ready_at=later + SECOND))
        assert pages.work_until(session, now, later, later) == 0  # its host asked for a long pause
        session.execute(sa.update(Host).values(ready_at=later))
        assert pages.work_until(session, now, later, later) == 1
        factories.portal(session, "a").paused_at = now
        session.flush()
        assert pages.work_until(session, soon, soon, later) == 0
        assert pages.waiting_for_cleaning(session) == 0
