"""The headline as a page shows it, where no h1 holds it"""

import re
from collections.abc import Iterable, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from workers.clean.markup import text_of
from workers.clean.outline import Leaf
from workers.clean.signals import Signals
from workers.clean.title import plain

_SHORTEST = 10  # characters
_LONGEST = 300
_WORDS = 3  # a headline has as many; a section's name has fewer
_BEHIND = 3  # leaves behind the text's start that may still hold it
_NEAR = 12  # leaves before the text's start
_EDGE = re.compile(r"[^\w\s]")
_LARGE = 'font[size], big, center, h2, h3, b, strong, [style*="font-size"], [class*="title"], [class*="head"]'
_SIZE = re.compile(r"font-size\s*:\s*(\d+(?:\.\d+)?)\s*(px|pt|em|rem|%)", re.IGNORECASE)
_PIXELS = {"px": 1.0, "pt": 1.33, "em": 16.0, "rem": 16.0, "%": 0.16}
_FONTS = {1: 10.0, 2: 13.0, 3: 16.0, 4: 18.0, 5: 24.0, 6: 32.0, 7: 48.0}  # pixels of <font size>
_TAGS = {"h2": 24.0, "h3": 19.0, "big": 19.0, "b": 16.5, "strong": 16.5, "center": 16.2}
_MOST = 160  # elements looked at
_LEAST = 16.0


def lines(signals: Signals, sites: Iterable[str]) -> list[Leaf]:
    """Lines near the text's start that may be a headline: none of others' and no site's name."""
    names = {plain(name) for name in sites}
    start = signals.text_start
    near = signals.outline.leaves[max(0, start - _NEAR) : start + _BEHIND]
    return [leaf for leaf in near if _may_be(leaf) and plain(leaf.text) not in names and not signals.is_others(leaf)]


def _may_be(leaf: Leaf) -> bool:
    return _SHORTEST <= len(leaf.text) <= _LONGEST and leaf.link_chars < len(leaf.text)


def confirmed(near: Sequence[Leaf], told: Sequence[str]) -> str | None:
    """The last line that a title of the head consists of, or that one ends or starts with.

    The line that stands nearest to the text is the headline: a section's name stands above it.
    """
    wanted = [plain(text) for text in told if len(text) >= _SHORTEST]
    found = [leaf.text for leaf in near if any(_is_part(plain(leaf.text), whole) for whole in wanted)]
    telling = [text for text in found if len(text.split()) >= _WORDS or len(text) * 2 > max(map(len, wanted))]
    return next(reversed(telling), None)


def largest(tree: LexborHTMLParser, near: Sequence[Leaf]) -> str | None:
    """The line in the largest letters, the first of several; None where none stands out."""
    shown = {leaf.text for leaf in near}
    best, found = _LEAST, None
    for node in tree.css(_LARGE)[:_MOST]:
        text = text_of(node)
        if text in shown and len(text.split()) >= _WORDS and (size := _size_of(node, text)) > best:
            best, found = size, text
    return found


def _is_part(line: str, whole: str) -> bool:
    """Whether `whole` is the line, or has it at one end with a mark between it and the rest."""
    if line == whole:
        return True
    if whole.startswith(line):
        return bool(_EDGE.match(whole[len(line) :].lstrip()))
    return whole.endswith(line) and bool(_EDGE.match(whole[: -len(line)].rstrip()[-1:]))


def _size_of(node: LexborNode, text: str) -> float:
    """How large its letters are, in pixels, by its own markup and what is round it and in it."""
    sizes: list[float] = []
    for each in _chain(node, text):
        sizes += [_FONTS.get(_font(each), 0.0), _TAGS.get(each.tag or "", 0.0)]
        if match := _SIZE.search(each.attributes.get("style") or ""):
            sizes.append(float(match[1]) * _PIXELS[match[2].lower()])
    return max(sizes)


def _chain(node: LexborNode, text: str) -> Iterable[LexborNode]:
    """The element, those round it that hold nothing else, and its only child's."""
    inner, outer = node.first_child, node.parent
    while inner is not None and inner.tag not in {None, "-text"}:
        yield inner
        inner = inner.first_child
    yield node
    while outer is not None and outer.tag not in {"body", "html", "-undef"} and text_of(outer) == text:
        yield outer
        outer = outer.parent


def _font(node: LexborNode) -> int:
    size = (node.attributes.get("size") or "").strip() if node.tag == "font" else ""
    if size[:1] == "+" and size[1:].isdigit():
        return min(7, 3 + int(size[1:]))
    return int(size) if size.isdigit() else 0
