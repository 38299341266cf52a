"""Two texts into evidence: what of each is found in the other, in which order, with which facts"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from workers.dedup.align import Alignment, Common, align, in_common, overlaps
from workers.dedup.commonness import Floats
from workers.dedup.lexicon import Bools, Ints
from workers.dedup.measures import DIRECTED, measure
from workers.dedup.rows import rows
from workers.dedup.sides import WEAK, Pair
from workers.dedup.weighing import GROUPS, Weighed

GLANCE = ("inner_words", "outer_words", "inner_facts", "outer_facts", "inner_telling")
MOST_CELLS = 1 << 20  # sentences of one text times those of the other, of all pairs compared at once: 12 bytes each
MORE = 0.1  # of what a text has more of, not at its front, against likeness
_FACTS, _TELLING = GROUPS.index("facts"), GROUPS.index("telling")


class Evidence(NamedTuple):
    """What comparing text `a` with text `b` measured.

    `values` are in the order of measures.NAMES; `a_is_inner` says which text plays the inner part.
    """

    values: Floats
    a_is_inner: bool
    a_aligned: Alignment
    b_aligned: Alignment


class Glance(NamedTuple):
    """What two texts have in common, before their sentences are looked at: most pairs are dismissed by it."""

    inner: Weighed
    outer: Weighed
    a_is_inner: bool
    common: Common  # of the inner text and the outer one
    values: tuple[float, ...]  # in the order of GLANCE


def glance(a: Weighed, b: Weighed) -> Glance:
    """Return the cheap part of the evidence; the same whichever text comes first, but for `a_is_inner`."""
    return glances([(a, b)])[0]


def glances(pairs: Sequence[tuple[Weighed, Weighed]]) -> list[Glance]:
    """Return the cheap part of the evidence on many pairs at once."""
    if not pairs:
        return []
    both = [in_common(a, b) for a, b in pairs]
    texts = [*(a for a, _ in pairs), *(b for _, b in pairs)]
    facts = [*(one.facts_a for one in both), *(one.facts_b for one in both)]
    words = [_share(a, one.keys_a, one.terms) for (a, _), one in zip(pairs, both, strict=True)]
    words += [_share(b, one.keys_b, one.terms) for (_, b), one in zip(pairs, both, strict=True)]
    by_fact = rows([found.size for found in facts])
    groups = [
        text.fact_groups[_FACTS : _TELLING + 1].take(found, axis=1) for text, found in zip(texts, facts, strict=True)
    ]
    shares = [np.array(words), *map(by_fact.sums, np.concatenate(groups, axis=1))]
    (words_a, facts_a, telling_a), (words_b, facts_b, telling_b) = np.split(np.stack(shares), 2, axis=1)
    mass_a, mass_b = np.split(np.array([text.mass for text in texts]), 2)
    is_inner = (words_a > words_b) | ((words_a == words_b) & (mass_a <= mass_b))
    inner_first = np.stack([words_a, words_b, facts_a, facts_b, telling_a], axis=1)
    turned = np.stack([words_b, words_a, facts_b, facts_a, telling_b], axis=1)
    values = np.where(is_inner[:, None], inner_first, turned).tolist()
    return [
        Glance(a, b, True, one, tuple(row)) if is_first else Glance(b, a, False, one.turned(), tuple(row))
        for (a, b), one, is_first, row in zip(pairs, both, is_inner.tolist(), values, strict=True)
    ]


def _share(text: Weighed, found: Ints, terms: int) -> float:
    """Return the share of a text's weight whose terms are found: exactly 1 where all of it is, by the same sum."""
    return float(np.add.reduce(text.weights.take(found[:terms]))) / text.mass if text.mass else 0.0


def evidence(a: Weighed, b: Weighed) -> Evidence:
    """Compare two texts; the same whichever comes first, but for `a_is_inner` and the order of alignments."""
    return evidences([glance(a, b)])[0]


def evidences(glances: Sequence[Glance]) -> list[Evidence]:
    """Compare many pairs of texts at once, which costs a third of one by one."""
    found = []
    for start, end in pairwise(_cuts(glances)):
        some = glances[start:end]
        pairs = [_pair(one) for one in some]
        for one, pair, values in zip(some, pairs, measure(pairs), strict=True):
            first, second = pair.aligned if one.a_is_inner else pair.aligned[::-1]
            found.append(Evidence(values, one.a_is_inner, first, second))
    return found


def _cuts(glances: Sequence[Glance]) -> list[int]:
    """Return where to part the pairs so that no more than MOST_CELLS of sentences lie side by side at once."""
    cuts, cells = [0], 0
    for place, one in enumerate(glances):
        own = one.inner.masses.size * one.outer.masses.size
        if cells and cells + own > MOST_CELLS:
            cuts.append(place)
            cells = 0
        cells += own
    return [*cuts, len(glances)] if glances else cuts


def _pair(seen: Glance) -> Pair:
    shared = overlaps(seen.inner, seen.outer, seen.common)
    aligned = align(shared.words, seen.inner.sentence_weights, seen.outer.sentence_weights)
    return Pair(seen.inner, seen.outer, (seen.values[0], seen.values[1]), seen.common, shared, aligned)


def spans(evidence: Evidence, a: Weighed, b: Weighed) -> tuple[tuple[int, int, int, int], ...]:
    """Return for each sentence of `a` found in `b`: its start and end in a's body, its partner's in b's."""
    kept = np.flatnonzero(stands(evidence, a=True))
    kept = kept[kept < len(a.reading.spans)]
    if not kept.size or not b.reading.sentences:
        return ()
    here, there = a.reading.spans[kept], b.reading.spans[evidence.a_aligned.partners[kept]]
    return tuple((int(s), int(e), int(t), int(f)) for (s, e), (t, f) in zip(here, there, strict=True))


def turned(evidence: Evidence) -> Evidence:
    """Return the same evidence seen from the other text."""
    return Evidence(evidence.values, not evidence.a_is_inner, evidence.b_aligned, evidence.a_aligned)


def found(evidence: Evidence, *, a: bool, measure: str = "aligned") -> float:
    """Return the share of the weight of text a (or else b) whose sentences are found in the other text.

    `measure` "head" looks at its first third only.
    """
    aligned = DIRECTED.index(measure)
    is_inner = evidence.a_is_inner == a
    return float(evidence.values[aligned if is_inner else len(DIRECTED) + aligned])


def contained(evidence: Evidence, *, a: bool) -> Floats:
    """Return for each sentence of text a (or else b) the share of its weight that its partner has."""
    return (evidence.a_aligned if a else evidence.b_aligned).contained


def stands(evidence: Evidence, *, a: bool) -> Bools:
    """Return which sentences of text a (or else b) stand in the other text, in whatever words."""
    return contained(evidence, a=a) >= WEAK


def support(evidence: Evidence, *, a: bool) -> float:
    """Return how well the other text goes as a copy of text a (or else b).

    Both count that are alike. Portals cut a text at its end and put something of their own before it.
    """
    size = len(DIRECTED)
    inner, outer = evidence.values[:size], evidence.values[size : 2 * size]
    source, copy = (inner, outer) if evidence.a_is_inner == a else (outer, inner)
    aligned, strong, front = (DIRECTED.index(name) for name in ("aligned", "strong", "lost_front"))
    more = (copy[strong] - source[strong]) + 2 * (copy[front] - source[front])
    return float((source[aligned] + copy[aligned]) / 2 + MORE * more)
