"""Habits are kept by portal, and early pages read again"""

from datetime import timedelta

import sqlalchemy as sa

from storage.models.page import Page
from storage.repositories import habits, pages
from storage.repositories.habits import Learnt
from tests import factories


def test_versions_count_up_and_the_newest_wins(database, now):
    with database.session() as session:
        a, b = factories.portal(session, "a").id, factories.portal(session, "b").id
    for text, version in (("one", 1), ("two", 2)):
        with database.session() as session:
            assert habits.save(session, a, text, now) == version
    with database.read() as session:
        assert habits.load(session, [a, b]) == {a: Learnt(2, "two")}
        assert habits.versions(session, [a, b]) == {a: 2}


def test_holding_makes_rows_that_count_for_nothing(database, now):
    with database.session() as session:
        a, b = factories.portal(session, "a").id, factories.portal(session, "b").id
    with database.session() as session:
        habits.save(session, a, "one", now)
        assert habits.hold(session, [b, a], now) == {a: Learnt(1, "one"), b: Learnt(0, "")}
        assert habits.hold(session, [], now) == {}
        assert habits.save(session, b, "two", now) == 1


def test_early_pages_wait_for_cleaning_and_keep_their_next_visit(database, now):
    with database.session() as session:
        for number in range(4):
            factories.article(session, f"https://a.example/{number}")
        factories.article(session, "https://b.example/1")
        session.execute(sa.update(Page).values(due_at=now + timedelta(hours=1)))
        portal = factories.portal(session, "a").id
    with database.session() as session:
        early = habits.early_ones(session, portal, 1, 3)
        pages.clean_again(session, early, now)
    assert len(early) == 3
    assert all(lines and all(isinstance(line, str) for line in lines) for lines in early.values())
    with database.read() as session:
        found = session.execute(sa.select(Page.step, Page.due_at, Page.revisit_at).order_by(Page.id)).all()
    hour = now + timedelta(hours=1)
    assert found[1:4] == [("clean", now, hour)] * 3
    assert [found[0][0], found[4][0]] == ["fetch", "fetch"]
