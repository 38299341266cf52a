"""Saved pages with what cleaning must make of them: folders with page.html and expected.json"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dateline import errands
from dateline.errands import Portal
from storage.config import Config
from storage.domain import CleanedArticle, PageContext, Rejection
from storage.errors import Permanent, Refused
from workers.clean import extract

DEFAULT = Path("tests/cases/portals")
# Keys of expected.json that say what is known about the page before it is read; all others are compared.
TOLD = ("url", "fetched_at", "content_type", "timezone", "language_hint", "country", "portal", "selectors")
SAVED = ("title", "authors", "contributors", "language", "section", "published_at", "modified_at", "is_live")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that came out otherwise than saved."""

    field: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class Tested:
    """One saved page read again; no differences: it came out as saved."""

    name: str
    differences: tuple[Difference, ...]


def test(folder: Path) -> Iterator[Tested]:
    """Read every saved page under `folder` again. Raises Refused where there is none, or one that can't be used."""
    cases = sorted(path.parent for path in folder.rglob("expected.json"))
    if not cases:
        raise Refused(f"{folder} holds no saved page: `dateline portals test {folder} --save URL` saves one")
    for case in cases:
        yield Tested(str(case.relative_to(folder)), tuple(_differences(case)))


def _differences(case: Path) -> Iterator[Difference]:
    try:
        expected = json.loads((case / "expected.json").read_text("utf-8"))
        body = (case / "page.html").read_bytes()
        context = _context(expected)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"{case}: a saved page needs page.html and an expected.json with its url: {error}") from error
    found = told(extract.read(body, context))
    wanted = {key: value for key, value in expected.items() if key not in TOLD}
    for key, value in wanted.items():
        if found.get(key) != value:
            yield Difference(key, value, found.get(key, found.get("rejection")))


def _context(expected: Mapping[str, Any]) -> PageContext:
    at = expected.get("fetched_at")
    return PageContext(
        url=expected["url"],
        final_url=expected["url"],
        fetched_at=datetime.fromisoformat(at) if at else datetime(2026, 11, 20, tzinfo=UTC),
        content_type=expected.get("content_type"),
        timezone=expected.get("timezone"),
        language=expected.get("language_hint"),
        country=expected.get("country"),
        portal=expected.get("portal"),
        selectors=expected.get("selectors") or {},
    )


def told(found: CleanedArticle | Rejection) -> dict[str, Any]:
    """A result as expected.json has it: the body as paragraphs, times as ISO 8601 in UTC, lists as lists."""
    if isinstance(found, Rejection):
        return {"rejection": found.reason.value}
    fields = {name: _plain(getattr(found, name)) for name in found.__slots__ if name not in ("blocks", "body")}
    for name in ("published", "modified"):
        moment = getattr(found, name)
        fields[f"{name}_at"] = moment.at.isoformat() if moment else None
    return {**fields, "body": found.body.split("\n\n")}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def save(settings: Config, folder: Path, url: str, portal: Portal) -> Path:
    """Fetch a page and save it with what cleaning makes of it now, for a person to put right; returns its folder."""
    line = next(iter(errands.crawl(settings, "fetch", url)), {"problem": "no answer"})
    if line.get("problem"):
        raise Permanent(f"{url} can't be saved: {line['problem']}")
    context, body = errands.context(line, portal), errands.body(line)
    case = folder / _name(context.final_url)
    if case.exists():
        raise Refused(f"{case} is there already: delete it to save the page anew")
    known = {
        "url": context.final_url,
        "fetched_at": context.fetched_at.isoformat(timespec="seconds"),
        "content_type": context.content_type,
        "timezone": context.timezone,
        "language_hint": context.language,
        "country": context.country,
        "portal": context.portal,
        "selectors": dict(context.selectors),
    }
    found = told(extract.read(body, context))
    wanted = found if "rejection" in found else {name: found[name] for name in (*SAVED, "body")}
    values = {**{key: value for key, value in known.items() if value}, **wanted}
    case.mkdir(parents=True)
    (case / "page.html").write_bytes(body)
    (case / "expected.json").write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return case


def _name(url: str) -> str:
    bare = re.sub(r"\.(html?|php)$", "", url.split("://", 1)[-1].split("?", 1)[0].rstrip("/"))
    return re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-")[:80] or "page"
