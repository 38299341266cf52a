"""Nesting and attributes beyond measure taken out of a page's source, so that parsing it takes linear time"""

import re
from itertools import accumulate

# A parser looks at every open element when it meets a paragraph, a block or an end tag: time grows with tags times
# depth. Browsers stop nesting at about the same depth.
MAX_DEPTH = 500
MANY_TAGS = 5_000  # with fewer, no depth matters
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s<>/]*)([^<>]*>?)")
_NAME = re.compile(r"<(/?[a-zA-Z][^\s<>/]*)")
# Elements that end by themselves, or at the next of their kind, or whose end tag may be left out: they nest only inside
# others that are counted.
_UNCOUNTED = frozenset(
    {"a", "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
    | {"html", "head", "body", "p", "li", "dt", "dd", "option", "optgroup", "rt", "rp"}
    | {"tr", "td", "th", "thead", "tbody", "tfoot", "colgroup"}
)
_FLAT = "<hr>"  # parts the text as a block does, and holds nothing
_FLATS = re.compile(r"<hr>(?:\s*<hr>)+")
# A parser compares each attribute of a tag with all before it. One long value is no harm, and no page has thousands.
MANY_BYTES = 300_000  # in fewer there is no room for what takes seconds
_MOST_ATTRIBUTES = 5_000
_LONG = 20_000  # characters of a tag behind its name, in fewer of which there is no room either
_LONG_TAG = re.compile(rf"<([a-zA-Z][^\s<>/]*+)[^<>]{{{_LONG},}}")
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")


def reduce(source: str) -> str:
    """`source` without what takes a parser more than linear time; itself where it holds nothing of the kind."""
    return flatten(shorten(source))


def flatten(source: str) -> str:
    """`source` with elements more than MAX_DEPTH deep turned into ones that don't nest; their text stays."""
    if source.count("<") <= MANY_TAGS or _at_most(source) <= MAX_DEPTH or _deepest(source) <= MAX_DEPTH:
        return source
    depth = drawings = 0

    def replaced(found: re.Match[str]) -> str:
        nonlocal depth, drawings
        tag, name = found[0], found[2].lower()
        if name in _UNCOUNTED or (drawings and tag.endswith("/>")):
            return tag
        step = -1 if found[1] else 1
        drawings = max(0, drawings + step) if name == "svg" else drawings
        is_deep = depth + max(step, 0) > MAX_DEPTH
        depth = max(0, depth + step)
        return _FLAT if is_deep else tag

    return _FLATS.sub(_FLAT, _TAG.sub(replaced, source))


def _at_most(source: str) -> int:
    """As `_deepest`, or more where end tags are too many or drawings are in the page; in a third of the time."""
    names = _NAME.findall(source)
    steps = {name: _step(name.lower()) for name in set(names)}
    sums = list(accumulate(map(steps.__getitem__, names), initial=0))
    return max(sums) - min(sums)


def _step(name: str) -> int:
    if name.removeprefix("/") in _UNCOUNTED:
        return 0
    return -1 if name.startswith("/") else 1


def _deepest(source: str) -> int:
    """How many elements are open at once: few pages of many tags are deep, and replacing nothing in them is dear."""
    depth = deepest = drawings = 0
    for ends, written, rest in _TAG.findall(source):
        name = written.lower()
        if name in _UNCOUNTED or (drawings and rest.endswith("/>")):
            continue
        if name == "svg":
            drawings = max(0, drawings - 1 if ends else drawings + 1)
        depth = max(0, depth - 1 if ends else depth + 1)
        deepest = max(deepest, depth)
    return deepest


def shorten(source: str) -> str:
    """`source` with tags of thousands of attributes without them."""
    if len(source) <= MANY_BYTES or not _may_have_long_tag(source):
        return source
    return _LONG_TAG.sub(lambda tag: f"<{tag[1]}" if _attributes(tag[0]) > _MOST_ATTRIBUTES else tag[0], source)


def _may_have_long_tag(source: str) -> bool:
    """Whether a whole piece of the source stands behind an open tag: a cheap look, that few pages of any size pass."""
    is_open = False
    for start in range(0, len(source), _LONG // 2):
        end = start + _LONG // 2
        last = max(source.rfind("<", start, end), source.rfind(">", start, end))
        if last >= 0:
            is_open = source[last] == "<"
        elif is_open:
            return True
    return False


def _attributes(tag: str) -> int:
    return len(_VALUE.sub(" ", tag).replace("/", " ").split())
