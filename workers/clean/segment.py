"""A parsed page into leaf blocks: the smallest parts that are kept or dropped whole"""

from collections import Counter
from dataclasses import dataclass, field

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
_MAX_CELL_CHARS = 120
_TEXT_ID = 2  # the parser's id of text nodes
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


# An open element: node id, its index, the index of itself or its nearest ancestor that parts the text, the index of
# the link it stands in or -1, is it bold, is it skipped, is it preformatted. A plain tuple: there is one an element.
_Open = tuple[int, int, int, int, bool, bool, bool]


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
        stack = self.open = [(root_id, -1, 0, -1, False, False, False)]
        leaves = self.outline.leaves
        for count, node in enumerate(body.traverse(include_text=True)):
            parent = node.parent
            parent_id = parent.mem_id if parent is not None else root_id
            while stack[-1][0] != parent_id and len(stack) > 1:
                closed = stack.pop()
                if closed[1] == closed[2]:
                    self.gap = _PARTED
            if node.tag_id == _TEXT_ID:
                text = node.text_content
                if text and not stack[-1][5]:
                    if not text.isspace():
                        self.add_text(text, stack[-1])
                    elif self.pieces and not self.gap:
                        self.pieces.append(text)
            elif node.is_element_node:
                self.enter(node, stack[-1])
            if count > MAX_NODES or len(leaves) >= MAX_LEAVES:
                break
        self.close_leaf()

    def enter(self, node: LexborNode, above: _Open) -> None:
        tag = node.tag or ""
        _, parent, block, link, is_bold, is_skipped, is_preformatted = above
        if tag == "br":
            self.gap += 1
            if is_preformatted and self.pieces:
                self.pieces.append("\n")
            return
        if is_skipped or (tag in _SKIPPED_TAGS and not _is_open_noscript(node, tag)):
            self.open.append((node.mem_id, -2, -3, -1, False, True, False))
            return
        at = self.add_element(node, tag, parent)
        if tag not in INLINE_TAGS or parent < 0:
            self.gap = _PARTED
            block = at
        if tag == "a":
            link = at
        is_embed = tag in _EMBED_TAGS
        is_bold = is_bold or tag in _BOLD_TAGS
        self.open.append((node.mem_id, at, block, link, is_bold, is_embed, is_preformatted or tag == "pre"))
        if is_embed:
            self.add_embed(node, at)

    def add_element(self, node: LexborNode, tag: str, parent: int) -> int:
        outline = self.outline
        attributes = node.attributes
        classes = ""
        if attributes:
            get = attributes.get
            classes = get("class") or ""
            signs = element_signs(tag, classes, get("id"), get("role"), get("itemprop"))
            style = get("style")
            if (style and "none" in style) or "hidden" in attributes or get("aria-hidden") == "true":
                signs |= HIDDEN
        else:
            signs = element_signs(tag)
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
        block = above[2]
        if above[6] and self.gap < _PARTED:
            self.gap = 0
        if self.pieces and (self.gap or block != self.leaf.element):
            self.close_leaf()
        if not self.pieces:
            self.leaf = Leaf(block, "", is_line=self.gap < _PARTED and block == self.leaf.element)
        self.gap = 0
        self.pieces.append(text)
        self.describe(len(text.strip()), above)

    def describe(self, length: int, above: _Open) -> None:
        leaf = self.leaf
        _, at, block, link, is_bold, _, _ = above
        if link >= 0:
            leaf.link_chars += length
            if self.last_link != link:
                leaf.links += 1
                self.last_link = link
        if is_bold:
            leaf.bold_chars += length
        if block != at:
            leaf.inner_signs |= self.outline.signs[at]

    def close_leaf(self) -> None:
        if self.pieces:
            is_preformatted = self.leaf.element >= 0 and self.outline.tags[self.leaf.element] == "pre"
            text = "".join(self.pieces)
            self.leaf.text = clean_lines(text) if is_preformatted else clean_line(text)
            if self.leaf.text:
                self.outline.leaves.append(self.leaf)
            self.pieces = []
            self.last_link = -1


def _is_open_noscript(node: LexborNode, tag: str) -> bool:
    """Whether the parser read the inside of a noscript as markup: it does so where the page's text is there."""
    return tag == "noscript" and node.css_first("p") is not None


def _join_cells(outline: Outline) -> None:
    """Make one leaf of the short cells of a table row, as they read on the page."""
    tags, parents = outline.tags, outline.parents
    if "tr" not in tags:
        return
    rows = Counter(parents[leaf.element] for leaf in outline.leaves if tags[leaf.element] in _CELL_TAGS)
    cells = Counter(leaf.element for leaf in outline.leaves)
    joined: list[Leaf] = []
    row = -1
    for leaf in outline.leaves:
        is_cell = tags[leaf.element] in _CELL_TAGS and cells[leaf.element] == 1 and len(leaf.text) <= _MAX_CELL_CHARS
        if is_cell and parents[leaf.element] == row:
            _absorb(joined[-1], leaf)
        else:
            joined.append(leaf)
        row = parents[leaf.element] if is_cell and rows[parents[leaf.element]] > 1 else -1
    outline.leaves = joined


def _absorb(leaf: Leaf, other: Leaf) -> None:
    leaf.text += " " + other.text
    leaf.link_chars += other.link_chars
    leaf.links += other.links
    leaf.bold_chars += other.bold_chars
    leaf.inner_signs |= other.inner_signs
