"""Each check holds on a sound store and finds its own breakage"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.config import Config
from storage.models.article import Article, Revision
from storage.models.operation import Change, Counter, Operation
from storage.models.page import Fetch, Host, Page
from storage.models.portal import Portal, Seed
from storage.models.story import Story
from storage.repositories import changes, invariants


@pytest.fixture
def sound(database, now):
    """One portal, one page, one article with one revision in one story."""
    with database.session() as session:
        session.add(Portal(key="a", home="https://a.example/", settings={}, added_at=now, observed={}))
        session.add(Host(name="a.example"))
        session.flush()
        seed = Seed(portal_id=1, host_id=1, url="https://a.example/rss", kind="feed", found_by="file", added_at=now)
        seed.due_at = now
        page = Page(url="https://a.example/1", host_id=1, portal_id=1, state="done", step="fetch", discovered_at=now)
        story = Story(created_at=now, updated_at=now, original_reasons=[])
        session.add_all([seed, page, story])
        session.flush()
        fetch = Fetch(page_id=1, fetched_at=now, url=page.url, final_url=page.url, hops=[], outcome="stored")
        fetch.headers, fetch.directives = {}, []
        article = Article(page_id=1, portal_id=1, canonical_url=page.url, discovered_at=now, stored_at=now, story_id=1)
        session.add_all([fetch, article])
        session.flush()
        session.add(revision(now))
        session.flush()
        article.revision_id, story.original_article_id = 1, 1
        changes.note(session, changes.Note("article", now, article_id=1))
    return database


def revision(now, number=1):
    lists = {key: [] for key in ("blocks", "authors", "desks", "contributors", "credits", "tags")}
    return Revision(
        article_id=1, number=number, fetch_id=1, url="https://a.example/1", title="T", body="B", is_paywalled=False,
        is_live=False, word_count=1, fetched_at=now, stored_at=now, provenance={}, reasons={}, digest="d",
        rule_version="1", habit_version=0, placed_at=now, **lists,
    )  # fmt: skip


def broken(database, now):
    with database.read() as session:
        found = list(invariants.check(session, Config(), now))
    assert {f.name for f in found} == set(invariants.CHECKS)
    return {f.name: f.counterexamples for f in found if f.count}


def test_a_sound_store(sound, now):
    assert broken(sound, now) == {}


LATE = timedelta(minutes=-5)
BREAKAGES = {
    "done": lambda s, now: s.execute(sa.update(Article).values(page_id=other_page(s, now))),
    "quarantined": lambda s, now: s.execute(
        sa.update(Page).values(state="quarantined", tries=1, detail="x", reason="gone")
    ),
    "page leases": lambda s, now: s.execute(sa.update(Page).values(state="leased", lease_until=now + LATE)),
    "host leases": lambda s, now: s.execute(sa.update(Host).values(lease_until=now + LATE)),
    "seed leases": lambda s, now: s.execute(sa.update(Seed).values(lease_until=now + LATE)),
    "seq": lambda s, now: s.add(Change(seq=3, op="article", at=now)),
    "revisions": lambda s, now: s.add(revision(now, number=3)),
    "placed": lambda s, now: s.execute(sa.update(Article).values(story_id=None)),
    "originals": lambda s, now: s.execute(sa.update(Article).values(is_original=False)),
    "redirects": lambda s, now: merge(s, now),
    "operations": lambda s, now: s.add(
        Operation(kind="recrawl", selection={}, reason="", asked_by="", asked_at=now, due=2)
    ),
}


def other_page(session, now):
    page = Page(url="https://a.example/2", host_id=1, portal_id=1, state="done", step="fetch", discovered_at=now)
    session.add(page)
    session.flush()
    return page.id


def merge(session, now):
    session.add(Story(created_at=now, updated_at=now, original_reasons=[]))
    session.flush()
    session.execute(sa.update(Story).where(Story.id == 1).values(merged_into_id=2))


@pytest.mark.parametrize("name", BREAKAGES)
def test_each_breakage_is_found(sound, now, name):
    with sound.session() as session:
        BREAKAGES[name](session, now)
    found = broken(sound, now)
    assert set(found) == {name}
    assert found[name][0]


def test_a_counter_behind_its_changes(sound, now):
    with sound.session() as session:
        session.execute(sa.update(Counter).values(value=0))
    assert "the counter is at 0, the last seq is 1" in broken(sound, now)["seq"][0]


def test_too_much_waiting(sound, now):
    with sound.session() as session:
        for i in range(25):
            session.add(
                Page(
                    url=f"https://a.example/w{i}",
                    host_id=1,
                    portal_id=1,
                    state="scheduled",
                    step="clean",
                    discovered_at=now,
                )
            )
    with sound.read() as session:
        found = {f.name: f.count for f in invariants.check(session, Config(backlog_pages=10), now)}
    assert found["backlog"] == 1
