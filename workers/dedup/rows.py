"""Values of many texts laid end to end, added up text by text in one step"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workers.dedup.commonness import Floats
from workers.dedup.lexicon import Ints

Sums = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """How the values of several rows lie end to end: `of` says of which row each is."""

    sizes: Ints
    starts: Ints
    of: Ints

    def sums(self, values: npt.NDArray[Any]) -> Sums:
        """Return the sum of each row's values, of truth values how many hold."""
        return np.bincount(self.of, values, self.sizes.size).astype(np.float64, copy=False)

    def shares(self, values: npt.NDArray[Any]) -> Sums:
        """Return the mean of each row's values, 0 of none."""
        return self.sums(values) / np.maximum(self.sizes, 1)


def rows(sizes: Sequence[int]) -> Rows:
    """Return rows of these sizes."""
    counts = np.array(sizes, np.int64)
    return Rows(counts, counts.cumsum() - counts, np.repeat(np.arange(counts.size), counts))


def ranges(begins: Ints, sizes: Ints) -> Ints:
    """Return so many numbers in a row from each of `begins` on, end to end."""
    behind = sizes.cumsum()
    places: Ints = np.arange(sizes.sum()) + np.repeat(begins - (behind - sizes), sizes)
    return places


def ends(where: Rows, masses: Floats, kept: npt.NDArray[np.bool_]) -> tuple[Sums, Sums]:
    """Return for each row the mass before the first and after the last value that is kept, 0 where none is."""
    places, here = kept.nonzero()[0], np.arange(kept.size)
    first, last = np.full(where.sizes.size, -1), np.full(where.sizes.size, kept.size)
    first[where.of[places[::-1]]] = places[::-1]  # of several values for one row the last counts: the earliest place
    last[where.of[places]] = places
    return where.sums(masses * (here < first[where.of])), where.sums(masses * (here > last[where.of]))
