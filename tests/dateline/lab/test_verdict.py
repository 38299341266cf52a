import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dateline.lab import manners, tally, truth, verdict
from dateline.lab.model import World


@pytest.fixture
def crawled(small: World, tmp_path: Path) -> Path:
    """A lab's folder with a request log of one polite visit to each site, a minute after its start."""
    truth.write(small, tmp_path)
    begun = small.start.timestamp() + 60
    lines = [
        {"site": s.id, "path": path, "at": at, "end": at + 0.1, "status": 200, "retry_until": None}
        for s in small.sites
        for path, at in (("/robots.txt", begun), ("/", begun + 1))
    ]
    text = "".join(json.dumps({**line, "is_conditional": False}) + "\n" for line in lines)
    (tmp_path / manners.FILE).write_text(text)
    return tmp_path


def records(folder: Path) -> list[dict[str, Any]]:
    known = json.loads((folder / truth.FILE).read_text())["articles"]
    shared = ("url", "title", "body", "agency", "language", "published_at", "copy_kind", "is_original", "paywalled")
    return [
        {**{key: a[key] for key in shared}, "authors": json.dumps(a["authors"]), "story_id": a["story"]}
        for a in known
        if not a["gone_at"]
    ]


def test_a_perfect_crawl_is_acquitted(crawled: Path) -> None:
    judged = verdict.judge(crawled, verdict.rows_of(records(crawled)))
    assert judged.problems == ()
    assert set(judged.scores.values()) == {1.0}
    assert judged.requests["requests"] == 12


def test_both_articles_and_manners_are_judged(crawled: Path) -> None:
    with (crawled / manners.FILE).open("a") as log:
        line = {"site": "trap", "path": "/x", "at": 1.0, "end": 1.1, "status": 200, "retry_until": None}
        log.write(json.dumps({**line, "is_conditional": False}) + "\n")
    rules = {problem.rule for problem in verdict.judge(crawled, []).problems}
    assert {"missing", "forbidden address"} <= rules


def test_every_rule_that_is_ever_broken_has_its_promise() -> None:
    source = "".join(Path(module.__file__).read_text() for module in (tally, manners))
    assert set(re.findall(r'Problem\(\s*"([a-z -]+)"', source)) == set(verdict.RULES)


def test_a_withdrawn_row_is_no_row() -> None:
    record = {"url": "http://a/", "withdrawn_at": datetime.now() - timedelta(1)}  # noqa: DTZ005 - as SQLite gives it
    assert verdict.rows_of([record]) == []


def test_times_and_authors_come_as_text_or_as_values() -> None:
    plain = verdict.rows_of([{"url": "u", "authors": '["A B"]', "published_at": "2026-11-20T12:00:00"}])[0]
    typed = verdict.rows_of([{"url": "u", "authors": ["A B"], "published_at": datetime(2026, 11, 20, 12)}])[0]  # noqa: DTZ001
    assert plain == typed
    assert plain.published_at
    assert plain.published_at.utcoffset() == timedelta(0)


def test_without_a_lab_there_is_nothing_to_judge(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        verdict.judge(tmp_path, [])
