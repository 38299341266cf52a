"""A parsed page into leaf blocks: the smallest parts that are kept or dropped whole"""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from workers.clean.markup import INLINE_TAGS, UNREAD_TAGS
from workers.clean.normal import clean_line, clean_lines
from workers.clean.signs import HIDDEN, element_signs

# A page with more nodes or leaves than this is read up to here: time stays bounded on hostile pages.
MAX_NODES = 120_000
MAX_LEAVES = 3_000
_SKIPPED_TAGS = UNREAD_TAGS | {"select", "option", "datalist", "object", "canvas", "audio", "head"}
_BOLD_TAGS = frozenset({"b", "strong", "em", "i", "u"})
_EMBED_TAGS = frozenset({"iframe", "video", "embed"})
_CELL_TAGS = frozenset({"td", "th"})
_MAX_CELL_CHARS = 200
_PARTED = 2  # line breaks that a parting element counts as


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


@dataclass(slots=True)
class Outline:
    """The elements of a page, one list a property, and its leaves, both in document order."""

    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)  # index, -1 at the top
    depths: list[int] = field(default_factory=list)
    signs: list[int] = field(default_factory=list)  # bits of signs.py
    names: list[str] = field(default_factory=list)  # classes, for comparing leaves by where they stand
    leaves: list[Leaf] = field(default_factory=list)


class _Open(NamedTuple):
    """An element that has begun and not ended."""

    node_id: int
    at: int  # its index
    block: int  # of itself or its nearest ancestor that parts the text
    link: int  # index of the link it stands in, or -1
    is_bold: bool
    is_skipped: bool
    is_preformatted: bool


def segment(body: LexborNode | None) -> Outline:
    """Leaf blocks of everything under `body`, whatever they are."""
    walker = _Walker()
    if body is not None:
        walker.walk(body)
    _join_cells(walker.outline)
    return walker.outline


class _Walker:
    """One traversal: keeps the open elements and the text of the leaf that is being read."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.open: list[_Open] = []
        self.pieces: list[str] = []
        self.leaf = Leaf(-1, "")
        self.gap = _PARTED  # line breaks since the last text
        self.last_link = -1

    def walk(self, body: LexborNode) -> None:
        root = body.parent
        root_id = root.mem_id if root is not None else 0
        stack = self.open = [_Open(root_id, -1, 0, -1, False, False, False)]
        leaves = self.outline.leaves
        for count, node in enumerate(body.traverse(include_text=True)):
            parent = node.parent
            parent_id = parent.mem_id if parent is not None else root_id
            while stack[-1].node_id != parent_id and len(stack) > 1:
                closed = stack.pop()
                if closed.block == closed.at:
                    self.gap = _PARTED
            above = stack[-1]
            if node.is_text_node:
                if not above.is_skipped:
                    self.add_text(node.text_content or "", above)
            elif node.is_element_node:
                self.enter(node, above)
            if count > MAX_NODES or len(leaves) >= MAX_LEAVES:
                break
        self.close_leaf()

    def enter(self, node: LexborNode, above: _Open) -> None:
        tag = node.tag or ""
        if tag == "br":
            self.gap += 1
            if above.is_preformatted and self.pieces:
                self.pieces.append("\n")
            return
        if above.is_skipped or tag in _SKIPPED_TAGS:
            self.open.append(_Open(node.mem_id, -2, -3, -1, False, True, False))
            return
        index = self.add_element(node, tag, above.at)
        is_inline = tag in INLINE_TAGS and above.at >= 0
        if not is_inline:
            self.gap = _PARTED
        is_embed = tag in _EMBED_TAGS
        self.open.append(
            _Open(
                node.mem_id,
                index,
                above.block if is_inline else index,
                index if tag == "a" else above.link,
                above.is_bold or tag in _BOLD_TAGS,
                is_embed,
                above.is_preformatted or tag == "pre",
            )
        )
        if is_embed:
            self.add_embed(node, index)

    def add_element(self, node: LexborNode, tag: str, parent: int) -> int:
        outline = self.outline
        attributes = node.attributes
        classes = attributes.get("class") or ""
        signs = element_signs(tag, classes, attributes.get("id"), attributes.get("role"), attributes.get("itemprop"))
        style = attributes.get("style")
        if (style and "none" in style) or "hidden" in attributes or attributes.get("aria-hidden") == "true":
            signs |= HIDDEN
        outline.tags.append(tag)
        outline.parents.append(parent)
        outline.depths.append(outline.depths[parent] + 1 if parent >= 0 else 0)
        outline.signs.append(signs)
        outline.names.append(classes)
        return len(outline.tags) - 1

    def add_embed(self, node: LexborNode, index: int) -> None:
        attributes = node.attributes
        source = clean_line(attributes.get("src") or attributes.get("data-src") or "")
        if source.startswith(("http", "/")):
            self.close_leaf()
            self.outline.leaves.append(Leaf(index, source, is_embed=True))

    def add_text(self, text: str, above: _Open) -> None:
        if not text or text.isspace():
            if self.pieces and not self.gap:
                self.pieces.append(text)
            return
        if above.is_preformatted and self.gap < _PARTED:
            self.gap = 0
        if self.pieces and (self.gap or above.block != self.leaf.element):
            self.close_leaf()
        if not self.pieces:
            is_line = self.gap < _PARTED and above.block == self.leaf.element
            self.leaf = Leaf(above.block, "", is_line=is_line)
        self.gap = 0
        self.pieces.append(text)
        self.describe(len(text.strip()), above)

    def describe(self, length: int, above: _Open) -> None:
        leaf = self.leaf
        if above.link >= 0:
            leaf.link_chars += length
            if self.last_link != above.link:
                leaf.links += 1
                self.last_link = above.link
        if above.is_bold:
            leaf.bold_chars += length
        if above.block != above.at:
            leaf.inner_signs |= self.outline.signs[above.at]

    def close_leaf(self) -> None:
        if self.pieces:
            is_preformatted = self.leaf.element >= 0 and self.outline.tags[self.leaf.element] == "pre"
            text = "".join(self.pieces)
            self.leaf.text = clean_lines(text) if is_preformatted else clean_line(text)
            if self.leaf.text:
                self.outline.leaves.append(self.leaf)
            self.pieces = []
            self.last_link = -1


def _join_cells(outline: Outline) -> None:
    """Make one leaf of the short cells of a table row, as they read on the page; a cell of several lines is layout."""
    tags, parents = outline.tags, outline.parents
    if "tr" not in tags:
        return
    joined: list[Leaf] = []
    row = -1
    lines = Counter(leaf.element for leaf in outline.leaves)
    for leaf in outline.leaves:
        is_short = len(leaf.text) <= _MAX_CELL_CHARS and lines[leaf.element] == 1
        is_cell = is_short and tags[leaf.element] in _CELL_TAGS
        if is_cell and parents[leaf.element] == row:
            _absorb(joined[-1], leaf)
        else:
            joined.append(leaf)
        row = parents[leaf.element] if is_cell else -1
    outline.leaves = joined


def _absorb(leaf: Leaf, other: Leaf) -> None:
    leaf.text += " " + other.text
    leaf.link_chars += other.link_chars
    leaf.links += other.links
    leaf.bold_chars += other.bold_chars
    leaf.inner_signs |= other.inner_signs
