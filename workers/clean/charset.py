"""Bytes of a page into text, by the HTML standard's order of evidence"""

import re
from typing import NamedTuple

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
    to_unicode,
)

_WIDE_TAG = re.compile(rb"[\x00\t\n\r ]*(<)\x00[!?hH]\x00")
# Detection reads this much: pages are megabytes, and a script is known after a few thousand letters.
_SAMPLE_BYTES = 65_536
_PRESCAN_BYTES = 4096
_LANGUAGE = re.compile(rb"<html\b[^>]*?\blang\s*=\s*[\"']?([a-z]{2,3})\b", re.IGNORECASE)
# Languages whose undeclared pages browsers read as windows-1252, by the standard's table, and their use of it. A page
# that only says to be in one of them shows by letters of no such language, signs inside of words, or too many accents.
_WESTERN = frozenset(b"af ca da de en es eu fi fr ga gl id it ms nb nl nn no pt sv sw".split())
_FOREIGN = re.compile(r"[\x80-\x9fÐÞÝðþý¤¥¦¨¬¯¸]|[A-Za-z][¡¢£§©®±²³´¶¹º»¼½¾¿×÷][a-z]")
_MOST_ACCENTS = 0.2  # of the letters; French has .04
# A declared charset that cannot explain more than this share of the bytes is taken for a mistake.
_TOLERATED_ERRORS = 0.005


class Decoded(NamedTuple):
    """A page's text, and its bytes where they are just that in UTF-8: a parser needn't have it encoded again."""

    text: str
    utf8: bytes | None = None


def decoded(body: bytes, content_type: str | None = None) -> Decoded:
    """An HTML page: byte-order mark, transport charset, meta prescan, then detection.

    Two exceptions from the standard, both for pages that browsers show wrongly: bytes that are valid
    UTF-8 beyond ASCII are UTF-8 whatever they declare, and a declared charset that fails on many bytes
    is dropped for detection. Never raises; unreadable bytes become U+FFFD.
    """
    mark, bom = read_bom(body)
    if mark is not None and bom is not None:
        return Decoded(to_unicode(body[len(bom) :], mark))
    if (code := _two_bytes(body)) is not None:
        return Decoded(body.decode(code, "replace"))
    # Bytes with NUL or escape can be UTF-16 or ISO-2022 though they are valid UTF-8; then the label decides.
    is_plain = b"\x00" not in body and b"\x1b" not in body
    if is_plain and (text := _as_utf8(body)) is not None:
        return Decoded(text, body)
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body)
    # A page whose meta tag could be read as ASCII is not UTF-16: the standard reads UTF-8 there.
    if declared is not None and declared.startswith("utf-16") and b"<meta" in body[:_PRESCAN_BYTES]:
        declared = "utf-8"
    if declared in {None, "utf-8"} and (text := _as_utf8(body)) is not None:
        return Decoded(text)
    return Decoded(_decode_legacy(body, declared))


def _two_bytes(body: bytes) -> str | None:
    """UTF-16 that its first tag gives away, for want of a mark."""
    found = _WIDE_TAG.match(body[:200])
    if found is None:
        return None
    return "utf-16-be" if found.start(1) % 2 else "utf-16-le"


def _as_utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decode_legacy(body: bytes, declared: str | None) -> str:
    if declared is not None:
        text = to_unicode(body, declared)
        if text.count("\ufffd") <= max(8, _TOLERATED_ERRORS * len(text)):
            return text
    return to_unicode(body, _detect(body) or declared or "cp1252")


def _detect(body: bytes) -> str | None:
    """Name of the charset that reads best on the part with the most bytes beyond ASCII."""
    sample = _telling_part(body)
    # A few bad bytes in an otherwise valid page do not make it another charset.
    errors = sample.decode("utf-8", "replace").count("\ufffd")
    letters = sum(byte >= 0x80 for byte in sample)
    if letters and errors <= letters * 0.1:
        return "utf-8"
    language = _LANGUAGE.search(body[:_PRESCAN_BYTES])
    if language is not None and language[1].lower() in _WESTERN and _is_western(to_unicode(sample, "cp1252")):
        return "cp1252"
    import charset_normalizer  # here because importing it takes a twentieth of a child's start, and few pages need it

    best = charset_normalizer.from_bytes(sample, steps=5, chunk_size=512).best()
    return resolve_encoding(best.encoding) if best is not None else None


def _is_western(text: str) -> bool:
    """Whether a text reads as one in a western language: where it has few accents, detection guesses."""
    accents = sum(letter >= "\x80" and letter.isalpha() for letter in text)
    return not _FOREIGN.search(text) and accents <= _MOST_ACCENTS * sum(map(str.isalpha, text))


def _telling_part(body: bytes) -> bytes:
    first = next((at for at, byte in enumerate(body) if byte >= 0x80), 0)
    start = body.rfind(b">", 0, first) + 1
    return body[start : start + _SAMPLE_BYTES]
