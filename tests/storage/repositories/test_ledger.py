"""What waits to be placed, and where articles stand"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.domain import AgencyClaim, CopyKind
from storage.models.article import Revision
from storage.models.story import Pin
from storage.repositories import articles, ledger
from storage.repositories.articles import Source
from tests import factories
from tests.storage.repositories.placing import member, place

CLAIM = AgencyClaim("AP", "dateline", 0.9)


@pytest.fixture
def session(database):
    with database.session() as session:
        yield session


def several(session, count):
    return [factories.article(session, f"https://{key}.example/1", f"Title {key}") for key in "abcdef"[:count]]


def revise(session, article, body):
    old = articles.current(session, article)
    source = Source(old.fetch_id, old.url, old.fetched_at, "1")
    articles.revise(session, article, factories.cleaned(old.title, body), source, factories.NOW)
    session.flush()


def pair(session):
    """An original and its copy in one story, and an article alone in another."""
    one, copy, other = several(session, 3)
    story = one.revision_id
    place(
        session,
        member(one, story, agency=CLAIM),
        member(copy, story, copy_of_id=one.id, kind=CopyKind.SPUN, score=0.75, is_pinned=True, reason="near"),
        member(other, other.revision_id),
    )
    return one, copy, other


def test_pending_are_told_in_order_of_arrival_until_they_are_placed(session):
    one, two, three = several(session, 3)
    revise(session, one, "Another body")
    assert [p.document.revision_id for p in ledger.pending(session, 10)] == [1, 2, 3, 4]
    assert [p.document.article_id for p in ledger.pending(session, 2)] == [one.id, two.id]
    place(session, member(two, 2), member(three, 3))
    assert [(p.document.article_id, p.document.body) for p in ledger.pending(session, 10)] == [
        (one.id, "Body"),
        (one.id, "Another body"),
    ]


def test_pending_carry_all_that_shows_whose_text_it_is(session, now):
    factories.portal(session, "wire", agency="AP")
    signs = {"desks": ("AP",), "credits": ("(AP)",), "publisher": "Wire", "canonical_url": "https://apnews.com/1"}
    words = {"authors": ("Ada Quill",), "language": "sv", **signs}
    article = factories.article(session, "https://wire.example/1", "A title", "A body", at=now, **words)
    factories.article(session, "https://b.example/1")
    first, second = ledger.pending(session, 10)
    assert (first.desks, first.credits, first.publisher, first.canonical_claim, first.portal_agency) == (
        ("AP",), ("(AP)",), "Wire", "https://apnews.com/1", "AP",
    )  # fmt: skip
    document = first.document
    assert (document.article_id, document.revision_id) == (article.id, article.revision_id)
    assert (document.portal, document.url) == ("wire", "https://wire.example/1")
    assert (document.title, document.body, document.language) == ("A title", "A body", "sv")
    assert (document.published_at, document.arrived_at) == (now - timedelta(hours=1), now)
    assert (document.authors, document.agency, document.is_agency_portal) == (("Ada Quill",), None, True)
    assert (second.portal_agency, second.document.is_agency_portal) == (None, False)


def test_documents_are_the_current_texts_also_of_withdrawn_articles(session, now, monkeypatch):
    monkeypatch.setattr(ledger, "CHUNK", 1)  # whatever the number asked for
    one, two, three = several(session, 3)
    revise(session, one, "Another body")
    revise(session, three, "Taken back")
    three.revision_id = 3
    articles.withdraw(session, two, "gone", now)
    place(session, member(two, 2, agency=CLAIM))
    found = ledger.documents(session, [two.id, one.id, three.id, two.id, 9999])
    assert {i: (d.body, d.revision_id) for i, d in found.items()} == {
        one.id: ("Another body", 4),
        two.id: ("Body", 2),
        three.id: ("Body", 3),
    }
    assert (found[one.id].agency, found[two.id].agency) == (None, CLAIM)
    assert ledger.documents(session, []) == {}


def test_standings_are_those_that_were_written(session):
    one, copy, other = pair(session)
    fresh = factories.article(session, "https://fresh.example/1")
    found = ledger.standings(session, [a.id for a in (one, copy, other, fresh)])
    assert set(found) == {one.id, copy.id, other.id}
    assert found[one.id] == member(one, one.revision_id, agency=CLAIM)
    kind = {"kind": CopyKind.SPUN, "score": 0.75, "is_pinned": True}
    assert found[copy.id] == member(copy, one.revision_id, copy_of_id=one.id, **kind)


def test_an_agency_in_a_standing_is_the_texts_own_not_the_storys(session):
    one, copy, _ = pair(session)
    session.execute(sa.update(Revision).where(Revision.id == one.revision_id).values(agency=None))
    assert ledger.standings(session, [one.id])[one.id].agency is None
    session.execute(sa.update(Revision).where(Revision.id == copy.revision_id).values(agency="dpa"))
    assert ledger.standings(session, [copy.id])[copy.id].agency == AgencyClaim("dpa", "", 0.0)


def test_only_words_against_a_pair_keep_it_apart_and_both_ways(session, now):
    one, copy, other = pair(session)
    words = {"kind": None, "reason": "no", "made_by": "ann", "made_at": now}
    session.add(Pin(article_id=other.id, other_id=one.id, is_copy=False, **words))
    session.add(Pin(article_id=copy.id, other_id=one.id, is_copy=True, **words))
    session.flush()
    found = ledger.standings(session, [one.id, copy.id, other.id])
    assert {i: s.apart for i, s in found.items()} == {one.id: {other.id}, copy.id: frozenset(), other.id: {one.id}}


@pytest.mark.parametrize("chunk", [1, 5000])
def test_neighbours_are_all_of_a_story_each_once(session, monkeypatch, chunk):
    monkeypatch.setattr(ledger, "CHUNK", chunk)
    one, copy, other = pair(session)
    fresh = factories.article(session, "https://fresh.example/1")

    def near(*of):
        return [s.article_id for s in ledger.neighbours(session, [a.id for a in of])]

    assert near(copy) == near(one, copy) == near(copy, fresh) == [one.id, copy.id]
    assert sorted(near(other, one)) == [one.id, copy.id, other.id]
    assert near(fresh) == near() == []


@pytest.mark.parametrize("chunk", [1, 5000])
def test_stories_and_their_members(session, monkeypatch, chunk):
    monkeypatch.setattr(ledger, "CHUNK", chunk)
    one, copy, other = pair(session)
    story, alone = one.revision_id, other.revision_id
    asked = [alone, story, 9999]
    assert ledger.taken(session, asked) == {story, alone}
    assert {s: [m.article_id for m in some] for s, some in ledger.members(session, asked).items()} == {
        story: [one.id, copy.id],
        alone: [other.id],
    }
    assert ledger.taken(session, []) == set()
