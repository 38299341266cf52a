"""An operator's word on a pair of articles: they are one story, or they are not"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.db import Session
from storage.domain import AgencyClaim, CopyKind
from storage.errors import Refused
from storage.models.article import Article, Revision
from storage.models.story import Pin, Story
from storage.repositories import ledger, stories
from storage.repositories.ledger import Standing
from storage.repositories.stories import INHERITED, Batch, Origin, Redirect


@dataclass(frozen=True, slots=True)
class Word:
    """What an operator says of a pair; `kind` None: they are no copies of each other."""

    article_id: int
    other_id: int
    kind: CopyKind | None
    reason: str
    by: str


def pin(session: Session, word: Word, now: datetime) -> None:
    """Keep the word; it replaces an earlier one on the same pair. A copy is placed at once, apart is placed anew.

    Raises Refused where an article isn't known, or isn't placed yet.
    """
    if word.article_id == word.other_id:
        raise Refused("an article can't be pinned to itself: name two")
    standings = ledger.standings(session, (word.article_id, word.other_id))
    for article_id in (word.article_id, word.other_id):
        if article_id not in standings:
            is_known = session.get(Article, article_id) is not None
            raise Refused(f"article {article_id} is {'not compared yet: try again soon' if is_known else 'not known'}")
    _forget(session, word)
    session.add(
        Pin(
            article_id=word.article_id,
            other_id=word.other_id,
            is_copy=word.kind is not None,
            kind=word.kind,
            reason=word.reason,
            made_by=word.by,
            made_at=now,
        )
    )
    session.flush()
    if word.kind is None:
        _place_anew(session, word)
    else:
        _join(session, word, standings[word.article_id], standings[word.other_id], now)


def _forget(session: Session, word: Word) -> None:
    pair = (word.article_id, word.other_id)
    session.execute(sa.delete(Pin).where(Pin.article_id.in_(pair), Pin.other_id.in_(pair)))


def _place_anew(session: Session, word: Word) -> None:
    """Both are due for comparison again, and may move."""
    pair = session.scalars(sa.select(Article).where(Article.id.in_((word.article_id, word.other_id)))).all()
    for article in pair:
        article.is_pinned = False
    current = [article.revision_id for article in pair]
    session.execute(sa.update(Revision).where(Revision.id.in_(current)).values(placed_at=None))


def _join(session: Session, word: Word, one: Standing, other: Standing, now: datetime) -> None:
    """Put an article into the other's story, its own copies with it."""
    moved = [Standing(one.article_id, one.revision_id, other.story_id, False, other.article_id, word.kind, 1.0, True)]
    old = ledger.members(session, [one.story_id])[one.story_id]
    is_same = one.story_id == other.story_id
    if is_same and one.is_original:
        raise Refused(f"article {one.article_id} is the original of that story: pin {other.article_id} to it instead")
    if one.is_original:
        moved += [_moved(member, other.story_id) for member in old if member.article_id != one.article_id]
    redirects = [] if is_same else [Redirect(one.story_id, other.story_id)]
    emptied = frozenset({one.story_id}) if len(moved) == len(old) and not is_same else frozenset()
    named = [_named(session, standing, word) for standing in moved]
    origin = _origin(session.get_one(Story, other.story_id))
    stories.write(session, Batch({}, named, [origin], redirects, emptied), now)


def _moved(member: Standing, story_id: int) -> Standing:
    return Standing(
        member.article_id,
        member.revision_id,
        story_id,
        is_original=False,
        copy_of_id=member.copy_of_id,
        kind=member.kind,
        score=member.score,
        is_pinned=member.is_pinned,
    )


def _named(session: Session, standing: Standing, word: Word) -> Standing:
    """With the agency that its text shows and the reason why it stands there."""
    revision = session.get_one(Revision, standing.revision_id)
    claim = None
    if revision.agency:
        claim = AgencyClaim(revision.agency, revision.agency_source or "", revision.agency_confidence or 0.0)
    own = f"pinned by {word.by}: {word.reason}"
    reason = own if standing.article_id == word.article_id else f"moved with article {word.article_id}, {own}"
    return Standing(
        standing.article_id,
        standing.revision_id,
        standing.story_id,
        is_original=False,
        copy_of_id=standing.copy_of_id,
        kind=standing.kind,
        score=standing.score,
        is_pinned=standing.is_pinned,
        agency=claim,
        reason=reason,
    )


def _origin(story: Story) -> Origin:
    claim = AgencyClaim(story.agency, INHERITED, 1.0) if story.agency else None
    assert story.original_article_id is not None
    return Origin(story.id, story.original_article_id, tuple(story.original_reasons), claim)
