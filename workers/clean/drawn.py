"""The text that a page hands to its scripts to draw, where its markup shows none"""

import json
import re

from selectolax.lexbor import LexborHTMLParser

from workers.clean.markup import Markup
from workers.clean.normal import clean_line
from workers.clean.signs import BITS, element_signs

_MAX_SCRIPT = 2_000_000  # characters
_MIN_PARAGRAPHS = 3
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PARAGRAPH = re.compile(r"(?:<|\\u003c)p\b", re.IGNORECASE)
_ESCAPED = re.compile(r"\\u003c", re.IGNORECASE)
_NO_TEXT = "figure, figcaption, aside, script, style, table"
_BESIDE = BITS["caption"] | BITS["related"] | BITS["newsletter"] | BITS["ad"]
_DEEPEST = 2  # JSON within a string of JSON is common, more is not


def drawn_paragraphs(page: Markup) -> list[str]:
    """Paragraphs of the string that holds most of them, in whatever script; none where no string holds several."""
    best: list[str] = []
    for node in page.named("script"):
        source = node.text() or ""
        if len(source) > _MAX_SCRIPT or len(_PARAGRAPH.findall(source)) < _MIN_PARAGRAPHS:
            continue
        for found in _STRING.finditer(source):
            if len(_PARAGRAPH.findall(found[0])) >= _MIN_PARAGRAPHS:
                paragraphs = _paragraphs(_unescaped(found[0]))
                best = max(best, paragraphs, key=lambda each: sum(map(len, each)))
    return best if len(best) >= _MIN_PARAGRAPHS else []


def _unescaped(literal: str) -> str:
    """What a string literal says; where that is JSON again, its longest string that holds paragraphs."""
    text = literal
    for _ in range(_DEEPEST):
        try:
            text = str(json.loads(text, strict=False))
        except ValueError:
            return ""
        if not (text.lstrip().startswith(("{", "[")) or _ESCAPED.search(text)):
            return text
        inner = [found[0] for found in _STRING.finditer(text) if len(_PARAGRAPH.findall(found[0])) >= _MIN_PARAGRAPHS]
        if not inner:
            return text
        text = max(inner, key=len)
    return ""


def _paragraphs(html: str) -> list[str]:
    tree = LexborHTMLParser(html)
    beside = [node for node in tree.css("[class]") if element_signs("", node.attributes.get("class")) & _BESIDE]
    for node in (*tree.css(_NO_TEXT), *beside):
        node.decompose()
    lines = (clean_line(node.text()) for node in tree.css("p, h2, h3, h4, li"))
    return [line for line in lines if line]
