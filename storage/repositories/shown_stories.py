"""A story with its members and what was said of them, as operators see it"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.db import Session
from storage.errors import Refused
from storage.models.article import Article, Revision
from storage.models.portal import Portal
from storage.models.story import Pin, StoredVerdict, Story
from storage.repositories import life


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story."""

    article_id: int
    portal: str
    url: str
    title: str
    published_at: datetime | None
    is_original: bool
    copy_kind: str | None
    copy_score: float | None
    copy_of_article_id: int | None
    also_copy_of_article_id: int | None  # a merged copy's second source, of another story
    agency: str | None
    agency_source: str | None
    is_pinned: bool
    reason: str | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownStory:
    """A story, its original first among the members."""

    story_id: int
    original_article_id: int | None
    original_reasons: tuple[str, ...]
    agency: str | None
    created_at: datetime
    updated_at: datetime
    merged_from: tuple[int, ...]
    members: tuple[Member, ...]
    pins: tuple[dict[str, Any], ...]


def article_id(session: Session, word: str) -> int:
    """The article that a word means: its id, or a URL of its page. Raises Refused where there is none."""
    if word.isdigit():
        if session.get(Article, int(word)) is None:
            raise Refused(f"no article {word}")
        return int(word)
    page = life.find(session, word)
    found = None
    if page is not None:
        found = session.scalar(sa.select(Article.id).where(Article.page_id == (page.alias_of_id or page.id)))
    if found is None:
        raise Refused(f"no article at {word}: `dateline why {word}` says what became of it")
    return found


def story_id(session: Session, word: str) -> int:
    """The story that a word means: its id, where it went if it was merged, or the URL of one of its articles."""
    if not word.isdigit():
        found = session.get_one(Article, article_id(session, word)).story_id
        if found is None:
            raise Refused(f"the article at {word} isn't compared yet: try again soon")
        return found
    story = session.get(Story, int(word))
    if story is None:
        raise Refused(f"no story {word}: give its id, as in story_v1, or the URL of one of its articles")
    return story.merged_into_id or story.id


def story(session: Session, number: int) -> ShownStory:
    """A story that is known to be there."""
    row = session.get_one(Story, number)
    query = (
        sa.select(Article, Revision, Portal.key)
        .join(Revision, Revision.id == Article.revision_id)
        .join(Portal, Portal.id == Article.portal_id)
        .where(Article.story_id == number)
        .order_by(Article.is_original.desc(), Article.id)
    )
    rows = session.execute(query).all()
    also = _second_sources(session, number)
    members = tuple(_member(article, revision, portal, also.get(article.id)) for article, revision, portal in rows)
    merged = session.scalars(sa.select(Story.id).where(Story.merged_into_id == number).order_by(Story.id))
    return ShownStory(
        story_id=row.id,
        original_article_id=row.original_article_id,
        original_reasons=tuple(row.original_reasons),
        agency=row.agency,
        created_at=row.created_at,
        updated_at=row.updated_at,
        merged_from=tuple(merged),
        members=members,
        pins=_pins(session, [m.article_id for m in members]),
    )


def _second_sources(session: Session, number: int) -> dict[int, int]:
    """What merged copies in a story were combined with, by article."""
    copy_v1 = sa.table("copy_v1", *map(sa.column, ("article_id", "story_id", "also_copy_of_article_id")))
    also = copy_v1.c.also_copy_of_article_id
    query = sa.select(copy_v1.c.article_id, also).where(copy_v1.c.story_id == number, also.is_not(None))
    return {row.article_id: row.also_copy_of_article_id for row in session.execute(query)}


def _member(article: Article, revision: Revision, portal: str, also: int | None) -> Member:
    return Member(
        article_id=article.id,
        portal=portal,
        url=article.canonical_url,
        title=revision.title,
        published_at=revision.published_at,
        is_original=article.is_original,
        copy_kind=article.copy_kind,
        copy_score=article.copy_score,
        copy_of_article_id=article.copy_of_id,
        also_copy_of_article_id=also,
        agency=article.agency,
        agency_source=article.agency_source,
        is_pinned=article.is_pinned,
        reason=article.placed_reason,
        withdrawn_at=article.withdrawn_at,
    )


def _pins(session: Session, ids: list[int]) -> tuple[dict[str, Any], ...]:
    query = sa.select(Pin).where(sa.or_(Pin.article_id.in_(ids), Pin.other_id.in_(ids))).order_by(Pin.id)
    names = ("article_id", "other_id", "is_copy", "kind", "reason", "made_by", "made_at")
    return tuple({name: getattr(pin, name) for name in names} for pin in session.scalars(query))


def compared_with(session: Session, of: int) -> int:
    """The article that says most about where this one stands: what it copies, else the likeliest ever compared."""
    parent = session.get_one(Article, of).copy_of_id
    if parent is not None:
        return parent
    likeliest = sa.select(StoredVerdict.other_id).where(StoredVerdict.article_id == of)
    found = session.scalar(likeliest.order_by(StoredVerdict.score.desc()).limit(1))
    if found is None:
        copied = sa.select(StoredVerdict.article_id).where(StoredVerdict.other_id == of)
        found = session.scalar(copied.order_by(StoredVerdict.score.desc()).limit(1))
    if found is None:
        raise Refused(f"article {of} was near no other: name the one to compare it with")
    return found


def verdict(session: Session, of: int, other: int) -> dict[str, Any] | None:
    """The newest verdict kept on a pair, whichever way round."""
    either = sa.and_(StoredVerdict.article_id.in_((of, other)), StoredVerdict.other_id.in_((of, other)))
    row = session.scalar(sa.select(StoredVerdict).where(either).order_by(StoredVerdict.id.desc()).limit(1))
    names = ("article_id", "other_id", "kind", "score", "is_related", "rule_version", "decided_at")
    return {name: getattr(row, name) for name in names} if row is not None else None
