"""What a page says of its article outside the text, gathered once for all readers of metadata"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from storage.domain import Block, PageContext
from workers.clean import declared
from workers.clean.body import INSIDE
from workers.clean.declared import Declared
from workers.clean.markup import Markup
from workers.clean.normal import clean_line
from workers.clean.outline import Leaf, Outline
from workers.clean.signs import BITS
from workers.clean.sites import site_names
from workers.clean.title import plain

# Leaves round headline and text that may hold byline and date; what stands further off belongs to others.
_BEFORE = 5
_AFTER = 14
_BEHIND_TEXT = 5
_TAIL = 8
_BOX_LEVELS = 5  # elements outwards from a headline that still hold little but it
_LINE = 30  # characters of a line that is told by its words to be of the text
_TELLING = 20  # characters of an h1 that is no section's name
_SPELLING = 6  # characters by which quotes and ligatures may make a headline longer
_MARKED = (
    'h1, time, [itemprop], [rel~="author"], [rel~="tag"], abbr[title], [datetime], [data-datetime], [data-timestamp], '
    "[data-published], [data-publish-date]"
)


@dataclass(frozen=True, slots=True)
class Near:
    """A leaf close to the article, and on which side: "under" or "above" the headline, in the "text" or "behind" it."""

    leaf: Leaf
    side: str


class Marked(NamedTuple):
    """An element that says what it holds, with its attributes, which many readers ask for."""

    node: LexborNode
    attributes: Mapping[str, str | None]


@dataclass(frozen=True)
class Signals:
    """One page as the readers of metadata see it."""

    markup: Markup
    outline: Outline
    context: PageContext
    blocks: Sequence[Block]

    def with_text(self, blocks: Sequence[Block]) -> "Signals":
        """The same page with another text; what was read apart from the text is not read again."""
        if blocks is self.blocks:
            return self
        other = replace(self, blocks=blocks)
        vars(other).update({name: value for name, value in vars(self).items() if name in _APART_FROM_TEXT})
        return other

    @cached_property
    def declared(self) -> Declared:
        """The page's JSON-LD article."""
        return declared.of_page(self.markup.objects, self.context.final_url, self.canonical)

    @cached_property
    def canonical(self) -> str | None:
        """The address the page claims for itself."""
        links = self.markup.links.get("canonical")
        return links[0] if links else self.markup.absolute(self.markup.meta_first("og:url"))

    @cached_property
    def head_title(self) -> str | None:
        """What the title element says."""
        head = self.markup.tree.head
        node = head.css_first("title") if head else None
        return clean_line(node.text()) if node else None

    @cached_property
    def marked(self) -> list[Marked]:
        """Elements that say what they hold: time, itemprop, rel and h1, in document order."""
        return [Marked(node, node.attributes) for node in self.markup.tree.css(_MARKED)]

    @cached_property
    def sites(self) -> list[str]:
        """What the site may be called."""
        return site_names(self.markup, self.outline, self.context, self.declared.publisher())

    @cached_property
    def text_start(self) -> int:
        """Index of the leaf with which the article's text starts; the number of leaves if none does."""
        return next((at for at in self._text_leaves), len(self.outline.leaves))

    @cached_property
    def text_end(self) -> int:
        """Index behind the last leaf of the article's text."""
        return max(self._text_leaves, default=-1) + 1

    @cached_property
    def _text_leaves(self) -> list[int]:
        wanted = {block.text for block in self.blocks if block.kind in INSIDE}  # captions may stand above the headline
        whole = "\n".join(wanted)
        leaves = self.outline.leaves

        def is_part(at: int) -> bool:
            """A line that only a break parts from the next is but a part of its block."""
            is_line = leaves[at].is_line or (at + 1 < len(leaves) and leaves[at + 1].is_line)
            return is_line and len(leaves[at].text) >= _LINE and leaves[at].text in whole

        texts = [leaf.text for leaf in leaves]
        return [at for at, text in enumerate(texts) if len(text) > 1 and (text in wanted or is_part(at))]

    def headline_at(self, title: str) -> int | None:
        """Index of the leaf that shows the headline: an h1 before other headings before plain text."""
        wanted = plain(title)
        leaves = self.outline.leaves
        shortest, longest = len(title) - _SPELLING, len(title) + _SPELLING
        found = [
            at for at, leaf in enumerate(leaves) if shortest <= len(leaf.text) <= longest and plain(leaf.text) == wanted
        ]
        if not found:
            # Readers see another headline than the head tells: an h1 of some words, the nearest before the text.
            is_h1 = [
                self.is_marked(leaf, "t_h1", 1) and len(leaf.text) > _TELLING for leaf in leaves[: self.text_start]
            ]
            return next((at for at in reversed(range(len(is_h1))) if is_h1[at]), None)
        return max(found, key=lambda at: (at < self.text_start, self._heading_rank(leaves[at]), -at))

    def _heading_rank(self, leaf: Leaf) -> int:
        if self.is_marked(leaf, "t_h1"):
            return 3
        return 0 if self.is_others(leaf) else 2 if self.is_marked(leaf, "title") else 1

    def near(self, headline: int | None) -> list[Near]:
        """Leaves round the headline and behind the text, nearest first; others' promos and menus left out."""
        leaves = self.outline.leaves
        at = headline if headline is not None else self.text_start
        end = max(at + 1, min(self.text_start, at + 1 + _AFTER))
        before = range(at - 1, max(-1, at - 1 - _BEFORE), -1)
        behind = range(max(end, self.text_end), min(len(leaves), self.text_end + _BEHIND_TEXT)) if self.text_end else ()
        near = [Near(leaves[place], "under") for place in range(at + 1, min(end, len(leaves)))]
        near += [Near(leaves[place], "above") for place in before if place < len(leaves) and self._share_box(place, at)]
        near += [Near(leaves[place], "behind") for place in behind]
        near += [Near(leaves[place], "text") for place in self._edges_of_text() if place > at]
        shared = {index for index, _ in self._around(leaves[at])} if at < len(leaves) else set()
        return [each for each in near if not self.is_others(each.leaf, shared)]

    def _edges_of_text(self) -> list[int]:
        """The text's own first and last leaves: extraction may have kept a byline or date there."""
        start, end = self.text_start, self.text_end
        return list(dict.fromkeys([*range(start, min(start + 3, end)), *range(max(start, end - _TAIL), end)]))

    def _share_box(self, place: int, headline: int) -> bool:
        """Whether two leaves stand in one small box: the page's header shares only the page with the headline."""
        leaves = self.outline.leaves
        if headline >= len(leaves):
            return False
        boxes = {index for index, _ in islice(self._around(leaves[headline]), _BOX_LEVELS)}
        for index, signs in islice(self._around(leaves[place]), _BOX_LEVELS):
            if index in boxes:
                return self.outline.tags[index] != "body"
            if signs & _HEADER:
                return False
        return False

    def is_marked(self, leaf: Leaf, sign: str, within: int = 2) -> bool:
        """Whether a leaf, or an element at most `within` levels above it, bears a sign."""
        bit = BITS[sign]
        if leaf.inner_signs & bit:
            return True
        index = leaf.element
        for _ in range(within + 1):
            if index < 0:
                return False
            if self.outline.signs[index] & bit:
                return True
            index = self.outline.parents[index]
        return False

    def is_others(self, leaf: Leaf, shared: Collection[int] = ()) -> bool:
        """Whether a leaf stands in a menu, a list of other articles, comments or the like.

        Elements that hold the headline too (`shared`) say nothing, nor do those further off than a sign of
        byline or date.
        """
        if leaf.inner_signs & _OWN:
            return False
        index, signs, parents = leaf.element, self.outline.signs, self.outline.parents
        while index >= 0:
            if signs[index] & _OWN or index in shared:
                return False
            if signs[index] & _OTHERS:
                return True
            index = parents[index]
        return False

    def _around(self, leaf: Leaf) -> Iterator[tuple[int, int]]:
        """The elements round a leaf from the nearest outwards: index and signs."""
        index = leaf.element
        while index >= 0:
            yield index, self.outline.signs[index]
            index = self.outline.parents[index]


_APART_FROM_TEXT = frozenset({"declared", "canonical", "head_title", "marked", "sites"})
_OTHERS = BITS["related"] | BITS["comment"] | BITS["t_nav"] | BITS["t_footer"] | BITS["newsletter"] | BITS["ad"]
_HEADER = BITS["header"] | BITS["t_header"] | BITS["nav"]
_OWN = BITS["byline"] | BITS["date"]
