"""Measures of two texts word for word: runs of words that both have, and where sentences that are kept were touched"""

from dataclasses import dataclass

import numpy as np

from workers.dedup.align import common
from workers.dedup.lexicon import Bools, Ints
from workers.dedup.rows import Rows, Sums, ranges, rows
from workers.dedup.sides import MISSING, STRONG, Sides
from workers.dedup.weighing import OPENINGS

EXACT = 0.97  # of the weight of a sentence too short to hold a run
ALIKE = 0.4  # of two sentences' weight together: one may be part of the other, but not its least part
LONG = 6  # runs in a row: eight words, which only copying brings


@dataclass(frozen=True, slots=True)
class _Runs:
    """The runs of words of all sides in a row that the other text has too: few where neither copies the other."""

    where: Rows  # all runs
    places: Ints  # of the found ones, in order
    of: Ints  # and their sides
    hits: Sums  # how many each side has
    is_found: Bools  # of all runs


def measure(sides: Sides) -> list[Sums]:
    """short_runs, long_runs, own_runs, quoted, quoted_runs, exact, retouched, touches, respelt."""
    runs = _runs(sides)
    return [*_shares(sides, runs), *_touches(sides, runs)]


def _runs(sides: Sides) -> _Runs:
    texts, half = sides.texts, len(sides.texts) // 2
    where = rows([text.run_words.size for text in texts])
    distinct = rows([text.run_starts.size for text in texts])
    both = [common(a.runs, b.runs) for a, b in zip(texts[:half], texts[half:], strict=True)]
    hits = [*(a for a, _ in both), *(b for _, b in both)]
    sizes = [hit.size for hit in hits]
    hit = np.concatenate(hits) + np.repeat(distinct.starts, sizes)
    starts = np.concatenate([text.run_starts for text in texts])
    words = np.concatenate([text.run_words for text in texts])
    shift, counts = np.repeat(where.starts, sizes), starts[hit + 1] - starts[hit]
    is_found = np.zeros(words.size, np.bool_)
    is_found[words[ranges(starts[hit] + shift, counts)] + np.repeat(shift, counts)] = True
    places = is_found.nonzero()[0]
    of = where.starts.searchsorted(places, side="right") - 1
    return _Runs(where, places, of, np.bincount(of, minlength=len(texts)).astype(np.float64), is_found)


def _shares(sides: Sides, runs: _Runs) -> list[Sums]:
    """short_runs, long_runs, own_runs (outside quotations), quoted (share of words), quoted_runs."""
    where, places, count = runs.where, runs.places, len(sides.texts)
    last, first = places[LONG - 1 :], places[: max(places.size - LONG + 1, 0)]
    of = runs.of[LONG - 1 :]
    long = (last - first == LONG - 1) & (first > where.starts[of])
    longest = np.bincount(of[long], minlength=count)
    quoted = np.concatenate([text.reading.quoted[: text.run_words.size] for text in sides.texts])
    quotes = np.array([text.quotes for text in sides.texts], np.float64)
    quoted_hits = np.bincount(runs.of[quoted[places]], minlength=count)
    sizes = np.maximum(where.sizes, 1)
    return [
        runs.hits / sizes,
        longest / np.maximum(where.sizes - LONG, 1),
        (runs.hits - quoted_hits) / np.maximum(where.sizes - quotes, 1),
        quotes / sizes,
        np.where(quotes > 0, quoted_hits / np.maximum(quotes, 1), MISSING),
    ]


def _touches(sides: Sides, runs: _Runs) -> list[Sums]:
    """exact (weight of the sentences that stand there word for word), retouched (share of the kept), and how many:

    touches (places), respelt (sentences); both are logarithms, 0 for none.
    """
    sums, starts = sides.sentences.sums, sides.sentences.starts
    held = np.concatenate([text.sentence_runs for text in sides.texts])
    own = np.concatenate([text.run_sentences for text in sides.texts])[runs.places]
    lying = own >= 0
    gaps = held - np.bincount(own[lying] + starts[runs.of[lying]], minlength=held.size)
    exact = np.where(held > 0, gaps == 0, sides.contained >= EXACT)
    kept = (sides.contained >= STRONG) & (sides.nearness >= ALIKE)
    touched = (kept & (gaps > 0)).nonzero()[0]
    of = sides.sentences.of[touched]
    begin = np.concatenate([text.first_runs for text in sides.texts])[touched] + runs.where.starts[of]
    words = ranges(begin, held[touched])
    missing = ~runs.is_found[words]
    is_new = missing.copy()
    is_new[1:] &= ~(missing[:-1] & (words[1:] == words[:-1] + 1))  # no run lies across two sentences
    places = np.bincount(np.repeat(of, held[touched])[is_new], minlength=len(sides.texts))
    return [
        sums(sides.masses * exact),
        sums(kept & (gaps > 0)) / np.maximum(sums(kept), 1),
        np.log1p(places),
        np.log1p(sums(_respelt(sides, kept & (held > 0) & (gaps == 0)))),
    ]


def _respelt(sides: Sides, same: Bools) -> Bools:
    """Return which of the sentences with the `same` stems as their partners have words in another form."""
    spellings = np.concatenate([text.spellings for text in sides.texts])
    beyond = np.concatenate([np.arange(text.masses.size) for text in sides.texts]) >= OPENINGS
    found: Bools = same & beyond & (spellings != spellings[sides.partners])
    return found
