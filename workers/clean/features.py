"""Leaf blocks of a page into numbers that the body model reads"""

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from workers.clean import phrases
from workers.clean.segment import Leaf, Outline
from workers.clean.signs import SIGN_NAMES

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

FAR = 40  # a distance that says "none"
LONG_CHARS = 80  # unlinked characters that make a leaf speak for its container
TAGS = ("p", "div", "li", "h1", "h2", "h3", "h4", "span", "td", "blockquote", "pre", "figcaption", "section")
_TAG_CODES = {tag: at + 1 for at, tag in enumerate(TAGS)} | {"h5": 7, "h6": 7, "th": 9, "dd": 3, "dt": 3, "tr": 9}
_ENDS = dict.fromkeys(".!?。！？।॥؟۔…", 1) | dict.fromkeys("\"”»』」'’)）]", 2) | {":": 3, ",": 4, "：": 3}
_OPENS = frozenset('"“„«‘「『–—-•·▶►')
_WIDE = range(0x2E80, 0xD7A4)
_WIDE_LETTERS = 2  # an ideograph or syllable tells as much as so many letters


@dataclass(frozen=True, slots=True)
class Hints:
    """What the page's head and the feed say about the text, for agreement features; lower case words."""

    title: frozenset[str] = frozenset()
    dek: frozenset[str] = frozenset()
    body: frozenset[str] = frozenset()  # pairs of words
    feed: frozenset[str] = frozenset()  # pairs of words


def describe(outline: Outline, hints: Hints) -> Floats:
    """One row a leaf: its text, where it stands, its containers, its neighbours. Shape (leaves, features)."""
    if not outline.leaves:
        return np.zeros((0, 0), np.float32)
    texts = _text_columns(outline.leaves, hints)
    places = _Places(outline, texts)
    own = np.hstack([texts, places.columns()])
    return np.hstack([own, _neighbours(texts, places)]).astype(np.float32)


# --- the leaf's own text -----------------------------------------------------------------------------

_CHARS, _WORDS, _LINKED, _CODE, _END, TITLE_SHARE, DEK_SHARE = 0, 1, 2, 7, 8, 9, 17
_MAX_PHRASE_LEAF = 600
_MAX_LINKED = 250
_MIN_TITLE = 20
_TEXT_COLUMNS = 23
_LINKED_ROW = [0.0, 0.0, 1.0] + [0.0] * (_TEXT_COLUMNS - 3)
_DIGIT = re.compile(r"\d")
_ALL_LINK = 0.95
_KIND_SHIFTS = np.arange(len(phrases.KINDS))


def _text_columns(leaves: list[Leaf], hints: Hints) -> NDArray[np.float64]:
    rows = [_text_row(leaf, hints) for leaf in leaves]
    said = np.array([_said(leaf) for leaf in leaves], np.int64).reshape(-1, 2)
    bits = (said[:, :, None] >> _KIND_SHIFTS) & 1
    return np.hstack([np.array(rows, np.float64), bits.reshape(len(leaves), -1)])


def _said(leaf: Leaf) -> tuple[int, int]:
    # Set phrases are short, and of a leaf that is all link the link says enough.
    if len(leaf.text) > _MAX_PHRASE_LEAF or leaf.link_chars >= _ALL_LINK * len(leaf.text):
        return 0, 0
    return phrases.said(leaf.text)


def _text_row(leaf: Leaf, hints: Hints) -> list[float]:
    text = leaf.text
    size = len(text)
    if leaf.link_chars >= _ALL_LINK * size and size < _MAX_LINKED:
        # Half the leaves of a page are links of menus and lists: what they say matters little.
        row = _LINKED_ROW.copy()
        row[_CHARS], row[_WORDS], row[3], row[_END] = size, text.count(" ") + 1, leaf.links, _ENDS.get(text[-1], 0)
        row[TITLE_SHARE] = _shared(text.lower().split(), hints.title) if size > _MIN_TITLE else 0.0
        return row
    words = text.lower().split()
    count = len(words)
    told = size
    if not text.isascii() and count * 12 < size and any(ord(letter) in _WIDE for letter in text[:40]):
        count = max(count, size // 2)
        told = size * _WIDE_LETTERS
    commas = text.count(",") + text.count("，") + text.count("、") + text.count("،")
    stops = text.count(". ") + text.count("。") + text.count("? ") + text.count("! ")
    return [
        told,
        count,
        min(1.0, leaf.link_chars / size),
        leaf.links,
        min(1.0, leaf.bold_chars / size),
        len(_DIGIT.findall(text)) / size,
        float(text.isupper()),
        0,  # the tag's code, filled from the outline
        _ENDS.get(text[-1], 0),
        _shared(words, hints.title),
        commas,
        stops,
        float(text[0] in _OPENS),
        float(text[0].islower()),
        float(leaf.is_line),
        float(leaf.is_embed),
        told / max(1, count),
        _shared(words, hints.dek),
        *_shared_pairs(words, hints),
        float("@" in text),
        float("|" in text or "»" in text or "›" in text),
        float(text.istitle()),
    ]


def _shared(words: list[str], others: frozenset[str]) -> float:
    """Dice share of the words in common; -1 where there is nothing to compare with."""
    if not others:
        return -1.0
    mine = set(words)
    return 2 * len(mine & others) / (len(mine) + len(others))


def _shared_pairs(words: list[str], hints: Hints) -> tuple[float, float]:
    if not hints.body and not hints.feed:
        return -1.0, -1.0
    pairs = {f"{a} {b}" for a, b in pairwise(words)} or set(words)
    count = max(1, len(pairs))
    return (
        len(pairs & hints.body) / count if hints.body else -1.0,
        len(pairs & hints.feed) / count if hints.feed else -1.0,
    )


# --- where the leaf stands ---------------------------------------------------------------------------


class _Places:
    """Elements above the leaves as arrays."""

    def __init__(self, outline: Outline, texts: NDArray[np.float64]) -> None:
        self.outline = outline
        self.texts = texts
        self.element = np.array([leaf.element for leaf in outline.leaves], np.int64)
        self.parent = np.array(outline.parents, np.int64)
        self.depth = np.array(outline.depths, np.int64)
        codes = np.array([_TAG_CODES.get(tag, 0) for tag in outline.tags], np.float64)
        texts[:, _CODE] = codes[self.element]
        self.chain = self._chain(5)
        plain = texts[:, _CHARS] * (1 - texts[:, _LINKED])
        self.long = np.where((plain >= LONG_CHARS) | ((plain >= 40) & (texts[:, _END] == 1)), plain, 0.0)
        self.sums = self._sums(np.column_stack([self.long, texts[:, _CHARS], texts[:, _CHARS] * texts[:, _LINKED],
                                                np.ones(len(texts)), self.long > 0]))  # fmt: skip
        self.paragraph_parent = self._level(1)

    def _level(self, count: int) -> Ints:
        return self.chain[count]

    def _chain(self, levels: int) -> list[Ints]:
        """The leaf's element and its ancestors; the top stays the top."""
        chain = [self.element]
        for _ in range(levels):
            above = self.parent[chain[-1]]
            chain.append(np.where(above < 0, chain[-1], above))
        return chain

    def _sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Totals of the leaves' values under each element."""
        totals = np.zeros((len(self.parent), values.shape[1]))
        np.add.at(totals, self.element, values)
        by_depth = np.argsort(-self.depth, kind="stable")
        bounds = np.flatnonzero(np.diff(self.depth[by_depth])) + 1
        for level in np.split(by_depth, bounds):
            inner = level[self.parent[level] >= 0]
            np.add.at(totals, self.parent[inner], totals[inner])
        return totals

    def nearest_signs(self) -> NDArray[np.float64]:
        """Elements up to the nearest that bears each sign, for each leaf."""
        signs = np.array(self.outline.signs, np.int64)
        bears = ((signs[:, None] >> np.arange(len(SIGN_NAMES))) & 1).astype(bool)
        nearest = np.where(bears, self.depth[:, None].astype(np.int16), np.int16(-1))
        order = np.argsort(self.depth, kind="stable")
        bounds = np.flatnonzero(np.diff(self.depth[order])) + 1
        for level in np.split(order, bounds)[1:]:
            above = nearest[self.parent[level]]
            own = nearest[level]
            nearest[level] = np.where(own >= 0, own, above)
        found = nearest[self.element]
        distance = np.minimum(self.depth[self.element][:, None] - found, FAR - 1)
        return np.where(found < 0, FAR, distance).astype(np.float64)

    def main_container(self) -> Ints:
        """Indices from the top down to the smallest element that holds most of the long text."""
        held = self.sums[:, 0]
        if not held.any():
            return np.zeros(1, np.int64)
        deep = np.flatnonzero(held >= 0.6 * held[0])
        at = int(deep[np.argmax(self.depth[deep])])
        path = [at]
        while self.parent[path[-1]] >= 0:
            path.append(int(self.parent[path[-1]]))
        return np.array(path[::-1])

    def columns(self) -> NDArray[np.float64]:
        count = len(self.element)
        index = np.arange(count)
        chars = self.texts[:, _CHARS]
        before = np.cumsum(chars) - chars
        long_before = np.cumsum(self.long) - self.long
        all_long = max(1.0, float(self.long.sum()))
        heads = np.flatnonzero(self.texts[:, _CODE] == _TAG_CODES["h1"])
        titles = np.flatnonzero(self.texts[:, TITLE_SHARE] >= 0.7)
        columns = [
            index / count,
            np.full(count, count),
            before / max(1.0, float(chars.sum())),
            long_before / all_long,
            (all_long - long_before - self.long) / all_long,
            np.full(count, all_long),
            self.depth[self.element],
            _since(index, heads),
            _since(index, titles),
            np.full(count, len(heads)),
            *self._container_columns(all_long),
            *self._group_columns(),
        ]
        inner = np.array([leaf.inner_signs for leaf in self.outline.leaves], np.int64)
        inner_bits = (inner[:, None] >> np.array(_INNER)) & 1
        return np.hstack([np.column_stack(columns), self.nearest_signs(), inner_bits])

    def _container_columns(self, all_long: float) -> list[NDArray[np.float64]]:
        path = self.main_container()
        on_path = np.zeros(len(self.parent), bool)
        on_path[path] = True
        up = np.full(len(self.element), 0)
        at = self.element.copy()
        for _ in range(FAR):
            outside = ~on_path[at]
            if not outside.any():
                break
            up += outside
            at = np.where(outside, np.maximum(self.parent[at], 0), at)
        columns = [up.astype(np.float64), (self.depth[path[-1]] - self.depth[at]).astype(np.float64)]
        for level in self.chain[:5]:
            sums = self.sums[level]
            columns += [sums[:, 0] / all_long, sums[:, 2] / np.maximum(1, sums[:, 1]), sums[:, 3]]
        columns.append(self.sums[self.chain[1], 4])
        return columns

    def _group_columns(self) -> list[NDArray[np.float64]]:
        """Of the leaves that stand in elements of the same tag and classes."""
        outline = self.outline
        columns: list[NDArray[np.float64]] = []
        tags, names = outline.tags, outline.names
        elements, above, higher = (self.chain[level].tolist() for level in range(3))
        near = [(tags[e], names[e], names[p]) for e, p in zip(elements, above, strict=True)]
        far = [(*key, names[p]) for key, p in zip(near, higher, strict=True)]
        for keys in (near, far):
            numbers: dict[tuple[str, ...], int] = {}
            group = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
            size = np.bincount(group)
            long = np.bincount(group, self.long)
            linked = np.bincount(group, self.texts[:, _LINKED]) / size
            columns += [size[group].astype(np.float64), long[group] / max(1.0, float(self.long.sum())), linked[group],
                        (long / np.maximum(1, np.bincount(group, self.texts[:, _CHARS])))[group]]  # fmt: skip
        return columns


_INNER_SIGNS = (
    "byline",
    "date",
    "caption",
    "credit",
    "related",
    "share",
    "picture",
    "meta",
    "hidden",
    "title",
    "t_time",
)
_INNER = [SIGN_NAMES.index(name) for name in _INNER_SIGNS]


def _since(index: Ints, marks: Ints) -> NDArray[np.float64]:
    """Leaves since the last mark, or negative until the first; far where there is none."""
    if not len(marks):
        return np.full(len(index), -99.0)
    last = np.searchsorted(marks, index, side="right") - 1
    return np.where(last >= 0, index - marks[np.maximum(last, 0)], index - marks[0]).clip(-60, 200).astype(np.float64)


# --- its neighbours ----------------------------------------------------------------------------------


def shifted(values: NDArray[np.float64], by: int, fill: float = 0.0) -> NDArray[np.float64]:
    """`values` of the leaf `by` places on (negative: back), `fill` beyond the ends."""
    moved = np.full_like(values, fill)
    if abs(by) < len(values):
        if by > 0:
            moved[:-by] = values[by:]
        else:
            moved[-by:] = values[:by]
    return moved


def _neighbours(texts: NDArray[np.float64], places: _Places) -> NDArray[np.float64]:
    columns = []
    chars, linked, code, end = (texts[:, at] for at in (_CHARS, _LINKED, _CODE, _END))
    parent = places.chain[1].astype(np.float64)
    element = places.element.astype(np.float64)
    depth = places.depth[places.element].astype(np.float64)
    for by in (-3, -2, -1, 1, 2, 3):
        columns += [shifted(chars, by), shifted(linked, by), shifted(code, by, -1)]
        if abs(by) <= 2:
            columns += [shifted(end, by, -1), shifted(parent, by, -1) == parent, shifted(element, by, -1) == element]
            columns.append(shifted(depth, by) - depth)
    long = np.concatenate([[0.0], np.cumsum(places.long)])
    index = np.arange(len(chars))
    for span in (5, 12):
        ahead = np.minimum(index + 1 + span, len(chars))
        behind = np.maximum(index - span, 0)
        columns += [long[ahead] - long[index + 1], long[index] - long[behind]]
    return np.column_stack(columns)
