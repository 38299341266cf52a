"""A document into the numbers that comparisons work on: terms by sentence, names, numbers, quotes"""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from storage.domain import Document
from workers import text
from workers.dedup import facts, revisions
from workers.dedup.habits import Habits
from workers.dedup.lexicon import Ints, Lexicon

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

MOST_WORDS = 6000  # of longer texts only the beginning is read: it identifies them, and time is bounded
MOST_CHARACTERS = 60_000
MOST_SENTENCES = 1000  # comparing takes the product of both texts' numbers; a list can have one a word
UNSPACED = 0.3  # share of words that are pairs of characters
KEPT = 0.5  # of a text without its portal's lines must be left when lines that many portals print are left out too


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
    lines      a number for each sentence, those left out too

    `is_revised` says that a note calls the text a later version of itself.
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
    is_revised: bool

    @property
    def sentences(self) -> int:
        """Return how many sentences there are."""
        return len(self.spans)


def read(document: Document, lexicon: Lexicon, habits: Habits | None = None) -> Reading:
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
        is_revised=revisions.is_noted(document.title, document.body),
    )


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


def _tokens(body: str, portal: str, habits: Habits | None) -> _Sheet:
    spans = text.sentences(body)
    lines = np.array([line_number(body[start:end]) for start, end in spans], np.int64)
    if habits is not None and spans:
        spans = _without_habits(spans, *habits.are_habits(portal, lines))
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


def _without_habits(spans: list[tuple[int, int]], own: Bools, common: Bools) -> list[tuple[int, int]]:
    """Return the lines that are no habits; those that many portals print count only beside enough other text."""
    every = zip(spans, own.tolist(), common.tolist(), strict=True)
    mine = [(span, shared) for span, is_own, shared in every if not is_own]
    kept = [span for span, shared in mine if not shared]
    size = sum(end - start for (start, end), _ in mine)
    is_enough = sum(end - start for start, end in kept) >= KEPT * size
    return kept if is_enough else [span for span, _ in mine]


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
