"""A page's life on one screen: every section that has something to say, and no other"""

import pytest

from dateline.cli import life_screen
from storage.models.operation import Operation, OperationItem
from storage.models.page import Host, Page, Sighting
from storage.models.portal import Seed
from storage.models.story import StoredVerdict, Story
from storage.repositories import life
from tests import factories
from tests.factories import NOW

URL = "https://a.example/1"


def screen(database, url=URL):
    """The sections by their titles."""
    with database.read() as session:
        found = life.tell(session, life.find(session, url))
    return dict(life_screen.sections(found))


def test_a_page_of_which_next_to_nothing_is_known(database):
    with database.session() as session:
        factories.page(session, URL, state="scheduled", due_at=NOW)
    found = screen(database)
    assert list(found) == [URL, "robots"]
    assert found[URL] == ["page 1 of a: scheduled, next step fetch, due 2026-11-20 12:00:00Z"]
    assert found["robots"] == ["not asked yet; robots.txt of a.example read -, status -"]


@pytest.fixture
def told(database):
    """An article that is a copy, named by a feed, fetched for an operator by way of a redirect."""
    with database.session() as session:
        head = factories.article(session, "https://b.example/1", "The first")
        copy = factories.article(session, URL, "The copy")
        session.add(
            Story(id=1, original_article_id=head.id, original_reasons=["earliest"], created_at=NOW, updated_at=NOW)
        )
        session.flush()
        head.story_id = copy.story_id = 1
        copy.is_original, copy.copy_kind, copy.copy_score, copy.copy_of_id = False, "spun", 0.93, head.id
        page = session.get_one(Page, copy.page_id)
        seed = Seed(
            portal_id=page.portal_id, host_id=page.host_id, url="https://a.example/rss", kind="feed", found_by="file",
            added_at=NOW, due_at=NOW,
        )  # fmt: skip
        session.add(seed)
        session.flush()
        session.add(Sighting(page_id=page.id, seed_id=seed.id, seen_at=NOW, raw_url=URL + "?utm_source=rss"))
        operation = Operation(
            kind="recrawl", reason="byline rule fixed", selection={}, asked_by="mara", asked_at=NOW, due=1
        )
        session.add(operation)
        session.flush()
        session.add(OperationItem(operation_id=operation.id, page_id=page.id, outcome="fetched", ended_at=NOW))
        fetch = factories.fetch(session, page, b"x", cleaning="stored")
        fetch.hops, fetch.operation_id = [[301, "https://a.example/old"]], operation.id
        page.state, page.step, page.detail = "done", "fetch", None
        session.get_one(Host, page.host_id).crawl_delay_seconds = 5.0
        session.add(
            StoredVerdict(
                article_id=copy.id, revision_id=copy.revision_id, other_id=head.id, other_revision_id=head.revision_id,
                kind="spun", score=0.934, is_related=False, evidence={"found": 0.91, "order": 0.4}, spans=[],
                rule_version="7", decided_at=NOW,
            )
        )  # fmt: skip
    return database


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("seen by", "feed  https://a.example/rss  as https://a.example/1?utm_source=rss"),
        ("robots", "crawl-delay 5 s"),
        ("fetches", "by way of https://a.example/old  for operation 1  -> cleaning: stored"),
        ("operations", "1 recrawl by mara at 2026-11-20 12:00:00Z: fetched  byline rule fixed"),
        ("revisions", "The copy  1 words, en, published 2026-11-20 11:00:00Z (jsonld), by -, agency -; rules 1"),
        ("story", "is a copy: spun, probability 0.93 in story 1 (2 articles)"),
        ("story", "original because: earliest"),
        ("compared with", "https://b.example/1: spun, 0.934 by rules 7  [found 0.91, order 0.4]"),
        ("changes told", "article"),
    ],
)
def test_each_section_says_what_happened(told, title, line):
    assert any(line in shown for shown in screen(told)[title]), screen(told)[title]


def test_the_original_shows_the_same_verdict_from_its_side(told):
    (line,) = screen(told, "https://b.example/1")["compared with"]
    assert line.startswith(URL)


def test_a_title_cannot_command_the_terminal(database):
    with database.session() as session:
        factories.article(session, URL, "Red \x1b[31malert")
    assert "\x1b" not in "".join(line for lines in screen(database).values() for line in lines)
