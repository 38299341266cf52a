"""Which sentences of two texts say the same, by the terms and facts that they share"""

from dataclasses import dataclass

import numpy as np

from workers.dedup.commonness import Floats
from workers.dedup.lexicon import Ints
from workers.dedup.weighing import Weighed


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which sentence of the other text is nearest to each sentence, and how near (0-1 of its weight)."""

    partners: Ints
    nearness: Floats  # dice of the two sentences
    contained: Floats  # share of the sentence's own weight found in its partner


@dataclass(frozen=True, slots=True)
class Common:
    """Positions of what two texts have in common, in either one's terms and facts."""

    terms_a: Ints
    terms_b: Ints
    facts_a: Ints
    facts_b: Ints

    def turned(self) -> "Common":
        """Return the same seen from b."""
        return Common(self.terms_b, self.terms_a, self.facts_b, self.facts_a)


@dataclass(frozen=True, slots=True)
class Overlaps:
    """What all sentences of two texts share, by weight of terms and of facts: sentences of a x sentences of b."""

    words: Floats  # weight of shared terms and facts
    facts: Floats  # of shared facts alone
    fact_counts: Floats  # shared facts, counted


def in_common(a: Weighed, b: Weighed) -> Common:
    """Return which terms and facts two texts share."""
    return Common(*common(a.reading.terms, b.reading.terms), *common(a.reading.facts, b.reading.facts))


def overlaps(a: Weighed, b: Weighed, both: Common) -> Overlaps:
    """Return what the sentences of two texts share, which have `both` in common."""
    here = np.concatenate([both.terms_a, both.facts_a + a.reading.terms.size])
    there = np.concatenate([both.terms_b, both.facts_b + b.reading.terms.size])
    left, right = _sentences(a)[here], _sentences(b)[there]
    weighed = left * np.minimum(a.all_weights[here], b.all_weights[there])[:, None]
    facts = both.terms_a.size
    return Overlaps(
        words=weighed.T @ right,
        facts=weighed[facts:].T @ right[facts:],
        fact_counts=left[facts:].T @ right[facts:],
    )


def _sentences(text: Weighed) -> Floats:
    """Return which sentence holds which term and fact: 1 or 0, (terms, then facts) x sentences."""
    held = np.zeros((text.all_weights.size, text.masses.size), np.float32)
    held.ravel()[text.spots] = 1.0
    return held


def common(a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return the positions of equal values in two sorted arrays of distinct values."""
    if not a.size or not b.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    at = b.searchsorted(a)
    hit = (b.take(at, mode="clip") == a).nonzero()[0]
    return hit, at[hit]


def align(overlap: Floats, own: Floats, other: Floats) -> tuple[Alignment, Alignment]:
    """Return the nearest sentence of the other text for each of either; `overlap` is own x other, the rest weights."""
    nearness = 2 * overlap / np.maximum(own[:, None] + other, 1e-6)
    return _nearest(nearness, overlap, own), _nearest(nearness.T, overlap.T, other)


def _nearest(nearness: Floats, overlap: Floats, own: Floats) -> Alignment:
    partners = nearness.argmax(axis=1)
    at = np.arange(own.size)
    return Alignment(partners, nearness[at, partners], overlap[at, partners] / np.maximum(own, 1e-6))
