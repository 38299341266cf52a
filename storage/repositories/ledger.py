"""Where articles stand: their stories, texts and what operators said of them"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage.db import Session
from storage.domain import AgencyClaim, CopyKind, Document
from storage.models.article import Article, Revision
from storage.models.portal import Portal
from storage.models.story import Pin

CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an article stands and what it was taken for."""

    article_id: int
    revision_id: int
    story_id: int
    is_original: bool
    copy_of_id: int | None = None
    kind: CopyKind | None = None
    score: float | None = None
    is_pinned: bool = False
    apart: frozenset[int] = frozenset()  # articles that an operator keeps it apart from
    agency: AgencyClaim | None = None  # as its own text shows it
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A revision to be placed, with what shows whose text it is. The document's agency is still open."""

    document: Document
    desks: tuple[str, ...]
    credits: tuple[str, ...]
    publisher: str | None
    canonical_claim: str | None
    portal_agency: str | None  # the portal is this agency's own


def pending(session: Session, limit: int) -> list[Pending]:
    """Revisions that nobody has placed, in the order in which they arrived."""
    query = _texts().where(Revision.placed_at.is_(None)).order_by(Revision.id).limit(limit)
    return [_pending(row) for row in session.execute(query)]


def documents(session: Session, article_ids: Collection[int]) -> dict[int, Document]:
    """The current texts of these articles. Withdrawn ones are among them: their copies still descend from them."""
    found: dict[int, Document] = {}
    for some in _chunks(article_ids):
        query = _texts().where(Article.id.in_(some), Revision.id == Article.revision_id)
        found.update((row.article_id, _document(row)) for row in session.execute(query))
    return found


def _texts() -> Any:
    """Texts with what is needed of them: whole rows take three times as long, for the lists and maps in them."""
    columns = (
        *(Revision.id, Revision.article_id, Revision.url, Revision.title, Revision.body, Revision.language),
        *(Revision.published_at, Revision.authors, Revision.agency, Revision.agency_source),
        *(Revision.agency_confidence, Revision.desks, Revision.credits, Revision.publisher, Revision.canonical_claim),
        *(Article.stored_at, Portal.key, Portal.settings),
    )
    return (
        sa.select(*columns)
        .join(Article, Article.id == Revision.article_id)
        .join(Portal, Portal.id == Article.portal_id)
    )


def _pending(row: Any) -> Pending:
    return Pending(
        document=_document(row),
        desks=tuple(row.desks),
        credits=tuple(row.credits),
        publisher=row.publisher,
        canonical_claim=row.canonical_claim,
        portal_agency=row.settings.get("agency"),
    )


def _document(row: Any) -> Document:
    return Document(
        article_id=row.article_id,
        revision_id=row.id,
        portal=row.key,
        url=row.url,
        title=row.title,
        body=row.body,
        language=row.language,
        published_at=row.published_at,
        arrived_at=row.stored_at,
        authors=tuple(row.authors),
        agency=_claim(row.agency, row.agency_source, row.agency_confidence),
        is_agency_portal=bool(row.settings.get("agency")),
    )


def _claim(agency: str | None, source: str | None, confidence: float | None) -> AgencyClaim | None:
    return AgencyClaim(agency, source or "", confidence or 0.0) if agency else None


def standings(session: Session, article_ids: Collection[int]) -> dict[int, Standing]:
    """Where these articles stand; those never placed are left out."""
    return {s.article_id: s for some in _chunks(article_ids) for s in _standings(session, Article.id.in_(some))}


def neighbours(session: Session, article_ids: Collection[int]) -> list[Standing]:
    """Everybody in the stories of these articles; those never placed are left out."""
    found: dict[int, Standing] = {}
    for some in _chunks(article_ids):
        stories = sa.select(Article.story_id).where(Article.id.in_(some))
        found.update((standing.article_id, standing) for standing in _standings(session, Article.story_id.in_(stories)))
    return list(found.values())


def taken(session: Session, story_ids: Collection[int]) -> set[int]:
    """Those of these stories that have members."""
    found: set[int] = set()
    for some in _chunks(story_ids):
        found.update(session.scalars(sa.select(Article.story_id).where(Article.story_id.in_(some)).distinct()))
    return found


def members(session: Session, story_ids: Collection[int]) -> dict[int, list[Standing]]:
    """All articles in these stories."""
    found: dict[int, list[Standing]] = defaultdict(list)
    for some in _chunks(story_ids):
        for standing in _standings(session, Article.story_id.in_(some)):
            found[standing.story_id].append(standing)
    return found


def _standings(session: Session, where: "sa.ColumnElement[bool]") -> Iterator[Standing]:
    columns = (
        *(Article.id, Article.revision_id, Article.story_id, Article.is_original, Article.copy_of_id),
        *(Article.copy_kind, Article.copy_score, Article.is_pinned),
        *(Revision.agency, Revision.agency_source, Revision.agency_confidence),
    )
    query = sa.select(*columns).join(Revision, Revision.id == Article.revision_id)
    rows: Any = session.execute(query.where(where, Article.story_id.is_not(None)).order_by(Article.id)).all()
    apart = _apart(session, [row[0] for row in rows])
    for article_id, revision_id, story_id, is_original, copy_of_id, kind, score, is_pinned, *claim in rows:
        yield Standing(
            article_id=article_id,
            revision_id=revision_id,
            story_id=story_id,
            is_original=is_original,
            copy_of_id=copy_of_id,
            kind=CopyKind(kind) if kind else None,
            score=score,
            is_pinned=is_pinned,
            apart=frozenset(apart.get(article_id, ())),
            agency=_claim(*claim),
        )


def _apart(session: Session, article_ids: Collection[int]) -> dict[int, set[int]]:
    """Which articles an operator keeps apart from these."""
    found: dict[int, set[int]] = defaultdict(set)
    either = sa.or_(Pin.article_id.in_(article_ids), Pin.other_id.in_(article_ids))
    for one, other in session.execute(sa.select(Pin.article_id, Pin.other_id).where(either, Pin.is_copy.is_(False))):
        found[one].add(other)
        found[other].add(one)
    return found


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(set(ids))
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))
