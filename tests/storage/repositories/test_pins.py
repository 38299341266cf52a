"""An operator's word on a pair is kept, and what it moves is moved whole"""

import pytest

from storage.domain import CopyKind
from storage.errors import Refused
from storage.models.article import Article, Revision
from storage.models.operation import Change
from storage.models.story import Pin, Story
from storage.repositories import ledger, pins, stories
from storage.repositories.ledger import Standing
from storage.repositories.pins import Word
from storage.repositories.stories import Batch, Origin
from tests import factories


@pytest.fixture
def session(database):
    with database.session() as session:
        yield session


def alone(session, key):
    """An article that is a story of its own; its id."""
    article = factories.article(session, f"https://{key}.example/1")
    standing = Standing(article.id, article.revision_id, article.revision_id, True)
    origin = Origin(article.revision_id, article.id, ("only member",))
    stories.write(session, Batch({article.revision_id: None}, [standing], [origin]), factories.NOW)
    return article.id


def word(one, other, kind=CopyKind.EDITED, reason="seen"):
    return Word(one, other, kind, reason, "ann")


def test_a_copy_stands_in_the_others_story_with_the_reason(session, now):
    one, other = alone(session, "a"), alone(session, "b")
    old = session.get_one(Article, one).story_id
    pins.pin(session, word(one, other), now)
    article = session.get_one(Article, one)
    assert (article.story_id, article.copy_of_id, article.copy_kind) == (
        session.get_one(Article, other).story_id,
        other,
        "edited",
    )
    assert article.is_pinned
    assert article.placed_reason == "pinned by ann: seen"
    session.expire_all()
    assert session.get_one(Story, old).merged_into_id == article.story_id


def test_copies_of_a_pinned_original_come_with_it(session, now):
    top, middle, leaf = (alone(session, key) for key in "abc")
    pins.pin(session, word(leaf, middle), now)
    pins.pin(session, word(middle, top), now)
    standing = ledger.standings(session, (top, middle, leaf))
    assert {s.story_id for s in standing.values()} == {standing[top].story_id}
    assert [i for i, s in standing.items() if s.is_original] == [top]
    assert standing[leaf].copy_of_id == middle
    assert "moved with article" in session.get_one(Article, leaf).placed_reason


def test_a_copy_that_leaves_others_behind_splits_their_story(database, now):
    with database.session() as session:
        top, leaf, goal = (alone(session, key) for key in "abc")
        pins.pin(session, word(leaf, top), now)
    with database.session() as session:
        pins.pin(session, word(leaf, goal), now)
    with database.read() as session:
        standing = ledger.standings(session, (top, leaf, goal))
        changes = [(c.op, c.story_id, c.other_story_id) for c in session.query(Change).order_by(Change.seq)]
    assert standing[leaf].story_id == standing[goal].story_id != standing[top].story_id
    assert standing[top].is_original
    assert [c for c in changes if c[0] == "story_split"] == [
        ("story_split", standing[top].story_id, standing[goal].story_id)
    ]


def test_apart_has_both_compared_again_and_keeps_the_newest_word_only(session, now):
    one, other = alone(session, "a"), alone(session, "b")
    pins.pin(session, word(one, other), now)
    pins.pin(session, word(other, one, None, "no"), now)
    assert [(p.is_copy, p.reason, p.made_by) for p in session.query(Pin)] == [(False, "no", "ann")]
    assert ledger.standings(session, [one])[one].apart == frozenset({other})
    session.expire_all()
    assert [r.placed_at for r in session.query(Revision)] == [None, None]
    assert not session.get_one(Article, one).is_pinned


def test_what_cannot_be_is_refused(session, now):
    one, other = alone(session, "a"), alone(session, "b")
    fresh = factories.article(session, "https://c.example/1").id
    pins.pin(session, word(other, one), now)
    for wrong, why in (
        (word(one, one), "itself"),
        (word(one, 9999), "not known"),
        (word(one, fresh), "not compared yet"),
        (word(one, other), "is the original"),
    ):
        with pytest.raises(Refused, match=why), session.begin_nested():
            pins.pin(session, wrong, now)
