"""Compares the rows of a crawl with a lab's truth: missing, extra and doubled articles, and how good the rest is"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dateline.lab.truth import Expected, Truth

GRAM = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One row of article_v1, as far as the truth knows about it."""

    url: str
    canonical_url: str | None
    title: str
    body: str
    authors: tuple[str, ...] = ()
    agency: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    story: str | None = None
    copy_kind: str | None = None
    is_original: bool | None = None
    paywalled: bool | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One counterexample: what rule was broken, by what, and how."""

    rule: str
    subject: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """When the crawl ran. `slack` is how long an article may be out before its absence is an error."""

    begun_at: datetime
    ended_at: datetime
    slack: timedelta = timedelta(0)


def problems(truth: Truth, rows: Sequence[Row], window: Window) -> list[Problem]:
    """Each missing, extra or doubled article."""
    matched = match(truth, rows)
    found: list[Problem] = []
    for expected in truth.articles:
        hits = matched.get(expected.url, [])
        if not hits and _is_required(expected, window):
            found.append(Problem("missing", expected.url, expected.title))
        if len(hits) > 1:
            found.append(Problem("doubled", expected.url, " ".join(row.url for row in hits)))
        if hits and expected.gone_at and expected.gone_at <= window.begun_at:
            found.append(Problem("extra", expected.url, "was gone before the crawl began"))
    known = {id(row) for hits in matched.values() for row in hits}
    for row in rows:
        if id(row) not in known:
            kind = truth.not_articles.get(row.url, truth.not_articles.get(row.canonical_url or "", "unknown page"))
            found.append(Problem("extra", row.url, kind))
    return found


def match(truth: Truth, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by the URL of the article they hold, whichever of its addresses they give."""
    addresses = {_key(url): article.url for article in truth.articles for url in (article.url, *article.aliases)}
    matched: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        url = addresses.get(_key(row.canonical_url or row.url)) or addresses.get(_key(row.url))
        if url:
            matched[url].append(row)
    return dict(matched)


def scores(truth: Truth, rows: Sequence[Row], window: Window) -> dict[str, float]:
    """Shares from 0 to 1 over the articles found, and recall and precision over all."""
    matched = match(truth, rows)
    by_url = {article.url: article for article in truth.articles}
    pairs = [(by_url[url], hits[0]) for url, hits in matched.items()]
    required = [article for article in truth.articles if _is_required(article, window)]
    dated = [(expected, row) for expected, row in pairs if row.published_at]
    return {
        "recall": _share(article.url in matched for article in required),
        "precision": len(pairs) / len(rows) if rows else 0.0,
        "body": _mean(body_likeness(row.body, expected, window.ended_at) for expected, row in pairs),
        "title": _share(_plain(row.title) == _plain(_version(e, window.ended_at)[1]) for e, row in pairs),
        "authors": _share(_names(row.authors) == _names(expected.authors) for expected, row in pairs),
        "agency": _share(_name(row.agency) == _name(expected.agency) for expected, row in pairs),
        "language": _share(row.language == expected.language for expected, row in pairs),
        "published": _share(_is_same_time(truth, expected, row) for expected, row in dated),
        "dated": len(dated) / len(pairs) if pairs else 0.0,
        "paywalled": _share(row.paywalled == expected.paywalled for expected, row in pairs),
        "copy_kind": _share(row.copy_kind == expected.copy_kind for expected, row in pairs if expected.copy_kind),
        **story_scores(pairs),
    }


def story_scores(pairs: Sequence[tuple[Expected, Row]]) -> dict[str, float]:
    """Precision and recall of "these two are one story", over all pairs of articles found."""
    wanted = Counter(expected.story for expected, _ in pairs)
    given = Counter(row.story or f"alone {number}" for number, (_, row) in enumerate(pairs))
    both = Counter((expected.story, row.story) for expected, row in pairs if row.story)
    common = _pairs(both.values())
    said, true = _pairs(given.values()), _pairs(wanted.values())
    return {"story_precision": common / said if said else 1.0, "story_recall": common / true if true else 1.0}


def body_likeness(body: str, expected: Expected, at: datetime) -> float:
    """F1 over runs of four words (of four characters where a script writes no spaces), 0 to 1."""
    wanted, got = _grams(_version(expected, at)[2]), _grams(body)
    common = sum((wanted & got).values())
    total = sum(wanted.values()) + sum(got.values())
    return 2 * common / total if total else 1.0


def _is_required(article: Expected, window: Window) -> bool:
    is_out = article.published_at + window.slack <= window.ended_at
    has_stayed = article.gone_at is None or article.gone_at > window.ended_at
    return is_out and has_stayed and not article.is_optional


def _version(article: Expected, at: datetime) -> tuple[datetime, str, str]:
    return next((version for version in reversed(article.versions) if version[0] <= at), article.versions[0])


def _key(url: str) -> str:
    return url.partition("#")[0].rstrip("/")


def _grams(text: str) -> Counter[tuple[str, ...]]:
    parts = re.findall(r"[\u3400-\u9fff]|\w+", _plain(text))
    return Counter(tuple(parts[at : at + GRAM]) for at in range(max(1, len(parts) - GRAM + 1))) if parts else Counter()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _names(names: Iterable[str]) -> set[str]:
    return {_plain(name) for name in names}


def _name(name: str | None) -> str:
    return _plain(name or "")


def _is_same_time(truth: Truth, expected: Expected, row: Row) -> bool:
    """Equal to the minute, or to the day in the portal's zone where its pages show no more."""
    assert row.published_at is not None
    if expected.published_precision == "day":
        zone = ZoneInfo(str(truth.sites[expected.site]["timezone"]))
        return row.published_at.astimezone(zone).date() == expected.published_at.astimezone(zone).date()
    return abs(row.published_at - expected.published_at) < timedelta(minutes=1)


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _share(answers: Iterable[bool]) -> float:
    return _mean(float(answer) for answer in answers)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 1.0
