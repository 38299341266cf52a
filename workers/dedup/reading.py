"""A document into the numbers that comparisons work on: terms by sentence, names, numbers, quotes"""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from storage.domain import Document
from workers import text
from workers.dedup import facts, revisions, sheet
from workers.dedup.distinct import distinct, ranks
from workers.dedup.habits import Habits
from workers.dedup.lexicon import Bools, Ints, Lexicon

Floats = npt.NDArray[np.float32]

MOST_CHARACTERS = 60_000  # of longer texts only the beginning is read; see sheet.py, too
UNSPACED = 0.3  # share of words that are pairs of characters
KEPT = 0.5  # of a text without its portal's lines must be left when lines that many portals print are left out too


@dataclass(frozen=True, slots=True)
class Reading:
    """One document's text as arrays; sentences are numbered from 0, the title is `title_terms` only.

    words      the stem of each word in order, and its sentence in `sentence_of`
    forms      what tells words of one stem apart
    terms      the distinct stems, sorted; `shares` how common each is, `counts` how often it stands here
    places     the position of each word in `terms`
    facts      the distinct names and numbers, sorted, with `fact_shares` and `fact_is_number`
    mentions   the position in `facts` of every mention in order, its sentence in `mention_sentence`
    quoted     which words stand in quotation marks
    spans      start and end of each sentence in the body
    lines      a number for each sentence, those left out too
    line_of    for each sentence its place in `lines`

    `is_revised` says that a note calls the text a later version of itself.
    `is_caseless` and `is_unspaced` tell scripts in which names are hard to see, so evidence weighs otherwise.
    """

    words: Ints
    forms: Ints
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
    title_terms: frozenset[int]
    spans: npt.NDArray[np.int32]
    lines: Ints
    line_of: Ints
    is_caseless: bool
    is_unspaced: bool
    is_revised: bool

    @property
    def sentences(self) -> int:
        """Return how many sentences there are."""
        return len(self.spans)

    def lines_without(self, sentences: Bools) -> Ints:
        """Return the numbers of all lines but those of some of the sentences."""
        return np.delete(self.lines, self.line_of[sentences[: self.sentences]])


def read(document: Document, lexicon: Lexicon, habits: Habits | None = None) -> Reading:
    """Return the reading of a document without the lines that its portal repeats on many articles."""
    body = document.body[:MOST_CHARACTERS]
    spans = text.sentences(body)
    beginnings = np.array([start for start, _ in spans], np.int64)
    lines = _line_numbers(body, spans)
    if habits is not None and spans:
        spans = _without_habits(spans, *habits.are_habits(document.portal, lines))
    page = sheet.lay_out(body, spans, document.title, lexicon)
    numbers, known = page.numbers, lexicon.attributes
    stems = known.stems[numbers]
    found = facts.facts(page.words, numbers, page.first, known)
    order, starts = distinct(stems)
    mentions, firsts = distinct(found.terms, in_order=True)
    example, sample = order[starts[:-1]], mentions[firsts[:-1]]
    return Reading(
        words=stems,
        forms=known.forms[numbers],
        sentence_of=page.sentence_of,
        terms=stems[example],
        shares=known.shares[numbers[example]],
        counts=starts[1:] - starts[:-1],
        places=ranks(order, starts),
        facts=found.terms[sample],
        fact_shares=found.shares[sample],
        fact_is_number=found.is_number[sample],
        mentions=ranks(mentions, firsts),
        mention_sentence=page.sentence_of[found.at],
        quoted=page.quoted,
        title_terms=frozenset(known.stems[page.title].tolist()),
        spans=page.spans,
        lines=lines,
        line_of=beginnings.searchsorted(page.spans[:, 0]),
        is_caseless=facts.is_caseless(known.is_capitalised[numbers]),
        is_unspaced=bool(np.count_nonzero(known.is_unspaced[numbers]) > UNSPACED * numbers.size),
        is_revised=revisions.is_noted(document.title, document.body),
    )


def line_number(line: str) -> int:
    """Return a number that equal lines share, in every process."""
    return crc32(line.encode("utf-8", "replace"))


def _line_numbers(body: str, spans: list[tuple[int, int]]) -> Ints:
    if body.isascii():
        plain = body.encode()
        return np.array([crc32(plain[start:end]) for start, end in spans], np.int64)
    return np.array([line_number(body[start:end]) for start, end in spans], np.int64)


def _without_habits(spans: list[tuple[int, int]], own: Bools, common: Bools) -> list[tuple[int, int]]:
    """Return the lines that are no habits; those that many portals print count only beside enough other text."""
    if not own.any() and not common.any():
        return spans
    every = zip(spans, own.tolist(), common.tolist(), strict=True)
    mine = [(span, shared) for span, is_own, shared in every if not is_own]
    kept = [span for span, shared in mine if not shared]
    size = sum(end - start for (start, end), _ in mine)
    is_enough = sum(end - start for start, end in kept) >= KEPT * size
    return kept if is_enough else [span for span, _ in mine]
