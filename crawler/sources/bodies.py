"""A seed's body into entries, by what it is"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from selectolax.lexbor import SelectolaxError

from crawler.decoding import GZIP
from crawler.sources import feeds, reading, sections, sitemaps, wordpress
from crawler.sources.reading import Reading
from storage.domain import SeedKind

ENCODING = re.compile(r"""^(\s*<\?xml[^>]{0,100}?)\sencoding\s*=\s*["'][^"'>]{0,40}["']""")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a body is read for: `since` is UTC, `limit` counts entries, `largest` is bytes when unpacked."""

    home: str
    zone: tzinfo
    since: datetime
    limit: int
    largest: int


def zone(name: str | None) -> tzinfo:
    """The zone of times that a portal gives without one."""
    return ZoneInfo(name) if name else UTC


def read(body: bytes, url: str, expected: SeedKind, terms: Terms) -> tuple[SeedKind, Reading]:
    """Read a body by what it is, whatever the seed was `expected` to be."""
    kind, found = _read(body, url, expected, terms)
    # One address that no store can hold would lose the whole seed.
    entries = tuple(
        replace(entry, url=named, image=reading.address(entry.image))
        for entry in found.entries
        if (named := reading.address(entry.url))
    )
    return kind, replace(found, entries=entries)


def _read(body: bytes, url: str, expected: SeedKind, terms: Terms) -> tuple[SeedKind, Reading]:
    if body.startswith(GZIP):
        unzipped = sitemaps.unzip(body, terms.largest)
        if unzipped is None:
            return expected, Reading(problem="a gzipped body that is broken or too large")
        body = unzipped
    body = _in_bytes(body)
    kind = sniff(body, expected)
    if kind is SeedKind.FEED:
        return kind, feeds.read(body, url, terms.zone, terms.limit)
    if kind is SeedKind.SITEMAP:
        return kind, sitemaps.read(body, url, terms.zone, terms.since, terms.limit)
    if kind is SeedKind.WORDPRESS:
        return kind, wordpress.read(body, url, terms.zone, terms.since, terms.limit)
    if expected not in (SeedKind.HOME, SeedKind.SECTION):
        return expected, Reading(problem="a web page where a feed or sitemap was expected")
    try:
        found = sections.read(body, url, terms.home, terms.limit)
    except SelectolaxError:
        return expected, Reading(problem="a web page larger than its reader's memory")
    return kind, Reading(found.entries, more=found.more) if expected is SeedKind.SECTION else found


def _in_bytes(body: bytes) -> bytes:
    """A body without the mark of its encoding; of two bytes a character in UTF-8, and without saying otherwise."""
    if not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.removeprefix(b"\xef\xbb\xbf")
    text = body.decode("utf-16", "replace").lstrip("\ufeff")
    return ENCODING.sub(r"\1", text, count=1).encode("utf-8", "replace")


def sniff(body: bytes, expected: SeedKind) -> SeedKind:
    """What a body is: by its first element or character."""
    head = body[:3000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head[:1] == b"{":
        return SeedKind.FEED
    if head[:1] == b"[":
        return SeedKind.WORDPRESS
    if b"<urlset" in head or b"<sitemapindex" in head:
        return SeedKind.SITEMAP
    if b"<rss" in head or b"<feed" in head or b"<rdf" in head:
        return SeedKind.FEED
    if b"<html" in head or b"<!doctype html" in head or b"<head" in head or b"<body" in head:
        return SeedKind.SECTION
    return expected if expected is not SeedKind.HOME else SeedKind.SECTION
