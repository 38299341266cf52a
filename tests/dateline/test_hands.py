"""Workers in threads clean and place what waits, stop when told, and end the run when one breaks"""

import time
from threading import Event

import pytest
import sqlalchemy as sa

from dateline import hands
from storage import db
from storage.config import Config
from storage.models.article import Article
from storage.models.operation import Gauge
from storage.repositories import health
from tests import factories

SENTENCE = "The council of {0} approved the repair of bridge number {0} on Monday, officials told reporters at noon. "


def page(number: int) -> bytes:
    text = "".join(f"<p>{SENTENCE.format(number * 100 + n) * 2}</p>" for n in range(8))
    title = f"Council approves bridge {number}"
    return f"<!doctype html><html><title>{title}</title><body><article><h1>{title}</h1>{text}</article></html>".encode()


def until(holds, seconds=60.0):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_what_waits_is_cleaned_and_placed_without_a_queue(sqlite, tmp_path):
    with sqlite.session() as session:
        at = db.now(session)
        for number in range(3):
            row = factories.page(
                session, f"https://a.example/news/{number}", state="scheduled", step="clean", due_at=at
            )
            row.fetch_id = factories.fetch(session, row, page(number), at=at).id

    def counts():
        with sqlite.read() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Article)), health.unplaced(session)

    stopping = Event()
    with hands.working(sqlite, Config(var=tmp_path, redis="redis://127.0.0.1:1/0"), stopping):
        until(lambda: counts() == (3, 0))
    assert stopping.is_set()
    with sqlite.read() as session:
        assert session.scalars(sa.select(Gauge.role)).all() == []


def test_one_that_breaks_ends_the_run(sqlite, monkeypatch):
    def breaks(*_words):
        raise OSError("no room")

    monkeypatch.setattr(hands.dedup, "run_here", breaks)
    monkeypatch.setattr(hands.cleaning, "run_here", lambda _database, _config, stopping: stopping.wait(30))
    stopping = Event()
    with hands.working(sqlite, Config(), stopping):
        assert stopping.wait(10)


@pytest.mark.parametrize("name", ["dedup", "cleaning"])
def test_they_are_waited_for(sqlite, monkeypatch, name):
    ended = Event()

    def work(_database, _config, stopping):
        stopping.wait(30)
        time.sleep(0.2)
        ended.set()

    for other in ("dedup", "cleaning"):
        monkeypatch.setattr(getattr(hands, other), "run_here", lambda *_words: None)
    monkeypatch.setattr(getattr(hands, name), "run_here", work)
    with hands.working(sqlite, Config(), Event()):
        pass
    assert ended.is_set()
