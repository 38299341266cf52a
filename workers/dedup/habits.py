"""Lines that stand on many articles: each portal's own, and those that many portals print"""

import zlib

import numpy as np
import numpy.typing as npt

from workers.dedup.lexicon import Bools, Ints

CELLS = 1 << 23  # a byte each
FULL = CELLS  # counts in all cells together, above which all are halved: a line seen once must not meet many others
OWN = 4  # a line that stood on so many earlier articles of a portal belongs to the portal
COMMON = 6  # one that so many stories open with, end with or contain, whoever printed them, is nobody's report
_SPREAD = np.int64(-7046029254386353131)


class Habits:
    """Counts on how many articles each line stood, by portal and in all, in constant memory.

    Only articles that found a story are counted: the lines of a text copied fifty times are no habits. A line has two
    cells, and its count is the lesser of them. From time to time all counts are halved, so that cells don't fill up
    with lines that stood once and what a portal no longer prints is forgotten.
    """

    def __init__(self, saved: bytes | None = None) -> None:
        self._cells: npt.NDArray[np.uint8] = np.zeros(CELLS, np.uint8)
        if saved is not None:
            held = np.frombuffer(zlib.decompress(saved), np.uint8)
            if held.size == CELLS:  # else of an earlier version, which is learned anew
                self._cells = held.copy()
        self._sum = int(self._cells.sum(dtype=np.int64))

    def to_bytes(self) -> bytes:
        """Return the counts compressed."""
        return zlib.compress(self._cells.data, 1)

    def learn(self, portal: str, lines: Ints) -> None:
        """Count the lines of one more article that founds a story."""
        first, second = _cells(portal, np.unique(lines))
        one, two = self._cells[first], self._cells[second]
        count = np.minimum(np.minimum(one, two), 254) + 1
        self._cells[first], self._cells[second] = np.maximum(one, count), np.maximum(two, count)
        self._sum += int(np.count_nonzero(one < count)) + int(np.count_nonzero(two < count))
        if self._sum > FULL:
            self._cells >>= 1
            self._sum = int(self._cells.sum(dtype=np.int64))

    def are_habits(self, portal: str, lines: Ints) -> tuple[Bools, Bools]:
        """Return which of `lines` stood on enough earlier articles of the portal, and which on enough of all."""
        first, second = _cells(portal, lines)
        counts = np.minimum(self._cells[first], self._cells[second])
        return counts[: lines.size] >= OWN, counts[lines.size :] >= COMMON


def _cells(portal: str, lines: Ints) -> tuple[Ints, Ints]:
    """Return the two cells of each line as the portal's own, then of each as anybody's."""
    with np.errstate(over="ignore"):
        mixed = np.concatenate([lines ^ _portal_number(portal), lines ^ _EVERYWHERE]) * _SPREAD
    return mixed >> 20 & (CELLS - 1), mixed >> 41 & (CELLS - 1)


def _portal_number(portal: str) -> int:
    return zlib.crc32(portal.encode("utf-8", "replace")) * 2654435761 & 0xFFFFFFFF


_EVERYWHERE = _portal_number("")  # stands for all portals
