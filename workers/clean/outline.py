"""A page's elements and leaf blocks, in lists and as arrays"""

from array import array
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(slots=True)
class Leaf:
    """A run of text between two parting elements or line breaks."""

    element: int  # the element that parts it from others
    text: str
    link_chars: int = 0
    links: int = 0
    bold_chars: int = 0
    inner_signs: int = 0  # of inline elements round its text
    is_line: bool = False  # parted from the leaf before it by one line break only
    is_embed: bool = False


def _numbers() -> "array[int]":
    return array("q")  # which numpy copies at once


@dataclass
class Outline:
    """The elements of a page, one list a property, and its leaves, both in document order."""

    tags: list[str] = field(default_factory=list)
    parents: "array[int]" = field(default_factory=_numbers)  # index, -1 at the top
    depths: "array[int]" = field(default_factory=_numbers)
    ends: "array[int]" = field(default_factory=_numbers)  # index behind the last element inside
    signs: "array[int]" = field(default_factory=_numbers)  # bits of signs.py
    names: list[str] = field(default_factory=list)  # classes, for comparing leaves by where they stand
    leaves: list[Leaf] = field(default_factory=list)

    @cached_property
    def shape(self) -> "Shape":
        """Itself as arrays, made on first use: it must not change any more."""
        return Shape.of(self)


@dataclass(frozen=True, slots=True)
class Shape:
    """Numbers for all elements or, where it says so, for all leaves."""

    element: Ints  # of each leaf
    parents: Ints  # the top is its own
    depth: Ints
    behind: Ints  # index behind the last element inside
    tag: Ints  # of each leaf's element: a number for each, the same for the same, as in the next two
    kind: Ints  # of each leaf: the tag and classes of its element, and the classes of the one above
    wide_kind: Ints  # of each leaf: with the classes of one further above

    @classmethod
    def of(cls, outline: Outline) -> "Shape":
        """As the outline has them in lists."""
        element = np.array([leaf.element for leaf in outline.leaves], np.int64)
        arrays = [np.array(each, np.int64) for each in (outline.parents, outline.depths, outline.ends)]
        parents = np.maximum(arrays[0], 0)
        return cls(element, parents, arrays[1], arrays[2], *_kinds(outline, element, parents))


def _kinds(outline: Outline, element: Ints, parents: Ints) -> Ints:
    """Rows: numbers of tag, kind and wide kind for each leaf."""
    tags, names = outline.tags, outline.names
    parent = parents[element]
    numbers: dict[str, int] = {}
    kinds: dict[tuple[str, str, str], int] = {}
    wide_kinds: dict[tuple[int, str], int] = {}
    found: list[tuple[int, int, int]] = []
    last = -1
    for at, up, higher in zip(element.tolist(), parent.tolist(), parents[parent].tolist(), strict=True):
        if at != last:  # leaves of one element follow one another
            tag, last = tags[at], at
            kind = kinds.setdefault((tag, names[at], names[up]), len(kinds))
            wide = wide_kinds.setdefault((kind, names[higher]), len(wide_kinds))
            all_of = numbers.setdefault(tag, len(numbers)), kind, wide
        found.append(all_of)
    return np.array(found, np.int64).reshape(-1, 3).T.copy()
