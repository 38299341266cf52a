"""Where each leaf block stands in the page, and what stands round it, as numbers"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from workers.clean.outline import Ints, Outline
from workers.clean.signs import SIGN_NAMES

Doubles = NDArray[np.float64]

FAR = 40  # a distance that says "none"
LONG_CHARS = 80  # unlinked characters that make a leaf speak for its container
_SENTENCE_CHARS = 40  # enough for that if a full stop ends them
TAGS = ("p", "div", "li", "h1", "h2", "h3", "h4", "span", "td", "blockquote", "pre", "figcaption", "section")
_CODES = {tag: at + 1 for at, tag in enumerate(TAGS)} | {"h5": 7, "h6": 7, "th": 9, "dd": 3, "dt": 3, "tr": 9}
_SEEN_UP = 5  # ancestors that are looked at one by one
_DECIMALS = 6
_DEEPEST = 32_000  # what a short integer holds
_FAR = np.int16(FAR)
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
_INNER_SHIFTS = np.array([SIGN_NAMES.index(name) for name in _INNER_SIGNS])


class Places:
    """The leaves' own numbers, in document order, and the elements above them as arrays."""

    def __init__(self, outline: Outline, chars: Doubles, linked: Doubles, ends: Doubles, titles: Doubles) -> None:
        self.outline = outline
        self.count = len(outline.leaves)
        self.chars, self.linked, self.ends, self.titles = chars, linked, ends, titles
        shape = outline.shape
        self.element, self.parent, self.depth, self.behind = shape.element, shape.parents, shape.depth, shape.behind
        self.code = np.array([_CODES.get(outline.tags[leaf.element], 0) for leaf in outline.leaves], np.float64)
        self.chain = self._chain()
        self.kind, self.wide_kind = shape.kind, shape.wide_kind
        plain = chars * (1 - linked)
        self.long = np.where((plain >= LONG_CHARS) | ((plain >= _SENTENCE_CHARS) & (ends == 1)), plain, 0.0)
        self.all_long = max(1.0, float(self.long.sum()))
        self.sums = self._sums([self.long, chars, chars * linked, np.ones(self.count), np.sign(self.long)])

    def _chain(self) -> Ints:
        """The leaf's element and its ancestors, a row a level; the top stays the top."""
        chain = [self.element]
        for _ in range(_SEEN_UP):
            chain.append(self.parent[chain[-1]])
        return np.array(chain)

    def _sums(self, values: list[Doubles]) -> Doubles:
        """Totals of the leaves' values under each element, a row a value.

        Elements stand in document order, so those inside follow.
        """
        before = np.zeros((len(values), len(self.parent) + 1))
        for row, value in zip(before, values, strict=True):
            np.bincount(self.element, value, len(self.parent)).cumsum(out=row[1:])
        # Rounded, for a difference of running totals is not exactly zero where it should be.
        return (before[:, self.behind] - before[:, :-1]).round(_DECIMALS)

    def columns(self) -> list[Doubles]:
        """Position in the page, and what the containers hold."""
        index = np.arange(self.count)
        before = self.chars.cumsum() - self.chars
        long_before = self.long.cumsum() - self.long
        heads = (self.code == _CODES["h1"]).nonzero()[0]
        titles = (self.titles >= 0.7).nonzero()[0]
        return [
            index / self.count,
            np.full(self.count, float(self.count)),
            before / max(1.0, float(self.chars.sum())),
            long_before / self.all_long,
            (self.all_long - long_before - self.long) / self.all_long,
            np.full(self.count, self.all_long),
            self.depth[self.element].astype(np.float64),
            _since(index, heads),
            _since(index, titles),
            np.full(self.count, float(len(heads))),
            *self._container_columns(),
            *self._group_columns(),
        ]

    def _main_container(self) -> Ints:
        """Path to the smallest element that holds most of the long text."""
        held = self.sums[0]
        if held[0] <= 0:
            return np.zeros(1, np.int64)
        deep = (held >= 0.6 * held[0]).nonzero()[0]
        return path_to(self.outline, int(deep[np.argmax(self.depth[deep])]))

    def apart(self, leaf: int) -> list[Doubles]:
        """Elements from each leaf, and from the given one, up to the nearest that holds both."""
        return apart(self.element, path_to(self.outline, int(self.element[leaf])), self.depth, self.behind)

    def _container_columns(self) -> list[Doubles]:
        """How far the leaf stands from the main container, and what its ancestors hold."""
        path = self._main_container()
        columns = apart(self.element, path, self.depth, self.behind)
        long, chars, linked, leaves, _ = self.sums[:, self.chain[:_SEEN_UP]]  # a row a level
        for level in zip(long / self.all_long, linked / np.maximum(1, chars), leaves, strict=True):
            columns += level
        columns.append(self.sums[4, self.chain[1]])
        return columns

    def _group_columns(self) -> list[Doubles]:
        """Of the leaves that stand in elements of the same kind."""
        columns: list[Doubles] = []
        for group in (self.kind, self.wide_kind):
            size = np.bincount(group).astype(np.float64)
            long = np.bincount(group, self.long)
            each = [size, long / self.all_long, np.bincount(group, self.linked) / size]
            each.append(long / np.maximum(1, np.bincount(group, self.chars)))
            columns += [values[group] for values in each]
        return columns

    def nearest_signs(self) -> NDArray[np.int16]:
        """Elements up to the nearest that bears each sign, for each leaf."""
        signs = np.array(self.outline.signs, "<i8").view(np.uint8).reshape(-1, 8)
        bears = np.unpackbits(signs, axis=1, bitorder="little")[:, : len(SIGN_NAMES)].view(np.bool_)
        # Of the nearest bearer, a row an element: those above come first, level by level.
        order = self.depth.argsort(kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        above, bears = place[self.parent[order]], bears[order]
        nearest = np.full(bears.shape, -1, np.int16)
        ends = np.bincount(self.depth).cumsum().tolist()
        for level, (start, end) in enumerate(pairwise([0, *ends])):
            rows = nearest[start:end]
            if level:
                nearest.take(above[start:end], axis=0, out=rows, mode="clip")
            np.putmask(rows, bears[start:end], min(level, _DEEPEST))
        columns = nearest[place[self.element]].T
        own = np.minimum(self.depth[self.element], _DEEPEST).astype(np.int16)
        return np.where(columns < 0, _FAR, np.minimum(own - columns, _FAR - 1)).T

    def inner_signs(self) -> NDArray[np.int64]:
        """Whether inline elements round the leaf's words bear some signs, for each leaf."""
        inner = np.array([leaf.inner_signs for leaf in self.outline.leaves], np.int64)
        bits: NDArray[np.int64] = (inner >> _INNER_SHIFTS[:, None]) & 1
        return bits.T

    def neighbours(self) -> list[Doubles]:
        """What the leaves before and after are like."""
        columns: list[Doubles] = []
        parent, element = (self.chain[level].astype(np.float64) for level in (1, 0))
        depth = self.depth[self.element].astype(np.float64)
        chars, linked, code, ends = (padded(each) for each in (self.chars, self.linked, self.code, self.ends))
        code[:_REACH] = code[-_REACH:] = ends[:_REACH] = ends[-_REACH:] = -1
        others = [padded(each, fill) for each, fill in ((parent, -1.0), (element, -1.0), (depth, 0.0))]
        for by in (-3, -2, -1, 1, 2, 3):
            there = slice(_REACH + by, _REACH + by + self.count)
            columns += [chars[there], linked[there], code[there]]
            if abs(by) <= 2:
                columns += [ends[there], others[0][there] == parent, others[1][there] == element]
                columns.append(others[2][there] - depth)
        long = np.concatenate([[0.0], self.long.cumsum()])
        index = np.arange(self.count)
        for span in (5, 12):
            ahead = np.minimum(index + 1 + span, self.count)
            behind = np.maximum(index - span, 0)
            columns += [long[ahead] - long[index + 1], long[index] - long[behind]]
        return columns


def path_to(outline: Outline, element: int) -> Ints:
    """Indices of the elements from the top down to this one."""
    path, parents = [element], outline.parents
    while parents[path[-1]] >= 0:
        path.append(parents[path[-1]])
    return np.array(path[::-1])


def apart(elements: Ints, path: Ints, depth: Ints, behind: Ints) -> list[Doubles]:
    """Steps from each element, and from the end of the path, up to the last of the path that holds both."""
    opened = path.searchsorted(elements, side="right")
    closed = (-behind[path]).searchsorted(-elements, side="left")
    shared = depth[path[np.maximum(0, np.minimum(opened, closed) - 1)]]
    up = np.minimum(depth[elements] - shared, FAR)
    return [up.astype(np.float64), (depth[path[-1]] - shared).astype(np.float64)]


_REACH = 3  # neighbours on each side


def padded(values: Doubles, fill: float = 0.0) -> Doubles:
    """`values` with `fill` before and behind: what the neighbours of the first and last leaves are."""
    edge = np.full(_REACH, fill)
    return np.concatenate([edge, values, edge])


def _since(index: Ints, marks: Ints) -> Doubles:
    """Leaves since the last mark, or negative until the first; far where there is none."""
    if not len(marks):
        return np.full(len(index), -99.0)
    last = marks.searchsorted(index, side="right") - 1
    since: Ints = index - marks[np.maximum(last, 0)]  # the first for those before it
    limited: Ints = np.minimum(np.maximum(since, -60), 200)
    return limited.astype(np.float64)
