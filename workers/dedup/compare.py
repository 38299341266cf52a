"""Two texts into evidence: what of each is found in the other, in which order, with which facts"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workers.dedup.align import Alignment, Overlaps, align, common, is_in, overlaps
from workers.dedup.commonness import Floats
from workers.dedup.lexicon import Ints
from workers.dedup.order import correlation, rising
from workers.dedup.weighing import TELLING, Weighed

WEAK = 0.22  # of a sentence's weight in its partner: the same statement in other words
STRONG = 0.6  # the same sentence, edited at most
EXACT = 0.97
NEW = 0.55  # of a sentence's facts, by weight
LONG = 6  # runs in a row: eight words, which only copying brings

# Evidence that has a direction stands twice: `inner_` for the text of which more is found in the other,
# `outer_` for the other one.
DIRECTED = (
    "words", "short_runs", "long_runs", "own_runs", "quoted", "quoted_runs", "aligned", "weak", "strong", "exact",
    "head", "tail", "thinnest", "names", "numbers", "facts", "telling", "fact_pairs", "fact_aligned",
    "new_fact_sentences", "new_front", "new_middle", "new_back", "lost_front", "lost_back", "changed_numbers",
    "partners",
)  # fmt: skip
SHARED = (
    "order", "order_correlation", "steps", "fact_order", "fact_correlation", "length_ratio", "length", "fact_count",
    "number_count", "shared_facts", "lead", "title", "best_sentences", "shared_pairs", "caseless", "unspaced",
)  # fmt: skip
NAMES = (*(f"inner_{name}" for name in DIRECTED), *(f"outer_{name}" for name in DIRECTED), *SHARED)
GLANCE = ("inner_words", "outer_words", "inner_facts", "outer_facts", "inner_telling")
MORE = 0.1  # of what a text has more of, not at its front, against likeness
MISSING = -0.1  # evidence of something that the text doesn't have


@dataclass(frozen=True, slots=True)
class Evidence:
    """What comparing text `a` with text `b` measured.

    `values` are in the order of NAMES; `a_is_inner` says which text plays the inner part.
    """

    values: Floats
    a_is_inner: bool
    a_aligned: Alignment
    b_aligned: Alignment


def glance(a: Weighed, b: Weighed) -> tuple[float, ...]:
    """Return the cheap part of the evidence, in the order of GLANCE, by which most pairs are dismissed."""
    words_a, words_b = common(a.reading.terms, b.reading.terms)
    facts_a, facts_b = common(a.reading.facts, b.reading.facts)
    found_a, found_b = _share(a, words_a), _share(b, words_b)
    group_a, group_b = a.fact_groups[:, facts_a].sum(axis=1), b.fact_groups[:, facts_b].sum(axis=1)
    if (found_b, -b.mass) > (found_a, -a.mass):
        found_a, found_b, group_a, group_b = found_b, found_a, group_b, group_a
    return found_a, found_b, float(group_a[2]), float(group_b[2]), float(group_a[3])


def evidence(a: Weighed, b: Weighed) -> Evidence:
    """Compare two texts; the same whichever comes first, but for `a_is_inner` and the order of alignments."""
    pair = overlaps(a, b)
    found_a, found_b = _share(a, pair.common_a), _share(b, pair.common_b)
    a_aligned, b_aligned = align(pair.words, a.sentence_weights, b.sentence_weights)
    turned = pair.turned()
    one = [found_a, *_directed(a, b, pair, a_aligned)]
    other = [found_b, *_directed(b, a, turned, b_aligned)]
    a_is_inner = (found_a, -a.mass) >= (found_b, -b.mass)
    if a_is_inner:
        values = [*one, *other, *_shared(a, b, pair, a_aligned)]
    else:
        values = [*other, *one, *_shared(b, a, turned, b_aligned)]
    return Evidence(np.array(values, np.float32), a_is_inner, a_aligned, b_aligned)


def _share(a: Weighed, found: Ints) -> float:
    return float(a.weights[found].sum()) / a.mass if a.mass else 0.0


def _directed(a: Weighed, b: Weighed, pair: Overlaps, aligned: Alignment) -> list[float]:
    """Return the DIRECTED evidence of `a` in `b`, without the first."""
    return [
        *_runs(a, b),
        *_cover(a, aligned),
        *_facts(a, pair, aligned),
        *_news(a, aligned),
        _changed_numbers(a, pair, aligned),
        len(set(aligned.partners[aligned.contained >= WEAK].tolist())) / b.masses.size,
    ]


def _runs(a: Weighed, b: Weighed) -> list[float]:
    """short_runs, long_runs, own_runs (outside quotations), quoted (share of words), quoted_runs."""
    if not a.runs.size:
        return [0.0, 0.0, 0.0, 0.0, MISSING]
    short = np.zeros(a.runs.size, np.bool_)
    short[a.run_words] = is_in(a.runs, b.runs)  # looked up in their order, which is four times as fast as in the words'
    total = np.cumsum(short)
    long: npt.NDArray[np.bool_] = (total[LONG:] - total[:-LONG]) == LONG
    hits, quoted = int(total[-1]), a.reading.quoted[: short.size]
    quotes = int(np.count_nonzero(quoted))
    quoted_hits = int(np.count_nonzero(short & quoted)) if quotes else 0
    return [
        hits / short.size,
        np.count_nonzero(long) / long.size if long.size else 0.0,
        (hits - quoted_hits) / max(short.size - quotes, 1),
        quotes / short.size,
        quoted_hits / quotes if quotes else MISSING,
    ]


def _cover(a: Weighed, aligned: Alignment) -> list[float]:
    """aligned, weak, strong, exact, head, tail, thinnest: how much of the text is found, and in which part."""
    contained, masses = aligned.contained, a.masses
    head, middle, tail = (a.thirds @ contained).tolist()
    return [
        float(masses @ contained),
        float(masses @ (contained >= WEAK)),
        float(masses @ (contained >= STRONG)),
        float(masses @ (contained >= EXACT)),
        head,
        tail,
        min(head, middle, tail),
    ]


def _facts(a: Weighed, pair: Overlaps, aligned: Alignment) -> list[float]:
    """names, numbers, facts, telling, fact_pairs, fact_aligned, new_fact_sentences."""
    groups = np.where(a.has_group, a.fact_groups[:, pair.facts_a].sum(axis=1), MISSING).tolist()
    if not a.fact_rows.size:
        return [*groups, MISSING, MISSING, 0.0]
    rich = np.count_nonzero(a.is_rich)
    pairs = np.count_nonzero(pair.fact_counts[a.is_rich].max(axis=1) >= 2) / rich if rich else MISSING
    partner_facts = pair.facts[np.arange(a.masses.size), aligned.partners]
    hit = np.zeros(a.reading.facts.size, np.bool_)
    hit[pair.facts_a] = True
    new = np.bincount(a.fact_rows, a.fact_weights[a.fact_columns] * ~hit[a.fact_columns], a.masses.size)
    mostly_new = np.count_nonzero(new > NEW * np.maximum(a.fact_masses, TELLING))
    return [
        *groups,
        pairs,
        float(partner_facts.sum()) / max(float(a.fact_masses.sum()), 1e-6),
        mostly_new / a.masses.size,
    ]


def _news(a: Weighed, aligned: Alignment) -> list[float]:
    """new_front, new_middle, new_back, lost_front, lost_back: where the sentences are that the other text lacks.

    `new_` counts those found nowhere, before, among and after the found ones; `lost_` all before the first and
    after the last that is kept nearly as it is, which tells a text cut short from one cut here and there.
    """
    old = aligned.contained >= WEAK
    front, back = _ends(a.masses, old)
    lost = _ends(a.masses, aligned.contained >= STRONG)
    return [front, max(float(a.masses @ ~old) - front - back, 0.0), back, *lost]


def _ends(masses: Floats, kept: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return the weight before the first and after the last sentence that is kept."""
    places = np.flatnonzero(kept)
    if not places.size:
        return 0.0, 0.0
    return float(masses[: int(places[0])].sum()), float(masses[int(places[-1]) + 1 :].sum())


def _changed_numbers(a: Weighed, pair: Overlaps, aligned: Alignment) -> float:
    """Return the share of sentences kept there that are kept but for a number."""
    kept = aligned.contained >= STRONG
    count = np.count_nonzero(kept)
    if not count or not a.fact_rows.size:
        return 0.0
    missing = a.reading.fact_is_number.copy()
    missing[pair.facts_a] = False
    changed = np.zeros(a.masses.size, np.bool_)
    changed[a.fact_rows[missing[a.fact_columns]]] = True
    return np.count_nonzero(changed & kept) / count


def _shared(a: Weighed, b: Weighed, pair: Overlaps, aligned: Alignment) -> list[float]:
    """Return the SHARED evidence; `a` is the inner text."""
    partners = aligned.partners[aligned.contained >= WEAK]
    in_order = b.first_mentions[pair.facts_b][np.argsort(a.first_mentions[pair.facts_a], kind="stable")]
    words, facts = (a.reading.words.size, b.reading.words.size), (a.reading.facts.size, b.reading.facts.size)
    nearest = np.sort(aligned.nearness)[-3:]
    shared_pairs = np.count_nonzero(pair.fact_counts.max(axis=1) >= 2) if pair.fact_counts.size else 0
    return [
        rising(partners),
        correlation(partners),
        np.count_nonzero(partners[1:] >= partners[:-1]) / (partners.size - 1) if partners.size > 1 else 0.5,
        rising(in_order),
        correlation(in_order),
        float(np.log1p(words[0]) - np.log1p(words[1])),
        float(np.log1p(min(words))),
        float(np.log1p(min(facts))),
        float(np.log1p(np.count_nonzero(a.reading.fact_is_number))),
        float(np.log1p(pair.facts_a.size)),
        float(aligned.contained[:2].sum()) / 2,
        _title(a.reading.title_terms, b.reading.title_terms),
        float(nearest.sum()) / max(nearest.size, 1),
        float(np.log1p(shared_pairs)),
        float(a.reading.is_caseless or b.reading.is_caseless),
        float(a.reading.is_unspaced or b.reading.is_unspaced),
    ]


def _title(mine: Ints, theirs: Ints) -> float:
    if not mine.size or not theirs.size:
        return MISSING
    return 2 * common(mine, theirs)[0].size / (mine.size + theirs.size)


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
