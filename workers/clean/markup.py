"""One parse of a page, shared by all readers, and what its head declares"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

import numpy as np
from selectolax.lexbor import LexborHTMLParser, LexborNode

from storage import excess
from storage.excess import MANY_BYTES, MANY_TAGS
from workers.clean import jsonld
from workers.clean.charset import decoded
from workers.clean.normal import clean_line

# Text inside these is no text of the page: code, styles, ruby readings, what shows only without scripts.
UNREAD_TAGS = frozenset({"script", "style", "noscript", "template", "rt", "rp", "textarea", "svg", "math"})

# Elements that flow with the words round them; all others part the text.
INLINE_TAGS = frozenset(
    {
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
    }
    | {"ins", "kbd", "label", "mark", "meter", "output", "q", "rb", "rp", "rt", "ruby", "s", "samp", "small"}
    | {"span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "-text", "-comment"}
)
_NOSCRIPT_PARAGRAPHS = 3
_OPENING = ord("<")


# Relations that readers ask for: a page has dozens of links to what browsers load, and making each absolute is dear.
_RELS = frozenset({"canonical", "amphtml", "next"})


@dataclass(frozen=True)
class Markup:
    """A parsed page. What it declares is read on first use and kept."""

    tree: LexborHTMLParser
    url: str  # where the page was found, after redirects
    _named: dict[str, list[LexborNode]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def base_url(self) -> str:
        """The address that relative links start from."""
        told = next((href for node in self.named("base") if (href := node.attributes.get("href")) is not None), None)
        return self.absolute_from(self.url, told) or self.url

    def named(self, tag: str) -> list[LexborNode]:
        """Elements of a tag, in document order."""
        if tag not in self._named:
            self._named[tag] = self.tree.tags(tag)
        return self._named[tag]

    @cached_property
    def anchors(self) -> list[tuple[LexborNode, str]]:
        """Link elements with where they lead, as written."""
        return [(node, href) for node in self.named("a") if (href := node.attrs.get("href"))]

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        """JSON-LD objects, `@graph` flattened, in document order."""
        kinds = ((node, node.attrs.get("type") or "") for node in self.named("script"))
        return jsonld.parse([node.text() for node, kind in kinds if "ld+json" in kind.lower()])

    @cached_property
    def meta(self) -> Mapping[str, list[str]]:
        """Contents of meta by name, property, itemprop or http-equiv in lower case; no empty ones."""
        found: dict[str, list[str]] = {}
        for node in self.named("meta"):
            attributes = node.attributes
            content = clean_line(attributes.get("content") or "")
            if content:
                keys = {attributes.get(key) for key in ("property", "name", "itemprop", "http-equiv")}
                for key in keys - {None, ""}:
                    found.setdefault(str(key).strip().lower(), []).append(content)
        return found

    @cached_property
    def links(self) -> Mapping[str, list[str]]:
        """Absolute addresses of the canonical page, its AMP form and the next part, by rel."""
        found: dict[str, list[str]] = {}
        for node in self.named("link"):
            for rel in _RELS.intersection((node.attrs.get("rel") or "").lower().split()):
                if address := self.absolute(node.attrs.get("href")):
                    found.setdefault(rel, []).append(address)
        return found

    @cached_property
    def language(self) -> str | None:
        """The language the html element declares, as written, such as `en-GB`."""
        root = self.tree.css_first("html")
        attributes = root.attributes if root else {}
        return clean_line(attributes.get("lang") or attributes.get("xml:lang") or "") or None

    def meta_first(self, *names: str) -> str | None:
        """Content of the first meta element of the first name that has one."""
        return next((self.meta[name][0] for name in names if name in self.meta), None)

    def absolute(self, address: str | None) -> str | None:
        """`address` made absolute; None for what is no web address."""
        return self.absolute_from(self.base_url, address)

    @staticmethod
    def absolute_from(base: str, address: str | None) -> str | None:
        """`address` as seen from `base`; None for what is no web address."""
        try:
            absolute = urljoin(base, clean_line(address or ""))
        except ValueError:
            return None
        return absolute if address and absolute.lower().startswith(("http://", "https://")) else None


def has_many_tags(source: bytes) -> bool:
    """Whether a page has so many tags that their depth may matter."""
    return int(np.count_nonzero(np.frombuffer(source, np.uint8) == _OPENING)) > MANY_TAGS


def parse(body: bytes, url: str, content_type: str | None = None) -> Markup:
    """The page in `body`, found at `url`; `content_type` is the header as received. No markup raises."""
    text, utf8 = decoded(body, content_type)
    source = utf8 if utf8 is not None else text.encode("utf-8", "replace")
    if (len(source) > MANY_BYTES or has_many_tags(source)) and (reduced := excess.reduce(text)) is not text:
        source = reduced.encode("utf-8", "replace")
    # With scripting off the parser would end <head> at a noscript image and misplace what follows it. Some pages
    # draw their text by script and keep it in a noscript for the rest: only those are read as without scripts.
    return Markup(LexborHTMLParser(source, scripting=not _has_noscript_text(source)), url)


def _has_noscript_text(source: bytes) -> bool:
    at = source.find(b"<noscript")
    while at >= 0:
        end = source.find(b"</noscript", at)
        if source.count(b"<p", at, end) + source.count(b"<P", at, end) >= _NOSCRIPT_PARAGRAPHS:
            return end >= 0
        at = source.find(b"<noscript", end) if end >= 0 else -1
    return False


def text_of(node: LexborNode) -> str:
    """Text of an element on one line in normal form, without code, styles and ruby readings."""
    only = node.first_child
    if only is not None and only.is_text_node and only.next is None:
        return clean_line(only.text_content or "")
    pieces: list[str] = []
    unread: set[int] = set()
    for child in node.traverse(include_text=True):
        parent = child.parent
        if parent is not None and parent.mem_id in unread:
            unread.add(child.mem_id)
        elif child.is_text_node:
            before = child.prev
            if before is not None and before.tag not in INLINE_TAGS:
                pieces.append(" ")
            pieces.append(child.text_content or "")
        elif child.tag in UNREAD_TAGS and child != node:
            unread.add(child.mem_id)
        elif child.tag not in INLINE_TAGS:
            pieces.append(" ")
    return clean_line("".join(pieces))
