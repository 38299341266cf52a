"""A parsed page into leaf blocks: the smallest parts that are kept or dropped whole"""

from array import array
from collections import Counter
from itertools import repeat

from selectolax.lexbor import LexborNode

from workers.clean.markup import INLINE_TAGS, UNREAD_TAGS
from workers.clean.normal import clean_line, clean_lines
from workers.clean.outline import Leaf, Outline
from workers.clean.signs import TAG_BITS, UNSEEN, attribute_signs

# A page with more nodes or leaves than this is read up to here: time stays bounded on hostile pages.
MAX_NODES = 120_000
MAX_LEAVES = 3_000
_MAX_CELL_CHARS = 120
_TEXT_ID = 2  # the parser's id of text nodes
_LAST_OTHER_ID = 5  # ids up to this are of text, comments and the like; those of elements are higher
_PARTED = 2  # line breaks that a parting element counts as

# What a tag does to the text in and round it. One that has none of these parts it.
_INLINE, _BOLD, _LINK, _PREFORMATTED, _BREAK, _EMBED, _UNREAD = (1 << at for at in range(7))
_INHERITED = _BOLD | _PREFORMATTED
_NOT_ENTERED = _BREAK | _EMBED | _UNREAD
_CELL_TAGS = frozenset({"td", "th"})


def _traits() -> dict[str, int]:
    found = dict.fromkeys(INLINE_TAGS, _INLINE)
    found |= dict.fromkeys(UNREAD_TAGS | {"select", "option", "datalist", "object", "canvas", "audio", "head"}, _UNREAD)
    found |= {"br": _BREAK, "iframe": _EMBED, "video": _EMBED, "embed": _EMBED, "pre": _PREFORMATTED}
    return found | dict.fromkeys(("b", "strong", "em", "i", "u"), _INLINE | _BOLD) | {"a": _INLINE | _LINK}


_TRAITS = _traits()
_LAST_KNOWN_ID = 255  # ids up to this are the parser's own, the same on every page; those of other tags are higher
_known: dict[int, tuple[str, int, int]] = {}  # tag, traits and signs by id


def _tag_of(node: LexborNode, tag_id: int) -> tuple[str, int, int]:
    tag = node.tag or ""
    found = tag, _TRAITS.get(tag, 0), TAG_BITS.get(tag, 0)
    if tag_id <= _LAST_KNOWN_ID:
        _known[tag_id] = found
    return found


def segment(body: LexborNode | None) -> Outline:
    """Leaf blocks of everything under `body`, whatever they are; elements without text are left out."""
    if body is None:
        return Outline()
    found = _Walker().walk(body)
    _join_cells(found)
    return found


class _Walker:
    """One traversal: keeps the open elements and the text of the leaf that is being read.

    Most elements hold no text of their own, so an element is described only when the first text in it comes:
    `described` has an entry for what is above the body, then one for each of the first of `open`.
    """

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.rows: list[tuple[str, int, int, int, str]] = []  # of elements: tag, parent, depth, signs and classes
        self.ends: list[int] = []
        self.open: list[tuple[LexborNode, str, int, int]] = []  # tag, own and inherited traits, and what the tag says
        # Index of the element, of itself or its nearest ancestor that parts the text, of the link it stands in or -1,
        # and its signs.
        self.described: list[tuple[int, int, int, int]] = [(-1, 0, -1, 0)]
        self.pieces: list[str] = []
        self.leaf = Leaf(-1, "")
        self.gap = _PARTED  # line breaks since the last text
        self.last_link = -1

    def walk(self, body: LexborNode) -> Outline:
        stack, leaves = self.open, self.leaves
        node: LexborNode | None = body
        inherited = 0
        for _ in repeat(None, MAX_NODES):
            assert node is not None
            tag_id = node.tag_id
            following = None
            if tag_id == _TEXT_ID:
                text = node.text_content
                if not text or text.isspace():
                    if text and self.pieces and not self.gap:
                        self.pieces.append(text)
                else:
                    self.add_text(text, inherited)
                    if len(leaves) >= MAX_LEAVES:
                        break
            elif tag_id > _LAST_OTHER_ID:
                tag, traits, says = _known.get(tag_id) or _tag_of(node, tag_id)
                if not traits & _NOT_ENTERED or (tag == "noscript" and _is_open(node)):
                    if not traits & _INLINE:
                        self.gap = _PARTED
                    if following := node.first_child:
                        inherited |= traits & _INHERITED
                        stack.append((node, tag, traits | inherited, says))
                else:
                    self.pass_by(node, traits)
            if following is None and (following := node.next) is None:
                following = self.leave()
                inherited = stack[-1][2] & _INHERITED if stack else 0
            if not stack:
                break
            node = following
        return self.finish()

    def leave(self) -> LexborNode | None:
        """Close elements up to the first that something follows, and return that."""
        described, opened = self.described, self.open
        while opened:
            node, _, traits, _ = opened.pop()
            if not traits & _INLINE:
                self.gap = _PARTED
            if len(described) > len(opened) + 1:
                self.ends[described.pop()[0]] = len(self.rows)
            if following := node.next:
                return following
        return None

    def finish(self) -> Outline:
        self.close_leaf()
        for at, *_ in self.described[1:]:
            self.ends[at] = len(self.rows)
        tags, parents, depths, signs, names = zip(*self.rows, strict=True) if self.rows else ((),) * 5
        return Outline(
            list(tags),
            array("q", parents),  # which numpy copies at once
            array("q", depths),
            array("q", self.ends),
            array("q", signs),
            list(names),
            self.leaves,
        )

    def pass_by(self, node: LexborNode, traits: int) -> None:
        """Take note of an element whose inside is not read."""
        if traits & _BREAK:
            self.gap += 1
            if self.pieces and self.open[-1][2] & _PREFORMATTED:
                self.pieces.append("\n")
        elif traits & _EMBED:
            self.gap = _PARTED
            self.add_embed(node)

    def describe_open(self) -> None:
        """Add the open elements that text has now been found in."""
        described, rows, ends = self.described, self.rows, self.ends
        last, block, link, _ = described[-1]
        at, depth = len(rows), len(described) - 1
        for node, tag, traits, says in self.open[depth:]:
            signs, classes = says, ""
            if attributes := node.attributes:
                classes = attributes.get("class") or ""
                signs |= attribute_signs(attributes, classes)
            rows.append((tag, last, depth, signs, classes))
            ends.append(0)
            if not traits & _INLINE:
                block = at
            if traits & _LINK:
                link = at
            described.append((at, block, link, signs))
            last = at
            at += 1
            depth += 1

    def add_embed(self, node: LexborNode) -> None:
        attributes = node.attributes
        source = clean_line(attributes.get("src") or attributes.get("data-src") or "")
        if source.startswith(("http", "/")):
            self.close_leaf()
            self.open.append((node, node.tag or "", 0, TAG_BITS.get(node.tag or "", 0)))
            self.describe_open()
            self.open.pop()
            at = self.described.pop()[0]
            self.leaves.append(Leaf(at, source, is_embed=True))
            self.ends[at] = at + 1

    def add_text(self, text: str, traits: int) -> None:
        if len(self.described) <= len(self.open):
            self.describe_open()
        at, block, link, signs = self.described[-1]
        if block != at and signs & UNSEEN:
            return
        leaf = self.leaf
        if traits & _PREFORMATTED and self.gap < _PARTED:
            self.gap = 0
        if self.pieces and (self.gap or block != leaf.element):
            self.close_leaf()
        if not self.pieces:
            leaf = self.leaf = Leaf(block, "", 0, 0, 0, 0, self.gap < _PARTED and block == leaf.element)
        self.gap = 0
        self.pieces.append(text)
        if link >= 0:
            leaf.link_chars += len(text.strip())
            if self.last_link != link:
                leaf.links += 1
                self.last_link = link
        if traits & _BOLD:
            leaf.bold_chars += len(text.strip())
        if block != at:
            leaf.inner_signs |= signs

    def close_leaf(self) -> None:
        if self.pieces:
            leaf = self.leaf
            is_preformatted = self.rows[leaf.element][0] == "pre"
            text = "".join(self.pieces)
            leaf.text = clean_lines(text) if is_preformatted else clean_line(text)
            if leaf.text:
                self.leaves.append(leaf)
            self.pieces = []
            self.last_link = -1


def _is_open(noscript: LexborNode) -> bool:
    """Whether the parser read the inside as markup: it does so where the page's text is there."""
    return noscript.css_first("p") is not None


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
