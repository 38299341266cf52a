"""Pages that wait for cleaning: leased by fence, put back, ended, taken out of the way"""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from storage import archive
from storage.domain import Outcome, RejectionReason
from storage.errors import Permanent, StaleFence
from storage.models.article import Article
from storage.models.operation import Change, Failure, OperationItem
from storage.models.page import Fetch, Host, Page
from storage.repositories import articles, changes, cleanings, operations
from storage.repositories.changes import Note
from storage.repositories.cleanings import End
from storage.repositories.operations import Request, Selection
from tests import factories

SECOND = timedelta(seconds=1)
STORED = End(Outcome.STORED)


@pytest.fixture
def session(database):
    with database.session() as session:
        yield session


def waiting(session, count=1, **words):
    """Pages of one host with bytes that nobody has cleaned, as many; their fetches."""
    found = [factories.page(session, f"https://a.example/{number}", **words) for number in range(1, count + 1)]
    return [factories.fetch(session, page, f"page {page.id}") for page in found]


def claim(session, fetches, now, owner="w1"):
    return cleanings.claim(session, [fetch.id for fetch in fetches], owner, now, 20)


def held(session, fetches, now):
    """Claimed pages, and their tasks."""
    tasks = cleanings.load(session, claim(session, fetches, now))
    return [cleanings.hold(session, task) for task in tasks], tasks


def test_a_claim_is_proved_by_its_fence_and_nobody_else_has_it(session, now):
    one, two = waiting(session, 2)
    two_page = session.get_one(Page, two.page_id)
    two_page.fence = 7
    assert claim(session, [two, one], now) == [(one.page_id, 1), (two.page_id, 8)]
    assert claim(session, [one, two], now, "w2") == []
    session.refresh(two_page)
    assert (two_page.state, two_page.lease_owner, two_page.lease_until) == ("leased", "w1", now + 20 * SECOND)


def test_only_the_newest_fetch_of_a_page_that_waits_for_cleaning_is_claimed(session, now):
    old, done, asked = waiting(session, 3)
    factories.fetch(session, session.get_one(Page, old.page_id), "newer")
    session.get_one(Page, done.page_id).state = "done"
    session.get_one(Page, asked.page_id).step = "fetch"
    session.flush()
    assert claim(session, [old, done, asked], now) == []


def test_a_page_is_taken_before_the_queue_would_be_reminded_of_it(session, now):
    (fetch,) = waiting(session)
    session.get_one(Page, fetch.page_id).due_at = now + 900 * SECOND
    session.flush()
    assert claim(session, [fetch], now) == [(fetch.page_id, 1)]


def test_slow_ones_are_those_that_died_and_the_large_the_likeliest_to_end_well_first(session):
    died, small, large, larger = waiting(session, 4)
    session.get_one(Page, died.page_id).tries = 1
    large.size, larger.size, small.size = 500, 900, 100
    session.flush()
    fetch_ids = [died.id, larger.id, large.id, small.id]
    assert cleanings.slow_ones(session, fetch_ids, 100) == [large.id, larger.id, died.id]
    assert cleanings.slow_ones(session, fetch_ids, 10_000) == [died.id]


def test_pages_that_were_not_taken_after_all_are_due(session, now):
    later, early, taken = waiting(session, 3)
    rows = [session.get_one(Page, fetch.page_id) for fetch in (later, early, taken)]
    rows[0].due_at, rows[1].due_at, rows[2].due_at = now + 30 * SECOND, now - 30 * SECOND, now + 30 * SECOND
    session.flush()
    claim(session, [taken], now)
    cleanings.leave(session, [later.id, early.id, taken.id], now)
    session.expire_all()
    assert [row.due_at - now for row in rows] == [0 * SECOND, -30 * SECOND, 30 * SECOND]


def test_only_leases_that_are_still_ones_own_are_renewed(session, now):
    mine, another, ended = waiting(session, 3)
    claim(session, [mine, ended], now)
    claim(session, [another], now, "w2")
    row = session.get_one(Page, ended.page_id)
    row.state, row.lease_until = "scheduled", None
    session.flush()
    cleanings.renew(session, [1, 2, 3], "w1", now + 10 * SECOND, 20)
    session.expire_all()
    until = [session.get_one(Page, fetch.page_id).lease_until for fetch in (mine, another, ended)]
    assert until == [now + 30 * SECOND, now + 20 * SECOND, None]


def ask(session, kind, page_ids, now):
    """An operation that asks for these pages; its number."""
    number = operations.record(session, Request(kind, Selection(), "r", "t"), page_ids, now)
    if kind == "recrawl":
        operations.make_due(session, number, page_ids, now)
    else:
        at_rest = {"state": "done", "step": "fetch", "due_at": now + 900 * SECOND}
        session.execute(sa.update(Page).where(Page.id.in_(page_ids)).values(**at_rest))
        operations.clean_again(session, number, page_ids, now)
    session.expire_all()
    return number


def test_a_task_tells_all_that_reading_needs(session, now):
    factories.portal(session, "a", language="sv", timezone="Europe/Stockholm")
    first, second = waiting(session, 2)
    part = factories.page(session, "https://a.example/1?page=2", part_of_id=first.page_id, part_number=2)
    ask(session, "reprocess", [second.page_id], now)
    one, two = cleanings.load(session, claim(session, [second, first], now))
    assert (one.page_id, one.fence, one.fetch_id) == (first.page_id, 1, first.id)
    assert (one.url, one.context.final_url, one.context.fetched_at) == (first.url, first.url, factories.NOW)
    assert (one.portal.key, one.context.language, one.context.timezone) == ("a", "sv", "Europe/Stockholm")
    assert (one.discovered_at, [p.page_id for p in one.parts]) == (factories.NOW, [part.id])
    assert (one.is_asked_for, two.is_asked_for) == (False, True)
    assert two.parts == ()


def test_bytes_are_read_one_by_one_or_the_small_ones_at_once(session):
    one, two, large = waiting(session, 3)
    large.size = cleanings.SMALL_BYTES + 1
    session.flush()
    assert archive.unpack(cleanings.read_record(session, large.id)) == b"page 3"
    found = cleanings.small_records(session, [two.id, large.id, one.id])
    assert {fetch_id: archive.unpack(data) for fetch_id, data in found.items()} == {
        one.id: b"page 1",
        two.id: b"page 2",
    }
    session.execute(sa.text("DELETE FROM record"))
    assert cleanings.read_record(session, one.id) is None
    assert cleanings.small_records(session, [one.id]) == {}


@pytest.mark.parametrize(
    "loss",
    [{"fence": 2}, {"state": "scheduled", "lease_until": None}, {"step": "fetch"}],
    ids=["claimed anew", "put back", "to be fetched"],
)
def test_a_page_whose_lease_was_lost_is_not_held(session, now, loss):
    fetches = waiting(session, 2)
    tasks = cleanings.load(session, claim(session, fetches, now))
    session.execute(sa.update(Page).where(Page.id == 1).values(**loss))
    with pytest.raises(StaleFence, match="page 1"):
        cleanings.hold(session, tasks[0])
    assert cleanings.hold(session, tasks[1]).id == 2
    assert set(cleanings.hold_all(session, tasks)) == {2}


def test_what_fails_in_an_attempt_is_undone_with_its_news_and_the_rest_is_kept(database, now):
    with database.session() as session:
        factories.article(session, "https://a.example/1")
    with database.session() as session:
        changes.note(session, Note("placed", now))
        with pytest.raises(Permanent, match="ValueError: broken"), cleanings.attempt(session):
            articles.withdraw(session, session.get_one(Article, 1), "gone", now)
            session.flush()
            raise ValueError("broken")
        with cleanings.attempt(session):
            changes.note(session, Note("moved", now))
    with database.read() as session:
        assert session.get_one(Article, 1).withdrawn_at is None
        assert list(session.scalars(sa.select(Change.op).order_by(Change.seq))) == ["article", "placed", "moved"]


@pytest.mark.parametrize("error", [StaleFence("lost"), OperationalError("", {}, ValueError("away"))])
def test_a_lost_lease_and_a_store_that_is_away_are_no_failures_of_a_page(session, error):
    with pytest.raises(type(error)), cleanings.attempt(session):
        raise error


def test_what_the_store_refuses_shows_within_the_attempt(session):
    with pytest.raises(Permanent, match="IntegrityError"), cleanings.attempt(session):
        session.add(Host(name=None))
    assert session.scalar(sa.select(sa.func.count()).select_from(Host)) == 0


def test_a_page_that_was_cleaned_rests_until_its_next_visit(session, now):
    fetches = waiting(session, 2, tries=1)
    (one, two), _ = held(session, fetches, now)
    alias = End(Outcome.REJECTED, RejectionReason.ALIAS, "of 1", one.id)
    cleanings.end(session, [(one, fetches[0].id, STORED), (two, fetches[1].id, alias)], now + SECOND)
    session.flush()
    session.expire_all()
    for page in (one, two):
        assert (page.state, page.step, page.due_at, page.tries) == ("done", "fetch", page.revisit_at, 0)
        assert (page.lease_owner, page.lease_until) == (None, None)
    assert (one.reason, one.detail, one.alias_of_id) == (None, None, None)
    assert (two.reason, two.detail, two.alias_of_id) == ("alias", "of 1", one.id)
    columns = (Fetch.cleaned_at, Fetch.cleaning, Fetch.cleaning_detail)
    assert [tuple(row) for row in session.execute(sa.select(*columns).order_by(Fetch.id))] == [
        (now + SECOND, "stored", None),
        (now + SECOND, "rejected", "alias: of 1"),
    ]


def test_a_visit_that_came_due_while_a_page_was_cleaned_takes_place(session, now):
    (fetch,) = waiting(session)
    (page,), _ = held(session, [fetch], now)
    page.revisit_at = now
    cleanings.end(session, [(page, fetch.id, STORED)], now + SECOND)
    assert (page.state, page.step, page.due_at) == ("scheduled", "fetch", now)


def answers(session):
    return list(session.scalars(sa.select(OperationItem.outcome).order_by(OperationItem.operation_id)))


def test_the_operation_that_asked_for_a_cleaning_has_its_answer(session, now):
    (fetch,) = waiting(session)
    ask(session, "reprocess", [1], now)
    (page,), _ = held(session, [fetch], now)
    cleanings.end(session, [(page, fetch.id, End(Outcome.UNCHANGED))], now)
    assert answers(session) == ["unchanged"]
    assert (page.operation_id, page.is_forced, page.state) == (None, False, "done")


@pytest.mark.parametrize("earlier", [[], ["fetched"]], ids=["by nobody", "by an operation"])
def test_what_is_asked_for_while_a_page_is_cleaned_comes_at_once(session, now, earlier):
    (fetch,) = waiting(session)
    for _ in earlier:
        ask(session, "reprocess", [1], now)
    (page,), _ = held(session, [fetch], now)
    number = ask(session, "recrawl", [1], now)
    cleanings.end(session, [(page, fetch.id, STORED)], now + SECOND)
    assert (page.state, page.step, page.due_at) == ("scheduled", "fetch", now + SECOND)
    assert (page.operation_id, page.is_forced) == (number, True)
    assert answers(session) == [*earlier, None]


def test_hosts_are_told_of_the_earliest_next_visit_of_what_was_cleaned(session, now):
    fetches = waiting(session, 3)
    rests, _ = held(session, fetches[:2], now)
    rests[1].revisit_at = now + 60 * SECOND
    cleanings.wake_hosts(session, [1, 2, 3])  # none rests yet
    assert session.scalar(sa.select(Host.due_at)) is None
    cleanings.end(session, [(page, page.fetch_id, STORED) for page in rests], now)
    session.flush()
    cleanings.wake_hosts(session, [page.id for page in rests])
    assert session.scalar(sa.select(Host.due_at)) == now + 60 * SECOND


def failures(session):
    return [tuple(row) for row in session.execute(sa.select(Failure.job, Failure.page_id, Failure.tries))]


def test_a_page_whose_result_cannot_be_written_comes_again_ever_later_and_at_last_is_quarantined(session, now):
    (fetch,) = waiting(session)
    for tries in (1, 2):
        (page,), _ = held(session, [fetch], now)
        assert cleanings.put_back(session, page, "disk full", 3, now) is Outcome.RETRIED
        session.flush()
        assert (page.state, page.step, page.tries, page.detail) == ("scheduled", "clean", tries, "disk full")
        assert (page.due_at, page.lease_owner, page.lease_until) == (now + 2**tries * SECOND, None, None)
    assert failures(session) == []
    (page,), _ = held(session, [fetch], now)
    assert cleanings.put_back(session, page, "disk full", 3, now) is Outcome.FAILED
    assert (page.state, page.due_at, page.lease_owner) == ("quarantined", None, None)
    assert page.detail == "cleaning failed 3 times, the last: disk full"
    assert failures(session) == [("clean", 1, 3)]


def test_a_page_whose_cleaner_died_comes_again_at_once_and_at_last_is_quarantined(session, now):
    (fetch,) = waiting(session)
    (page,), _ = held(session, [fetch], now)
    cleanings.died(session, page, 2, now)
    session.flush()
    assert (page.state, page.step, page.tries) == ("scheduled", "clean", 1)
    assert (page.due_at, page.lease_owner, page.lease_until) == (now, None, None)
    (page,), _ = held(session, [fetch], now)
    cleanings.died(session, page, 2, now)
    assert (page.state, page.due_at, page.detail) == ("quarantined", None, "its cleaner died 2 times")
    assert failures(session) == [("clean", 1, 2)]


def test_a_quarantined_page_answers_the_operation_that_asked(session, now):
    (fetch,) = waiting(session)
    ask(session, "reprocess", [1], now)
    (page,), _ = held(session, [fetch], now)
    cleanings.quarantine(session, page, "why", now)
    session.flush()
    assert answers(session) == ["failed"]
    assert (page.operation_id, page.lease_operation_id) == (None, None)
    row = session.scalars(sa.select(Failure)).one()
    assert (row.arguments, row.error) == ({"page_ids": [1]}, "why")


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        (STORED, None),
        (End(Outcome.REJECTED, RejectionReason.GONE), "gone"),
        (End(Outcome.REJECTED, RejectionReason.GONE, "404"), "gone: 404"),
        (End(Outcome.FAILED, detail="died"), "died"),
    ],
)
def test_an_end_in_short(ended, said):
    assert ended.in_short == said
