"""Pages of files and addresses, cleaned, with what was kept of each and why"""

import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dateline import errands
from dateline.errands import Portal
from storage import portals
from storage.config import Config
from storage.domain import CleanedArticle, PageContext, Rejection
from storage.errors import Refused
from storage.urls import accept_canonical
from workers import agencies
from workers.clean import extract
from workers.clean.extract import Examination
from workers.dedup import wire


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A page with what cleaning made of it; `problem` where its bytes can't be had."""

    given: str  # the file or address as the operator wrote it
    context: PageContext | None
    found: Examination | None
    problem: str | None = None


def portal_of(settings: Config, key: str) -> Portal:
    """What the portals file says of a portal's pages. Raises Refused where it has no such id."""
    for one in portals.read(settings.portals):
        if one.key == key:
            return Portal(key, one.timezone, one.language, one.country, one.selectors)
    raise Refused(f"{settings.portals} has no portal {key!r}: `dateline portals check --json` names them")


def clean(settings: Config, given: Sequence[str], portal: Portal, url: str | None = None) -> Iterator[Cleaned]:
    """Clean files at once and fetch addresses first; `url` is where a file's page stands on the web."""
    for name in given:
        if "://" not in name:
            yield _file(Path(name), portal, url)
    addresses = [name for name in given if "://" in name]
    if not addresses:
        return
    for line in errands.crawl(settings, "fetch", *addresses):
        if line.get("problem"):
            yield Cleaned(line["url"], None, None, line["problem"])
            continue
        context = errands.context(line, portal)
        yield Cleaned(line["url"], context, extract.examine(errands.body(line), context))


def _file(path: Path, portal: Portal, url: str | None) -> Cleaned:
    try:
        body = path.read_bytes()
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        return Cleaned(str(path), None, None, f"cannot be read: {error.strerror}")
    address = url or path.resolve().as_uri()
    kind = mimetypes.guess_type(path.name)[0] or "text/html"
    context = PageContext(
        url=address,
        final_url=address,
        fetched_at=at,
        content_type=kind,
        timezone=portal.timezone,
        language=portal.language,
        country=portal.country,
        portal=portal.key,
        selectors=portal.selectors or {},
    )
    return Cleaned(str(path), context, extract.examine(body, context))


def row(one: Cleaned, settings: Config) -> Mapping[str, Any]:
    """A page in article_v1's names; one that gave no article has `rejected` or `problem` instead."""
    if one.found is None or one.context is None:
        return {"url": one.given, "problem": one.problem}
    result, context = one.found.result, one.context
    if isinstance(result, Rejection):
        return {"url": context.final_url, "rejected": result.reason, "detail": result.detail}
    return {
        "portal": context.portal,
        "url": context.url,
        "canonical_url": accept_canonical(context.final_url, result.canonical_url, _home(context.final_url)),
        **_credited(result, context, settings),
        **_text(result),
        "fetched_at": context.fetched_at,
    }


def _home(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _credited(result: CleanedArticle, context: PageContext, settings: Config) -> dict[str, Any]:
    known = agencies.load(*([settings.agencies] if settings.agencies else []))
    claim = wire.attribute(wire.signs_of(result, urlsplit(context.final_url).hostname or ""), known)
    return {"agency": claim.agency if claim else None, "agency_source": claim.source if claim else None}


def _text(result: CleanedArticle) -> dict[str, Any]:
    published, modified = result.published, result.modified
    return {
        "title": result.title,
        "dek": result.dek,
        "authors": result.authors,
        "desks": result.desks,
        "contributors": result.contributors,
        "publisher": result.publisher,
        "place": result.place,
        "section": result.section,
        "tags": result.tags,
        "language": result.language,
        "body": result.body,
        "image": result.image,
        "published_at": published.at if published else None,
        "published_at_source": published.source if published else None,
        "published_at_precision": published.precision if published else None,
        "modified_at": modified.at if modified else None,
        "paywalled": result.is_paywalled,
        "is_live": result.is_live,
        "word_count": result.word_count,
    }
