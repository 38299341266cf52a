"""Which sentences of two texts say the same, by the terms and facts that they share"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
class Overlaps:
    """What all sentences of two texts, share, by weight of terms and of facts."""

    common_a: Ints  # positions in a's terms of those that b has too
    common_b: Ints
    facts_a: Ints
    facts_b: Ints
    words: Floats  # weight of shared terms and facts: sentences of a x sentences of b
    facts: Floats  # of shared facts alone
    fact_counts: Floats  # shared facts, counted

    def turned(self) -> "Overlaps":
        """Return the same seen from b."""
        return Overlaps(
            common_a=self.common_b,
            common_b=self.common_a,
            facts_a=self.facts_b,
            facts_b=self.facts_a,
            words=self.words.T,
            facts=self.facts.T,
            fact_counts=self.fact_counts.T,
        )


def overlaps(a: Weighed, b: Weighed) -> Overlaps:
    """Return what the sentences of two texts share."""
    common_a, common_b = common(a.reading.terms, b.reading.terms)
    facts_a, facts_b = common(a.reading.facts, b.reading.facts)
    left = _matrix(a.rows, a.columns, common_a, a.reading.terms.size, a.masses.size)
    right = _matrix(b.rows, b.columns, common_b, b.reading.terms.size, b.masses.size)
    fact_left = _matrix(a.fact_rows, a.fact_columns, facts_a, a.reading.facts.size, a.masses.size)
    fact_right = _matrix(b.fact_rows, b.fact_columns, facts_b, b.reading.facts.size, b.masses.size)
    weight = np.minimum(a.weights[common_a], b.weights[common_b])
    fact_weight = np.minimum(a.fact_weights[facts_a], b.fact_weights[facts_b])
    facts = (fact_left * fact_weight) @ fact_right.T
    return Overlaps(
        common_a=common_a,
        common_b=common_b,
        facts_a=facts_a,
        facts_b=facts_b,
        words=(left * weight) @ right.T + facts,
        facts=facts,
        fact_counts=fact_left @ fact_right.T,
    )


def common(a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return the positions of equal values in two sorted arrays of distinct values."""
    if not a.size or not b.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    at = np.minimum(np.searchsorted(b, a), b.size - 1)
    hit = np.flatnonzero(b[at] == a)
    return hit, at[hit]


def _matrix(rows: Ints, columns: Ints, common: Ints, terms: int, sentences: int) -> Floats:
    place = np.full(terms, -1, np.int64)
    place[common] = np.arange(common.size)
    where = place[columns] if columns.size else columns
    hit = where >= 0
    matrix = np.zeros((sentences, common.size), np.float32)
    matrix[rows[hit], where[hit]] = 1.0
    return matrix


def align(overlap: Floats, own: Floats, other: Floats) -> tuple[Alignment, Alignment]:
    """Return the nearest sentence of the other text for each of either; `overlap` is own x other, the rest weights."""
    nearness = 2 * overlap / np.maximum(own[:, None] + other[None, :], 1e-6)
    return _nearest(nearness, overlap, own), _nearest(nearness.T, overlap.T, other)


def _nearest(nearness: Floats, overlap: Floats, own: Floats) -> Alignment:
    partners = nearness.argmax(axis=1)
    at = np.arange(own.size)
    return Alignment(partners, nearness[at, partners], overlap[at, partners] / np.maximum(own, 1e-6))


def is_in(values: Ints, sorted_values: Ints) -> npt.NDArray[np.bool_]:
    """Return which of `values` stand among `sorted_values`."""
    if not values.size or not sorted_values.size:
        return np.zeros(values.size, np.bool_)
    at = np.minimum(np.searchsorted(sorted_values, values), sorted_values.size - 1)
    found: npt.NDArray[np.bool_] = sorted_values[at] == values
    return found
