"""`dateline once` over the lab: everything that is out is stored once, whatever is killed meanwhile"""

import json

import pytest

from tests import running

# What a lab of that seed holds beside the clock is the same each time, so two crawls of it can be compared.
LAB = ("--scale", "small", "--seed", "7")
pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(600)]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request):
    """The store's setting: empty for SQLite in `var`."""
    if request.param == "sqlite":
        return ""
    return request.getfixturevalue("empty_postgres").url.render_as_string(hide_password=False)


def assert_all_is_there(daemon):
    judged = daemon.judged()
    assert judged.problems == (), judged.scores
    assert daemon.broken() == []
    assert judged.scores["story_precision"] >= 0.95
    assert judged.scores["story_recall"] >= 0.8


def named_copies(daemon):
    result = daemon.run("sql", "--json", "SELECT copy_kind, original_portal FROM copy_v1")
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_everything_is_stored_once_and_copies_are_named(tmp_path, store):
    with running.web(tmp_path / "lab", *LAB) as web, running.daemon(tmp_path / "var", web, store) as daemon:
        daemon.once()
        assert_all_is_there(daemon)
        copies = named_copies(daemon)
        assert len(copies) >= 10
        assert all(copy["original_portal"] for copy in copies)
        before = running.outcome(daemon.rows())
        daemon.once()
        assert running.outcome(daemon.rows()) == before, "a second run changed what the first had settled"


def test_kills_in_turn_change_nothing(tmp_path):
    with running.web(tmp_path / "lab", *LAB) as web:
        with running.daemon(tmp_path / "undisturbed", web) as daemon:
            daemon.once()
            expected = running.outcome(daemon.rows())
        with running.daemon(tmp_path / "killed", web) as daemon:
            disturb(daemon)
            daemon.once()
            assert daemon.broken() == []
            bodies, stories = running.outcome(daemon.rows())
    assert bodies.keys() == expected[0].keys()
    assert bodies == expected[0]
    assert without_weather(stories) == without_weather(expected[1])


def without_weather(stories):
    """Stories but for weather bulletins: all of one template, they are taken for copies or not by what came before."""
    kept = {frozenset(url for url in urls if "/weather/" not in url) for urls in stories}
    return kept - {frozenset()}


def disturb(daemon):
    """Kill each process in turn while articles come in, the supervisor last; `up` takes over what it left."""
    process = daemon.start("once", "--quiet")
    running.until(lambda: daemon.articles() >= 3, "the first articles")
    for role in ("crawler", "clean", "dedup", "valkey", "crawler"):
        before = daemon.articles()
        gone = daemon.kill(role)
        running.until(lambda role=role, pid=gone.pid: (c := daemon.child(role)) and c.pid != pid, f"a new {role}")
        running.until(lambda before=before: daemon.articles() > before or process.poll() is not None, "articles go on")
    children = [daemon.child(role) for role in ("crawler", "clean", "dedup")]
    daemon.kill("supervisor")
    process.wait()
    running.until(lambda: not any(c and c.is_running() for c in children), "orphans end", 40)
    successor = daemon.start("up")
    running.until(lambda: daemon.child("scheduler"), "another daemon takes over")
    daemon.kill("scheduler")
    running.until(lambda: daemon.child("scheduler"), "a new scheduler")
    successor.terminate()
    assert successor.wait(60) == 0
