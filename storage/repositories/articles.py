"""Save a revision, find the current one, move and withdraw articles"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.db import Session
from storage.domain import CleanedArticle
from storage.models.article import Article, Revision
from storage.models.page import Page
from storage.repositories.changes import Note, note


@dataclass(frozen=True, slots=True)
class Source:
    """Where a revision's text came from and what read it."""

    fetch_id: int
    url: str  # after redirects
    fetched_at: datetime
    rule_version: str
    habit_version: int = 0


def digest(title: str, body: str) -> str:
    """What tells two texts apart: white space doesn't."""
    text = (
        " ".join(title.split()) + "\n" + "\n".join(" ".join(line.split()) for line in body.split("\n") if line.strip())
    )
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def by_page(session: Session, page_id: int) -> Article | None:
    """The article that stands at a page."""
    return session.scalar(sa.select(Article).where(Article.page_id == page_id))


def by_canonical(session: Session, url: str) -> Article | None:
    """The article whose canonical URL this is."""
    return session.scalar(sa.select(Article).where(Article.canonical_url == url))


def current(session: Session, article: Article) -> Revision:
    """An article's current revision."""
    return session.get_one(Revision, article.revision_id)


def preload(session: Session, page_ids: Collection[int]) -> tuple[list[Any], list[Any]]:
    """Have the articles at these pages and their current revisions at hand, in two queries. Hold on to the result."""
    if not page_ids:
        return [], []
    articles = list(session.scalars(sa.select(Article).where(Article.page_id.in_(page_ids))))
    wanted = [a.revision_id for a in articles]
    return articles, list(session.scalars(sa.select(Revision).where(Revision.id.in_(wanted)))) if wanted else []


@dataclass(frozen=True, slots=True)
class Draft:
    """An article on its way into the store."""

    page: Page
    canonical_url: str
    cleaned: CleanedArticle
    source: Source


def known(session: Session, page_ids: Collection[int], urls: Collection[str]) -> tuple[set[int], set[str]]:
    """Those of the pages at which an article stands, and those of the canonical URLs that one has."""
    either = sa.or_(Article.page_id.in_(page_ids), Article.canonical_url.in_(urls))
    rows = session.execute(sa.select(Article.page_id, Article.canonical_url).where(either)).all()
    return {page_id for page_id, _ in rows}, {url for _, url in rows}


def add(session: Session, drafts: Sequence[Draft], now: datetime) -> list[Article]:
    """New articles, each with its first revision, in few statements however many they are."""
    articles = [_article(draft, now) for draft in drafts]
    session.add_all(articles)
    session.flush()
    revisions = [
        Revision(article_id=article.id, number=1, stored_at=now, **asdict(draft.source), **_text(draft.cleaned))
        for article, draft in zip(articles, drafts, strict=True)
    ]
    session.add_all(revisions)
    session.flush()
    for article, revision in zip(articles, revisions, strict=True):
        article.revision_id = revision.id
        note(session, Note("article", now, article.id, revision.id))
    return articles


def _article(draft: Draft, now: datetime) -> Article:
    return Article(
        page_id=draft.page.id,
        portal_id=draft.page.portal_id,
        canonical_url=draft.canonical_url,
        discovered_at=draft.page.discovered_at,
        stored_at=now,
        is_original=True,
        is_pinned=False,
    )


def revise(session: Session, article: Article, cleaned: CleanedArticle, source: Source, now: datetime) -> Revision:
    """A further revision of an article."""
    number = current(session, article).number + 1
    revision = _append(session, article, number, cleaned, source, now)
    note(session, Note("revision", now, article.id, revision.id, article.story_id))
    return revision


def _append(
    session: Session, article: Article, number: int, cleaned: CleanedArticle, source: Source, now: datetime
) -> Revision:
    revision = Revision(article_id=article.id, number=number, stored_at=now, **asdict(source), **_text(cleaned))
    session.add(revision)
    session.flush()
    article.revision_id = revision.id
    return revision


def _text(cleaned: CleanedArticle) -> dict[str, Any]:
    published, modified = cleaned.published, cleaned.modified
    return {
        "title": cleaned.title,
        "dek": cleaned.dek,
        "body": cleaned.body,
        "blocks": [[block.kind, block.text] for block in cleaned.blocks],
        "authors": list(cleaned.authors),
        "desks": list(cleaned.desks),
        "contributors": list(cleaned.contributors),
        "credits": list(cleaned.credits),
        "publisher": cleaned.publisher,
        "canonical_claim": cleaned.canonical_url,
        "place": cleaned.place,
        "section": cleaned.section,
        "tags": list(cleaned.tags),
        "language": cleaned.language,
        "image": cleaned.image,
        "is_paywalled": cleaned.is_paywalled,
        "is_live": cleaned.is_live,
        "word_count": cleaned.word_count,
        "published_at": published.at if published else None,
        "published_at_source": published.source if published else None,
        "published_at_precision": published.precision if published else None,
        "published_at_zone": published.zone_source if published else None,
        "modified_at": modified.at if modified else None,
        "modified_at_source": modified.source if modified else None,
        "provenance": {name: [p.source, p.confidence] for name, p in cleaned.provenance.items()},
        "reasons": dict(cleaned.reasons),
        "digest": digest(cleaned.title, cleaned.body),
    }


def move(session: Session, article: Article, page: Page, canonical_url: str, now: datetime) -> None:
    """Let an article stand at another page, under another address; its identity stays."""
    article.page_id, article.canonical_url = page.id, canonical_url
    session.flush()
    note(session, Note("moved", now, article.id, article.revision_id, article.story_id))


def withdraw(session: Session, article: Article, reason: str, now: datetime) -> None:
    """The portal took an article down, or it proved to be none of its own; its text stays for readers to see."""
    if article.withdrawn_at is None:
        article.withdrawn_at, article.withdrawn_reason = now, reason
        note(session, Note("withdrawn", now, article.id, article.revision_id, article.story_id))


def restore(session: Session, article: Article, now: datetime) -> None:
    """An article is back."""
    if article.withdrawn_at is not None:
        article.withdrawn_at = article.withdrawn_reason = None
        note(session, Note("restored", now, article.id, article.revision_id, article.story_id))


def move_home(session: Session, article: Article, now: datetime) -> None:
    """Let an article be known by the URL of the page that it stands at."""
    page = session.get_one(Page, article.page_id)
    move(session, article, page, page.url, now)
