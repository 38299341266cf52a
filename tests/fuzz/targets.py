"""What each reader of others' bytes promises, as functions that raise where it is broken"""

import dataclasses
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler import decoding, robots
from crawler.sources import bodies, probe
from storage import portals
from storage.domain import PageContext, SeedKind
from storage.urls import canonical
from workers.clean import extract

HOME = "https://news.example/"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TERMS = bodies.Terms(HOME, UTC, NOW - timedelta(days=30), 200, 5_000_000)
LARGEST = 1_000_000


def seed(data: bytes, expected: SeedKind) -> None:
    """A seed's body: entries that a store can hold, no more than asked for, whatever the bytes."""
    _, found = bodies.read(data, HOME + "seed", expected, TERMS)
    assert len(found.entries) <= TERMS.limit
    assert_storable(dataclasses.astuple(found))
    for entry in found.entries:
        canonical(entry.url, HOME)


def feed(data: bytes) -> None:
    """RSS, Atom, JSON feeds."""
    seed(data, SeedKind.FEED)


def sitemap(data: bytes) -> None:
    """Sitemaps, indexes, plain lists, gzipped or not."""
    seed(data, SeedKind.SITEMAP)


def section(data: bytes) -> None:
    """Section and home pages."""
    seed(data, SeedKind.SECTION)
    assert_storable([dataclasses.astuple(one) for one in probe.declared(data, HOME, HOME)])


def robots_txt(data: bytes) -> None:
    """robots.txt: an answer for any URL, a delay that is a number, sitemaps that can be read."""
    rules = robots.rules(200, robots.decode(data), "dateline/0.1 (+https://example.org/bot)")
    for path in ("", "news/1?a=b", "caf%C3%A9/*$"):
        rules.judge(HOME + path)
    delay = rules.crawl_delay_seconds
    assert delay is None or delay >= 0
    for url in rules.sitemaps:
        canonical(url, HOME)


def html(data: bytes) -> None:
    """Pages: an article that a store can hold, or a rejection with its reason."""
    context = PageContext(url=HOME + "a", final_url=HOME + "a", fetched_at=NOW, portal="news", timezone="Europe/Vienna")
    found = extract.examine(data, context)
    assert_storable(dataclasses.astuple(found.result))


def body(data: bytes) -> None:
    """Compressed bodies: within their limit, or an error of ours. The first byte says which compression."""
    names = ("gzip", "deflate", "br", "zstd", "gzip, br", "deflate, zstd")
    try:
        found = decoding.decode(data[1:], names[data[0] % len(names)] if data else "gzip", LARGEST)
    except (decoding.TooLargeError, decoding.CutError):
        return
    assert len(found) <= max(LARGEST, len(data))


def portals_file(data: bytes) -> None:
    """The portals file: portals, or complaints that can be printed."""
    try:
        found = portals.parse(data)
    except portals.BadPortals as error:
        assert error.complaints
        assert_storable([str(error)])
        return
    assert len({one.key for one in found}) == len(found)


def assert_storable(values: Any) -> None:
    """No text that PostgreSQL or UTF-8 would refuse."""
    if isinstance(values, str):
        values.encode("utf-8")
        assert "\0" not in values, values[:100]
    elif isinstance(values, dict):
        assert_storable([*values.keys(), *values.values()])
    elif isinstance(values, Iterable) and not isinstance(values, bytes):
        for value in values:
            assert_storable(value)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "feed": feed,
    "sitemap": sitemap,
    "section": section,
    "robots": robots_txt,
    "html": html,
    "body": body,
    "portals": portals_file,
}
