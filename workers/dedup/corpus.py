"""The store as placing sees it, and placements as the store keeps them"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

import numpy as np

from storage import db
from storage.db import Database
from storage.domain import AgencyClaim, CopyKind, Document, Verdict
from storage.repositories import candidates, ledger, stories
from storage.repositories.candidates import Kept
from storage.repositories.ledger import Standing
from storage.repositories.stories import Batch, Judged
from workers.dedup.values import Fingerprint, Member, Placed, Placement


class SqlCorpus:
    """What placing asks of the store; each question is a short transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def documents(self, article_ids: Collection[int]) -> Mapping[int, Document]:
        """The current revisions of these articles, withdrawn ones among them."""
        with self._database.read() as session:
            return ledger.documents(session, article_ids)

    def neighbours(self, article_ids: Collection[int]) -> Sequence[Member]:
        """Everybody in the stories of these articles; those never placed are left out."""
        with self._database.read() as session:
            return list(map(member_of, ledger.neighbours(session, article_ids)))

    def taken(self, stories: Collection[int]) -> Set[int]:
        """Those of these stories that have members."""
        with self._database.read() as session:
            return ledger.taken(session, stories)


def member_of(standing: Standing) -> Member:
    """A row as placing knows it; of its verdict only kind and score are kept at hand."""
    verdict = None
    if standing.copy_of_id is not None:
        verdict = Verdict(standing.kind, standing.score or 0.0, False, {}, (), "")
    return Member(
        article_id=standing.article_id,
        revision_id=standing.revision_id,
        story=standing.story_id,
        parent=standing.copy_of_id,
        verdict=verdict,
        is_original=standing.is_original,
        is_pinned=standing.is_pinned,
        apart=standing.apart,
        agency=standing.agency,
    )


def standing_of(placement: Placement) -> Standing:
    """A placement as its article's row. Whatever descends from another is a copy of some kind."""
    member = placement.member
    is_copy = not member.is_original and member.parent is not None
    kind = (member.verdict.kind if member.verdict else None) or CopyKind.EDITED
    return Standing(
        article_id=member.article_id,
        revision_id=member.revision_id,
        story_id=member.story,
        is_original=member.is_original,
        copy_of_id=member.parent if is_copy else None,
        kind=kind if is_copy else None,
        score=member.verdict.score if is_copy and member.verdict else None,
        is_pinned=member.is_pinned,
        agency=member.agency,
        reason=placement.reason,
    )


def batch_of(placed: Placed, claims: Mapping[int, AgencyClaim | None], revisions: Mapping[int, int]) -> Batch:
    """What a batch changes, as rows. `claims` are by placed revision, `revisions` the current one by article."""
    return Batch(
        revisions=claims,
        standings=[standing_of(placement) for placement in placed.placements],
        origins=[stories.Origin(o.story, o.article_id, o.reasons, o.agency) for o in placed.origins],
        redirects=[stories.Redirect(r.old, r.new) for r in placed.redirects],
        emptied=placed.emptied,
        verdicts=list(_verdicts(placed, revisions)),
    )


def _verdicts(placed: Placed, revisions: Mapping[int, int]) -> Iterable[Judged]:
    """What came of comparisons in this batch: with sources, with second ones, and with texts on the same event."""
    for placement in placed.placements:
        member = placement.member
        verdict = member.verdict
        parent = member.parent
        if verdict is not None and verdict.evidence and parent is not None and parent in revisions:
            yield Judged(member.article_id, member.revision_id, parent, revisions[parent], verdict)
        also, second = placement.also_parent, placement.also_verdict
        if second is not None and also is not None and also in revisions:
            told = replace(second, kind=CopyKind.MERGED)
            yield Judged(member.article_id, member.revision_id, also, revisions[also], told)
        for related in placement.related:
            if related.article_id in revisions:
                told = Verdict(None, related.score, True, {}, (), placed.rule_version)
                other = revisions[related.article_id]
                yield Judged(member.article_id, member.revision_id, related.article_id, other, told)


def others_in(placed: Placed) -> set[int]:
    """The articles that verdicts speak of beside those of the batch."""
    sources = {source for p in placed.placements for source in (p.member.parent, p.also_parent) if source is not None}
    return sources | {related.article_id for p in placed.placements for related in p.related}


def pack(fingerprints: Sequence[Fingerprint]) -> list[Kept]:
    """Fingerprints as their rows hold them."""
    return [
        Kept(
            article_id=one.article_id,
            revision_id=one.revision_id,
            at=one.at,
            until=one.until,
            terms=np.array(one.terms, "<i8").tobytes(),
            weights=np.array(one.weights, "<f4").tobytes(),
        )
        for one in fingerprints
    ]


def unpack(kept: Kept) -> Fingerprint:
    """The fingerprint that a row holds."""
    return Fingerprint(
        article_id=kept.article_id,
        revision_id=kept.revision_id,
        at=kept.at,
        until=kept.until,
        terms=tuple(np.frombuffer(kept.terms, "<i8").tolist()),
        weights=tuple(np.frombuffer(kept.weights, "<f4").tolist()),
    )


def load(database: Database) -> Iterator[Fingerprint]:
    """All fingerprints whose window is open."""
    with database.read() as session:
        yield from map(unpack, candidates.load(session, db.now(session)))
