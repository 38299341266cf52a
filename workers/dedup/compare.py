"""Two texts into evidence: what of each is found in the other, in which order, with which facts"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.dedup.align import Alignment, Common, align, in_common, overlaps
from workers.dedup.commonness import Floats
from workers.dedup.lexicon import Ints
from workers.dedup.measures import DIRECTED, WEAK, Pair, measure
from workers.dedup.weighing import GROUPS, Weighed

GLANCE = ("inner_words", "outer_words", "inner_facts", "outer_facts", "inner_telling")
MORE = 0.1  # of what a text has more of, not at its front, against likeness
_FACTS, _TELLING = GROUPS.index("facts"), GROUPS.index("telling")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What comparing text `a` with text `b` measured.

    `values` are in the order of measures.NAMES; `a_is_inner` says which text plays the inner part.
    """

    values: Floats
    a_is_inner: bool
    a_aligned: Alignment
    b_aligned: Alignment


@dataclass(frozen=True, slots=True)
class Glance:
    """What two texts have in common, before their sentences are looked at: most pairs are dismissed by it."""

    inner: Weighed
    outer: Weighed
    a_is_inner: bool
    common: Common  # of the inner text and the outer one
    values: tuple[float, ...]  # in the order of GLANCE


def glance(a: Weighed, b: Weighed) -> Glance:
    """Return the cheap part of the evidence; the same whichever text comes first, but for `a_is_inner`."""
    both = in_common(a, b)
    found_a, found_b = _share(a, both.terms_a), _share(b, both.terms_b)
    a_is_inner = (found_a, -a.mass) >= (found_b, -b.mass)
    if not a_is_inner:
        a, b, found_a, found_b, both = b, a, found_b, found_a, both.turned()
    facts, telling = a.fact_groups[_FACTS : _TELLING + 1, both.facts_a].sum(axis=1).tolist()
    other_facts = float(b.fact_groups[_FACTS, both.facts_b].sum())
    return Glance(a, b, a_is_inner, both, (found_a, found_b, facts, other_facts, telling))


def _share(text: Weighed, found: Ints) -> float:
    return float(text.weights[found].sum()) / text.mass if text.mass else 0.0


def evidence(a: Weighed, b: Weighed) -> Evidence:
    """Compare two texts; the same whichever comes first, but for `a_is_inner` and the order of alignments."""
    return evidences([glance(a, b)])[0]


def evidences(glances: Sequence[Glance]) -> list[Evidence]:
    """Compare many pairs of texts at once, which costs a third of one by one."""
    if not glances:
        return []
    pairs = [_pair(one) for one in glances]
    found = []
    for one, pair, values in zip(glances, pairs, measure(pairs), strict=True):
        first, second = pair.aligned if one.a_is_inner else pair.aligned[::-1]
        found.append(Evidence(values, one.a_is_inner, first, second))
    return found


def _pair(seen: Glance) -> Pair:
    shared = overlaps(seen.inner, seen.outer, seen.common)
    aligned = align(shared.words, seen.inner.sentence_weights, seen.outer.sentence_weights)
    return Pair(seen.inner, seen.outer, (seen.values[0], seen.values[1]), seen.common, shared, aligned)


def spans(evidence: Evidence, a: Weighed, b: Weighed) -> tuple[tuple[int, int, int, int], ...]:
    """Return for each sentence of `a` found in `b`: its start and end in a's body, its partner's in b's."""
    kept = np.flatnonzero(evidence.a_aligned.contained >= WEAK)
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
