"""Measures of two texts word for word: runs of words that both have, and where sentences that are kept were touched"""

from dataclasses import dataclass

import numpy as np

from workers.dedup.align import common
from workers.dedup.rows import Rows, Sums, rows
from workers.dedup.sides import MISSING, STRONG, Bools, Sides

EXACT = 0.97  # of the weight of a sentence too short to hold a run
LONG = 6  # runs in a row: eight words, which only copying brings


@dataclass(frozen=True, slots=True)
class _Runs:
    """All runs of words of all sides in a row, and which the other text has."""

    where: Rows
    is_found: Bools


def measure(sides: Sides) -> list[Sums]:
    """short_runs, long_runs, own_runs, quoted, quoted_runs, exact, retouched, touches."""
    runs = _runs(sides)
    return [*_shares(sides, runs), *_touches(sides, runs)]


def _runs(sides: Sides) -> _Runs:
    texts, half = sides.texts, len(sides.texts) // 2
    where, distinct = (rows([getattr(text, name).size for text in texts]) for name in ("run_places", "runs"))
    both = [common(a.runs, b.runs) for a, b in zip(texts[:half], texts[half:], strict=True)]
    hits = [*(a for a, _ in both), *(b for _, b in both)]
    is_hit = np.zeros(distinct.of.size, np.bool_)
    is_hit[np.concatenate(hits) + np.repeat(distinct.starts, [hit.size for hit in hits])] = True
    is_found = is_hit[np.concatenate([text.run_places for text in texts]) + distinct.starts[where.of]]
    return _Runs(where, is_found)


def _shares(sides: Sides, runs: _Runs) -> list[Sums]:
    """short_runs, long_runs, own_runs (outside quotations), quoted (share of words), quoted_runs."""
    where, short = runs.where, runs.is_found
    total = np.cumsum(short)
    long = (total[LONG:] - total[:-LONG] == LONG) & (where.of[LONG:] == where.of[:-LONG])
    longest = np.bincount(where.of[LONG:], long, where.sizes.size)
    quoted = np.concatenate([text.reading.quoted[: text.run_places.size] for text in sides.texts])
    quotes, quoted_hits, all_hits = where.sums(quoted), where.sums(short & quoted), where.sums(short)
    sizes = np.maximum(where.sizes, 1)
    return [
        all_hits / sizes,
        longest / np.maximum(where.sizes - LONG, 1),
        (all_hits - quoted_hits) / np.maximum(where.sizes - quotes, 1),
        quotes / sizes,
        np.where(quotes > 0, quoted_hits / np.maximum(quotes, 1), MISSING),
    ]


def _touches(sides: Sides, runs: _Runs) -> list[Sums]:
    """exact (weight of sentences that stand there word for word), retouched (share of the kept), touches (places)."""
    own = np.concatenate([text.run_sentences for text in sides.texts])
    missing = np.flatnonzero((own >= 0) & ~runs.is_found)
    rows_missing = own[missing] + sides.sentences.starts[runs.where.of[missing]]
    gaps = np.bincount(rows_missing, minlength=sides.sentences.of.size)
    holds_run = np.concatenate([text.holds_run for text in sides.texts])
    exact = np.where(holds_run, gaps == 0, sides.contained >= EXACT)
    kept = sides.contained >= STRONG
    is_new = np.ones(missing.size, np.bool_)
    is_new[1:] = (missing[1:] != missing[:-1] + 1) | (rows_missing[1:] != rows_missing[:-1])
    places = np.bincount(sides.sentences.of[rows_missing], is_new & kept[rows_missing], len(sides.texts))
    sums = sides.sentences.sums
    return [
        sums(sides.masses * exact),
        sums(kept & (gaps > 0)) / np.maximum(sums(kept), 1),
        np.log1p(places),
    ]
