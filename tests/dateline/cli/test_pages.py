"""Pages are asked for again by what an operator knows of them, and tell their lives"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import click
import pytest
import sqlalchemy as sa

from dateline.cli.pages import When, recrawl, reprocess, why
from storage.config import Config
from storage.db import Database
from storage.errors import Refused
from storage.models.page import Page
from tests import factories
from tests.dateline.cli.running import invoke, lines, run


@pytest.fixture
def store(database, now):
    """Three articles on two portals, the last two days old, and a quarantined page."""
    with database.session() as session:
        for url, age in (("https://a.example/1", 1), ("https://a.example/2", 48), ("https://b.example/3", 1)):
            at = now - timedelta(hours=age)
            published = factories.cleaned().published
            factories.article(session, url, at=at, published=replace(published, at=at))
        factories.page(session, "https://b.example/4", state="quarantined", detail="broke")
    return database


def forced(database):
    with database.read() as session:
        return sorted(session.scalars(sa.select(Page.url).where(Page.is_forced)))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--url", "https://a.example/1"], ["https://a.example/1"]),
        (["--portal", "a"], ["https://a.example/1", "https://a.example/2"]),
        (["--portal", "a", "--since", "2026-11-20"], ["https://a.example/1"]),
        (["--until", "2026-11-19T00:00+00:00"], ["https://a.example/2"]),
        (["--failed"], ["https://b.example/4"]),
    ],
)
def test_a_recrawl_means_the_pages_that_it_names(store, words, expected):
    asked = lines(run(store, recrawl, *words, "--dry-run", "--json"))
    assert [a["due"] for a in asked] == [len(expected)]
    assert forced(store) == []
    said = run(store, recrawl, *words, "--reason", "byline rule fixed")
    assert f"{len(expected)} pages due" in said
    assert "dateline status 1" in said
    assert forced(store) == expected


def test_reprocessing_needs_the_bytes(store):
    said = run(store, reprocess, "--all")
    assert "3 pages due (1 more have no bytes kept)" in said
    with store.read() as session:
        steps = session.scalars(sa.select(Page.step).where(Page.state == "scheduled")).all()
    assert set(steps) == {"clean"}


def test_nothing_named_is_refused(store):
    with pytest.raises(Refused, match="say which pages to recrawl"):
        run(store, recrawl)


def test_why_tells_a_pages_life(store):
    said = run(store, why, "https://a.example/1")
    assert "https://a.example/1" in said
    (told,) = lines(run(store, why, "https://a.example/1", "--json"))
    assert told["page"]["url"] == "https://a.example/1"


def test_why_names_what_is_near_an_unknown_url(store):
    with pytest.raises(Refused, match="knows no page") as refused:
        run(store, why, "https://a.example/12")
    assert "https://a.example/1" in str(refused.value)


@pytest.mark.parametrize(
    ("command", "words"), [(why, ["https://a.example/1"]), (recrawl, ["--all"]), (reprocess, ["--all"])]
)
def test_without_a_store_they_say_what_to_do(command, words, tmp_path):
    empty = Database(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(Refused, match="dateline db upgrade"):
        invoke(command, Config(database=str(empty.url)), *words)
    empty.close()


def test_times_are_days_moments_and_ages():
    def read(value):
        return When().convert(value, None, None)

    assert read("2026-11-20") == datetime(2026, 11, 20, tzinfo=UTC)
    assert read("2026-11-20T14:00+01:00") == datetime(2026, 11, 20, 13, tzinfo=UTC)
    assert abs(datetime.now(UTC) - timedelta(hours=36) - read("36h")) < timedelta(minutes=1)
    with pytest.raises(click.BadParameter, match="36h"):
        read("last tuesday")
