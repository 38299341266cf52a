"""Save placements: stories, their articles, verdicts, redirects, and what downstream must hear of"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from storage import db
from storage.db import Session
from storage.domain import AgencyClaim, Verdict
from storage.models.article import Article, Revision
from storage.models.story import StoredVerdict, Story
from storage.repositories import twins
from storage.repositories.changes import Note, note
from storage.repositories.ledger import Standing

# As tables: rows that nobody holds as objects are written in half the time.
_REVISIONS, _VERDICTS = cast("sa.Table", Revision.__table__), cast("sa.Table", StoredVerdict.__table__)
INHERITED = "story"  # the source of an agency that an article has from its story


@dataclass(frozen=True, slots=True)
class Origin:
    """Which member the others of a story descend from, and the agency that the story came from."""

    story_id: int
    article_id: int
    reasons: tuple[str, ...]
    agency: AgencyClaim | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Members of story `old` are in story `new` now."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on an article as a copy of another."""

    article_id: int
    revision_id: int
    other_id: int
    other_revision_id: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Batch:
    """All that placing some revisions changes."""

    revisions: Mapping[int, AgencyClaim | None]  # placed revisions, with the agency that each shows
    standings: Sequence[Standing]
    origins: Sequence[Origin]
    redirects: Sequence[Redirect] = ()
    emptied: frozenset[int] = field(default_factory=frozenset)
    verdicts: Sequence[Judged] = ()


def write(session: Session, batch: Batch, now: datetime) -> None:
    """Write a batch; nothing of it is written twice to readers if it is written twice."""
    _mark_placed(session, batch.revisions, now)
    _write_stories(session, batch, now)
    before = _articles(session, batch)
    _place(session, batch, before)
    _redirect(session, batch, now)
    _inherit(before, batch)
    session.flush()
    _write_verdicts(session, batch, now)
    twins.visit_again(session, [(j.article_id, j.other_id) for j in batch.verdicts if j.verdict.kind], now)
    _note_placed(session, before, now)


def _mark_placed(session: Session, revisions: Mapping[int, AgencyClaim | None], now: datetime) -> None:
    rows = [{"placed": of, "placed_at": now, **_agency(claim)} for of, claim in revisions.items()]
    if rows:
        session.execute(sa.update(_REVISIONS).where(_REVISIONS.c.id == sa.bindparam("placed")), rows)


def _agency(claim: AgencyClaim | None) -> dict[str, Any]:
    if claim is None:
        return {"agency": None, "agency_source": None, "agency_confidence": None}
    return {"agency": claim.agency, "agency_source": claim.source, "agency_confidence": claim.confidence}


def _write_stories(session: Session, batch: Batch, now: datetime) -> None:
    rows = [
        {
            "id": origin.story_id,
            "original_article_id": origin.article_id,
            "original_reasons": list(origin.reasons),
            "agency": origin.agency.agency if origin.agency else None,
            "created_at": now,
            "updated_at": now,
            "merged_into_id": None,
        }
        for origin in batch.origins
    ]
    if rows:
        insert = db.insert(session, Story)
        kept = {"id", "created_at"}
        values = {name: insert.excluded[name] for name in rows[0] if name not in kept}
        session.execute(insert.on_conflict_do_update(index_elements=["id"], set_=values), rows)


@dataclass(slots=True)
class _Before:
    row: Article
    seen: tuple[Any, ...]


def _articles(session: Session, batch: Batch) -> dict[int, _Before]:
    """The articles that the batch may touch, with what readers see of them so far."""
    stories = {origin.story_id for origin in batch.origins}
    ids = {standing.article_id for standing in batch.standings}
    query = sa.select(Article).where(sa.or_(Article.id.in_(ids), Article.story_id.in_(stories))).order_by(Article.id)
    rows = session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return {row.id: _Before(row, _seen(row)) for row in rows}


def _seen(row: Article) -> tuple[Any, ...]:
    return (row.story_id, row.is_original, row.copy_kind, row.copy_of_id, row.agency, _rounded(row.copy_score))


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 3)


def _place(session: Session, batch: Batch, before: Mapping[int, _Before]) -> None:
    for standing in batch.standings:
        row = before[standing.article_id].row
        row.story_id, row.is_original = standing.story_id, standing.is_original
        row.copy_of_id, row.copy_kind, row.copy_score = standing.copy_of_id, standing.kind, standing.score
        row.is_pinned, row.placed_reason = standing.is_pinned, standing.reason
        for name, value in _agency(standing.agency).items():
            setattr(row, name, value)
    session.flush()


def _redirect(session: Session, batch: Batch, now: datetime) -> None:
    """A story without members leads to where they went; one that goes on has lost some."""
    for redirect in batch.redirects:
        if redirect.old not in batch.emptied:
            note(session, Note("story_split", now, story_id=redirect.old, other_story_id=redirect.new))
            continue
        # Whoever was led to the old story is led on, so that no reader walks a chain.
        leads = sa.or_(Story.id == redirect.old, Story.merged_into_id == redirect.old)
        values = {"merged_into_id": redirect.new, "updated_at": now}
        session.execute(sa.update(Story).where(leads, Story.id != redirect.new).values(values))
        note(session, Note("story_merged", now, story_id=redirect.old, other_story_id=redirect.new))


def _inherit(before: Mapping[int, _Before], batch: Batch) -> None:
    """Copies without a credit of their own have the agency of their story; an original is nobody's copy."""
    agencies = {origin.story_id: origin.agency for origin in batch.origins}
    for held in before.values():
        row = held.row
        if row.story_id not in agencies or (row.agency is not None and row.agency_source != INHERITED):
            continue
        claim = None if row.is_original else agencies[row.story_id]
        inherited = AgencyClaim(claim.agency, INHERITED, claim.confidence) if claim else None
        for name, value in _agency(inherited).items():
            if getattr(row, name) != value:
                setattr(row, name, value)


def _write_verdicts(session: Session, batch: Batch, now: datetime) -> None:
    """Verdicts on earlier revisions stay; those on the same revision are replaced.

    Of a revision that was only judged anew, the verdicts on articles outside its story stay, too.
    """
    if not batch.verdicts:
        return
    revisions = {judged.revision_id for judged in batch.verdicts}
    placed = StoredVerdict.revision_id.in_(revisions & set(batch.revisions))
    again = StoredVerdict.revision_id.in_(revisions - set(batch.revisions)) & _in_one_story()
    pair = sa.tuple_(StoredVerdict.revision_id, StoredVerdict.other_id)
    anew = pair.in_([(judged.revision_id, judged.other_id) for judged in batch.verdicts])
    session.execute(sa.delete(StoredVerdict).where(placed | again | anew))
    rows = [_verdict(judged, now) for judged in batch.verdicts]
    session.execute(sa.insert(_VERDICTS), rows)


def _in_one_story() -> sa.ColumnElement[bool]:
    """Say of a verdict that both of its articles stand in one story now."""
    mine, other = aliased(Article), aliased(Article)
    both = (mine.id == StoredVerdict.article_id) & (other.id == StoredVerdict.other_id)
    return sa.exists().where(both, mine.story_id == other.story_id)


def _verdict(judged: Judged, now: datetime) -> dict[str, Any]:
    verdict = judged.verdict
    return {
        "article_id": judged.article_id,
        "revision_id": judged.revision_id,
        "other_id": judged.other_id,
        "other_revision_id": judged.other_revision_id,
        "kind": verdict.kind,
        "score": verdict.score,
        "is_related": verdict.is_related,
        "evidence": dict(verdict.evidence),
        "spans": [list(span) for span in verdict.spans],
        "rule_version": verdict.rule_version,
        "decided_at": now,
    }


def _note_placed(session: Session, before: Mapping[int, _Before], now: datetime) -> None:
    for held in before.values():
        if _seen(held.row) != held.seen:
            note(session, Note("placed", now, held.row.id, held.row.revision_id, held.row.story_id))


def current_revisions(session: Session, article_ids: Iterable[int]) -> dict[int, int]:
    """The current revision of each of these articles."""
    rows = session.execute(sa.select(Article.id, Article.revision_id).where(Article.id.in_(list(article_ids))))
    return {article: revision for article, revision in rows if revision is not None}
