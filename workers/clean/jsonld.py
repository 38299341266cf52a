"""JSON-LD blocks of a page into one flat list of objects, however broken"""

import json
import re
from collections.abc import Iterator
from typing import Any

_DECODER = json.JSONDecoder(strict=False)
# What templates wrap round or leave in the script element.
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)\s*|\s*(?:-->|//\s*\]\]>|\]\]>)\s*$", re.DOTALL
)
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
        for value in _values(_WRAPPING.sub("", source).strip()):
            _flatten(value, found, 0)
    return found[:_MAX_OBJECTS]


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
