"""Judges a crawl of a lab as a whole: rows against the truth, the request log against the rules"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dateline.lab import manners, tally, truth
from dateline.lab.tally import Problem, Row, Window

RULES = {
    "missing": "every article that was out and stayed is a row",
    "doubled": "no article is two rows",
    "extra": "no row is a page that holds no article",
    "robots": "robots.txt was read, and what it disallows was left alone",
    "crawl-delay": "pauses between requests were as long as asked",
    "retry-after": "nobody came back before the time that a 429 or 503 gave",
    "concurrency": "no host had more requests at once than the setting allows",
    "forbidden address": "no address was contacted that no setting names",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every counterexample, and the figures a person wants beside them."""

    problems: tuple[Problem, ...]
    scores: Mapping[str, float]
    requests: Mapping[str, Any]


def judge(folder: Path, rows: Sequence[Row], *, slack_seconds: float = 0.0, limit: int | None = None) -> Verdict:
    """The verdict over the lab that wrote into `folder`, which may still be running.

    `rows` are the daemon's articles, `slack_seconds` how long an article may be out unseen, `limit` the
    setting for requests at once to a host. Raises FileNotFoundError where no lab wrote.
    """
    known = truth.read(folder)
    visits = manners.read(folder)
    window = _window(known, visits, timedelta(seconds=slack_seconds))
    found = tally.problems(known, rows, window) + manners.problems(known, visits, limit)
    return Verdict(tuple(found), tally.scores(known, rows, window), manners.summary(visits))


def rows_of(records: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Rows from records with the columns of article_v1, withdrawn ones left out. Naive times are UTC."""
    return [_row(record) for record in records if not record.get("withdrawn_at")]


def _window(known: truth.Truth, visits: Sequence[manners.Visit], slack: timedelta) -> Window:
    """From the first request to the last; a lab that nobody visited counts from its start."""
    if not visits:
        return Window(known.start, known.start, slack)
    ended = max(visit.end for visit in visits)
    return Window(datetime.fromtimestamp(visits[0].at, UTC), datetime.fromtimestamp(ended, UTC), slack)


def _row(record: Mapping[str, Any]) -> Row:
    story = record.get("story_id")
    return Row(
        url=record["url"],
        canonical_url=record.get("canonical_url"),
        title=record.get("title") or "",
        body=record.get("body") or "",
        authors=_authors(record.get("authors")),
        agency=record.get("agency"),
        language=record.get("language"),
        published_at=_time(record.get("published_at")),
        story=None if story is None else str(story),
        copy_kind=record.get("copy_kind"),
        is_original=None if record.get("is_original") is None else bool(record["is_original"]),
        paywalled=bool(record.get("paywalled")),
    )


def _authors(value: Any) -> tuple[str, ...]:
    return tuple(json.loads(value) if isinstance(value, str) else value or ())


def _time(value: Any) -> datetime | None:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
