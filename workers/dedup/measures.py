"""What the evidence on many pairs measures, taken of all of them at once

A measure is a few steps over arrays. Taken pair by pair, calling them costs more than what they do; so the sides of
all pairs, a side being one text as seen against its partner, are laid end to end.
"""

from collections.abc import Sequence

import numpy as np

from workers.dedup import wording
from workers.dedup.commonness import Floats
from workers.dedup.lexicon import Bools, Ints
from workers.dedup.order import correlations, rising
from workers.dedup.rows import Rows, Sums, ends, rows
from workers.dedup.sides import MISSING, STRONG, WEAK, Pair, Sides, lay
from workers.dedup.weighing import TELLING

NEW = 0.55  # of a sentence's facts, by weight
LEAD = 2  # sentences that tell what a report is about

# Evidence that has a direction stands twice: `inner_` for the text of which more is found in the other,
# `outer_` for the other one.
DIRECTED = (
    "words", "short_runs", "long_runs", "own_runs", "quoted", "quoted_runs", "exact", "retouched", "touches", "respelt",
    "aligned", "weak", "strong", "head", "tail", "thinnest", "names", "numbers", "facts", "telling", "fact_pairs",
    "fact_aligned", "new_fact_sentences", "new_front", "new_middle", "new_back", "lost_front", "lost_back",
    "changed_numbers", "partners", "blocks", "lead_facts", "revised", "portal_lines", "news",
)  # fmt: skip
SHARED = (
    "order", "order_correlation", "steps", "fact_order", "fact_correlation", "length_ratio", "length", "fact_count",
    "number_count", "shared_facts", "lead", "title", "best_sentences", "shared_pairs", "shared_telling", "caseless",
    "unspaced",
)  # fmt: skip
NAMES = (*(f"inner_{name}" for name in DIRECTED), *(f"outer_{name}" for name in DIRECTED), *SHARED)


def measure(pairs: Sequence[Pair]) -> Floats:
    """Return the evidence on each of the pairs, of which there is one at least: pairs x NAMES."""
    sides = lay(pairs)
    directed = np.stack(
        [
            np.array([pair.words[side] for side in (0, 1) for pair in pairs]),
            *wording.measure(sides),
            *_cover(sides),
            *_facts(sides),
            *_news(sides),
            _changed_numbers(sides),
            _partners(sides),
            _blocks(sides),
            _lead_facts(sides),
            np.array([text.reading.is_revised for text in sides.texts]),
            np.array([1 - text.reading.sentences / max(text.reading.lines.size, 1) for text in sides.texts]),
            sides.sentences.sums(sides.masses * _is_news(sides)),
        ],
        axis=1,
    )
    shared = np.stack([*_orders(pairs, sides), *_sizes(pairs), *_likeness(pairs, sides)], axis=1)
    return np.concatenate([directed[: len(pairs)], directed[len(pairs) :], shared], axis=1).astype(np.float32)


def _cover(sides: Sides) -> list[Sums]:
    """aligned, weak, strong, head, tail, thinnest: how much of the text is found, and in which part."""
    contained, masses = sides.contained, sides.masses
    thirds = np.concatenate([text.thirds for text in sides.texts], axis=1) * contained
    head, middle, tail = map(sides.sentences.sums, thirds)
    return [
        sides.sentences.sums(masses * contained),
        *(sides.sentences.sums(masses * (contained >= least)) for least in (WEAK, STRONG)),
        head,
        tail,
        np.minimum(np.minimum(head, middle), tail),
    ]


def _facts(sides: Sides) -> list[Sums]:
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


def _news(sides: Sides) -> list[Sums]:
    """new_front, new_middle, new_back, lost_front, lost_back: where the sentences are that the other text lacks.

    `new_` counts those found nowhere, before, among and after the found ones; `lost_` all before the first and
    after the last that is kept nearly as it is, which tells a text cut short from one cut here and there.
    """
    old = sides.contained >= WEAK
    front, back = ends(sides.sentences, sides.masses, old)
    lost = ends(sides.sentences, sides.masses, sides.contained >= STRONG)
    return [front, np.maximum(sides.sentences.sums(sides.masses * ~old) - front - back, 0.0), back, *lost]


def _is_news(sides: Sides) -> Bools:
    """Return which sentences the other text lacks and are too long for a portal's lines."""
    news: Bools = (sides.contained < WEAK) & np.concatenate([text.is_long for text in sides.texts])
    return news


def _changed_numbers(sides: Sides) -> Sums:
    """Return the share of sentences kept there that are kept but for a number."""
    kept = sides.contained >= STRONG
    missing = np.concatenate([text.reading.fact_is_number for text in sides.texts]) & ~sides.is_found
    changed = np.zeros(kept.size, np.bool_)
    changed[sides.fact_rows[missing[sides.fact_columns]]] = True
    return sides.sentences.sums(changed & kept) / np.maximum(sides.sentences.sums(kept), 1)


def _partners(sides: Sides) -> Sums:
    """Return the share of the other text's sentences that are partners."""
    is_partner = np.zeros(sides.partners.size, np.bool_)
    is_partner[sides.partners[sides.contained >= WEAK]] = True
    return np.roll(sides.sentences.shares(is_partner), len(sides.texts) // 2)


def _blocks(sides: Sides) -> Sums:
    """Return how often found sentences follow on others, or others on found ones: a logarithm, 0 for never."""
    old, of = sides.contained >= WEAK, sides.sentences.of
    turns = (old[1:] != old[:-1]) & (of[1:] == of[:-1])
    return np.log1p(np.bincount(of[1:], turns, len(sides.texts)))


def _lead_facts(sides: Sides) -> Sums:
    """Return the share of the facts in the first LEAD sentences that the other text has anywhere."""
    of = sides.sentences.of[sides.fact_rows]
    leading = sides.fact_rows - sides.sentences.starts[of] < LEAD
    of, facts = of[leading], sides.fact_columns[leading]
    weights = np.concatenate([text.fact_weights for text in sides.texts])[facts]
    total = np.bincount(of, weights, len(sides.texts))
    found = np.bincount(of, weights * sides.is_found[facts], len(sides.texts))
    return np.where(total > 0, found / np.maximum(total, 1e-6), MISSING)


def _orders(pairs: Sequence[Pair], sides: Sides) -> list[Sums]:
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


def _likeness(pairs: Sequence[Pair], sides: Sides) -> list[Sums]:
    """lead, title, best_sentences, shared_pairs, shared_telling, caseless, unspaced."""
    readings = [(pair.inner.reading, pair.outer.reading) for pair in pairs]
    sentences, count = sides.sentences, len(pairs)
    by_nearness = np.lexsort((-sides.nearness, sentences.of))
    is_place = np.arange(sentences.of.size) - sentences.starts[sentences.of]
    best = np.where(is_place < 3, sides.nearness[by_nearness], 0.0)
    return [
        sentences.sums(np.where(is_place < LEAD, sides.contained, 0.0))[:count] / LEAD,
        np.array([_title(a.title_terms, b.title_terms) for a, b in readings]),
        (sentences.sums(best) / np.minimum(sentences.sizes, 3))[:count],
        np.log1p(sentences.sums(sides.shared_facts >= 2)[:count]),
        np.log1p([_telling(pair) for pair in pairs]),
        np.array([a.is_caseless or b.is_caseless for a, b in readings]),
        np.array([a.is_unspaced or b.is_unspaced for a, b in readings]),
    ]


def _telling(pair: Pair) -> float:
    """Return the weight of the rare facts that both texts have: not a share, so little where a text has few."""
    weights = pair.inner.fact_weights[pair.common.facts_a]
    return float(weights[weights >= TELLING].sum())


def _title(mine: frozenset[int], theirs: frozenset[int]) -> float:
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else MISSING
