from pathlib import Path

import pytest

from dateline.lab import manners, truth
from dateline.lab.manners import Visit
from dateline.lab.model import World
from dateline.lab.truth import Truth

ROBOTS = Visit("northfield-gazette", "/robots.txt", 0.0, 0.1, 200)


@pytest.fixture
def known(small: World, tmp_path: Path) -> Truth:
    truth.write(small, tmp_path)
    return truth.read(tmp_path)


def rules(known: Truth, *visits: Visit) -> list[str]:
    return [problem.rule for problem in manners.problems(known, visits)]


def visit(path: str, at: float, end: float | None = None, status: int = 200, retry: float | None = None) -> Visit:
    return Visit("northfield-gazette", path, at, end or at + 0.05, status, retry)


def test_a_polite_crawl_is_clean(known: Truth) -> None:
    assert rules(known, ROBOTS, visit("/a", 1.0), visit("/b", 1.31), visit("/c", 1.7)) == []


def test_each_rudeness_is_named(known: Truth) -> None:
    assert rules(known, ROBOTS, visit("/private/x", 1.0)) == ["robots"]
    assert rules(known, visit("/a", 1.0)) == ["robots"]
    assert rules(known, ROBOTS, visit("/a", 1.0), visit("/b", 1.2)) == ["crawl-delay"]
    refused = visit("/a", 1.0, 1.1, 429, 3.0)
    assert rules(known, ROBOTS, refused, visit("/b", 2.0)) == ["retry-after"]
    assert rules(known, ROBOTS, refused, visit("/b", 3.0)) == []
    open_long = [visit(f"/{n}", 1.0 + n * 0.4, 5.0) for n in range(3)]
    assert rules(known, ROBOTS, *open_long) == ["concurrency"]
    assert rules(known, Visit("trap", "/internal/admin", 1.0, 1.1, 200)) == ["forbidden address"]


def test_a_request_under_way_when_the_refusal_came_is_forgiven(known: Truth) -> None:
    early = Visit("lowland-post", "/b", 1.05, 1.2, 200)
    refusal = Visit("lowland-post", "/a", 1.0, 1.1, 429, 3.0)
    robots = Visit("lowland-post", "/robots.txt", 0.0, 0.1, 200)
    assert rules(known, robots, refusal, early) == []
    sent_meanwhile = Visit("lowland-post", "/c", 1.1 + manners.ROUND_TRIP_SECONDS - 0.01, 1.4, 200)
    assert rules(known, robots, refusal, sent_meanwhile) == []
    too_late = Visit("lowland-post", "/c", 1.1 + manners.ROUND_TRIP_SECONDS + 0.01, 1.4, 200)
    assert rules(known, robots, refusal, too_late) == ["retry-after"]


def test_pauses_are_counted_from_when_a_request_came_not_from_when_the_lab_got_round_to_it(known: Truth) -> None:
    handled_late = Visit("northfield-gazette", "/a", 1.1, 1.2, 200, came=1.0)
    assert rules(known, ROBOTS, handled_late, visit("/b", 1.31)) == []
    came_early = Visit("northfield-gazette", "/b", 1.31, 1.4, 200, came=1.2)
    assert rules(known, ROBOTS, visit("/a", 1.0), came_early) == ["crawl-delay"]


def test_peak_and_summary() -> None:
    visits = [visit("/a", 0.0, 1.0), visit("/b", 0.5, 1.5), visit("/c", 1.0, 2.0, 304)]
    assert manners.peak_at_once(visits) == 2
    assert manners.summary(visits)["statuses"] == {200: 2, 304: 1}


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    line = (
        '{"site": "a", "path": "/", "at": 1.0, "end": 1.1, "status": 200, "retry_until": null, "is_conditional": false}'
    )
    (tmp_path / manners.FILE).write_text(f"{line}\n{line[:30]}")
    assert len(manners.read(tmp_path)) == 1
