"""News sitemaps and sitemap indexes into entries"""

import heapq
import io
import re
from collections.abc import Iterator
from datetime import datetime, tzinfo

from lxml import etree

from crawler.decoding import gunzip
from crawler.sources import reading
from crawler.sources.reading import FoundSeed, Reading
from storage.domain import Entry, SeedKind
from storage.urls import absolute

# What defines entities: no sitemap needs it, and the parser gives up where it smells a bomb.
DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]{0,1000}(\[[^\]]*\]\s{0,100})?>", re.IGNORECASE)
OPEN_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]{0,1000}\[", re.IGNORECASE)
HEAD_BYTES = 1_000_000
ROOT = re.compile(rb"<(?:[\w.-]{1,50}:)?(?:urlset|sitemapindex)\b")


def read(body: bytes, url: str, zone: tzinfo, since: datetime, limit: int) -> Reading:
    """Entries changed since `since`, newest first and at most `limit`; an index gives further seeds.

    Entities are never expanded, and a broken file gives what stands before and after the break.
    """
    newest: list[tuple[datetime, int, Entry]] = []
    seeds: list[FoundSeed] = []
    number = 0
    for number, node in enumerate(_nodes(body), 1):
        if node.tag.endswith("sitemap"):
            seeds += _child(node, url, zone, since) if len(seeds) < limit else ()
        elif (entry := _entry(node, url, zone)) is not None:
            at = entry.published_at or entry.modified_at or since
            if at >= since:
                put = heapq.heappush if len(newest) < limit else heapq.heappushpop
                put(newest, (entry.modified_at or at, -number, entry))
    if not number and not ROOT.search(body, 0, HEAD_BYTES):
        plain = _plain(body, limit) if b"<" not in body[:1000] else None
        return plain or Reading(problem="no sitemap: nothing that could be read")
    newest.sort(reverse=True)
    return Reading(tuple(entry for _, _, entry in newest), tuple(seeds))


def _nodes(body: bytes) -> Iterator["etree._Element"]:
    """Each element that names something, one at a time: a tree of them all takes twenty times the body's size."""
    events = etree.iterparse(
        io.BytesIO(_plainly(body)),
        tag=("{*}url", "{*}sitemap"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for _, node in events:
            yield node
            node.clear()
            parent = node.getparent()
            while parent is not None and node.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError:
        return  # what could be read has been read


def _plainly(body: bytes) -> bytes:
    """The document without what a server's script wrote above it, what defines entities and half an element."""
    start = body.find(b"<?xml", 0, HEAD_BYTES)
    body = reading.referring(body[max(start, 0) : body.rfind(b">") + 1])
    body = reading.escaped(body)
    found = DOCTYPE.search(body, 0, HEAD_BYTES) or OPEN_DOCTYPE.search(body, 0, HEAD_BYTES)
    return body[: found.start()] + body[found.end() :] if found else body


def unzip(body: bytes, largest: int) -> bytes | None:
    """A gzipped body unpacked, as far as it goes; None where it would grow over `largest` bytes or isn't gzip."""
    found, _ = gunzip(body, largest)
    return found if 0 < len(found) <= largest else None


def _fields(node: "etree._Element") -> dict[str, str]:
    """Texts by local name, the first of each; those of an extension's elements behind its name, as in `news.title`."""
    found: dict[str, str] = {}
    for child in node:
        name = _local(child)
        for one in child.iterdescendants() if len(child) else (child,):
            if isinstance(one.tag, str) and one.text and (text := one.text.strip()):
                found.setdefault(name if one is child else f"{name}.{_local(one)}", text)
    return found


def _local(node: "etree._Element") -> str:
    return str(node.tag).rpartition("}")[2]


def _entry(node: "etree._Element", base: str, zone: tzinfo) -> Entry | None:
    fields = _fields(node)
    try:
        target = absolute(base, fields["loc"])
    except (KeyError, ValueError):
        return None
    return Entry(
        url=target,
        title=reading.line(fields.get("news.title")),
        published_at=reading.time(fields.get("news.publication_date"), zone),
        modified_at=reading.time(fields.get("lastmod"), zone),
        language=reading.line(fields.get("news.language")),
        image=fields.get("image.loc"),
    )


def _child(node: "etree._Element", base: str, zone: tzinfo, since: datetime) -> list[FoundSeed]:
    """The sitemap that an index names, unless it hasn't changed since."""
    location = node.findtext("{*}loc")
    lastmod = reading.time(node.findtext("{*}lastmod"), zone)
    if not location or not location.strip() or (lastmod is not None and lastmod < since):
        return []
    try:
        return [FoundSeed(absolute(base, location), SeedKind.SITEMAP, lastmod)]
    except ValueError:
        return []


def _plain(body: bytes, limit: int) -> Reading | None:
    """A sitemap may be a text file with a URL a line."""
    lines = [line.strip() for line in body[:1_000_000].decode("utf-8-sig", "replace").splitlines()]
    urls = [line for line in lines if line.startswith(("http://", "https://"))]
    if not urls or len(urls) < len([line for line in lines if line and not line.startswith("#")]):
        return None
    return Reading(tuple(Entry(url) for url in urls[:limit]))
