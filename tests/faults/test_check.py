"""The check itself can fail: each deliberate breakage of a clean store is named"""

import sqlite3
from contextlib import closing

import pytest

from dateline.lab import verdict
from storage import db
from storage.config import Config
from storage.repositories import invariants, readings
from tests import running

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(600)]
BREAKAGES = {
    "a lost article": ("DELETE FROM article WHERE id = 3", {"done", "lab missing"}),
    "a lost page": ("DELETE FROM page WHERE id = (SELECT page_id FROM article WHERE id = 4)", {"lab missing"}),
    "a lost change": ("DELETE FROM change WHERE seq = 5", {"seq"}),
    "a counter set back": ("UPDATE counter SET value = value - 1 WHERE name = 'change'", {"seq"}),
    "a lost revision": ("DELETE FROM revision WHERE article_id = 6", {"revisions"}),
    "a story without original": (
        "UPDATE article SET is_original = 0 WHERE story_id = (SELECT min(story_id) FROM article)",
        {"originals"},
    ),
    "a lease that nobody frees": (
        "UPDATE page SET state = 'leased', lease_until = '2020-01-01 00:00:00' WHERE id = 7",
        {"page leases"},
    ),
    "poison without a reason": (
        "UPDATE page SET state = 'quarantined', detail = '', tries = 1 WHERE id = 8",
        {"quarantined"},
    ),
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """A crawl of a small lab: the lab's folder and the store's file."""
    folder = tmp_path_factory.mktemp("check")
    with (
        running.web(folder / "lab", "--scale", "12", "--no-brakes") as web,
        running.daemon(folder / "var", web) as daemon,
    ):
        daemon.once()
        assert daemon.broken() == []
    return folder / "lab", folder / "var" / "dateline.db"


def broken(lab, store):
    config = Config()
    with store.read() as session:
        found = {f.name for f in invariants.check(session, config, db.now(session)) if f.count}
        rows = verdict.rows_of(readings.articles(session))
    return found | {f"lab {p.rule}" for p in verdict.judge(lab, rows).problems}


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_breakage_is_named(clean, tmp_path, name):
    lab, file = clean
    copy = tmp_path / "broken.db"
    copy.write_bytes(file.read_bytes())
    store = db.Database(f"sqlite:///{copy}")
    statement, expected = BREAKAGES[name]
    try:
        assert broken(lab, store) == set()
        # A plain connection doesn't look after foreign keys.
        with closing(sqlite3.connect(copy)) as connection, connection:
            assert connection.execute(statement).rowcount > 0
        assert broken(lab, store) >= expected
    finally:
        store.close()


def test_a_doubled_article_is_named(clean):
    lab, file = clean
    store = db.Database(f"sqlite:///{file}")
    with store.read() as session:
        rows = verdict.rows_of(readings.articles(session))
    store.close()
    found = verdict.judge(lab, [*rows, rows[0]]).problems
    assert [p.rule for p in found] == ["doubled"]
