"""Further pages are asked for once, waited for so long, and missed by nobody when they come"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.models.page import Page
from storage.repositories import parts
from tests import factories

URL = "https://a.example/1"
FURTHER = [URL + "/2", URL + "/3"]
WAIT = timedelta(seconds=600)
LATER = timedelta(seconds=60)


@pytest.fixture
def session(database):
    with database.session() as session:
        yield session


@pytest.fixture
def article(session, now):
    """A page in cleaning."""
    page = factories.page(session, URL)
    factories.fetch(session, page, b"first", at=now)
    page.state, page.lease_owner, page.lease_until = "leased", "w1", now + LATER
    session.flush()
    return page


def part(session, number):
    return session.scalars(sa.select(Page).where(Page.part_number == number)).one()


def bring(session, number, at):
    found = part(session, number)
    factories.fetch(session, found, b"more", at=at)
    found.state, found.step, found.due_at = "done", "fetch", None
    session.flush()


def test_waiting_begins_when_all_are_asked_for(session, article, now):
    late = now + 5 * WAIT
    assert parts.wait_until(session, article.id, FURTHER, WAIT, late) is None
    parts.ask(session, article, FURTHER, WAIT, late)
    assert (article.state, article.step, article.due_at, article.lease_owner) == (
        "scheduled",
        "clean",
        late + WAIT,
        None,
    )
    assert parts.wait_until(session, article.id, FURTHER, WAIT, late + LATER) == late + WAIT
    assert parts.wait_until(session, article.id, [*FURTHER, URL + "/4"], WAIT, late) is None


def test_parts_older_than_the_first_page_are_asked_for_again(session, article, now):
    parts.ask(session, article, FURTHER[:1], WAIT, now)
    bring(session, 2, now + LATER)
    next_day = now + timedelta(days=1)
    factories.fetch(session, article, b"first, changed", at=next_day)
    assert parts.wait_until(session, article.id, FURTHER[:1], WAIT, next_day) is None
    parts.ask(session, article, FURTHER[:1], WAIT, next_day)
    assert part(session, 2).due_at == next_day
    assert article.due_at == next_day + WAIT


def test_nobody_waits_for_what_is_here_or_another_articles(session, article, now):
    other = factories.page(session, "https://a.example/other")
    factories.page(session, FURTHER[1], part_of_id=other.id, part_number=7)
    parts.ask(session, article, FURTHER, WAIT, now)
    bring(session, 2, now + LATER)
    assert parts.wait_until(session, article.id, FURTHER, WAIT, now + LATER) <= now
    parts.ask(session, article, FURTHER, WAIT, now + LATER)
    assert article.due_at == now + LATER


@pytest.mark.parametrize(("state", "is_awaited"), [("scheduled", True), ("leased", True), ("quarantined", False)])
def test_a_part_whose_first_visit_failed_is_still_to_come(session, article, now, state, is_awaited):
    parts.ask(session, article, FURTHER[:1], WAIT, now)
    failed = part(session, 2)
    failed.fetched_at, failed.state, failed.tries, failed.detail = now + LATER, state, 1, "status 500"
    if state == "leased":
        failed.lease_owner, failed.lease_until = "c1", now + LATER
    session.flush()
    fetch = session.get_one(parts.Fetch, article.fetch_id)
    (found,) = parts.load(session, {article.id: fetch})[article.id]
    assert (found.is_awaited, found.fetch_id) == (is_awaited, None)


def test_the_last_part_wakes_an_article_whatever_it_does(session, article, now):
    parts.ask(session, article, FURTHER, WAIT, now)
    bring(session, 2, now)
    parts.wake_parent(session, article.id, now)
    assert article.due_at == now + WAIT  # another is to come
    bring(session, 3, now)
    parts.wake_parent(session, article.id, now)
    assert article.due_at == now
    article.state, article.step, article.due_at = "done", "fetch", now + LATER  # it was done without them
    parts.wake_parent(session, article.id, now)
    assert (article.state, article.step, article.due_at, article.revisit_at) == ("scheduled", "clean", now, now + LATER)
    article.state, article.step, article.due_at = "scheduled", "fetch", now  # a visit is hinted at
    parts.wake_parent(session, article.id, now)
    assert (article.state, article.step, article.revisit_at) == ("scheduled", "clean", now)
    article.state, article.step, article.tries = "scheduled", "fetch", 1  # its next try brings it back
    parts.wake_parent(session, article.id, now)
    assert (article.state, article.step) == ("scheduled", "fetch")


def test_a_cleaning_that_missed_a_part_is_repeated_once(session, article, now):
    parts.ask(session, article, FURTHER[:1], WAIT, now)
    fetch = session.get_one(parts.Fetch, article.fetch_id)
    known = parts.load(session, {article.id: fetch})[article.id]
    bring(session, 2, now)
    article.state, article.step = "done", "fetch"
    parts.take_in_late(session, article, known, now)
    assert (article.state, article.step) == ("scheduled", "clean")
    known = parts.load(session, {article.id: fetch})[article.id]
    article.state, article.step = "done", "fetch"
    parts.take_in_late(session, article, known, now)
    assert (article.state, article.step) == ("done", "fetch")
