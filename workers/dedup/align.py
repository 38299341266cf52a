"""Which sentences of two texts say the same, by the terms and facts that they share"""

from typing import NamedTuple

import numpy as np

from workers.dedup.commonness import Floats
from workers.dedup.lexicon import Ints
from workers.dedup.weighing import Weighed

# Tuples, since thousands of each are made a second: a frozen dataclass takes five times as long.


class Alignment(NamedTuple):
    """Which sentence of the other text is nearest to each sentence, and how near (0-1 of its weight)."""

    partners: Ints
    nearness: Floats  # dice of the two sentences
    contained: Floats  # share of the sentence's own weight found in its partner


class Common(NamedTuple):
    """Positions of what two texts have in common: in either's `keys`, the terms first, and of facts in its facts."""

    keys_a: Ints
    keys_b: Ints
    terms: int  # how many of them are terms
    facts_a: Ints
    facts_b: Ints

    def turned(self) -> "Common":
        """Return the same seen from b."""
        return Common(self.keys_b, self.keys_a, self.terms, self.facts_b, self.facts_a)


class Overlaps(NamedTuple):
    """What all sentences of two texts share, by weight of terms and of facts: sentences of a x sentences of b."""

    words: Floats  # weight of shared terms and facts
    facts: Floats  # of shared facts alone
    fact_counts: Floats  # shared facts, counted


def in_common(a: Weighed, b: Weighed) -> Common:
    """Return which terms and facts two texts share."""
    here, there = common(a.keys, b.keys)
    terms = int(here.searchsorted(a.weights.size))
    return Common(here, there, terms, here[terms:] - a.weights.size, there[terms:] - b.weights.size)


def overlaps(a: Weighed, b: Weighed, both: Common) -> Overlaps:
    """Return what the sentences of two texts share, which have `both` in common."""
    left, right = _sentences(a, both.keys_a), _sentences(b, both.keys_b)
    least = np.minimum(a.all_weights.take(both.keys_a), b.all_weights.take(both.keys_b))
    weighed, facts = left * least[:, None], both.terms
    return Overlaps(
        words=weighed.T @ right,
        facts=weighed[facts:].T @ right[facts:],
        fact_counts=left[facts:].T @ right[facts:],
    )


def _sentences(text: Weighed, keys: Ints) -> Floats:
    """Return which sentence holds which of the keys: 1 or 0, keys x sentences."""
    held = np.zeros(text.keys.size * text.masses.size, np.float32)
    held[text.spots] = 1.0
    return held.reshape(-1, text.masses.size).take(keys, axis=0)


def common(a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return the positions of equal values in two sorted arrays of distinct values."""
    if not a.size or not b.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    at = b.searchsorted(a)
    hit = (b.take(at, mode="clip") == a).nonzero()[0]
    return hit, at[hit]


def align(overlap: Floats, own: Floats, other: Floats) -> tuple[Alignment, Alignment]:
    """Return the nearest sentence of the other text for each of either; `overlap` is own x other, the rest weights."""
    nearness = own[:, None] + other
    np.divide(2 * overlap, np.maximum(nearness, 1e-6, out=nearness), out=nearness)
    partners, others = nearness.argmax(axis=1), nearness.argmax(axis=0)
    here = np.arange(own.size) * other.size + partners
    there = others * other.size + np.arange(other.size)
    near, shared = nearness.ravel(), overlap.ravel()
    return (
        Alignment(partners, near.take(here), shared.take(here) / np.maximum(own, 1e-6)),
        Alignment(others, near.take(there), shared.take(there) / np.maximum(other, 1e-6)),
    )
