"""Two texts into evidence: what of each is found in the other, in which order, with which facts"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workers.dedup.align import Alignment, Overlaps, align, common, is_in, overlaps
from workers.dedup.commonness import Floats
from workers.dedup.lexicon import Ints
from workers.dedup.order import correlation, rising
from workers.dedup.weighing import Weighed

WEAK = 0.22  # of a sentence's weight in its partner: the same statement in other words
STRONG = 0.6  # the same sentence, edited at most
NEW = 0.55  # of a sentence's facts, by weight
TELLING = 4.0  # rarity of a fact that few articles mention

# Evidence that has a direction stands twice: `inner_` for the text of which more is found in the other,
# `outer_` for the other one.
DIRECTED = (
    "words", "short_runs", "long_runs", "own_runs", "quoted", "quoted_runs", "aligned", "weak", "strong", "head",
    "tail",
    "thinnest", "names", "numbers", "facts", "telling", "fact_pairs", "fact_aligned", "new_fact_sentences", "new_front",
    "new_middle", "new_back", "changed_numbers", "coverage_spread",
)  # fmt: skip
SHARED = (
    "order", "order_correlation", "steps", "fact_order", "fact_correlation", "length_ratio", "length", "fact_count",
    "number_count", "shared_facts", "lead", "title", "best_sentences", "shared_pairs",
)  # fmt: skip
NAMES = (*(f"inner_{name}" for name in DIRECTED), *(f"outer_{name}" for name in DIRECTED), *SHARED)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What comparing text `a` with text `b` measured.

    `values` are in the order of NAMES; `a_is_inner` says which text plays the inner part.
    """

    values: Floats
    a_is_inner: bool
    a_aligned: Alignment
    b_aligned: Alignment


def evidence(a: Weighed, b: Weighed) -> Evidence:
    """Compare two texts; the same whichever comes first, but for `a_is_inner` and the order of alignments."""
    pair = overlaps(a, b)
    found_a = _share(a.weights, pair.common_a)
    found_b = _share(b.weights, pair.common_b)
    a_aligned = align(pair.words + pair.facts, a.masses + a.fact_masses, b.masses + b.fact_masses)
    b_aligned = align((pair.words + pair.facts).T, b.masses + b.fact_masses, a.masses + a.fact_masses)
    one = _directed(a, b, pair, a_aligned, found_a, flipped=False)
    other = _directed(b, a, pair, b_aligned, found_b, flipped=True)
    a_is_inner = (found_a, -a.mass) >= (found_b, -b.mass)
    inner, outer = (one, other) if a_is_inner else (other, one)
    shared = _shared(a, b, pair, a_aligned) if a_is_inner else _shared(b, a, _flip(pair), b_aligned)
    values = np.array([*inner, *outer, *shared], np.float32)
    return Evidence(values, a_is_inner, a_aligned, b_aligned)


def _flip(pair: Overlaps) -> Overlaps:
    return Overlaps(
        pair.common_b, pair.common_a, pair.facts_b, pair.facts_a, pair.words.T, pair.facts.T, pair.fact_numbers.T
    )


def _share(weights: Floats, found: Ints) -> float:
    total = float(weights.sum())
    return float(weights[found].sum()) / total if total else 0.0


def _directed(
    a: Weighed, b: Weighed, pair: Overlaps, aligned: Alignment, found: float, *, flipped: bool
) -> list[float]:
    """Return the DIRECTED evidence of `a` in `b`; `flipped` says that the pair's matrices are of b x a."""
    facts_found = pair.facts_b if flipped else pair.facts_a
    fact_numbers = pair.fact_numbers.T if flipped else pair.fact_numbers
    return [
        found,
        *_runs(a, b),
        *_cover(a, aligned),
        *_facts(a, b, facts_found, fact_numbers, aligned),
        *_news(a, aligned),
        _changed_numbers(a, facts_found, aligned),
        _spread(b, aligned),
    ]


def _runs(a: Weighed, b: Weighed) -> list[float]:
    """short_runs, long_runs, own_runs (outside quotations), quoted (share of words), quoted_runs."""
    short = is_in(a.word_runs, b.short_runs)
    quoted = a.reading.quoted[: short.size]
    return [
        _mean(short),
        _mean(is_in(a.long_runs, b.long_runs)),
        _mean(short[~quoted]),
        _mean(quoted),
        _mean(short[quoted]) if quoted.any() else -0.1,
    ]


def _mean(values: npt.NDArray[np.bool_]) -> float:
    return float(values.mean()) if values.size else 0.0


def _cover(a: Weighed, aligned: Alignment) -> list[float]:
    """aligned, weak, strong, head, tail, thinnest: how much of the text is found, and in which part."""
    masses = a.masses + a.fact_masses
    total = max(float(masses.sum()), 1e-6)
    middle = (np.cumsum(masses) - masses / 2) / total
    thirds = [
        float((masses * aligned.contained)[part].sum()) / max(float(masses[part].sum()), 1e-6) if part.any() else 0.0
        for part in (middle < 1 / 3, (middle >= 1 / 3) & (middle < 2 / 3), middle >= 2 / 3)
    ]
    return [
        float((masses * aligned.contained).sum()) / total,
        float(masses[aligned.contained >= WEAK].sum()) / total,
        float(masses[aligned.contained >= STRONG].sum()) / total,
        thirds[0],
        thirds[2],
        min(thirds),
    ]


def _facts(a: Weighed, b: Weighed, found: Ints, numbers: Floats, aligned: Alignment) -> list[float]:
    """names, numbers, facts, telling, fact_pairs, fact_aligned, new_fact_sentences."""
    hit = np.zeros(a.reading.facts.size, np.bool_)
    hit[found] = True
    is_number, weights = a.reading.fact_is_number, a.fact_weights
    return [
        _weighted(weights, hit, ~is_number),
        _weighted(weights, hit, is_number),
        _weighted(weights, hit, weights > 0),
        _weighted(weights, hit, weights >= TELLING),
        _fact_pairs(a, numbers),
        _fact_aligned(a, b, aligned),
        _new_fact_sentences(a, hit),
    ]


def _weighted(weights: Floats, hit: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_]) -> float:
    total = float(weights[among].sum())
    return float(weights[hit & among].sum()) / total if total else -0.1


def _fact_pairs(a: Weighed, numbers: Floats) -> float:
    """Return the share of sentences with two facts or more of which a sentence there has two as well."""
    rich = np.bincount(a.fact_rows, minlength=a.masses.size) >= 2
    if not rich.any():
        return -0.1
    return float((numbers.max(axis=1)[rich] >= 2).mean())


def _fact_aligned(a: Weighed, b: Weighed, aligned: Alignment) -> float:
    """Return the share of the facts' weight that stands in the partner of its sentence."""
    if not a.fact_rows.size or not b.fact_rows.size:
        return -0.1
    size = b.masses.size
    there = np.unique(b.reading.facts[b.fact_columns] * np.int64(2 * size + 1) + b.fact_rows)
    asked = a.reading.facts[a.fact_columns] * np.int64(2 * size + 1) + aligned.partners[a.fact_rows]
    weights = a.fact_weights[a.fact_columns]
    return float(weights[is_in(asked, there)].sum()) / max(float(weights.sum()), 1e-6)


def _new_fact_sentences(a: Weighed, hit: npt.NDArray[np.bool_]) -> float:
    """Return the share of sentences whose facts are mostly not in the other text."""
    if not a.fact_rows.size:
        return 0.0
    weights = a.fact_weights[a.fact_columns]
    new = np.bincount(a.fact_rows, weights * ~hit[a.fact_columns], a.masses.size)
    return float((new > NEW * np.maximum(a.fact_masses, TELLING)).mean())


def _news(a: Weighed, aligned: Alignment) -> list[float]:
    """new_front, new_middle, new_back: weight of sentences not found there, before, among and after those that are."""
    masses = a.masses + a.fact_masses
    total = max(float(masses.sum()), 1e-6)
    old = aligned.contained >= WEAK
    if not old.any():
        return [0.0, 1.0, 0.0]
    places = np.flatnonzero(old)
    first, last = int(places[0]), int(places[-1])
    between = masses[first : last + 1][~old[first : last + 1]].sum()
    return [float(masses[:first].sum()) / total, float(between) / total, float(masses[last + 1 :].sum()) / total]


def _changed_numbers(a: Weighed, found: Ints, aligned: Alignment) -> float:
    """Return the share of sentences that are kept there but for a number."""
    kept = aligned.contained >= STRONG
    if not kept.any() or not a.fact_rows.size:
        return 0.0
    missing = a.reading.fact_is_number.copy()
    missing[found] = False
    changed = np.bincount(a.fact_rows, missing[a.fact_columns], a.masses.size) > 0
    return float((changed & kept).sum()) / float(kept.sum())


def _spread(b: Weighed, aligned: Alignment) -> float:
    """Return the share of b's sentences that are some sentence's partner."""
    close = aligned.partners[aligned.contained >= WEAK]
    return float(np.unique(close).size) / b.masses.size


def _shared(a: Weighed, b: Weighed, pair: Overlaps, a_aligned: Alignment) -> list[float]:
    """Return the SHARED evidence; `a` is the inner text."""
    close = a_aligned.contained >= WEAK
    partners = a_aligned.partners[close]
    first_a = _first_mentions(a)[pair.facts_a]
    first_b = _first_mentions(b)[pair.facts_b]
    in_order = first_b[np.argsort(first_a, kind="stable")]
    sizes = np.log1p([a.reading.words.size, b.reading.words.size])
    amounts = np.log1p([a.reading.facts.size, b.reading.facts.size])
    return [
        rising(partners),
        correlation(partners),
        float((np.diff(partners) >= 0).mean()) if partners.size > 1 else 0.5,
        rising(in_order),
        correlation(in_order),
        float(sizes[0] - sizes[1]),
        float(sizes.min()),
        float(amounts.min()),
        float(np.log1p(a.reading.fact_is_number.sum())),
        float(np.log1p(pair.facts_a.size)),
        float(a_aligned.contained[:2].mean()) if a_aligned.contained.size else 0.0,
        _title(a, b),
        float(np.sort(a_aligned.nearness)[-3:].mean()) if a_aligned.nearness.size else 0.0,
        float(np.log1p((pair.fact_numbers >= 2).any(axis=1).sum())) if pair.fact_numbers.size else 0.0,
    ]


def _first_mentions(a: Weighed) -> Ints:
    """Return where each fact is mentioned first, counted in mentions."""
    first = np.zeros(a.reading.facts.size, np.int64)
    order = np.arange(a.reading.mentions.size)[::-1]
    first[a.reading.mentions[::-1]] = order
    return first


def _title(a: Weighed, b: Weighed) -> float:
    mine, theirs = a.reading.title_terms, b.reading.title_terms
    if not mine.size or not theirs.size:
        return -0.1
    return 2 * common(mine, theirs)[0].size / (mine.size + theirs.size)


def found(evidence: Evidence, *, a: bool) -> float:
    """Return the share of the weight of text a (or else b) whose sentences are found in the other text."""
    aligned = DIRECTED.index("aligned")
    is_inner = evidence.a_is_inner == a
    return float(evidence.values[aligned if is_inner else len(DIRECTED) + aligned])
