"""A document into the numbers that comparisons work on: terms by sentence, names, numbers, quotes"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from storage.domain import Document
from workers import text
from workers.dedup.commonness import CELLS, listed
from workers.dedup.lexicon import Attributes, Ints, Lexicon, number_term, term

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

MOST_WORDS = 6000  # of longer texts only the beginning is read: it identifies them, and time is bounded
MOST_CHARACTERS = 60_000
HABIT_ARTICLES = 4  # a line that stood on so many earlier articles of a portal belongs to the portal
CASELESS = 0.01  # texts with fewer capitalised words are in a script without case (or in small letters)
GERMAN_NAME_SHARE = 0.002
TENS = frozenset({20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0})
NAME_SHARE = 0.004  # a term that stands in fewer articles than this may be a name where case doesn't tell
_GERMAN = frozenset({"der", "die", "und", "das", "den", "mit", "nicht", "von"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One document's text as arrays; sentences are numbered from 0, the title is `title_terms` only.

    words      the stem of each word in order, and its sentence in `sentence_of`
    terms      the distinct stems, sorted; `counts` how often each stands, `places` each word's position in `terms`
    facts      distinct names and numbers, sorted; `fact_is_number`; every mention in `mentions`, a position in
               `facts` each, in order of the text, with its sentence in `mention_sentence`
    quoted     which words stand in quotation marks
    spans      start and end of each sentence in the body
    """

    words: Ints
    sentence_of: npt.NDArray[np.int32]
    terms: Ints
    counts: Ints
    places: Ints
    facts: Ints
    fact_is_number: Bools
    mentions: Ints
    mention_sentence: npt.NDArray[np.int32]
    quoted: Bools
    title_terms: Ints
    spans: npt.NDArray[np.int32]
    lines: Ints

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
    facts, at, is_number = _facts(numbers, sheet, known)
    distinct, place = np.unique(facts, return_inverse=True)
    numeric = np.zeros(distinct.size, np.bool_)
    numeric[place] = is_number
    terms, places, counts = np.unique(stems, return_inverse=True, return_counts=True)
    return Reading(
        words=stems,
        sentence_of=sheet.sentence_of,
        terms=terms,
        counts=counts,
        places=places,
        facts=distinct,
        fact_is_number=numeric,
        mentions=place,
        mention_sentence=sheet.sentence_of[at],
        quoted=sheet.quoted,
        title_terms=np.unique(known.stems[title]),
        spans=sheet.spans,
        lines=sheet.lines,
    )


class Habits:
    """Which lines each portal repeats on many articles, such as "Listen to this article"."""

    def __init__(self, saved: bytes | None = None) -> None:
        self._cells: npt.NDArray[np.uint8] = np.zeros(CELLS, np.uint8)
        if saved is not None:
            self._cells = np.frombuffer(zlib.decompress(saved), np.uint8).copy()

    def to_bytes(self) -> bytes:
        """Return the counts compressed."""
        return zlib.compress(self._cells.tobytes(), 1)

    def learn(self, portal: str, lines: Ints) -> None:
        """Count the lines of one more article that founds a story."""
        at = (np.unique(lines) ^ term("p", portal)) & (CELLS - 1)
        self._cells[at] = np.minimum(self._cells[at], 254) + 1

    def are_habits(self, portal: str, lines: Ints) -> Bools:
        """Return which of `lines` stood on enough earlier articles of the portal."""
        habits: Bools = self._cells[(lines ^ term("p", portal)) & (CELLS - 1)] >= HABIT_ARTICLES
        return habits


@dataclass(frozen=True, slots=True)
class _Sheet:
    words: list[str]
    sentence_of: npt.NDArray[np.int32]
    quoted: Bools
    spans: npt.NDArray[np.int32]
    lines: Ints


def _tokens(body: str, portal: str, habits: "Habits | None") -> _Sheet:
    spans = text.sentences(body)
    lines = np.fromiter((term("l", body[start:end]) for start, end in spans), np.int64, len(spans))
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
        if len(words) > MOST_WORDS:
            break
    return _Sheet(
        words=words,
        sentence_of=np.repeat(np.arange(len(lengths), dtype=np.int32), np.array(lengths, np.int64)),
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


def _facts(numbers: Ints, sheet: _Sheet, known: Attributes) -> tuple[Ints, Ints, Bools]:
    """Return the names and numbers of a text in order: their terms, positions, and which are numbers."""
    values = known.values[numbers]
    is_number = ~np.isnan(values)
    is_name = _names(numbers, sheet, known) & ~is_number
    places = np.flatnonzero(is_number | is_name)
    facts = np.where(known.is_capitalised[numbers], known.skeletons[numbers], known.stems[numbers])[places]
    amounts = is_number[places]
    keep = np.ones(places.size, np.bool_)
    for index in np.flatnonzero(amounts).tolist():
        value = _amount(int(places[index]), numbers, values, known, is_number)
        if value is None:
            keep[index] = False
        else:
            facts[index] = number_term(value)
    return facts[keep], places[keep], amounts[keep]


def _names(numbers: Ints, sheet: _Sheet, known: Attributes) -> Bools:
    capital = known.is_capitalised[numbers]
    shares = listed(known.stems[numbers])
    first = np.empty(numbers.size, np.bool_)
    if numbers.size:
        first[0] = True
        first[1:] = sheet.sentence_of[1:] != sheet.sentence_of[:-1]
    if capital.mean() < CASELESS if numbers.size else False:
        return (shares < NAME_SHARE) & (known.lengths[numbers] > 1)
    if _is_german(sheet.words):
        return capital & (shares < GERMAN_NAME_SHARE)
    inside = capital & ~first
    opens_a_name = np.zeros(numbers.size, np.bool_)
    opens_a_name[:-1] = inside[1:]
    again = np.isin(known.skeletons[numbers], known.skeletons[numbers[inside]])
    return inside | (capital & (shares < NAME_SHARE) & (opens_a_name | again))


def _amount(
    at: int, numbers: Ints, values: npt.NDArray[np.float64], known: Attributes, is_number: Bools
) -> float | None:
    """Return the value of the number at a position: "58", "fifty-eight", "1.2 million"; None for its second part."""
    value = float(values[at])
    if (
        at
        and is_number[at - 1]
        and value < 10
        and values[at - 1] in TENS
        and at - 1 >= 0
        and known.lengths[numbers[at]] > 1
    ):
        return None
    if at + 1 < numbers.size:
        follower = int(numbers[at + 1])
        if value in TENS and known.lengths[numbers[at]] > 2 and 0 < values[at + 1] < 10 and known.lengths[follower] > 1:
            return value + float(values[at + 1])
        if known.magnitudes[follower]:
            return value * float(known.magnitudes[follower])
    return value


def _is_german(words: Sequence[str]) -> bool:
    return sum(word in _GERMAN for word in words[:200]) >= min(8, max(3, len(words) // 20))
