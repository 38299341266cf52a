"""JSON-LD blocks of a page into one flat list of objects, however broken"""

import json
import re
from collections.abc import Iterator
from typing import Any

_DECODER = json.JSONDecoder(strict=False)
# What templates wrap round or leave in the script element.
_OPENING = re.compile(r"(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)\s*", re.DOTALL)
_CLOSING = re.compile(r"\s*(?:-->|//\s*\]\]>|\]\]>)$")
_CLOSING_CHARS = 40  # the closing stands in as many last characters
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_MISSING_COMMA = re.compile(r"([}\"\]])(\s*\n\s*)(\")")
_BAD_ESCAPE = re.compile(r'\\(?![\\/"bfnrtu])|\\u(?![0-9a-fA-F]{4})')
_MAX_DEPTH = 12
_MAX_OBJECTS = 500


def parse(sources: Iterator[str] | list[str]) -> list[dict[str, Any]]:
    """Every object that the scripts hold, `@graph` and nested lists flattened, in document order.

    Objects nested in a property (a publisher, an image) stay where they are. What cannot be read is left out.
    """
    found: list[dict[str, Any]] = []
    for source in sources:
        for value in _values(_unwrapped(source)):
            _flatten(value, found, 0)
    return found[:_MAX_OBJECTS]


def _unwrapped(source: str) -> str:
    source = source.strip()
    opening = _OPENING.match(source)
    closing = _CLOSING.search(source, max(0, len(source) - _CLOSING_CHARS))
    return source[opening.end() if opening else 0 : closing.start() if closing else len(source)].strip()


def _values(source: str) -> Iterator[Any]:
    """The JSON values in one script; some templates write several without a list."""
    at = 0
    while at < len(source):
        try:
            value, at = _DECODER.raw_decode(source, at)
        except (ValueError, RecursionError):
            yield from _mended(source[at:])
            return
        yield value
        while at < len(source) and source[at] in " \t\r\n,;":
            at += 1


def _mended(source: str) -> Iterator[Any]:
    mended = _BAD_ESCAPE.sub(r"\\\\", source)
    mended = _MISSING_COMMA.sub(r"\1,\2\3", _TRAILING_COMMA.sub(r"\1", mended))
    try:
        yield _DECODER.raw_decode(mended)[0]
    except (ValueError, RecursionError):
        return


def _flatten(value: Any, found: list[dict[str, Any]], depth: int) -> None:
    if depth > _MAX_DEPTH or len(found) >= _MAX_OBJECTS:
        return
    if isinstance(value, list):
        for item in value:
            _flatten(item, found, depth + 1)
    elif isinstance(value, dict):
        if set(value) - {"@context", "@graph"}:
            found.append(value)
        _flatten(value.get("@graph"), found, depth + 1)
        _flatten(value.get("mainEntity"), found, depth + 1)
