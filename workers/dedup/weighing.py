"""A reading with the weight of each term, prepared for comparing it with many others"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workers.dedup.commonness import Commonness, Floats
from workers.dedup.distinct import distinct
from workers.dedup.lexicon import Bools, Ints
from workers.dedup.reading import Reading

_PLACE = np.int64(6364136223846793005)  # tells words by where they stand
_MIX = np.int64(-7046029254386353131)  # spreads a term over 64 bits before it is added to its neighbours
RUN = 3  # words in order that an independent text shares now and then
OPENINGS = 4  # sentences of which one may begin with a dateline: portals put lines of their own before it
DATELINE = 5  # words of such an opening, which say nothing of the text: every customer sets them anew
LINE = 10  # words: the lines that portals add are shorter, sentences of a report seldom are
TELLING = 4.0  # rarity of a fact that few articles mention
_HALF = 1 << 62
GROUPS = ("names", "numbers", "facts", "telling")  # rows of `fact_groups`


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reading and what every comparison of it needs.

    `spots` are the places of the ones in the matrix (terms, then facts) x sentences, laid out row by row, that says
    which sentence holds what. In that of facts alone, entry k says that sentence `fact_rows[k]` holds fact
    `fact_columns[k]`.
    """

    reading: Reading
    keys: Ints  # reading.terms, then reading.facts, sorted: half of what they were, those of facts above all terms'
    all_weights: Floats  # of each key
    weights: Floats  # the first of these alone
    mass: float  # their sum
    fact_weights: Floats  # the second alone
    fact_groups: Floats  # GROUPS x facts: weights as shares of their group; a group without facts is all zero
    has_group: Bools  # which of GROUPS there are
    spots: Ints
    fact_rows: Ints
    fact_columns: Ints
    masses: Floats  # of each sentence: the weights of its terms and facts, as shares of all
    sentence_weights: Floats  # the same, not as shares
    fact_masses: Floats  # of each sentence: the weights of its facts
    thirds: Floats  # 3 x sentences: masses as shares of each third of the text
    is_rich: Bools  # sentences with two facts or more
    is_long: Bools  # sentences of LINE words or more
    first_mentions: Ints  # where each fact is mentioned first, counted in mentions
    runs: Ints  # distinct hashes of RUN words in order, sorted
    run_starts: Ints  # where in `run_words` those of each run begin, and their number
    run_words: npt.NDArray[np.int32]  # the words that begin runs, run by run
    run_sentences: npt.NDArray[np.int32]  # the sentence that a word's run lies in, -1 across two and in datelines
    spellings: Ints  # of each sentence: equal where all of its words are, in order, letter by letter
    sentence_runs: Ints  # how many runs lie in each sentence: those of words in a row ...
    first_runs: Ints  # ... of which this is the first
    quotes: int  # words that begin runs and stand in quotation marks


def weigh(reading: Reading, commonness: Commonness) -> Weighed:
    """Return a reading with its terms weighed by how rare they are now."""
    all_weights = rarity(reading, commonness)
    weights, fact_weights = all_weights[: reading.terms.size], all_weights[reading.terms.size :]
    count = max(reading.sentences, 1)
    term_spots = _spots(reading.places, reading.sentence_of, reading.terms.size, count)
    fact_spots = _spots(reading.mentions, reading.mention_sentence, reading.facts.size, count)
    (columns, rows), (fact_columns, fact_rows) = np.divmod(term_spots, count), np.divmod(fact_spots, count)
    fact_masses = np.bincount(fact_rows, fact_weights[fact_columns], count).astype(np.float32)
    sentence_weights = (np.bincount(rows, weights[columns], count) + fact_masses).astype(np.float32)
    masses = sentence_weights / max(float(sentence_weights.sum()), 1e-6)
    groups, has_group = _groups(fact_weights, reading.fact_is_number)
    hashes = _runs(reading.words)
    run_words, run_starts = distinct(hashes)
    run_sentences, first_runs, sentence_runs = _run_sentences(reading.sentence_of, count)
    return Weighed(
        reading=reading,
        keys=np.concatenate([(reading.terms >> 1) - _HALF, (reading.facts >> 1) + _HALF]),
        all_weights=all_weights,
        weights=weights,
        mass=float(weights.sum()),
        fact_weights=fact_weights,
        fact_groups=groups,
        has_group=has_group,
        spots=np.concatenate([term_spots, fact_spots + reading.terms.size * count]),
        fact_rows=fact_rows,
        fact_columns=fact_columns,
        masses=masses,
        sentence_weights=sentence_weights,
        fact_masses=fact_masses,
        thirds=_thirds(masses),
        is_rich=np.bincount(fact_rows, minlength=count) >= 2,
        is_long=np.bincount(reading.sentence_of, minlength=count) >= LINE,
        first_mentions=_first_mentions(reading),
        runs=hashes[run_words[run_starts[:-1]]],
        run_starts=run_starts,
        run_words=run_words.astype(np.int32),
        run_sentences=run_sentences,
        sentence_runs=sentence_runs,
        spellings=_spellings(reading, count),
        first_runs=first_runs,
        quotes=int(np.count_nonzero(reading.quoted[: run_words.size])),
    )


def rarity(reading: Reading, commonness: Commonness) -> Floats:
    """Return how rare each term of a reading is now, then each fact."""
    everything = np.concatenate([reading.terms, reading.facts])
    return commonness.rarity(everything, np.concatenate([reading.shares, reading.fact_shares]))


def _spots(columns: Ints, rows: npt.NDArray[np.int32], size: int, count: int) -> Ints:
    """Return the places of the ones in a matrix of `size` x `count`, sorted; several mentions are one."""
    held = np.zeros(size * count, np.bool_)
    held[columns * count + rows] = True
    return held.nonzero()[0]


def _groups(weights: Floats, is_number: Bools) -> tuple[Floats, Bools]:
    groups = np.empty((len(GROUPS), weights.size), np.float32)
    masks = [~is_number, is_number, np.ones_like(is_number), weights >= TELLING]
    for row, mask in enumerate(masks):
        groups[row] = weights * mask
    totals = groups.sum(axis=1)
    groups /= np.maximum(totals, 1e-6)[:, None]
    return groups, totals > 0


def _thirds(masses: Floats) -> Floats:
    middle = masses.cumsum() - masses / 2
    part = np.minimum((middle * 3).astype(np.int64), 2)
    thirds = np.where(part == np.arange(3)[:, None], masses, 0)
    shares: Floats = (thirds / np.maximum(thirds.sum(axis=1), 1e-6)[:, None]).astype(np.float32)
    return shares


def _first_mentions(reading: Reading) -> Ints:
    first = np.zeros(reading.facts.size, np.int64)
    first[reading.mentions[::-1]] = np.arange(reading.mentions.size)[::-1]
    return first


def _runs(words: Ints) -> Ints:
    """Return a hash of every RUN words in order, wrapping around in 64 bits."""
    if words.size < RUN:
        return np.zeros(0, np.int64)
    total = words[: words.size - RUN + 1].copy()
    with np.errstate(over="ignore"):
        for shift in range(1, RUN):
            total = total * _MIX + words[shift : words.size - RUN + 1 + shift]
    return total


def _spellings(reading: Reading, count: int) -> Ints:
    """Return a number for each sentence that tells its words, their forms and their order."""
    starts = reading.sentence_of.searchsorted(np.arange(count))
    places = np.arange(reading.words.size) - starts[reading.sentence_of]
    with np.errstate(over="ignore"):
        mixed = (reading.forms + places * _PLACE) * _MIX >> 7
        return np.add.reduceat(np.append(mixed, 0), starts)


def _run_sentences(sentence_of: npt.NDArray[np.int32], count: int) -> tuple[npt.NDArray[np.int32], Ints, Ints]:
    """Return the sentence of each run, and for each sentence its first run and how many lie in it."""
    first, last = sentence_of[: max(sentence_of.size - RUN + 1, 0)], sentence_of[RUN - 1 :]
    inside = first == last
    for start in sentence_of.searchsorted(np.arange(OPENINGS)).tolist():
        inside[start : start + DATELINE] = False
    lying = inside.nonzero()[0]
    found = np.where(inside, first, np.int32(-1))
    held = np.bincount(first[lying], minlength=count)
    begin = np.zeros(count, np.int64)
    begin[first[lying[::-1]]] = lying[::-1]  # of several values for one sentence the last counts: its first run
    return found, begin, held
