"""Leaf blocks of a page into numbers that the body model reads"""

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from workers.clean import phrases
from workers.clean.landmarks import Landmarks
from workers.clean.places import Doubles, Places
from workers.clean.segment import Leaf, Outline

Floats = NDArray[np.float32]

_ENDS = dict.fromkeys(".!?。！？।॥؟۔…", 1) | dict.fromkeys("\"”»』」'’)）]", 2) | {":": 3, ",": 4, "：": 3}
_OPENS = frozenset('"“„«‘「『–—-•·▶►')
_WIDE = range(0x2E80, 0xD7A4)
_WIDE_LETTERS = 2  # an ideograph or syllable tells as much as so many letters


@dataclass(frozen=True, slots=True)
class Hints:
    """What the page's head and the feed say about the text, for agreement features; lower case words."""

    title: frozenset[str] = frozenset()
    dek: frozenset[str] = frozenset()
    body: frozenset[tuple[str, str]] = frozenset()  # pairs of words
    feed: frozenset[tuple[str, str]] = frozenset()  # pairs of words


def describe(outline: Outline, hints: Hints) -> Floats:
    """One row a leaf: its text, where it stands, its containers, its neighbours. Shape (leaves, features)."""
    if not outline.leaves:
        return np.zeros((0, 0), np.float32)
    # Kept column by column: most are computed so, and the forests read them so.
    texts = np.array([_text_row(leaf, hints) for leaf in outline.leaves], np.float64).T.copy()
    places = Places(outline, texts[_CHARS], texts[_LINKED], texts[_END], texts[TITLE_SHARE])
    texts[_CODE] = places.code
    begins, holds = _said_columns(outline.leaves)
    marks = Landmarks(places, begins.T, holds.T, texts[DEK_SHARE])
    parts = [texts.ravel(), begins.ravel(), holds.ravel(), *places.columns(), places.nearest_signs().T.ravel()]
    parts += [places.inner_signs().T.ravel(), *places.neighbours(), *marks.columns()]
    return np.concatenate(parts, dtype=np.float32, casting="same_kind").reshape(-1, places.count).T


_CHARS, _WORDS, _LINKED, _CODE, _END, TITLE_SHARE, DEK_SHARE = 0, 1, 2, 7, 8, 9, 17
_MAX_PHRASE_LEAF = 600
_MAX_LINKED = 250
_MIN_TITLE = 20
_TEXT_COLUMNS = 23
_LINKED_ROW = [0.0, 0.0, 1.0] + [0.0] * (_TEXT_COLUMNS - 3)
_DIGIT = re.compile(r"\d")
_ALL_LINK = 0.95
_KIND_SHIFTS = np.arange(len(phrases.KINDS))[:, None]


def _said_columns(leaves: list[Leaf]) -> Doubles:
    """What leaves say at their start, and anywhere. Shape (2, kinds, leaves)."""
    said = np.array([_said(leaf) for leaf in leaves], np.int64).T
    return ((said[:, None] >> _KIND_SHIFTS) & 1).astype(np.float64)


def _said(leaf: Leaf) -> tuple[int, int]:
    # Set phrases are short, and of a leaf that is all link the link says enough.
    if len(leaf.text) > _MAX_PHRASE_LEAF or leaf.link_chars >= _ALL_LINK * len(leaf.text):
        return 0, 0
    return phrases.said(leaf.text)


def _text_row(leaf: Leaf, hints: Hints) -> list[float]:
    text = leaf.text
    size = len(text)
    if leaf.link_chars >= _ALL_LINK * size and size < _MAX_LINKED:
        return _linked_row(leaf, hints)
    words = text.lower().split()
    mine = set(words)
    is_ascii = text.isascii()
    told, count = (size, len(words)) if is_ascii else _told(text, len(words))
    return [
        told,
        count,
        min(1.0, leaf.link_chars / size),
        leaf.links,
        min(1.0, leaf.bold_chars / size),
        _digits(text, is_ascii) / size,
        float(text.isupper()),
        0,  # the tag's code, filled from the outline
        _ENDS.get(text[-1], 0),
        _shared(mine, hints.title),
        text.count(",") + (0 if is_ascii else text.count("，") + text.count("、") + text.count("،")),
        text.count(". ") + text.count("? ") + text.count("! ") + (0 if is_ascii else text.count("。")),
        float(text[0] in _OPENS),
        float(text[0].islower()),
        float(leaf.is_line),
        float(leaf.is_embed),
        told / max(1, count),
        _shared(mine, hints.dek),
        *_shared_pairs(words, hints),
        float("@" in text),
        float("|" in text or (not is_ascii and ("»" in text or "›" in text))),
        float(text.istitle()),
    ]


def _digits(text: str, is_ascii: bool) -> int:
    """How many there are, of any script."""
    if is_ascii:
        return len(text) - len(text.encode().translate(None, b"0123456789"))
    return len(_DIGIT.findall(text))


def _linked_row(leaf: Leaf, hints: Hints) -> list[float]:
    """Half the leaves of a page are links of menus and lists: what they say matters little."""
    text = leaf.text
    row = _LINKED_ROW.copy()
    row[_CHARS], row[_WORDS], row[3], row[_END] = len(text), text.count(" ") + 1, leaf.links, _ENDS.get(text[-1], 0)
    row[TITLE_SHARE] = _shared(set(text.lower().split()), hints.title) if len(text) > _MIN_TITLE else 0.0
    return row


def _told(text: str, words: int) -> tuple[int, int]:
    """Characters and words of a text that isn't ASCII, as many as one in letters would take that says as much."""
    size = len(text)
    if words * 12 < size and any(ord(letter) in _WIDE for letter in text[:40]):
        return size * _WIDE_LETTERS, max(words, size // 2)
    return size, words


def _shared(mine: set[str], others: frozenset[str]) -> float:
    """Dice share of the words in common; -1 where there is nothing to compare with."""
    if not others:
        return -1.0
    return 2 * len(mine & others) / (len(mine) + len(others))


def _shared_pairs(words: list[str], hints: Hints) -> tuple[float, float]:
    if not hints.body and not hints.feed:
        return -1.0, -1.0
    pairs = set(pairwise(words))
    count = max(1, len(pairs) or len(set(words)))
    return (
        len(pairs & hints.body) / count if hints.body else -1.0,
        len(pairs & hints.feed) / count if hints.feed else -1.0,
    )
