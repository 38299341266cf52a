"""New articles, and stories with their copies, for those who watch"""

from dataclasses import dataclass

import sqlalchemy as sa

from storage.db import Session
from storage.models.article import Article, Revision
from storage.models.portal import Portal
from storage.models.story import Story

MOST = 200


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article in one line."""

    article_id: int
    portal: str
    title: str


@dataclass(frozen=True, slots=True)
class ShownStory:
    """A story: its original, and portal, kind and probability of each copy."""

    story_id: int
    agency: str | None
    portal: str
    title: str
    copies: tuple[tuple[str, str, float], ...]


def articles_after(session: Session, article_id: int) -> list[ShownArticle]:
    """Articles with a higher id, in their order."""
    query = (
        sa.select(Article.id, Portal.key, Revision.title)
        .join(Portal, Portal.id == Article.portal_id)
        .join(Revision, Revision.id == Article.revision_id)
        .where(Article.id > article_id)
        .order_by(Article.id)
        .limit(MOST)
    )
    return [ShownArticle(*row) for row in session.execute(query)]


def stories_with_copies(session: Session) -> list[ShownStory]:
    """The stories that have copies, the newest first."""
    copies: dict[int, list[tuple[str, str, float]]] = {}
    query = (
        sa.select(Article.story_id, Portal.key, Article.copy_kind, Article.copy_score)
        .join(Portal, Portal.id == Article.portal_id)
        .where(Article.copy_kind.is_not(None), Article.story_id.is_not(None))
        .order_by(Article.id)
    )
    for story_id, portal, kind, score in session.execute(query):
        if story_id is not None and kind is not None:
            copies.setdefault(story_id, []).append((portal, kind, score or 0.0))
    heads = (
        sa.select(Story.id, Story.agency, Portal.key, Revision.title)
        .join(Article, Article.id == Story.original_article_id)
        .join(Portal, Portal.id == Article.portal_id)
        .join(Revision, Revision.id == Article.revision_id)
        .where(Story.merged_into_id.is_(None))
        .order_by(Story.id.desc())
    )
    rows = session.execute(heads)
    return [ShownStory(i, a, p, t, tuple(copies[i])) for i, a, p, t in rows if i in copies][:MOST]
