"""What a reader makes of a seed's body"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime

from dateutil import parser as dateutil_parser

from storage.domain import Entry, SeedKind

LONGEST_TEXT = 20_000
AMPERSAND = re.compile(rb"&(?!#[0-9]{1,11};|#x[0-9a-fA-F]{1,9};|[A-Za-z][A-Za-z0-9]{0,31};)")
REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]{1,9})|([0-9]{1,11}));")
LONGEST_ADDRESS = 8_000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
TAG = re.compile(r"<[^>]{0,2000}>")


@dataclass(frozen=True, slots=True)
class FoundSeed:
    """A seed that another one names."""

    url: str  # as written, made absolute
    kind: SeedKind
    lastmod: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Entries in the order they stand, further seeds, the listing's next page, and what was wrong, if anything."""

    entries: tuple[Entry, ...] = ()
    seeds: tuple[FoundSeed, ...] = ()
    problem: str | None = None
    more: FoundSeed | None = None


def time(text: str | None, zone: tzinfo) -> datetime | None:
    """A time of a feed or sitemap in UTC; without a zone it is the portal's. None for what is no time."""
    if not text or len(text) > 100:
        return None
    text = text.strip()
    found = _iso(text) or _mail(text) or _any(text)
    if found is None or not 1990 <= found.year <= 2100:
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # The reader takes "-0000" and a missing zone alike; only the text tells them apart.
    has_zone = re.search(r"([+-]\d{4}|[A-Z]{1,5})\s*(\(.*\))?$", text)
    return found if has_zone else found.replace(tzinfo=None)


def _any(text: str) -> datetime | None:
    try:
        found: datetime = dateutil_parser.parse(text, fuzzy=False)
    except (ValueError, OverflowError, TypeError):
        return None
    return found


def text(value: object, longest: int = LONGEST_TEXT) -> str | None:
    """Plain text of a value: markup and control characters dropped, white space single; None when nothing is left."""
    if not isinstance(value, str) or not value:
        return None
    import html

    bare = TAG.sub(" ", html.unescape(value[: 4 * longest])) if "<" in value or "&" in value else value
    bare = " ".join(CONTROL.sub("", bare).split())
    return bare[:longest] or None


def line(value: object) -> str | None:
    """A short text, such as a title or a name."""
    return text(value, 500)


def address(value: object) -> str | None:
    """An address as written, without what no store or log can hold; None for what is no address."""
    return CONTROL.sub("", value)[:LONGEST_ADDRESS] or None if isinstance(value, str) else None


def escaped(body: bytes) -> bytes:
    """XML in which each bare ampersand, as in addresses that nobody escaped, stands for itself."""
    return AMPERSAND.sub(b"&amp;", body)


def referring(body: bytes) -> bytes:
    """XML without references to what is no character, such as half a surrogate pair: parsers break on them."""
    return REFERENCE.sub(_reference, body)


def _reference(match: "re.Match[bytes]") -> bytes:
    number = int(match[1], 16) if match[1] else int(match[2])
    is_space = number in (9, 10, 13)
    is_character = is_space or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
    return match[0] if is_character else b"&#xFFFD;"
