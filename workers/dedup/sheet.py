"""A body into the numbers of its words, sentence by sentence, with what is quoted

The sentences are laid end to end with marks between them, so that one pass finds all words and one look-up their
numbers; where sentences end and quotations begin is read off the marks, which are few.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, compress

import numpy as np
import numpy.typing as npt

from workers import text
from workers.dedup.lexicon import MARKS, Bools, Ints, Lexicon

Spans = Sequence[tuple[int, int]]

MOST_WORDS = 6000  # of longer texts only the beginning is read: it identifies them, and time is bounded
MOST_FOLDED = 120_000  # characters in normal form, where one may have become eighteen
OVER = 300  # words by which the sentence that passes this may go on
MOST_SENTENCES = 400  # comparing takes the product of both texts' numbers; a list can have one a word
_QUOTE, _NEXT, _ANEW = MARKS
_QUOTE_NUMBER, _ANEW_NUMBER = MARKS.index(_QUOTE), MARKS.index(_ANEW)
_STOPS = {ord(_NEXT): " ", ord(_ANEW): " "}
_ASCII = re.compile(rf"[A-Za-z]+|[0-9]+(?:[.,:][0-9]+)*|[{''.join(MARKS)}]")  # the same in half the time
_SPACED = re.compile(rf"{text.TOKEN.pattern}|[{''.join(MARKS)}]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The words of a text in order, by sentence.

    `numbers` are those of the `words` in the lexicon, `title` those of the headline's; `first` marks the words that
    open sentences, `quoted` those in quotation marks; `spans` are the sentences that hold words.
    """

    words: list[str]
    numbers: Ints
    title: Ints
    first: Bools
    sentence_of: npt.NDArray[np.int32]
    quoted: Bools
    spans: npt.NDArray[np.int32]


def lay_out(body: str, spans: Spans, title: str, lexicon: Lexicon) -> Sheet:
    """Return the words in the `spans` of a body, of many words or sentences the first."""
    tokens = _tokens(body, spans)
    numbers = lexicon.number(tokens + text.words(text.fold(title)))
    numbers, title_numbers = numbers[: len(tokens)], numbers[len(tokens) :]
    is_word = numbers >= len(MARKS)
    marks = (~is_word).nonzero()[0]
    kinds, before = numbers[marks], marks - np.arange(marks.size)
    ends = before[kinds != _QUOTE_NUMBER]
    lengths = _steps(ends)
    kept = lengths.nonzero()[0]
    kept = kept[: min(int(ends[kept].searchsorted(MOST_WORDS, side="right")) + 1, MOST_SENTENCES)]
    counts = lengths[kept]
    starts = ends[kept] - counts
    size = min(int(starts[-1] + counts[-1]), MOST_WORDS + OVER) if kept.size else 0
    first = np.zeros(size, np.bool_)
    first[starts] = True
    return Sheet(
        words=list(compress(tokens, is_word.tolist()))[:size],
        numbers=numbers[is_word][:size],
        title=title_numbers,
        first=first,
        sentence_of=np.repeat(np.arange(kept.size, dtype=np.int32), counts)[:size],
        quoted=_quoted(kinds, before)[:size],
        spans=np.fromiter(chain.from_iterable(spans), np.int32, 2 * len(spans)).reshape(-1, 2)[kept],
    )


def _quoted(kinds: Ints, before: Ints) -> Bools:
    """Return which words stand in quotations, from the kinds of all marks and how many words come before each."""
    opened = (kinds == _QUOTE_NUMBER).cumsum()
    if not opened.size or not opened[-1]:
        return np.zeros(before[-1] if before.size else 0, np.bool_)
    closed = np.maximum.accumulate(np.where(kinds == _ANEW_NUMBER, opened, 0))
    is_quoted = np.zeros(before.size, np.bool_)  # the words between a mark and the one before it
    is_quoted[1:] = (opened - closed)[:-1] & 1
    return is_quoted.repeat(_steps(before))


def _steps(ends: Ints) -> Ints:
    """Return the lengths of parts that end there."""
    lengths = ends.copy()
    lengths[1:] -= ends[:-1]
    return lengths


def _tokens(body: str, spans: Spans) -> list[str]:
    """Return all words in order, each quotation mark, and a mark after each sentence: another where its line ends."""
    if _NEXT in body or _ANEW in body:
        body = body.translate(_STOPS)
    starts = [start for start, _ in spans[1:]]
    stops = [_ANEW if "\n" in body[end:start] else _NEXT for (_, end), start in zip(spans, starts, strict=False)]
    parts = [text.fold(body[start:end]) for start, end in spans]
    stops.append(_NEXT)
    joined = "".join(chain.from_iterable(zip(parts, stops, strict=False)))
    if len(joined) > MOST_FOLDED:
        joined = joined[:MOST_FOLDED] + _NEXT
    if joined.isascii():
        return _ASCII.findall(joined)
    if text.HAS_UNSPACED.search(joined):
        return _unspaced(parts, stops)
    return _SPACED.findall(joined)


def _unspaced(parts: Sequence[str], stops: Sequence[str]) -> list[str]:
    tokens: list[str] = []
    most = MOST_WORDS
    for part, stop in zip(parts, stops, strict=False):
        for turn, piece in enumerate(part.split(_QUOTE)):
            found = text.words(piece)
            tokens += [_QUOTE, *found] if turn else found
            most -= len(found)
        tokens.append(stop)
        if most < 0:
            break
    return tokens
