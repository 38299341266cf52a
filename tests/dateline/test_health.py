"""Advice names each trouble and what to do next"""

from datetime import timedelta

import pytest

from dateline.health import WANTED, advice
from storage.config import Config
from storage.repositories.health import Health, Process

QUIET = {
    "pages": {"done fetch": 3}, "fetch_due": 0, "oldest_due_at": None, "clean_waiting": 0, "place_waiting": 0,
    "articles": 1, "articles_hour": 1, "stories": 1, "copies": 0, "last_stored_at": None, "outcomes_hour": {},
    "rejections_hour": {}, "failures_open": 0, "hosts_waiting": (), "seeds_failing": (), "paused": (),
}  # fmt: skip


def health(now, **changed):
    alive = tuple(Process(role, f"{role}-1", 1, "0.1", now, now, {}) for role in WANTED)
    return Health(**{"now": now, "processes": alive, **QUIET, **changed})


def test_all_is_well(now):
    assert list(advice(health(now), Config())) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"processes": ()}, "`dateline up`"),
        ({"fetch_due": 7, "oldest_due_at": timedelta(minutes=-11)}, "7 visits are due"),
        ({"clean_waiting": 2000}, "clean_workers"),
        ({"failures_open": 2}, "`dateline failures list`"),
        ({"pages": {"quarantined fetch": 4}}, "`dateline recrawl --failed`"),
        ({"seeds_failing": (("a", "https://a.example/rss", 3, "404"),)}, "failed 3 times"),
        ({"paused": ("a",)}, "`dateline portals resume a`"),
    ],
)
def test_each_trouble(now, changed, words):
    changed = {k: now + v if isinstance(v, timedelta) else v for k, v in changed.items()}
    (line,) = advice(health(now, **changed), Config())
    assert words in line


def test_a_silent_process(now):
    ours = health(now)
    late = tuple(
        Process(p.role, p.owner, 1, "0.1", now, now - timedelta(minutes=2 if p.role == "dedup" else 0), {})
        for p in ours.processes
    )
    assert list(advice(health(now, processes=late), Config())) == ["no dedup gives signs of life"]
