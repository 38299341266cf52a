"""News sitemaps and sitemap indexes into entries"""

import zlib
from datetime import datetime, tzinfo
from urllib.parse import urljoin

from lxml import etree

from crawler.sources import reading
from crawler.sources.reading import FoundSeed, Reading
from storage.domain import Entry, SeedKind

GZIP = b"\x1f\x8b"


def read(body: bytes, url: str, zone: tzinfo, since: datetime, limit: int) -> Reading:
    """Entries changed since `since`, newest first and at most `limit`; an index gives further seeds.

    Entities are never expanded, and a broken file gives what stands before and after the break.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        root, problem = None, str(error)
    else:
        problem = "nothing that could be read"
    if root is None:
        return _plain(body, url, limit) or Reading(problem=f"no sitemap: {problem}")
    if etree.QName(root).localname == "sitemapindex":
        return Reading(seeds=_children(root, url, zone, since, limit))
    entries = [e for node in root.iterfind("{*}url") if (e := _entry(node, url, zone)) is not None]
    recent = [e for e in entries if (e.published_at or e.modified_at or since) >= since]
    recent.sort(key=lambda e: e.modified_at or e.published_at or since, reverse=True)
    return Reading(tuple(recent[:limit]))


def unzip(body: bytes, largest: int) -> bytes | None:
    """A gzipped body unpacked; None where it would grow over `largest` bytes or isn't gzip."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, largest + 1)
    except zlib.error:
        return None
    return found if len(found) <= largest else None


def _fields(node: "etree._Element") -> dict[str, str]:
    """Texts of an element's descendants by local name; the first of each."""
    found: dict[str, str] = {}
    for child in node.iterdescendants():
        if isinstance(child.tag, str) and child.text and child.text.strip():
            found.setdefault(etree.QName(child).localname, child.text.strip())
    return found


def _entry(node: "etree._Element", base: str, zone: tzinfo) -> Entry | None:
    location = node.findtext("{*}loc")
    if not location or not location.strip():
        return None
    fields = _fields(node)
    try:
        target = urljoin(base, location.strip())
    except ValueError:
        return None
    image = next((c.findtext("{*}loc") for c in node.iterfind("{*}image")), None)
    return Entry(
        url=target,
        title=reading.line(fields.get("title")),
        published_at=reading.time(fields.get("publication_date"), zone),
        modified_at=reading.time(node.findtext("{*}lastmod"), zone),
        language=reading.line(fields.get("language")),
        image=image,
    )


def _children(root: "etree._Element", base: str, zone: tzinfo, since: datetime, limit: int) -> tuple[FoundSeed, ...]:
    found = []
    for node in root.iterfind("{*}sitemap"):
        location = node.findtext("{*}loc")
        if not location or not location.strip():
            continue
        lastmod = reading.time(node.findtext("{*}lastmod"), zone)
        if lastmod is None or lastmod >= since:
            try:
                found.append(FoundSeed(urljoin(base, location.strip()), SeedKind.SITEMAP, lastmod))
            except ValueError:
                continue
    return tuple(found[:limit])


def _plain(body: bytes, base: str, limit: int) -> Reading | None:
    """A sitemap may be a text file with a URL a line."""
    lines = [line.strip() for line in body[:1_000_000].decode("utf-8-sig", "replace").splitlines()]
    urls = [line for line in lines if line.startswith(("http://", "https://"))]
    if not urls or len(urls) < len([line for line in lines if line]):
        return None
    return Reading(tuple(Entry(urljoin(base, url)) for url in urls[:limit]))
