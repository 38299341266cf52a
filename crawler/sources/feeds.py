"""RSS, Atom and JSON feeds into entries"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from itertools import islice
from typing import Any

import feedparser
from lxml import etree

from crawler.sources import reading
from crawler.sources.reading import Reading
from storage.domain import Entry
from storage.urls import absolute

ITEM = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,30}:)?(?:item|entry)[\s>/]")
ROOT = re.compile(rb"<((?:[A-Za-z_][\w.-]{0,30}:)?(?:rss|feed|rdf))[\s>]", re.IGNORECASE)


def read(body: bytes, url: str, zone: tzinfo, limit: int) -> Reading:
    """The newest `limit` entries that a feed names. One bad entry costs only itself."""
    if body.lstrip()[:1] == b"{":
        return _json_feed(body, url, zone, limit)
    # Its own clean-up of markup takes seconds on hostile input, and we keep text only.
    body = reading.referring(first(body, limit))
    entries, problem = [], "the feed is empty"
    try:
        parsed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
        language = reading.line(parsed.feed.get("language")) if parsed.feed else None
        entries = list(_each(parsed.entries[:limit], url, zone, language))
        problem = str(parsed.get("bozo_exception") or problem)
    except (ValueError, AttributeError, TypeError, LookupError, AssertionError) as error:
        problem = f"{type(error).__name__}: {error}"  # such as half a surrogate pair
    entries = entries or list(_salvage(body, url, zone, limit))
    return Reading(tuple(entries), problem=None if entries else f"no entries: {problem}")


def first(body: bytes, limit: int) -> bytes:
    """A feed without what comes after `limit` entries, closed as its root asks: parsers build all they are given."""
    body = body[: body.rfind(b">") + 1] or body  # half an address, where it was cut, is none
    beyond = next(islice(ITEM.finditer(body), limit, None), None)
    root = ROOT.search(body[:3000])
    if beyond is None or root is None:
        return body
    channel = b"</channel>" if root[1].lower() == b"rss" else b""
    return body[: beyond.start()] + channel + b"</" + root[1] + b">"


def _each(items: Any, url: str, zone: tzinfo, language: str | None) -> Iterator[Entry]:
    for item in items:
        try:
            entry = _entry(item, url, zone, language)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError):
            continue
        if entry is not None:
            yield entry


def _entry(item: Any, base: str, zone: tzinfo, language: str | None) -> Entry | None:
    link = _link(item)
    if not link:
        return None
    content = max((c.get("value") or "" for c in item.get("content") or []), key=len, default="")
    summary = item.get("summary") or ""
    # Its own `get` answers with the time of publication where there is no other.
    updated = dict.get(item, "updated")
    names = [a.get("name") for a in item.get("authors") or [] if isinstance(a, Mapping)]
    media = [m.get("url") for m in [*(item.get("media_content") or []), *(item.get("media_thumbnail") or [])]]
    tags = [t.get("term") for t in item.get("tags") or [] if t.get("term")]
    return Entry(
        url=absolute(base, link),
        title=reading.line(item.get("title")),
        published_at=reading.time(item.get("published"), zone),
        modified_at=reading.time(updated, zone) if updated != item.get("published") else None,
        authors=tuple(n for n in map(reading.line, names) if n),
        text=reading.text(max(content, summary, key=len)),
        section=reading.line(tags[0]) if tags else None,
        language=language,
        image=next((m for m in media if m), None),
        guid=reading.line(item.get("id")),
    )


def _link(item: Any) -> str | None:
    if original := item.get("feedburner_origlink"):
        return str(original)  # the others lead to whoever counts readers
    for link in item.get("links") or []:
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            return str(link["href"])
    if item.get("link"):
        return str(item["link"])
    guid = str(item.get("id") or "")
    return guid if guid.startswith(("http://", "https://")) else None


def _salvage(body: bytes, url: str, zone: tzinfo, limit: int) -> Iterator[Entry]:
    """Entries of a feed that is broken as a whole, read item by item with nothing expanded."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(reading.escaped(body), parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    for item in islice(root.iter("{*}item", "{*}entry"), limit) if root is not None else ():
        fields = {etree.QName(c).localname: c.get("href") or c.text or "" for c in item if isinstance(c.tag, str)}
        link = absolute("", fields.get("link") or fields.get("guid") or "")
        if link.startswith(("http://", "https://", "/")):
            published = reading.time(fields.get("pubDate") or fields.get("date") or fields.get("published"), zone)
            try:
                yield Entry(absolute(url, link), reading.line(fields.get("title")), published)
            except ValueError:
                continue


def _json_feed(body: bytes, url: str, zone: tzinfo, limit: int) -> Reading:
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        return Reading(problem=f"no JSON Feed: {error}")
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        return Reading(problem="no JSON Feed: it has no items")
    language = reading.line(document.get("language"))
    entries = [e for item in items[:limit] if (e := _json_entry(item, url, zone, language)) is not None]
    return Reading(tuple(entries))


def _json_entry(item: object, base: str, zone: tzinfo, language: str | None) -> Entry | None:
    if not isinstance(item, dict):
        return None
    link = item.get("url") or item.get("external_url") or item.get("id")
    if not isinstance(link, str) or not link.strip():
        return None
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [reading.line(a.get("name")) for a in authors or [] if isinstance(a, dict)]
    tags = item.get("tags") if isinstance(item.get("tags"), list) else []
    try:
        target = absolute(base, link)
    except ValueError:
        return None
    return Entry(
        url=target,
        title=reading.line(item.get("title")),
        published_at=reading.time(_string(item.get("date_published")), zone),
        modified_at=reading.time(_string(item.get("date_modified")), zone),
        authors=tuple(n for n in names if n),
        text=reading.text(item.get("content_text") or item.get("content_html") or item.get("summary")),
        section=reading.line(tags[0]) if tags else None,
        language=reading.line(item.get("language")) or language,
        image=_string(item.get("image")),
        guid=reading.line(item.get("id")),
    )


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
