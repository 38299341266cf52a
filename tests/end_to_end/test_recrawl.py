"""A recrawl while the daemon runs and its crawler is killed: the counts add up at every look"""

import json
import time

import pytest

from tests import running

OUTCOMES = ("fetched", "unchanged", "rejected", "failed", "pending")
PORTAL = "two-rivers-world"


def progress(daemon, number):
    result = daemon.run("status", str(number), "--json")
    found = json.loads(result.stdout)
    assert sum(found["counts"].get(name, 0) for name in OUTCOMES) == found["due"], found
    return found


def recrawl(daemon, *words):
    result = daemon.run("recrawl", "--portal", PORTAL, "--since", "24h", "--reason", "a test", "--json", *words)
    return json.loads(result.stdout)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_due_is_the_sum_of_what_came_of_it_at_every_look(tmp_path):
    with (
        running.web(tmp_path / "lab", "--scale", "small", "--no-brakes") as web,
        running.daemon(tmp_path / "var", web) as daemon,
    ):
        daemon.once()
        # Slow enough for a kill in the middle.
        daemon.settings["host_delay_seconds"] = "1"
        daemon.start("up")
        running.until(lambda: daemon.child("crawler"), "the crawler runs")
        meant = recrawl(daemon, "--dry-run")
        asked = recrawl(daemon)
        number, due = asked["operation_id"], asked["due"]
        assert due == meant["due"] >= 5
        running.until(lambda: 0 < progress(daemon, number)["counts"]["pending"] < due, "some are done, not all")
        killed = daemon.kill("crawler")
        end = time.monotonic() + 120
        while progress(daemon, number)["counts"]["pending"]:
            assert time.monotonic() < end, progress(daemon, number)
        assert daemon.child("crawler").pid != killed.pid
        counts = progress(daemon, number)["counts"]
        assert counts["fetched"] + counts["unchanged"] > 0
        assert counts["failed"] == 0
        assert_why_tells_of_it(daemon, number)
        assert daemon.broken() == []


def assert_why_tells_of_it(daemon, number):
    """The page's life names the operation, and a fetch that came of it."""
    rows = sorted(daemon.rows(), key=lambda row: row["published_at"], reverse=True)
    url = next(row["url"] for row in rows if row["portal"] == PORTAL)
    told = daemon.run("why", url)
    assert told.returncode == 0
    assert f"recrawl {number}" in told.stdout or f"operation {number}" in told.stdout, told.stdout
    assert told.stdout.count(" 200") >= 2, told.stdout
