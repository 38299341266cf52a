"""The old address of an article that has another is visited again, once"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.models.article import Article
from storage.models.page import Host, Page
from storage.repositories import twins
from tests import factories

HOUR = timedelta(hours=1)


@pytest.fixture
def pair(database, now):
    """Ids of an article and of its twin at an address that was found an hour later; no visit is due today."""
    with database.session() as session:
        old = factories.article(session, "https://a.example/old/1", at=now - HOUR)
        new = factories.article(session, "https://a.example/1", at=now)
        session.execute(sa.update(Page).values(due_at=now + 24 * HOUR))
        session.execute(sa.update(Host).values(due_at=now + 24 * HOUR))
        return old.id, new.id


def due(database, now):
    """Which pages are due."""
    with database.read() as session:
        return [url.rpartition("example/")[2] for url in session.scalars(sa.select(Page.url).where(Page.due_at <= now))]


@pytest.mark.parametrize("is_turned", [False, True])
def test_the_address_that_was_seen_before_is_due(database, now, pair, is_turned):
    with database.session() as session:
        twins.visit_again(session, [pair[::-1] if is_turned else pair], now)
    assert due(database, now) == ["old/1"]
    with database.read() as session:
        assert session.scalar(sa.select(Host.due_at)) == now
        assert session.scalars(sa.select(Page.state).order_by(Page.id)).all() == ["scheduled", "done"]


@pytest.mark.parametrize(
    "change",
    [
        sa.update(Page).values(fetched_at=sa.select(sa.func.max(Page.discovered_at)).scalar_subquery()),
        sa.update(Page).values(step="clean", state="scheduled"),
        sa.update(Article).values(withdrawn_at=sa.text("stored_at")),
    ],
    ids=["visited since", "being cleaned", "withdrawn"],
)
def test_others_are_left_alone(database, now, pair, change):
    with database.session() as session:
        session.execute(change)
        twins.visit_again(session, [pair], now)
    assert due(database, now) == []


@pytest.mark.parametrize(
    ("url", "title"), [("https://a.example/2", "Another"), ("https://b.example/1", "Title")], ids=["headline", "portal"]
)
def test_another_headline_and_another_portal_are_no_twins(database, now, pair, url, title):
    with database.session() as session:
        other = factories.article(session, url, title, at=now + HOUR)
        session.execute(sa.update(Page).where(Page.id == other.page_id).values(due_at=now + 24 * HOUR))
        twins.visit_again(session, [(other.id, pair[0]), (pair[1], other.id)], now)
        twins.visit_again(session, [], now)
    assert due(database, now) == []
