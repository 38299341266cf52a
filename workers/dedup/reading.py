"""A document into the numbers that comparisons work on: terms by sentence, names, numbers, quotes"""

import zlib
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from storage.domain import Document
from workers import text
from workers.dedup import facts
from workers.dedup.commonness import CELLS
from workers.dedup.lexicon import Ints, Lexicon

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

MOST_WORDS = 6000  # of longer texts only the beginning is read: it identifies them, and time is bounded
MOST_CHARACTERS = 60_000
MOST_SENTENCES = 1000  # comparing takes the product of both texts' numbers; a list can have one a word
UNSPACED = 0.3  # share of words that are pairs of characters
HABIT_ARTICLES = 4  # a line that stood on so many earlier articles of a portal belongs to the portal


@dataclass(frozen=True, slots=True)
class Reading:
    """One document's text as arrays; sentences are numbered from 0, the title is `title_terms` only.

    words      the stem of each word in order, and its sentence in `sentence_of`
    terms      the distinct stems, sorted; `shares` how common each is, `counts` how often it stands here
    places     the position of each word in `terms`
    facts      the distinct names and numbers, sorted, with `fact_shares` and `fact_is_number`
    mentions   the position in `facts` of every mention in order, its sentence in `mention_sentence`
    quoted     which words stand in quotation marks
    spans      start and end of each sentence in the body

    `is_caseless` and `is_unspaced` tell scripts in which names are hard to see, so evidence weighs otherwise.
    """

    words: Ints
    sentence_of: npt.NDArray[np.int32]
    terms: Ints
    shares: Floats
    counts: Ints
    places: Ints
    facts: Ints
    fact_shares: Floats
    fact_is_number: Bools
    mentions: Ints
    mention_sentence: npt.NDArray[np.int32]
    quoted: Bools
    title_terms: Ints
    spans: npt.NDArray[np.int32]
    lines: Ints
    is_caseless: bool
    is_unspaced: bool

    @property
    def sentences(self) -> int:
        """Return how many sentences there are."""
        return len(self.spans)


def read(document: Document, lexicon: Lexicon, habits: "Habits | None" = None) -> Reading:
    """Return the reading of a document without the lines that its portal repeats on many articles."""
    sheet = _tokens(document.body[:MOST_CHARACTERS], document.portal, habits)
    title_words = text.words(text.fold(document.title))
    numbers = lexicon.number(sheet.words + title_words)
    title, numbers = numbers[len(sheet.words) :], numbers[: len(sheet.words)]
    known = lexicon.attributes
    stems = known.stems[numbers]
    found = facts.facts(sheet.words, numbers, sheet.first, known)
    distinct, sample, place = np.unique(found.terms, return_index=True, return_inverse=True)
    terms, example, places, counts = np.unique(stems, return_index=True, return_inverse=True, return_counts=True)
    return Reading(
        words=stems,
        sentence_of=sheet.sentence_of,
        terms=terms,
        shares=known.shares[numbers][example],
        counts=counts,
        places=places,
        facts=distinct,
        fact_shares=found.shares[sample],
        fact_is_number=found.is_number[sample],
        mentions=place,
        mention_sentence=sheet.sentence_of[found.at],
        quoted=sheet.quoted,
        title_terms=np.unique(known.stems[title]),
        spans=sheet.spans,
        lines=sheet.lines,
        is_caseless=facts.is_caseless(known.is_capitalised[numbers]),
        is_unspaced=bool(known.is_unspaced[numbers].mean() > UNSPACED) if numbers.size else False,
    )


class Habits:
    """Which lines each portal repeats on many articles, such as "Listen to this article"."""

    def __init__(self, saved: bytes | None = None) -> None:
        self._cells: npt.NDArray[np.uint8] = np.zeros(CELLS, np.uint8)
        if saved is not None:
            self._cells = np.frombuffer(zlib.decompress(saved), np.uint8).copy()

    def to_bytes(self) -> bytes:
        """Return the counts compressed."""
        return zlib.compress(self._cells.data, 1)

    def learn(self, portal: str, lines: Ints) -> None:
        """Count the lines of one more article that founds a story."""
        at = (np.unique(lines) ^ _portal_number(portal)) & (CELLS - 1)
        self._cells[at] = np.minimum(self._cells[at], 254) + 1

    def are_habits(self, portal: str, lines: Ints) -> Bools:
        """Return which of `lines` stood on enough earlier articles of the portal."""
        habits: Bools = self._cells[(lines ^ _portal_number(portal)) & (CELLS - 1)] >= HABIT_ARTICLES
        return habits


def _portal_number(portal: str) -> int:
    return crc32(portal.encode("utf-8", "replace")) * 2654435761 & 0xFFFFFFFF


def line_number(line: str) -> int:
    """Return a number that equal lines share, in every process."""
    return crc32(line.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class _Sheet:
    words: list[str]
    first: Bools
    sentence_of: npt.NDArray[np.int32]
    quoted: Bools
    spans: npt.NDArray[np.int32]
    lines: Ints


def _tokens(body: str, portal: str, habits: "Habits | None") -> _Sheet:
    spans = text.sentences(body)
    lines = np.array([line_number(body[start:end]) for start, end in spans], np.int64)
    if habits is not None and spans:
        drop = habits.are_habits(portal, lines)
        spans = [span for span, dropped in zip(spans, drop.tolist(), strict=True) if not dropped]
    words: list[str] = []
    lengths: list[int] = []
    kept: list[tuple[int, int]] = []
    quotes: list[bool] = []
    inside, last_end = False, 0
    for start, end in spans:
        inside = inside and "\n" not in body[last_end:start]
        found, marks, inside = _words(text.fold(body[start:end]), inside)
        last_end = end
        if not found:
            continue
        kept.append((start, end))
        words += found
        quotes += marks
        lengths.append(len(found))
        if len(words) > MOST_WORDS or len(kept) == MOST_SENTENCES:
            break
    counts = np.array(lengths, np.int64)
    first = np.zeros(len(words), np.bool_)
    first[np.cumsum(counts) - counts] = True
    return _Sheet(
        words=words,
        first=first,
        sentence_of=np.repeat(np.arange(len(lengths), dtype=np.int32), counts),
        quoted=np.array(quotes, np.bool_),
        spans=np.array(kept, np.int32).reshape(-1, 2),
        lines=lines,
    )


def _words(sentence: str, inside: bool) -> tuple[list[str], list[bool], bool]:
    """Return a sentence's words, which of them are quoted, and whether the quotation is still open."""
    if '"' not in sentence:
        found = text.words(sentence)
        return found, [inside] * len(found), inside
    found, marks = [], []
    for part in sentence.split('"'):
        more = text.words(part)
        found += more
        marks += [inside] * len(more)
        inside = not inside
    return found, marks, not inside
