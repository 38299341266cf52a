"""Leaves that the model holds for text into typed blocks, with captions and embeds beside them"""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from storage.domain import Block, BlockKind
from workers.clean import phrases
from workers.clean.outline import Leaf, Outline
from workers.clean.places import Doubles
from workers.clean.signs import BITS

THRESHOLD = 0.5
_HOPELESS = 0.25
_SURE = 0.8
_APART = 3  # leaves; more between two parts of a text are rare
INSIDE = frozenset(BlockKind) - {BlockKind.CAPTION, BlockKind.EMBED}
_HEAD_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SEEN_UP = 4  # ancestors that decide what a block is
_CAPTION = BITS["t_figcaption"] | BITS["caption"]
_QUOTE = BITS["t_quote"]
_ITEM = BITS["t_item"]
_CORRECTION = 1 << phrases.KINDS.index("correction")
_MAX_HEAD_CHARS = 120
_MAX_CAPTION_CHARS = 600
_BESIDE = 6  # leaves before the text in which its picture and caption may stand
_ENDING = re.compile(r"[.!?。！？।…:;,\"”»]$")


def select(chances: Doubles) -> list[int]:
    """Indices of the leaves that are text.

    Where the model is sure of none, those it holds for likeliest: on a page of an odd kind all chances are low alike.
    """
    highest = float(chances.max(initial=0.0))
    threshold = THRESHOLD if highest > THRESHOLD else THRESHOLD * highest
    kept = [int(at) for at in np.flatnonzero(chances > threshold)] if highest > _HOPELESS else []
    return _without_strays(kept, chances)


def _without_strays(kept: list[int], chances: Doubles) -> list[int]:
    """Less the first and last leaves that stand apart from the rest and that the model is not sure of."""
    first, last = 0, len(kept)
    while last - first > 2 and kept[first + 1] - kept[first] > _APART and chances[kept[first]] < _SURE:
        first += 1
    while last - first > 2 and kept[last - 1] - kept[last - 2] > _APART and chances[kept[last - 1]] < _SURE:
        last -= 1
    return kept[first:last]


def blocks_of(outline: Outline, kept: Sequence[int]) -> tuple[Block, ...]:
    """Blocks in reading order: the kept leaves, and captions and embeds among them or right before them."""
    if not kept:
        return ()
    wanted = set(kept)
    blocks: list[Block] = []
    last = -2
    for at in range(max(0, kept[0] - _BESIDE), kept[-1] + 1):
        leaf = outline.leaves[at]
        if at in wanted:
            _append(blocks, outline, leaf, is_next=last == at - 1)
            last = at
        elif beside := _beside(outline, leaf):
            blocks.append(beside)
    return tuple(blocks)


def body_text(blocks: Iterable[Block]) -> str:
    """The text of the blocks inside the text, joined by blank lines."""
    return "\n\n".join(block.text for block in blocks if block.kind in INSIDE)


def _append(blocks: list[Block], outline: Outline, leaf: Leaf, is_next: bool) -> None:
    kind = _kind(outline, leaf)
    # Lines of one element that a single break parts are one block: an address, a verse, a wrapped line.
    if leaf.is_line and is_next and blocks and blocks[-1].kind is kind:
        blocks[-1] = Block(kind, f"{blocks[-1].text} {leaf.text}")
    else:
        blocks.append(Block(kind, leaf.text))


def _kind(outline: Outline, leaf: Leaf) -> BlockKind:
    tag = outline.tags[leaf.element]
    if tag in _HEAD_TAGS:
        return BlockKind.SUBHEAD
    if tag == "pre":
        return BlockKind.PREFORMATTED
    if phrases.said(leaf.text)[0] & _CORRECTION:
        return BlockKind.CORRECTION
    above = _signs_above(outline, leaf.element)
    if above & _QUOTE:
        return BlockKind.QUOTE
    if above & _ITEM:
        return BlockKind.LIST_ITEM
    is_bold = leaf.bold_chars >= 0.9 * len(leaf.text)
    if is_bold and len(leaf.text) <= _MAX_HEAD_CHARS and not _ENDING.search(leaf.text):
        return BlockKind.SUBHEAD
    return BlockKind.PARAGRAPH


def _beside(outline: Outline, leaf: Leaf) -> Block | None:
    if leaf.is_embed:
        return Block(BlockKind.EMBED, leaf.text)
    signs = _signs_above(outline, leaf.element) | leaf.inner_signs
    if signs & _CAPTION and len(leaf.text) <= _MAX_CAPTION_CHARS and leaf.link_chars < len(leaf.text):
        return Block(BlockKind.CAPTION, leaf.text)
    return None


def _signs_above(outline: Outline, element: int) -> int:
    signs = 0
    for _ in range(_SEEN_UP):
        if element < 0:
            break
        signs |= outline.signs[element]
        element = outline.parents[element]
    return signs
