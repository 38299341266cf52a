"""The whole life of one URL: who named it, every visit, what cleaning and deduplication made of it"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage.db import Session
from storage.models.article import Article, Revision
from storage.models.base import Base
from storage.models.operation import Change, Failure, Operation, OperationItem
from storage.models.page import Fetch, Host, Page, Sighting
from storage.models.portal import Portal, Seed
from storage.models.story import StoredVerdict, Story

Row = dict[str, Any]
NEAR = 10
BULKY = {"body", "blocks", "robots_text", "provenance", "settings", "spans", "traceback"}


@dataclass(frozen=True, slots=True)
class Life:
    """Everything the store knows about one page, each part in order of time; rows as column: value."""

    page: Row
    portal: Row
    host: Row
    sightings: list[Row]
    fetches: list[Row]
    failures: list[Row]
    operations: list[Row]
    parts: list[Row]
    alias_of: str | None
    article: Row | None
    revisions: list[Row]
    story: Row | None
    members: list[Row]
    verdicts: list[Row]
    changes: list[Row]


def find(session: Session, url: str) -> Page | None:
    """The page with that URL: as the frontier, a seed or an article spells it."""
    page = session.scalar(sa.select(Page).where(Page.url == url))
    if page is None:
        page = session.scalar(
            sa.select(Page).join(Sighting, Sighting.page_id == Page.id).where(Sighting.raw_url == url)
        )
    if page is None:
        page = session.scalar(
            sa.select(Page).join(Article, Article.page_id == Page.id).where(Article.canonical_url == url)
        )
    return page


def near(session: Session, url: str) -> list[str]:
    """URLs that share the last part of the path, or failing that the host."""
    bare = url.split("://", 1)[-1].split("?", 1)[0].rstrip("/")
    tail = bare.rsplit("/", 1)[-1]
    for part in (tail, bare.split("/", 1)[0]):
        query = sa.select(Page.url).where(Page.url.contains(part, autoescape=True)).order_by(Page.url).limit(NEAR)
        if found := list(session.scalars(query)):
            return found
    return []


def tell(session: Session, page: Page) -> Life:
    """Gather the life of a page."""
    article = session.scalar(sa.select(Article).where(Article.page_id == page.id))
    host = session.get_one(Host, page.host_id)
    portal = session.get_one(Portal, page.portal_id)
    alias = session.get(Page, page.alias_of_id) if page.alias_of_id else None
    of_page = page.id
    return Life(
        page=_row(page),
        portal=_row(portal),
        host=_row(host),
        sightings=_sightings(session, of_page),
        fetches=_rows(session, Fetch, Fetch.page_id == of_page),
        failures=_rows(session, Failure, Failure.page_id == of_page),
        operations=_operations(session, of_page),
        parts=_rows(session, Page, Page.part_of_id == of_page),
        alias_of=alias.url if alias else None,
        article=_row(article) if article else None,
        revisions=_rows(session, Revision, Revision.article_id == article.id) if article else [],
        story=_row(session.get_one(Story, article.story_id)) if article and article.story_id else None,
        members=_members(session, article) if article else [],
        verdicts=_verdicts(session, article) if article else [],
        changes=_rows(session, Change, Change.article_id == article.id, Change.seq) if article else [],
    )


def _row(item: Base) -> Row:
    columns = sa.inspect(type(item)).columns
    return {c.key: getattr(item, c.key) for c in columns if c.key not in BULKY}


def _rows(session: Session, model: Any, where: "sa.ColumnElement[bool]", order: Any = None) -> list[Row]:
    found = session.scalars(sa.select(model).where(where).order_by(model.id if order is None else order))
    return [_row(item) for item in found]


def _sightings(session: Session, page_id: int) -> list[Row]:
    query = (
        sa.select(Sighting.seen_at, Sighting.raw_url, Seed.url, Seed.kind)
        .join(Seed, Seed.id == Sighting.seed_id)
        .where(Sighting.page_id == page_id)
        .order_by(Sighting.seen_at)
    )
    return [dict(zip(("seen_at", "raw_url", "seed", "kind"), row, strict=True)) for row in session.execute(query)]


def _operations(session: Session, page_id: int) -> list[Row]:
    query = (
        sa.select(OperationItem, Operation)
        .join(Operation, Operation.id == OperationItem.operation_id)
        .where(OperationItem.page_id == page_id)
        .order_by(Operation.id)
    )
    return [{**_row(operation), **_row(item)} for item, operation in session.execute(query)]


def _members(session: Session, article: Article) -> list[Row]:
    query = (
        sa.select(
            Article.id, Article.canonical_url, Article.is_original, Article.copy_kind, Article.copy_score, Portal.key
        )
        .join(Portal, Portal.id == Article.portal_id)
        .where(Article.story_id == article.story_id, Article.story_id.is_not(None))
        .order_by(Article.is_original.desc(), Article.id)
    )
    names = ("article_id", "canonical_url", "is_original", "copy_kind", "copy_score", "portal")
    return [dict(zip(names, row, strict=True)) for row in session.execute(query)]


def _verdicts(session: Session, article: Article) -> list[Row]:
    either = sa.or_(StoredVerdict.article_id == article.id, StoredVerdict.other_id == article.id)
    found = _rows(session, StoredVerdict, either)
    ids = {row[side] for row in found for side in ("article_id", "other_id")}
    named = session.execute(sa.select(Article.id, Article.canonical_url).where(Article.id.in_(ids)))
    urls: dict[int, str] = {of: url for of, url in named}  # noqa: C416 - dict() of rows has no type
    return [{**row, "url": urls.get(row["article_id"]), "other_url": urls.get(row["other_id"])} for row in found]
