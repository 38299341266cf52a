"""The stories that an article may join, and what two of them are to each other"""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.domain import Document
from workers.dedup.fingerprint import appeared_at
from workers.dedup.ledger import Ledger
from workers.dedup.limits import ADDED, Bench, Limits

MERGED_SHARE = 0.35  # of a text's weight that must be found in a combined article
SURE = 0.9  # score with both originals, from which a text that combines nothing tells that its two stories are one


@dataclass(frozen=True, slots=True)
class Match:
    """A story that an article may join, its nearest member there, and the scores with that one and the original."""

    story: int
    article_id: int
    score: float
    root_score: float


class Matches:
    """Looks for the stories of an article among those of its candidates."""

    def __init__(self, ledger: Ledger, bench: Bench, limits: Limits) -> None:
        self._ledger, self._bench, self._limits = ledger, bench, limits

    def of(self, article_id: int, candidates: Sequence[int], apart: frozenset[int]) -> list[Match]:
        """Return the stories that an article may join, with its nearest member in each, best first."""
        best: dict[int, Match] = {}
        for candidate in candidates:
            member = self._ledger.member(candidate)
            if member is None:
                continue
            score = self._bench.score(article_id, candidate)
            if score < self._limits.attach or self._ledger.kept_apart(article_id, apart, member.story):
                continue
            held = best.get(member.story)
            if held is not None and (held.score, -held.article_id) >= (score, -candidate):
                continue
            root = self._root(member.story)
            root_score = score if root == candidate else self._bench.score(article_id, root)
            if root_score >= self._limits.root:
                best[member.story] = Match(member.story, candidate, score, root_score)
        return sorted(best.values(), key=lambda match: (-match.score, match.story))

    def are_one(self, document: Document, first: Match, other: Match) -> bool:
        """Return whether two stories that an article matches are one story: told apart from a combined article."""
        one, two = self._root(first.story), self._root(other.story)
        score = self._bench.score(one, two)
        if score >= self._limits.attach:
            return True
        if score >= self._limits.root and self._tells(document.article_id, first, other):
            return True
        mine = appeared_at(document)
        older = all(mine <= self._bench.contender(root).appeared_at for root in (one, two))
        both_inside = min(self._bench.found(one, document.article_id), self._bench.found(two, document.article_id))
        return older and both_inside >= MERGED_SHARE

    def _tells(self, article_id: int, first: Match, other: Match) -> bool:
        """Return whether an article surely descends from both originals, of which the second gives it nothing."""
        is_sure = min(first.root_score, other.root_score) >= SURE
        return is_sure and self._bench.adds(article_id, first.article_id, other.article_id) < ADDED

    def main_first(self, article_id: int, one: Match, two: Match) -> tuple[Match, Match]:
        """Return first the story that a combined article opens with, else the one that it has more of.

        A later version of a text may open with what is new.
        """
        opening = [self._bench.opening(article_id, match.article_id) for match in (one, two)]
        whole = [self._bench.found(article_id, match.article_id) for match in (one, two)]
        is_either = abs(opening[0] - opening[1]) < self._limits.same_opening or self._bench.is_revised(article_id)
        first, second = whole if is_either else opening
        return (two, one) if second > first else (one, two)

    def _root(self, story: int) -> int:
        return self._ledger.original(story).article_id
