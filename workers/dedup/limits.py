"""Scores that decide where an article belongs, and who gives them"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from storage.domain import Verdict
from workers.dedup.original import Contender

ADDED = 0.1  # of a combined article's weight that must stand in its second source and not in the first


@dataclass(frozen=True, slots=True)
class Limits:
    """Scores that decide: probabilities that one text descends from the other; and how far back copies are looked for.

    Spun copies of an agency's text appear months later, so texts on agencies' own portals have a longer window.
    """

    attach: float = 0.72
    root: float = 0.4
    related: float = 0.5
    window_days: float = 90.0
    wire_window_days: float = 3650.0
    nearer: float = 0.06  # by how much another member must be nearer than the original to be the source
    same_opening: float = 0.05  # of a combined article's first third: less difference between its sources tells nothing


class Bench(Protocol):
    """Who judges pairs of articles; remembers what it judged."""

    def score(self, a: int, b: int) -> float:
        """Return the probability that one of two articles descends from the other."""

    def relatedness(self, a: int, b: int) -> float:
        """Return the probability that two articles, neither a copy of the other, tell of one event."""

    def verdict(self, copy: int, source: int) -> Verdict:
        """Return the verdict on `copy` as a copy of `source`."""

    def found(self, inner: int, outer: int) -> float:
        """Return the share of the first article's weight that is found in the second."""

    def is_revised(self, article_id: int) -> bool:
        """Return whether an article says that it is a later version of itself."""

    def opening(self, inner: int, outer: int) -> float:
        """Return the share of the first third of the first article's weight that is found in the second."""

    def adds(self, copy: int, first: int, second: int) -> float:
        """Return the share of a copy's weight in sentences that the second source clearly has and the first hasn't."""

    def supports(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """Return how well the second of each pair goes as the copy of the first: alike, and cut at its end."""

    def contender(self, article_id: int) -> Contender:
        """Return what the choice of the original needs of an article."""
