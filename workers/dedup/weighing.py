"""A reading with the weight of each term, prepared for comparing it with many others"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workers.dedup.commonness import Commonness, Floats
from workers.dedup.lexicon import Ints
from workers.dedup.reading import Reading

_MIX = np.int64(-7046029254386353131)  # spreads a term over 64 bits before it is added to its neighbours
SHORT_RUN = 3  # words that an independent text shares now and then
LONG_RUN = 8  # words that only copying brings


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reading and what every comparison of it needs.

    In the sparse matrix of sentences by terms, entry k says that sentence `rows[k]` holds term `columns[k]`.
    """

    reading: Reading
    weights: Floats  # of reading.terms
    fact_weights: Floats  # of reading.facts
    rows: Ints
    columns: Ints
    fact_rows: Ints
    fact_columns: Ints
    masses: Floats  # of each sentence: the weights of its terms
    fact_masses: Floats
    short_runs: Ints  # sorted hashes of every SHORT_RUN words
    long_runs: Ints
    word_runs: Ints  # for each word, the hash of the SHORT_RUN words that it begins; in order

    @property
    def mass(self) -> float:
        """Return the weight of all distinct terms."""
        return float(self.weights.sum())


def weigh(reading: Reading, commonness: Commonness) -> Weighed:
    """Return a reading with its terms weighed by how rare they are now."""
    weights = commonness.rarity(reading.terms)
    fact_weights = commonness.rarity(reading.facts)
    fact_weights = np.where(reading.fact_is_number, np.minimum(fact_weights, 6.0), fact_weights).astype(np.float32)
    rows, columns = _distinct(reading.sentence_of, reading.places, reading.terms.size)
    fact_rows, fact_columns = _distinct(reading.mention_sentence, reading.mentions, reading.facts.size)
    n = max(reading.sentences, 1)
    runs = _runs(reading.words, SHORT_RUN)
    return Weighed(
        reading=reading,
        weights=weights,
        fact_weights=fact_weights,
        rows=rows,
        columns=columns,
        fact_rows=fact_rows,
        fact_columns=fact_columns,
        masses=np.bincount(rows, weights[columns], n).astype(np.float32),
        fact_masses=np.bincount(fact_rows, fact_weights[fact_columns], n).astype(np.float32),
        short_runs=np.unique(runs),
        long_runs=np.unique(_runs(reading.words, LONG_RUN)),
        word_runs=runs,
    )


def _distinct(sentence_of: npt.NDArray[np.int32], places: Ints, size: int) -> tuple[Ints, Ints]:
    if not size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    keys = np.unique(sentence_of.astype(np.int64) * size + places)
    rows, columns = np.divmod(keys, size)
    return rows, columns


def _runs(words: Ints, length: int) -> Ints:
    """Return a hash of every `length` words in order, wrapping around in 64 bits."""
    if words.size < length:
        return np.zeros(0, np.int64)
    total = words[: words.size - length + 1].copy()
    with np.errstate(over="ignore"):
        for shift in range(1, length):
            total = total * _MIX + words[shift : words.size - length + 1 + shift]
    return total
