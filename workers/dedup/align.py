"""Which sentences of two texts say the same, by the terms and facts that they share"""

from typing import NamedTuple

import numpy as np

from workers.dedup.commonness import Floats
from workers.dedup.lexicon import Ints
from workers.dedup.rows import ranges
from workers.dedup.weighing import Weighed

MOST_PRODUCTS = 1 << 24  # keys x sentences x sentences: what a text of 150 sentences takes against itself
OFTEN = 400  # of these take as long as going once from a sentence to one that has the same key

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
    least = np.minimum(a.all_weights.take(both.keys_a), b.all_weights.take(both.keys_b))
    if both.keys_a.size * a.masses.size * b.masses.size > MOST_PRODUCTS:
        return _long_overlaps(a, b, both, least)
    return _products(_sentences(a, both.keys_a), _sentences(b, both.keys_b), least, both.terms)


def _products(left: Floats, right: Floats, least: Floats, terms: int) -> Overlaps:
    """Return what sentences share from which of them hold which keys; `least` weighs these, the `terms` first."""
    weighed: Floats = (left.T * least).T
    return Overlaps(
        words=weighed.T @ right,
        facts=weighed[terms:].T @ right[terms:],
        fact_counts=left[terms:].T @ right[terms:],
    )


def _sentences(text: Weighed, keys: Ints) -> Floats:
    """Return which sentence holds which of the keys: 1 or 0, keys x sentences."""
    held = np.zeros(text.keys.size * text.masses.size, np.float32)
    held[text.spots] = 1.0
    return held.reshape(-1, text.masses.size).take(keys, axis=0)


def _long_overlaps(a: Weighed, b: Weighed, both: Common, least: Floats) -> Overlaps:
    """Return the same for texts of many words in many sentences.

    Products are worth it only for keys that many sentences hold; for the others one goes from sentence to sentence.
    """
    here, there = _places(a, both.keys_a), _places(b, both.keys_b)
    meetings = here.counts * there.counts
    is_often = meetings * OFTEN > a.masses.size * b.masses.size
    often, seldom = is_often.nonzero()[0], (~is_often).nonzero()[0]
    terms = [int(keys.searchsorted(both.terms)) for keys in (often, seldom)]
    products = _products(here.matrix(often), there.matrix(often), least[often], terms[0])
    turns = there.counts[seldom].repeat(here.counts[seldom])  # each place here meets all places there of its key
    rows = here.of(seldom).repeat(turns)
    columns = there.sentences[ranges(there.begins[seldom].repeat(here.counts[seldom]), turns)]
    cells, weights = rows * b.masses.size + columns, least[seldom].repeat(meetings[seldom])
    first = int(meetings[seldom[: terms[1]]].sum())
    sums = (
        np.bincount(cells, weights, products.words.size),
        np.bincount(cells[first:], weights[first:], products.words.size),
        np.bincount(cells[first:], minlength=products.words.size),
    )
    shape = products.words.shape
    return Overlaps(*(one + other.reshape(shape).astype(np.float32) for one, other in zip(products, sums, strict=True)))


class _Places(NamedTuple):
    """In which sentences of a text each of some keys stands: `counts` of `sentences` from `begins` on."""

    sentences: Ints
    begins: Ints
    counts: Ints
    size: int  # sentences of the text

    def of(self, keys: Ints) -> Ints:
        """Return the sentences of these keys, end to end."""
        return self.sentences[ranges(self.begins[keys], self.counts[keys])]

    def matrix(self, keys: Ints) -> Floats:
        """Return which sentence holds which of these keys: 1 or 0, keys x sentences."""
        held = np.zeros((keys.size, self.size), np.float32)
        held[np.arange(keys.size).repeat(self.counts[keys]), self.of(keys)] = 1.0
        return held


def _places(text: Weighed, keys: Ints) -> _Places:
    begins, ends = (text.spots.searchsorted((keys + more) * text.masses.size) for more in (0, 1))
    return _Places(text.spots % text.masses.size, begins, ends - begins, text.masses.size)


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
