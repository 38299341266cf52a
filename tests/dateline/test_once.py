"""A run ends when nothing is left, not before the portals were read, and says when it was stopped"""

from datetime import timedelta
from threading import Event

import pytest

from dateline import once
from storage import db
from storage.config import Config
from tests import factories


class Quiet:
    """A supervisor whose children do nothing."""

    def __init__(self, database, **settings):
        self.database, self.settings, self.stopping = database, Config(**settings), Event()

    def look(self):
        """Nothing to look after."""


class Rounds:
    """A scheduler whose rounds succeed from a given one on."""

    def __init__(self, successes_from=1):
        self.number, self._from = 0, successes_from

    def round(self):
        self.number += 1
        return self.number >= self._from


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(once, "LOOK_SECONDS", 0.01)


def test_with_nothing_to_do_it_ends(sqlite):
    reports = []
    assert once.run(Quiet(sqlite), Rounds(), reports.append)
    assert len(reports) == once.CALM_LOOKS
    assert all(r.is_nothing for r in reports)


def test_it_waits_for_the_first_round(sqlite):
    rounds = Rounds(successes_from=8)
    assert once.run(Quiet(sqlite), rounds, lambda _left: None)
    assert rounds.number == 8


def test_a_scheduler_elsewhere_is_trusted_after_a_lease(sqlite):
    assert once.run(Quiet(sqlite, lease_seconds=1.1), Rounds(successes_from=10**9), lambda _left: None)


def test_later_revisits_do_not_count_but_pauses_do(sqlite):
    with sqlite.session() as session:
        now = db.now(session)
        factories.page(session, "https://a.example/1", state="done", due_at=now + timedelta(seconds=60))
        waiting = factories.page(session, "https://a.example/2", state="scheduled", due_at=now + timedelta(seconds=60))
        number = waiting.id
    with sqlite.read() as session:
        now = db.now(session)
    assert once.left(sqlite, now).visits == 1
    with sqlite.session() as session:
        session.get(type(waiting), number).due_at = now + timedelta(hours=1)
    assert once.left(sqlite, now).visits == 0


def test_cleaning_counts_and_a_stop_ends_the_run(sqlite):
    with sqlite.session() as session:
        factories.page(session, "https://a.example/1", state="scheduled", step="clean", due_at=db.now(session))
    quiet = Quiet(sqlite)
    seen = []

    def report(left):
        seen.append(left.to_clean)
        if len(seen) == 10:
            quiet.stopping.set()

    assert not once.run(quiet, Rounds(), report)
    assert seen == [1] * 10
