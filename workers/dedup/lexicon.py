"""Words into integers, with what is known about each"""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from workers import text

Ints = npt.NDArray[np.int64]

_NUMBER = re.compile(r"\d")


@cache
def _number_words(kind: str) -> Mapping[str, float]:
    """Return the words of one part of number_words.toml with their values."""
    held = tomllib.loads(resources.files("workers.dedup").joinpath("number_words.toml").read_text("utf-8"))
    return {text.fold(word): float(value) for value, line in held[kind].items() for word in line.split()}


@dataclass(slots=True)
class Attributes:
    """What is known about each word by its number: parallel arrays.

    `stems` and `skeletons` are signed 64-bit terms, the same in every process; `values` is NaN for words
    that are no numbers, `magnitudes` 0 for words that are none.
    """

    stems: Ints
    skeletons: Ints
    is_capitalised: npt.NDArray[np.bool_]
    is_unspaced: npt.NDArray[np.bool_]
    lengths: npt.NDArray[np.int16]
    values: npt.NDArray[np.float64]
    magnitudes: npt.NDArray[np.float64]


def term(kind: str, word: str) -> int:
    """Return the signed 64-bit number of a word; `kind` keeps stems, names and numbers apart."""
    digest = hashlib.blake2b(f"{kind}{word}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def number_term(value: float) -> int:
    """Return the term of a numeric value, equal for 1,200 and 1.2 thousand."""
    return term("#", f"{value:.6g}")


class Lexicon(dict[str, int]):
    """Numbers words as they are met and remembers what was worked out about each.

    A cache only: the numbers differ from process to process, the terms behind them don't. It starts
    afresh when `limit` words are known, so its memory is bounded.
    """

    def __init__(self, limit: int = 2_000_000) -> None:
        super().__init__()
        self._limit = limit
        self._used = 0
        self._attributes = _empty(1 << 12)

    def number(self, words: Sequence[str]) -> Ints:
        """Return the number of each of `words`, in their order."""
        if self._used > self._limit:
            self.clear()
            self._used = 0
        return np.fromiter(map(self.__getitem__, words), np.int64, len(words))

    @property
    def attributes(self) -> Attributes:
        """Return what is known about each number given out since the last call of `number`."""
        return self._attributes

    def __missing__(self, word: str) -> int:
        number = self._used
        if number >= self._attributes.stems.size:
            self._attributes = _grown(self._attributes)
        _describe(self._attributes, number, word)
        self._used = number + 1
        self[word] = number
        return number


def _describe(into: Attributes, number: int, word: str) -> None:
    lowered = word.casefold()
    into.lengths[number] = min(len(word), 999)
    into.values[number] = np.nan
    into.magnitudes[number] = _number_words("magnitudes").get(lowered, 0.0)
    into.is_capitalised[number] = word[0] != lowered[0] and len(word) > 1
    into.is_unspaced[number] = text.HAS_UNSPACED.match(word) is not None
    if _NUMBER.match(word):
        into.values[number] = numeric(word)
        into.stems[number] = into.skeletons[number] = number_term(into.values[number])
        return
    if lowered in _number_words("counts"):
        into.values[number] = _number_words("counts")[lowered]
    into.stems[number] = term("w", text.stem(lowered))
    into.skeletons[number] = term("n", text.skeleton(lowered))


def numeric(word: str) -> float:
    """Return the value of digits with separators: a group of exactly three after one is thousands."""
    parts = re.split("[.,:]", word)
    if len(parts) > 1 and all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3 and parts[0] != "0":
        return float("".join(parts)[:15])
    if len(parts) == 1:
        return float(word[:15])
    return float(f"{''.join(parts[:-1])[:12]}.{parts[-1][:6]}")


def _empty(size: int) -> Attributes:
    return Attributes(
        stems=np.zeros(size, np.int64),
        skeletons=np.zeros(size, np.int64),
        is_capitalised=np.zeros(size, np.bool_),
        is_unspaced=np.zeros(size, np.bool_),
        lengths=np.zeros(size, np.int16),
        values=np.zeros(size, np.float64),
        magnitudes=np.zeros(size, np.float64),
    )


def _grown(old: Attributes) -> Attributes:
    new = _empty(2 * old.stems.size)
    for name in Attributes.__slots__:
        getattr(new, name)[: old.stems.size] = getattr(old, name)
    return new
