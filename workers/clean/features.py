"""Leaf blocks of a page into numbers that the body model reads"""

import re
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from workers.clean import phrases
from workers.clean.landmarks import Landmarks
from workers.clean.outline import Leaf, Outline
from workers.clean.places import Doubles, Places

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
    texts = _text_columns(outline.leaves, hints)
    places = Places(outline, texts[_CHARS], texts[_LINKED], texts[_END], texts[TITLE_SHARE])
    texts[_CODE] = places.code
    begins, holds = _said_columns(outline.leaves)
    marks = Landmarks(places, begins.T, holds.T, texts[DEK_SHARE])
    parts = [texts.ravel(), begins.ravel(), holds.ravel(), *places.columns(), places.nearest_signs().T.ravel()]
    parts += [places.inner_signs().T.ravel(), *places.neighbours(), *marks.columns()]
    return np.concatenate(parts, dtype=np.float32, casting="same_kind").reshape(-1, places.count).T


_CHARS, _WORDS, _LINKED, _CODE, _END, TITLE_SHARE, _TOLD_A_WORD, DEK_SHARE = 0, 1, 2, 7, 8, 9, 16, 17
_OF_SIZE = [_LINKED, 4, 5]  # columns that are shares of the text: linked, bold, digits
_MAX_PHRASE_LEAF = 600
_MAX_LINKED = 250
_MIN_TITLE = 20
_TEXT_COLUMNS = 23
_LINKED_COLUMNS = np.array([_CHARS, _WORDS, _LINKED, 3, _END, TITLE_SHARE])  # all else is 0 of a leaf that is all link
_DIGIT = re.compile(r"\d")
# What digits, commas and full stops but ASCII's begin with in UTF-8: a text without is spared looking for each.
_FAR_LEADS = b"\xd8\xd9\xdb\xdf\xe0\xe1\xe3\xea\xef\xf0"
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


def _text_columns(leaves: list[Leaf], hints: Hints) -> Doubles:
    """What each leaf's own text says. Shape (_TEXT_COLUMNS, leaves)."""
    columns = np.zeros((_TEXT_COLUMNS, len(leaves)))
    is_linked = [leaf.link_chars >= _ALL_LINK * len(leaf.text) and len(leaf.text) < _MAX_LINKED for leaf in leaves]
    linked, told = np.flatnonzero(is_linked), np.flatnonzero(np.logical_not(is_linked))
    columns[_LINKED_COLUMNS[:, None], linked] = _of_links([leaves[at] for at in linked.tolist()], hints)
    if len(told):
        columns[:, told] = _of_texts([leaves[at] for at in told.tolist()], hints)
    return columns


def _of_links(leaves: list[Leaf], hints: Hints) -> Doubles:
    """Half the leaves of a page are links of menus and lists: what they say matters little."""
    texts = [leaf.text for leaf in leaves]
    told = [at for at, text in enumerate(texts) if len(text) > _MIN_TITLE]
    titles = np.zeros(len(leaves))
    titles[told] = _shares([set(texts[at].lower().split()) for at in told], hints.title)
    columns = [
        [*map(len, texts)],
        [text.count(" ") + 1 for text in texts],
        [1.0] * len(leaves),
        [leaf.links for leaf in leaves],
        [_ENDS.get(text[-1], 0) for text in texts],
    ]
    return np.array([*columns, titles], np.float64)


def _of_texts(leaves: list[Leaf], hints: Hints) -> Doubles:
    texts = [leaf.text for leaf in leaves]
    words = [text.lower().split() for text in texts]
    mine = [*map(set, words)]
    told, counts, digits, commas, sentences, bars = zip(*map(_marks, texts, map(len, words)), strict=True)
    columns = [
        told,
        counts,
        [leaf.link_chars for leaf in leaves],
        [leaf.links for leaf in leaves],
        [leaf.bold_chars for leaf in leaves],
        digits,
        [*map(str.isupper, texts)],
        [0] * len(leaves),  # the tag's code, filled from the outline
        [_ENDS.get(text[-1], 0) for text in texts],
        _shares(mine, hints.title),
        commas,
        sentences,
        [text[0] in _OPENS for text in texts],
        [text[0].islower() for text in texts],
        [leaf.is_line for leaf in leaves],
        [leaf.is_embed for leaf in leaves],
        told,
        _shares(mine, hints.dek),
        _shared_pairs(words, hints.body),
        _shared_pairs(words, hints.feed),
        ["@" in text for text in texts],
        bars,
        [*map(str.istitle, texts)],
    ]
    found = np.fromiter(chain.from_iterable(columns), np.float64, _TEXT_COLUMNS * len(leaves))
    found = found.reshape(_TEXT_COLUMNS, -1)
    sizes = [*map(len, texts)]
    found[_OF_SIZE] = np.minimum(1.0, found[_OF_SIZE] / sizes)
    found[_TOLD_A_WORD] /= np.maximum(1.0, found[_WORDS])
    return found


def _marks(text: str, words: int) -> tuple[int, int, int, int, int, bool]:
    """Characters and words told, digits of any script, commas, ends of sentences inside, and whether a bar parts it."""
    coded = text.encode("utf-8", "replace")
    digits = len(coded) - len(coded.translate(None, b"0123456789"))
    commas, sentences = text.count(","), text.count(". ")
    for mark in "?!":
        if mark in text:  # as in few texts: to look for one letter is cheap
            sentences += text.count(f"{mark} ")
    if len(coded) == len(text):  # ASCII
        return len(text), words, digits, commas, sentences, "|" in text
    if len(coded.translate(None, _FAR_LEADS)) < len(coded):
        digits = len(_DIGIT.findall(text))
        commas += text.count("，") + text.count("、") + text.count("،")
        sentences += text.count("。")
    return *_told(text, words), digits, commas, sentences, "|" in text or "»" in text or "›" in text


def _told(text: str, words: int) -> tuple[int, int]:
    """Characters and words of a text that isn't ASCII, as many as one in letters would take that says as much."""
    size = len(text)
    if words * 12 < size and any(ord(letter) in _WIDE for letter in text[:40]):
        return size * _WIDE_LETTERS, max(words, size // 2)
    return size, words


def _shares(mine: list[set[str]], others: frozenset[str]) -> list[float]:
    """Dice share of the words in common, for each set of words; -1 where there is nothing to compare with."""
    if not others:
        return [-1.0] * len(mine)
    return [2 * len(each & others) / (len(each) + len(others)) for each in mine]


def _shared_pairs(words: list[list[str]], others: frozenset[tuple[str, str]]) -> list[float]:
    """Share of each text's pairs of words that the others have; -1 where there is nothing to compare with."""
    if not others:
        return [-1.0] * len(words)
    pairs = [set(pairwise(each)) for each in words]
    return [len(two & others) / max(1, len(two) or len(set(one))) for one, two in zip(words, pairs, strict=True)]
