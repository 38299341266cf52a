"""Which story an article belongs to: joins, founds, merges, splits

The rules, in order. An article joins the story of its best candidate if the two score at least `attach` and
the story's original scores at least `root` with it, so that a chain of small changes doesn't become one
story. If several stories qualify, they merge where their originals are copies of each other or both descend from
the article; else the article combines those that add text (kind merged). If a story's original changes, members
too far from the new one are placed again by themselves.

The result depends on the order of arrival only so far: an article that connects two others counts from when it
arrives; a member attached through another one stays when that one leaves; how rare terms are is measured by
what arrived before. tests/workers/dedup/test_cluster.py measures it.
"""

from collections.abc import Sequence
from dataclasses import replace

from storage.domain import CopyKind, Document, Verdict
from workers.dedup import original
from workers.dedup.fingerprint import appeared_at
from workers.dedup.ledger import Ledger
from workers.dedup.limits import ADDED, Bench, Limits
from workers.dedup.matches import Match, Matches
from workers.dedup.original import Contender
from workers.dedup.values import Member, Origin, Placement, Related

MOST_RELATED = 5


class Placer:
    """Places the articles of one batch, one after the other."""

    def __init__(self, ledger: Ledger, bench: Bench, limits: Limits) -> None:
        self._ledger = ledger
        self._bench = bench
        self._limits = limits
        self._matches = Matches(ledger, bench, limits)
        self.placements: dict[int, Placement] = {}

    def place(self, document: Document, candidates: Sequence[int]) -> None:
        """Place a new article, or one whose text changed, among `candidates` (article ids)."""
        before = self._ledger.member(document.article_id)
        if before is not None and before.is_pinned:
            self._keep(document, before)
            return
        self._ledger.take(document.article_id)
        left_alone = before is not None and self._leave(before)
        if before is not None and not left_alone:
            candidates = self._with_rest(candidates, before.story)
        found = self._matches.of(document.article_id, candidates, before.apart if before else frozenset())
        if found:
            self._join(document, found, candidates, before)
        else:
            self._found(document, candidates, before)
        now = self._ledger.member(document.article_id)
        if before is not None and left_alone and now is not None:
            self._ledger.redirect(before.story, now.story, "merged")

    def _keep(self, document: Document, before: Member) -> None:
        member = replace(before, revision_id=document.revision_id)
        self._ledger.put(member)
        self._note(Placement(member, before.parent, reason="pinned by an operator"))

    def _leave(self, before: Member) -> bool:
        """Let a story go on without an article; return whether nobody is left in it."""
        if not self._ledger.members(before.story):
            return True
        if before.is_original:
            self._settle(before.story)
        return False

    def _with_rest(self, candidates: Sequence[int], story: int) -> list[int]:
        rest = self._ledger.original(story).article_id
        return [*candidates, rest] if rest not in candidates else list(candidates)

    def _join(self, document: Document, matches: list[Match], candidates: Sequence[int], before: Member | None) -> None:
        first, also, moved = self._unite(document, matches)
        parent = self._parent(document, first, candidates)
        root = self._ledger.original(first.story).article_id
        verdict = self._bench.verdict(document.article_id, root if first.root_score >= self._limits.attach else parent)
        if also is not None and not (verdict.kind is CopyKind.UPDATE and self._bench.is_revised(document.article_id)):
            verdict = replace(verdict, kind=CopyKind.MERGED)
        member = Member(
            article_id=document.article_id,
            revision_id=document.revision_id,
            story=first.story,
            parent=parent,
            verdict=verdict,
            apart=before.apart if before else frozenset(),
            agency=document.agency,
        )
        self._ledger.put(member)
        self._note(
            Placement(
                member=member,
                candidate=first.article_id,
                also=also.story if also else None,
                also_parent=also.article_id if also else None,
                also_verdict=self._bench.verdict(document.article_id, also.article_id) if also else None,
                related=self._related(document.article_id, candidates, first.story),
                reason=f"scores {first.score:.2f} with {first.article_id}, {first.root_score:.2f} with the original",
            )
        )
        self._settle(first.story, moved)

    def _unite(self, document: Document, matches: list[Match]) -> tuple[Match, Match | None, list[Member]]:
        """Return the story to join, another that the article combines with it, and who was moved there by a merge."""
        first, also, moved = matches[0], None, list[Member]()
        for other in matches[1:]:
            if self._matches.are_one(document, first, other):
                first, members = self._merge(document.article_id, first, other)
                moved += members
            elif also is None and self._bench.adds(document.article_id, first.article_id, other.article_id) >= ADDED:
                first, also = self._matches.main_first(document.article_id, first, other)
        return first, also, moved

    def _parent(self, document: Document, match: Match, candidates: Sequence[int]) -> int:
        """Return the member that the article was made from: the original, unless an older one is clearly nearer."""
        mine = document.article_id
        root = self._ledger.original(match.story).article_id
        older = [
            candidate
            for candidate in (match.article_id, *candidates)
            if (standing := self._ledger.member(candidate)) is not None
            and standing.story == match.story
            and self._bench.score(mine, candidate) >= self._limits.attach
            and self._bench.contender(candidate).appeared_at <= appeared_at(document)
        ]
        nearest = max(older, key=lambda candidate: (self._nearness(mine, candidate), -candidate), default=root)
        is_nearer = self._nearness(mine, nearest) > self._nearness(mine, root) + self._limits.nearer
        if is_nearer or match.root_score < self._limits.attach:
            return nearest if nearest != root else match.article_id
        return root

    def _nearness(self, one: int, other: int) -> float:
        return (self._bench.found(one, other) + self._bench.found(other, one)) / 2

    def _merge(self, article_id: int, one: Match, two: Match) -> tuple[Match, list[Member]]:
        """Move the members of the younger story into the elder, if none of them is pinned or kept apart; who moved."""
        keep, gone = (one, two) if one.story < two.story else (two, one)
        moving = self._ledger.members(gone.story)
        if any(m.is_pinned or self._ledger.kept_apart(m.article_id, m.apart, keep.story) for m in moving):
            return one, []
        root = self._ledger.original(keep.story).article_id
        for member in moving:
            parent = member.parent if member.parent is not None else root
            verdict = member.verdict or self._bench.verdict(member.article_id, parent)
            moved = replace(member, story=keep.story, parent=parent, verdict=verdict, is_original=False)
            self._ledger.put(moved)
            self._note(Placement(moved, parent, reason=f"article {article_id} connects its story with this one"))
        self._ledger.redirect(gone.story, keep.story, "merged")
        best = max((one, two), key=lambda match: match.score)
        return replace(best, story=keep.story), moving

    def _found(self, document: Document, candidates: Sequence[int], before: Member | None) -> None:
        alone = before if before is not None and not self._ledger.members(before.story) else None
        member = Member(
            article_id=document.article_id,
            revision_id=document.revision_id,
            story=alone.story if alone else self._ledger.free_name(document.revision_id),
            parent=None,
            verdict=None,
            is_original=True,
            apart=before.apart if before else frozenset(),
            agency=document.agency,
        )
        self._ledger.put(member)
        if before is not None and not alone:
            self._ledger.redirect(before.story, member.story, "split")
        nearest = max(
            (c for c in candidates if self._ledger.member(c)),
            key=lambda c: (self._bench.score(document.article_id, c), -c),
            default=None,
        )
        self._note(
            Placement(
                member=member,
                candidate=nearest,
                related=self._related(document.article_id, candidates, member.story),
                reason="no earlier article is near enough" if nearest is None else self._why_apart(document, nearest),
            )
        )

    def _why_apart(self, document: Document, nearest: int) -> str:
        score = self._bench.score(document.article_id, nearest)
        if score < self._limits.attach:
            return f"the nearest, article {nearest}, scores {score:.2f}, below {self._limits.attach:.2f}"
        return f"article {nearest} scores {score:.2f}, but its story's original is too far or kept apart"

    def _related(self, article_id: int, candidates: Sequence[int], story: int) -> tuple[Related, ...]:
        found = []
        for candidate in candidates:
            member = self._ledger.member(candidate)
            if member is None or member.story == story:
                continue
            score = self._bench.relatedness(article_id, candidate)
            if score >= self._limits.related and self._bench.score(article_id, candidate) < self._limits.attach:
                found.append(Related(candidate, round(score, 4)))
        return tuple(sorted(found, key=lambda related: (-related.score, related.article_id))[:MOST_RELATED])

    def _note(self, placement: Placement) -> None:
        self.placements[placement.member.article_id] = placement

    def _settle(self, story: int, moved: Sequence[Member] = ()) -> None:
        """Choose a story's original anew, and look again at its members if it changed, else at those `moved` there."""
        members = self._ledger.members(story)
        chosen = original.choose(self._pool(members), self._bench.supports)
        old = next((m for m in members if m.is_original), None)
        if old is not None and old.article_id == chosen:
            self._look_again(moved, chosen)
            return
        new = next(m for m in members if m.article_id == chosen)
        self._renote(replace(new, is_original=True, parent=None, verdict=None))
        if old is not None:
            verdict = self._bench.verdict(old.article_id, chosen)
            self._renote(replace(old, is_original=False, parent=chosen, verdict=verdict))
        self._look_again(self._ledger.members(story), chosen)

    def _pool(self, members: Sequence[Member]) -> list[Contender]:
        """Return members as contenders; a kind counts only where the text came after its parent's."""
        pool = []
        for member in members:
            mine = self._bench.contender(member.article_id)
            kind = member.verdict.kind if member.verdict else None
            if member.parent is not None and self._bench.contender(member.parent).appeared_at > mine.appeared_at:
                kind = None
            pool.append(replace(mine, kind=kind))
        return pool

    def _renote(self, member: Member) -> None:
        self._ledger.put(member)
        fresh = Placement(member, member.parent, reason="the story's original changed")
        self._note(replace(self.placements.get(member.article_id, fresh), member=member))

    def _look_again(self, members: Sequence[Member], root: int) -> None:
        """Split off which of a story's members are too far from its original, and judge the others by it."""
        for seen in members:
            member = self._ledger.member(seen.article_id)
            if member is None or member.is_pinned or member.article_id == root:
                continue
            score = self._bench.score(member.article_id, root)
            if score < self._limits.root:
                self._split_off(member)
            elif score >= self._limits.attach:
                self._renote(replace(member, parent=root, verdict=self._judged_anew(member, root)))

    def _judged_anew(self, member: Member, root: int) -> Verdict:
        """Return the verdict on a member by another original: a combined article stays one if that lacks part of it."""
        verdict = self._bench.verdict(member.article_id, root)
        was_merged = member.verdict is not None and member.verdict.kind is CopyKind.MERGED
        if was_merged and self._bench.found(member.article_id, root) < 1 - ADDED:
            return replace(verdict, kind=CopyKind.MERGED)
        return verdict

    def _split_off(self, member: Member) -> None:
        self._ledger.take(member.article_id)
        named = self._ledger.free_name(member.revision_id)
        alone = replace(member, story=named, parent=None, verdict=None, is_original=True)
        self._ledger.put(alone)
        self._ledger.redirect(member.story, alone.story, "split")
        self._note(Placement(alone, member.parent, reason="too far from the story's new original"))

    def origins(self) -> tuple[Origin, ...]:
        """Return the original of every story that changed, with the reasons."""
        found = []
        for story in sorted(self._ledger.touched - self._ledger.emptied()):
            pool = self._pool(self._ledger.members(story))
            chosen = self._ledger.original(story).article_id
            reasons = original.reasons(chosen, pool)
            found.append(Origin(story, chosen, reasons, original.story_agency(pool)))
        return tuple(found)
