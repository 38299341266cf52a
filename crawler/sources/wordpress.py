"""WordPress REST listings into entries"""

import json
from datetime import UTC, datetime, tzinfo
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from crawler.sources import reading
from crawler.sources.reading import FoundSeed, Reading
from storage.domain import Entry, SeedKind
from storage.urls import absolute

PER_PAGE = 100
FIELDS = "link,date_gmt,date,modified_gmt,modified,title,excerpt"


def listing(api: str) -> str:
    """The listing of posts of a REST root such as https://example.org/wp-json/."""
    return urljoin(api.rstrip("/") + "/", f"wp/v2/posts?per_page={PER_PAGE}&_fields={FIELDS}&orderby=modified")


def read(body: bytes, url: str, zone: tzinfo, since: datetime, limit: int) -> Reading:
    """Entries changed since `since`; while a full listing is all new, there is more."""
    try:
        items = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        return Reading(problem=f"no WordPress listing: {error}")
    if not isinstance(items, list):
        return Reading(problem="no WordPress listing: not a list")
    entries = [e for item in items[:limit] if (e := _entry(item, url, zone)) is not None]
    recent = [e for e in entries if (e.modified_at or e.published_at or since) >= since]
    more = _next(url) if entries and len(recent) == len(entries) and len(items) >= _per_page(url) else None
    return Reading(tuple(recent), more=FoundSeed(more, SeedKind.WORDPRESS) if more else None)


def _entry(item: object, base: str, zone: tzinfo) -> Entry | None:
    if not isinstance(item, dict) or not isinstance(item.get("link"), str):
        return None
    try:
        target = absolute(base, item["link"])
    except ValueError:
        return None
    return Entry(
        url=target,
        title=reading.line(_rendered(item.get("title"))),
        published_at=_time(item, "date", zone),
        modified_at=_time(item, "modified", zone),
        text=reading.text(_rendered(item.get("excerpt"))),
    )


def _rendered(value: object) -> object:
    return value.get("rendered") if isinstance(value, dict) else value


def _time(item: dict[str, object], name: str, zone: tzinfo) -> datetime | None:
    exact, local = item.get(f"{name}_gmt"), item.get(name)
    if isinstance(exact, str) and not exact.startswith("0000"):
        return reading.time(exact, UTC)
    return reading.time(local, zone) if isinstance(local, str) else None


def _per_page(url: str) -> int:
    value = dict(parse_qsl(urlsplit(url).query)).get("per_page", "10")
    return int(value) if value.isdigit() else 10


def _next(url: str) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    page = query.get("page", "1")
    query["page"] = str((int(page) if page.isdigit() else 1) + 1)
    return urlunsplit(parts._replace(query=urlencode(query)))
