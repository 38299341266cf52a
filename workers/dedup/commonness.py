"""How common each term is: what languages know beforehand, and what the articles so far show"""

import zlib
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

CELLS = 1 << 22  # 16 MB; two terms share a cell seldom enough: a million articles hold 2-3 million terms
PRIOR_ARTICLES = 2000.0  # the languages' own counts weigh as much as this many articles
UNLISTED = 1.5e-4  # share of articles that hold a word which no frequency list knows


class Commonness:
    """Counts in how many articles each term stands, in constant memory.

    Only articles that found a story are counted, so that a text copied fifty times isn't common. The
    counts can be saved with `to_bytes`; without them a start falls back on the languages' own
    frequencies, which changes the choice of rare terms a little and no verdict much.
    """

    def __init__(self, saved: bytes | None = None) -> None:
        self.articles = 0
        self._cells: npt.NDArray[np.uint32] = np.zeros(CELLS, np.uint32)
        if saved is not None:
            self.articles = int.from_bytes(saved[:8], "big")
            self._cells = np.frombuffer(zlib.decompress(saved[8:]), np.uint32).copy()

    def to_bytes(self) -> bytes:
        """Return the counts compressed: about a byte for each distinct term seen."""
        return self.articles.to_bytes(8, "big") + zlib.compress(self._cells.data, 1)

    def learn(self, terms: Ints) -> None:
        """Count one more article with these terms, each once however often it is given."""
        self._cells[terms & (CELLS - 1)] += 1
        self.articles += 1

    def rarity(self, terms: Ints, shares: Floats) -> Floats:
        """Return the inverse document frequency of each term (natural logarithm, 0 = everywhere).

        `shares` says which part of all articles is expected to hold each, from the languages' own lists.
        """
        seen = self._cells[terms & (CELLS - 1)]
        expected = seen + PRIOR_ARTICLES * shares + 0.5
        rarity: Floats = np.maximum(np.log((self.articles + PRIOR_ARTICLES + 1.0) / expected), 0.05).astype(np.float32)
        return rarity


def listed(terms: Ints) -> Floats:
    """Return the share of articles that hold each term by the frequency lists of its language."""
    keys, shares = _lists()
    wanted = (terms & 0xFFFFFFFF).astype(np.uint32)
    at = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    return np.where(keys[at] == wanted, shares[at], np.float32(UNLISTED))


@cache
def _lists() -> tuple[npt.NDArray[np.uint32], Floats]:
    """Return the sorted low halves of listed terms and their shares, from common_terms.npz."""
    with resources.files("workers.dedup").joinpath("common_terms.npz").open("rb") as file, np.load(file) as held:
        shares = np.exp(-held["levels"].astype(np.float32) / 16).astype(np.float32)
        return held["keys"], shares
