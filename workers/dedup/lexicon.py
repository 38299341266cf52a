"""Words into integers, with what is known about each"""

import hashlib
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from operator import itemgetter
from zlib import crc32

import numpy as np
import numpy.typing as npt

from workers import text
from workers.dedup import number_runs
from workers.dedup.commonness import UNLISTED, listed

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MARKS = ('"', "\0", "\1")  # a quotation's begin or end, a sentence's end, and one that ends its line: no words


@cache
def _number_words(kind: str) -> Mapping[str, float]:
    """Return the words of one part of number_words.toml with their values."""
    held = tomllib.loads(resources.files("workers.dedup").joinpath("number_words.toml").read_text("utf-8"))
    return {text.fold(word): float(value) for value, line in held[kind].items() for word in line.split()}


@dataclass(slots=True)
class Attributes:
    """What is known about each word by its number: parallel arrays.

    `stems` and `facts` are signed 64-bit terms, the same in every process. As a fact, a number is its value, a
    capitalised word how it sounds, any other its stem; `forms` tell words of one stem apart. `values` is NaN for words
    that are no numbers, `magnitudes` 0 for words that are none, `parts` what a word counts as part of a number of
    several words, 0 for digits and other words; `shares` is which part of all articles is expected to hold the stem.
    """

    stems: Ints
    facts: Ints
    forms: Ints
    is_capitalised: npt.NDArray[np.bool_]
    is_unspaced: npt.NDArray[np.bool_]
    lengths: npt.NDArray[np.int16]
    shares: npt.NDArray[np.float32]
    values: npt.NDArray[np.float64]
    magnitudes: npt.NDArray[np.float64]
    parts: npt.NDArray[np.float64]


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
    afresh when `limit` words are known, so its memory is bounded. The MARKS have the first numbers.
    """

    def __init__(self, limit: int = 2_000_000) -> None:
        super().__init__()
        self._limit = limit
        self._attributes = _empty(1 << 12)
        self._start()

    def _start(self) -> None:
        self.clear()
        self.update((mark, number) for number, mark in enumerate(MARKS))
        self._used = len(MARKS)
        self._new: list[str] = []

    def number(self, words: Sequence[str]) -> Ints:
        """Return the number of each of `words`, in their order."""
        if self._used > self._limit:
            self._start()
        found = itemgetter(*words)(self) if len(words) > 1 else [self[word] for word in words]
        if self._new:
            self._describe()
        return np.array(found, np.int64)

    def _describe(self) -> None:
        """Fill in what is known about the new words, all at once."""
        while self._used > self._attributes.stems.size:
            self._attributes = _grown(self._attributes)
        new, held = slice(self._used - len(self._new), self._used), self._attributes
        for name, column in zip(Attributes.__slots__, zip(*map(_described, self._new), strict=True), strict=True):
            getattr(held, name)[new] = column
        is_unknown = np.isnan(held.shares[new])
        held.shares[new] = np.where(is_unknown, listed(held.stems[new]), held.shares[new])
        self._new = []

    @property
    def attributes(self) -> Attributes:
        """Return what is known about each number given out since the last call of `number`."""
        return self._attributes

    def __missing__(self, word: str) -> int:
        number = self._used
        self._used = number + 1
        self._new.append(word)
        self[word] = number
        return number


def _described(word: str) -> tuple[int, int, int, bool, bool, int, float, float, float, float]:
    """Return a word's row of Attributes; a share that is NaN is looked up together with those of other new words."""
    lowered = word.casefold()
    is_unspaced = not word.isascii() and text.HAS_UNSPACED.match(word) is not None
    is_capitalised = word[0] != lowered[0] and len(word) > 1
    size, factor, form = min(len(word), 999), magnitude(lowered), crc32(lowered.encode("utf-8", "replace"))
    if word[0].isdecimal():
        value = numeric(word)
        own, share = number_term(value), number_share(value)
        return own, own, form, is_capitalised, is_unspaced, size, share, value, factor, 0.0
    value = _count(lowered)
    stem = term("w", text.stem(lowered))
    fact = term("n", text.skeleton(lowered)) if is_capitalised else stem
    if not math.isnan(value):
        fact = number_term(value)
    return stem, fact, form, is_capitalised, is_unspaced, size, np.nan, value, factor, _part(lowered, value)


def _count(word: str) -> float:
    """Return the number that a word tells, NaN for none; of several joined, too, such as "fünfundzwanzig"."""
    counts = _number_words("counts")
    bare = word[1:] if word[0] == "و" and word[1:] in counts else word
    if bare in counts:
        return counts[bare]
    joined = _joined()
    if len(word) < 6 or not _all_joined().fullmatch(word):
        return np.nan
    values = [_number_words("joined")[part] for part in joined.findall(word)]
    return number_runs.value([value for value in values if value]) or np.nan


@cache
def _joined() -> re.Pattern[str]:
    """Return a pattern of the words that are written together, any number of them, the longest first."""
    words = "|".join(sorted(_number_words("joined"), key=len, reverse=True))
    return re.compile(words)


@cache
def _all_joined() -> re.Pattern[str]:
    return re.compile(f"(?:{_joined().pattern})+")


def _part(word: str, count: float) -> float:
    """Return what a word adds to or multiplies in a number of several words, 0 if it belongs to none."""
    if not math.isnan(count):
        return count
    if not word.isascii() and text.HAS_UNSPACED.match(word):
        return 0.0
    return _number_words("parts").get(word, 0.0) or _number_words("magnitudes").get(word, 0.0)


def magnitude(word: str) -> float:
    """Return what a word multiplies the number before it by, 0 for no such word; "万人" counts as "万"."""
    known = _number_words("magnitudes")
    if word in known:
        return known[word]
    return known.get(word[0], 0.0) if not word.isascii() and text.HAS_UNSPACED.match(word) else 0.0


def number_share(value: float) -> float:
    """Return about how many articles hold a number: small ones and years are everywhere."""
    if value < 10:
        return 0.3
    if value < 100 or (1990 <= value <= 2035 and value.is_integer()):
        return 0.06
    return 0.01 if value % 100 == 0 and value <= 2000 else UNLISTED


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
        facts=np.zeros(size, np.int64),
        forms=np.zeros(size, np.int64),
        is_capitalised=np.zeros(size, np.bool_),
        is_unspaced=np.zeros(size, np.bool_),
        lengths=np.zeros(size, np.int16),
        shares=np.zeros(size, np.float32),
        values=np.zeros(size, np.float64),
        magnitudes=np.zeros(size, np.float64),
        parts=np.zeros(size, np.float64),
    )


def _grown(old: Attributes) -> Attributes:
    new = _empty(2 * old.stems.size)
    for name in Attributes.__slots__:
        getattr(new, name)[: old.stems.size] = getattr(old, name)
    return new
