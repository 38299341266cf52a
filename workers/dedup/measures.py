"""What the evidence on many pairs measures, taken of all of them at once

A measure is a few steps over arrays. Taken pair by pair, calling them costs more than what they do; so the sides of
all pairs, a side being one text as seen against its partner, are laid end to end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workers.dedup.align import Alignment, Common, Overlaps, common
from workers.dedup.commonness import Floats
from workers.dedup.lexicon import Ints
from workers.dedup.order import correlations, rising
from workers.dedup.rows import Rows, Sums, ends, rows
from workers.dedup.weighing import TELLING, Weighed

Bools = npt.NDArray[np.bool_]

WEAK = 0.22  # of a sentence's weight in its partner: the same statement in other words
STRONG = 0.6  # the same sentence, edited at most
EXACT = 0.97
NEW = 0.55  # of a sentence's facts, by weight
LONG = 6  # runs in a row: eight words, which only copying brings
MISSING = -0.1  # evidence of something that the text doesn't have

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


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, the inner one first, with all that they share."""

    inner: Weighed
    outer: Weighed
    words: tuple[float, float]  # the share of either's weight that is found in the other
    common: Common
    overlaps: Overlaps
    aligned: tuple[Alignment, Alignment]


def measure(pairs: Sequence[Pair]) -> Floats:
    """Return the evidence on each of the pairs, of which there is one at least: pairs x NAMES."""
    sides = _sides(pairs)
    directed = np.stack(
        [
            np.array([pair.words[side] for side in (0, 1) for pair in pairs]),
            *_runs(sides),
            *_cover(sides),
            *_facts(sides),
            *_news(sides),
            _changed_numbers(sides),
            _partners(sides),
        ],
        axis=1,
    )
    shared = np.stack([*_orders(pairs, sides), *_sizes(pairs), *_likeness(pairs, sides)], axis=1)
    return np.concatenate([directed[: len(pairs)], directed[len(pairs) :], shared], axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Sides:
    """All inner texts, then all outer ones, laid end to end: by sentences, and by facts."""

    texts: Sequence[Weighed]
    sentences: Rows
    contained: Floats
    nearness: Floats
    partners: Ints  # among all sentences
    masses: Floats
    shared_facts: Floats  # most facts that a sentence shares with one of the other text
    partner_facts: Floats  # weight of facts that it shares with its partner
    facts: Rows
    is_found: Bools  # facts that the other text has
    fact_rows: Ints  # among all sentences
    fact_columns: Ints  # among all facts


def _sides(pairs: Sequence[Pair]) -> _Sides:
    texts = [*(pair.inner for pair in pairs), *(pair.outer for pair in pairs)]
    aligned = [*(pair.aligned[0] for pair in pairs), *(pair.aligned[1] for pair in pairs)]
    sentences, facts = rows([text.masses.size for text in texts]), rows([text.reading.facts.size for text in texts])
    others = np.roll(sentences.starts, len(pairs))
    found = [*(pair.common.facts_a for pair in pairs), *(pair.common.facts_b for pair in pairs)]
    is_found = np.zeros(facts.of.size, np.bool_)
    is_found[np.concatenate(found) + np.repeat(facts.starts, [places.size for places in found])] = True
    entries = rows([text.fact_rows.size for text in texts])
    seen = [(pair.overlaps.facts, pair.overlaps.fact_counts) for pair in pairs]
    seen += [(weights.T, counts.T) for weights, counts in seen]
    return _Sides(
        texts=texts,
        sentences=sentences,
        contained=np.concatenate([one.contained for one in aligned]),
        nearness=np.concatenate([one.nearness for one in aligned]),
        partners=np.concatenate([one.partners for one in aligned]) + others[sentences.of],
        masses=np.concatenate([text.masses for text in texts]),
        shared_facts=np.concatenate([counts.max(axis=1) for _, counts in seen]),
        partner_facts=np.concatenate(
            [
                weights[np.arange(one.partners.size), one.partners]
                for (weights, _), one in zip(seen, aligned, strict=True)
            ]
        ),
        facts=facts,
        is_found=is_found,
        fact_rows=np.concatenate([text.fact_rows for text in texts]) + sentences.starts[entries.of],
        fact_columns=np.concatenate([text.fact_columns for text in texts]) + facts.starts[entries.of],
    )


def _runs(sides: _Sides) -> list[Sums]:
    """short_runs, long_runs, own_runs (outside quotations), quoted (share of words), quoted_runs."""
    runs, distinct = (rows([getattr(text, name).size for text in sides.texts]) for name in ("run_places", "runs"))
    half = len(sides.texts) // 2
    both = [common(a.runs, b.runs) for a, b in zip(sides.texts[:half], sides.texts[half:], strict=True)]
    hits = [*(a for a, _ in both), *(b for _, b in both)]
    is_hit = np.zeros(distinct.of.size, np.bool_)
    is_hit[np.concatenate(hits) + np.repeat(distinct.starts, [hit.size for hit in hits])] = True
    short = is_hit[np.concatenate([text.run_places for text in sides.texts]) + distinct.starts[runs.of]]
    total = np.cumsum(short)
    long = (total[LONG:] - total[:-LONG] == LONG) & (runs.of[LONG:] == runs.of[:-LONG])
    longest = np.bincount(runs.of[LONG:], long, runs.sizes.size)
    quoted = np.concatenate([text.reading.quoted[: text.run_places.size] for text in sides.texts])
    quotes, quoted_hits, all_hits = runs.sums(quoted), runs.sums(short & quoted), runs.sums(short)
    sizes = np.maximum(runs.sizes, 1)
    return [
        all_hits / sizes,
        longest / np.maximum(runs.sizes - LONG, 1),
        (all_hits - quoted_hits) / np.maximum(runs.sizes - quotes, 1),
        quotes / sizes,
        np.where(quotes > 0, quoted_hits / np.maximum(quotes, 1), MISSING),
    ]


def _cover(sides: _Sides) -> list[Sums]:
    """aligned, weak, strong, exact, head, tail, thinnest: how much of the text is found, and in which part."""
    contained, masses = sides.contained, sides.masses
    thirds = np.concatenate([text.thirds for text in sides.texts], axis=1) * contained
    head, middle, tail = map(sides.sentences.sums, thirds)
    return [
        sides.sentences.sums(masses * contained),
        *(sides.sentences.sums(masses * (contained >= least)) for least in (WEAK, STRONG, EXACT)),
        head,
        tail,
        np.minimum(np.minimum(head, middle), tail),
    ]


def _facts(sides: _Sides) -> list[Sums]:
    """names, numbers, facts, telling, fact_pairs, fact_aligned, new_fact_sentences."""
    texts, sentences = sides.texts, sides.sentences
    groups = np.concatenate([text.fact_groups for text in texts], axis=1) * sides.is_found
    has_group = np.stack([text.has_group for text in texts], axis=1)
    has_facts = sides.facts.sizes > 0
    is_rich = np.concatenate([text.is_rich for text in texts])
    rich = sentences.sums(is_rich)
    masses = np.concatenate([text.fact_masses for text in texts])
    weights = np.concatenate([text.fact_weights for text in texts]) * ~sides.is_found
    new = np.bincount(sides.fact_rows, weights[sides.fact_columns], masses.size)
    mostly_new = new > NEW * np.maximum(masses, TELLING)
    return [
        *np.where(has_group, np.stack(list(map(sides.facts.sums, groups))), MISSING),
        np.where(rich > 0, sentences.sums(is_rich & (sides.shared_facts >= 2)) / np.maximum(rich, 1), MISSING),
        np.where(has_facts, sentences.sums(sides.partner_facts) / np.maximum(sentences.sums(masses), 1e-6), MISSING),
        sentences.shares(mostly_new),
    ]


def _news(sides: _Sides) -> list[Sums]:
    """new_front, new_middle, new_back, lost_front, lost_back: where the sentences are that the other text lacks.

    `new_` counts those found nowhere, before, among and after the found ones; `lost_` all before the first and
    after the last that is kept nearly as it is, which tells a text cut short from one cut here and there.
    """
    old = sides.contained >= WEAK
    front, back = ends(sides.sentences, sides.masses, old)
    lost = ends(sides.sentences, sides.masses, sides.contained >= STRONG)
    return [front, np.maximum(sides.sentences.sums(sides.masses * ~old) - front - back, 0.0), back, *lost]


def _changed_numbers(sides: _Sides) -> Sums:
    """Return the share of sentences kept there that are kept but for a number."""
    kept = sides.contained >= STRONG
    missing = np.concatenate([text.reading.fact_is_number for text in sides.texts]) & ~sides.is_found
    changed = np.zeros(kept.size, np.bool_)
    changed[sides.fact_rows[missing[sides.fact_columns]]] = True
    return sides.sentences.sums(changed & kept) / np.maximum(sides.sentences.sums(kept), 1)


def _partners(sides: _Sides) -> Sums:
    """Return the share of the other text's sentences that are partners."""
    is_partner = np.zeros(sides.partners.size, np.bool_)
    is_partner[sides.partners[sides.contained >= WEAK]] = True
    return np.roll(sides.sentences.shares(is_partner), len(sides.texts) // 2)


def _orders(pairs: Sequence[Pair], sides: _Sides) -> list[Sums]:
    """order, order_correlation, steps, fact_order, fact_correlation: of the inner text's sentences and facts."""
    kept = (sides.sentences.of < len(pairs)) & (sides.contained >= WEAK)
    sentences = rows(np.bincount(sides.sentences.of[kept], minlength=len(pairs)).tolist())
    places = sides.partners[kept]
    steps = (places[1:] >= places[:-1]) & (sentences.of[1:] == sentences.of[:-1])
    forward = np.bincount(sentences.of[1:], steps, len(pairs))
    mentions = [_mentions(pair) for pair in pairs]
    facts, fact_places = rows([places.size for places in mentions]), np.concatenate(mentions)
    return [
        _rising(places, sentences),
        correlations(places, sentences),
        np.where(sentences.sizes > 1, forward / np.maximum(sentences.sizes - 1, 1), 0.5),
        _rising(fact_places, facts),
        correlations(fact_places, facts),
    ]


def _mentions(pair: Pair) -> Ints:
    """Return where the outer text first mentions the shared facts, in the order of the inner one."""
    order = pair.inner.first_mentions[pair.common.facts_a].argsort()
    return pair.outer.first_mentions[pair.common.facts_b[order]]


def _rising(places: Ints, where: Rows) -> Sums:
    held, ends_at = places.tolist(), (where.starts + where.sizes).tolist()
    return np.array([rising(held[start:end]) for start, end in zip(where.starts.tolist(), ends_at, strict=True)])


def _sizes(pairs: Sequence[Pair]) -> list[Sums]:
    """length_ratio, length, fact_count, number_count, shared_facts: logarithms, 0 for none."""
    readings = [(pair.inner.reading, pair.outer.reading) for pair in pairs]
    words = np.log1p(np.array([(a.words.size, b.words.size) for a, b in readings]))
    facts = [min(a.facts.size, b.facts.size) for a, b in readings]
    numbers = [np.count_nonzero(a.fact_is_number) for a, _ in readings]
    shared = [pair.common.facts_a.size for pair in pairs]
    return [words[:, 0] - words[:, 1], words.min(axis=1), *np.log1p(np.array([facts, numbers, shared]))]


def _likeness(pairs: Sequence[Pair], sides: _Sides) -> list[Sums]:
    """lead, title, best_sentences, shared_pairs, caseless, unspaced."""
    readings = [(pair.inner.reading, pair.outer.reading) for pair in pairs]
    sentences, count = sides.sentences, len(pairs)
    by_nearness = np.lexsort((-sides.nearness, sentences.of))
    is_place = np.arange(sentences.of.size) - sentences.starts[sentences.of]
    best = np.where(is_place < 3, sides.nearness[by_nearness], 0.0)
    return [
        sentences.sums(np.where(is_place < 2, sides.contained, 0.0))[:count] / 2,
        np.array([_title(a.title_terms, b.title_terms) for a, b in readings]),
        (sentences.sums(best) / np.minimum(sentences.sizes, 3))[:count],
        np.log1p(sentences.sums(sides.shared_facts >= 2)[:count]),
        np.array([a.is_caseless or b.is_caseless for a, b in readings]),
        np.array([a.is_unspaced or b.is_unspaced for a, b in readings]),
    ]


def _title(mine: Ints, theirs: Ints) -> float:
    if not mine.size or not theirs.size:
        return MISSING
    return 2 * len(set(mine.tolist()).intersection(theirs.tolist())) / (mine.size + theirs.size)
