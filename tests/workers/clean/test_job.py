"""Batches of fetches become articles or rejections, each page for itself, whatever happens between the steps"""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import db
from storage.config import Config
from storage.db import Database
from storage.domain import Entry, Outcome
from storage.models.article import Article, Revision
from storage.models.operation import Change, Failure, OperationItem
from storage.models.page import Fetch, Host, Page
from storage.models.portal import Habit
from storage.repositories import articles, invariants, operations, pages, parts
from storage.repositories.operations import Request, Selection
from storage.repositories.pages import Named
from tests import factories
from tests.workers.clean.poison import RECURRING
from workers.clean.job import Cleaner
from workers.clean.keeper import Keeper, Limits
from workers.upkeep.sweep import sweep

READER = "tests.workers.clean.poison:Reader"


@pytest.fixture(scope="module")
def keeper():
    found = Keeper(Limits(seconds=0.5, megabytes=150, bytes=1_000_000), READER)
    yield found
    found.close()


@pytest.fixture
def config():
    return Config(lease_seconds=2, clean_tries=2, part_wait_seconds=600)


@pytest.fixture
def cleaner(database, config, keeper):
    return Cleaner(database, config, keeper, "w1")


def add(database, bodies, at=None, **words):
    """A page and a fetch for each body; ids of the fetches, in order."""
    with database.session() as session:
        now = at or db.now(session)
        return [
            factories.fetch(
                session, factories.page(session, f"https://a.example/{name}", discovered_at=now, **words), body, at=now
            ).id
            for name, body in bodies.items()
        ]


def again(database, name, body):
    """The page brings other bytes."""
    with database.session() as session:
        page = session.scalars(sa.select(Page).where(Page.url == f"https://a.example/{name}")).one()
        return factories.fetch(session, page, body, at=db.now(session)).id


def rows(database, query):
    with database.read() as session:
        return session.execute(query).all()


def state_of(database, name):
    columns = (Page.state, Page.step, Page.reason, Page.tries, Page.lease_until)
    return rows(database, sa.select(*columns).where(Page.url == f"https://a.example/{name}"))[0]


def ops(database):
    return [op for (op,) in rows(database, sa.select(Change.op).order_by(Change.seq))]


def assert_sound(database, config):
    with database.read() as session:
        found = [f for f in invariants.check(session, config, db.now(session)) if f.count]
    assert not found


def test_a_batch_becomes_articles_and_rejections(database, cleaner, config):
    fetches = add(database, {"1": "ok One\nBody of one", "2": "ok Two\nBody of two", "3": "reject section_page"})
    report = cleaner.clean(fetches)
    assert report.outcomes == Counter({Outcome.STORED: 2, Outcome.REJECTED: 1})
    assert rows(database, sa.select(Revision.title, Revision.body, Revision.number).order_by(Revision.title)) == [
        ("One", "Body of one", 1),
        ("Two", "Body of two", 1),
    ]
    assert state_of(database, "3") == ("done", "fetch", "section_page", 0, None)
    cleanings_ = rows(database, sa.select(Fetch.cleaning, Fetch.cleaning_detail).order_by(Fetch.id))
    assert cleanings_ == [("stored", None), ("stored", None), ("rejected", "section_page: as told")]
    assert ops(database) == ["article", "article"]
    assert_sound(database, config)


def test_the_next_visit_is_due_and_its_host_knows(database, cleaner):
    fetches = add(database, {"1": "ok One\nBody"})
    cleaner.clean(fetches)
    ((due, revisit, host),) = rows(database, sa.select(Page.due_at, Page.revisit_at, Host.due_at).join(Host))
    assert due == revisit == host is not None


def test_a_second_run_does_nothing(database, cleaner):
    fetches = add(database, {"1": "ok One\nBody"})
    cleaner.clean(fetches)
    assert cleaner.clean(fetches).claimed == 0
    assert ops(database) == ["article"]


def test_the_same_text_is_unchanged_and_another_a_revision(database, cleaner):
    cleaner.clean(add(database, {"1": "ok One\nBody"}))
    assert cleaner.clean([again(database, "1", "ok One\nBody")]).outcomes == Counter([Outcome.UNCHANGED])
    assert cleaner.clean([again(database, "1", "ok One\nOther body")]).outcomes == Counter([Outcome.STORED])
    assert rows(database, sa.select(Revision.number, Revision.body).order_by(Revision.number)) == [
        (1, "Body"),
        (2, "Other body"),
    ]
    ((article_revision, last),) = rows(
        database, sa.select(Article.revision_id, sa.select(sa.func.max(Revision.id)).scalar_subquery())
    )
    assert article_revision == last
    assert ops(database) == ["article", "revision"]


def test_an_old_fetch_is_never_cleaned_over_a_newer_one(database, cleaner):
    (old,) = add(database, {"1": "ok One\nBody"})
    new = again(database, "1", "ok One\nNewer body")
    assert cleaner.clean([old]).claimed == 0
    assert cleaner.clean([old, new]).claimed == 1
    assert rows(database, sa.select(Revision.body)) == [("Newer body",)]


def test_what_was_taken_down_is_withdrawn_and_may_come_back(database, cleaner):
    cleaner.clean(add(database, {"1": "ok One\nBody"}))
    cleaner.clean([again(database, "1", "reject soft_404")])
    assert rows(database, sa.select(Article.withdrawn_reason)) == [("soft_404",)]
    cleaner.clean([again(database, "1", "ok One\nBody")])
    assert rows(database, sa.select(Article.withdrawn_at, Article.withdrawn_reason)) == [(None, None)]
    assert ops(database) == ["article", "withdrawn", "restored"]


def test_a_wall_on_a_later_visit_leaves_the_article(database, cleaner, config):
    cleaner.clean(add(database, {"1": "ok One\nBody"}))
    cleaner.clean([again(database, "1", "reject consent_wall")])
    assert rows(database, sa.select(Article.withdrawn_at)) == [(None,)]
    assert state_of(database, "1").reason == "consent_wall"
    assert_sound(database, config)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        pytest.param("spin", "time_limit", marks=pytest.mark.slow),
        pytest.param("swell", "memory_limit", marks=pytest.mark.slow),
        ("abort", "unreadable"),
        ("raise", "unreadable"),
    ],
)
def test_poison_is_a_rejection_and_the_others_are_stored(database, cleaner, config, act, reason):
    fetches = add(database, {"1": "ok One\nBody of one", "2": f"{act} x", "3": "ok Three\nBody of three"})
    report = cleaner.clean(fetches)
    assert report.outcomes == Counter({Outcome.STORED: 2, Outcome.REJECTED: 1})
    assert state_of(database, "2").reason == reason
    assert_sound(database, config)


def test_characters_that_no_database_keeps(database, cleaner):
    text = "ok Ti\0tle\nBo\0dy \ufffe \x01 \U0001f600".encode() + b" \xed\xa0\x80"
    assert cleaner.clean(add(database, {"1": text})).outcomes == Counter([Outcome.STORED])
    ((title, body),) = rows(database, sa.select(Revision.title, Revision.body))
    assert title == "Title"
    assert body.startswith("Body")


def test_one_page_that_cannot_be_written_fails_alone(database, cleaner, config, monkeypatch):
    fetches = add(database, {"1": "ok One\nBody", "2": "ok Two\nBody"})
    real = articles.digest

    def fail_for_two(title, body):
        if title == "Two":
            raise RuntimeError("cannot be written")
        return real(title, body)

    monkeypatch.setattr(articles, "digest", fail_for_two)
    report = cleaner.clean(fetches)
    assert report.outcomes == Counter({Outcome.STORED: 1, Outcome.RETRIED: 1})
    assert state_of(database, "2") == ("scheduled", "clean", None, 1, None)
    assert rows(database, sa.select(Article.canonical_url)) == [("https://a.example/1",)]
    assert ops(database) == ["article"]
    assert cleaner.clean(fetches).outcomes == Counter({Outcome.FAILED: 1})
    assert state_of(database, "2").state == "quarantined"
    ((job_name, error),) = rows(database, sa.select(Failure.job, Failure.error))
    assert job_name == "clean"
    assert "cannot be written" in error
    assert_sound(database, config)


def test_a_result_under_a_lost_lease_is_thrown_away(database, cleaner, config, keeper, monkeypatch):
    (fetch,) = add(database, {"1": "ok One\nBody"})
    other = Cleaner(database, config, keeper, "w2")
    real = cleaner._read

    def lose_the_lease(task, lease):
        with database.session() as session:
            session.execute(sa.update(Page).values(lease_until=db.now(session) - timedelta(seconds=1)))
        sweep(database, config)
        assert other.clean([fetch]).outcomes == Counter([Outcome.STORED])
        return real(task, lease)

    monkeypatch.setattr(cleaner, "_read", lose_the_lease)
    report = cleaner.clean([fetch])
    assert (report.stale, report.outcomes) == (1, Counter())
    assert ops(database) == ["article"]
    assert_sound(database, config)


@pytest.mark.parametrize("step", ["_read", "_save"])
def test_killed_between_steps_the_sweep_brings_it_back(database, cleaner, config, keeper, monkeypatch, step):
    fetches = add(database, {"1": "ok One\nBody", "2": "ok Two\nBody"})

    def die(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(cleaner, step, die)
    with pytest.raises(KeyboardInterrupt):
        cleaner.clean(fetches)
    assert state_of(database, "1").state == "leased"
    with database.session() as session:
        session.execute(sa.update(Page).values(lease_until=db.now(session) - timedelta(seconds=1)))
    sweep(database, config)
    assert state_of(database, "1")[:4] == ("scheduled", "clean", None, 1)
    assert Cleaner(database, config, keeper, "w2").clean(fetches).outcomes == Counter({Outcome.STORED: 2})
    assert_sound(database, config)


def test_pages_that_died_before_go_alone(database, cleaner, monkeypatch):
    fetches = add(database, {"1": "ok One\nBody", "2": "ok Two\nBody", "3": "ok Three\nBody"})
    with database.session() as session:
        session.execute(sa.update(Page).where(Page.fetch_id != fetches[1]).values(tries=1))
    batches = []
    real = cleaner._clean_batch
    monkeypatch.setattr(cleaner, "_clean_batch", lambda ids, report: (batches.append(ids), real(ids, report)))
    cleaner.clean(fetches)
    assert batches == [[fetches[1]], [fetches[0]], [fetches[2]]]


def test_pages_that_may_take_long_wait_behind_all_others(database, cleaner, config, monkeypatch):
    """Each alone; as soon as they take long, the rest is left for another turn."""
    monkeypatch.setattr("workers.clean.job.LARGE_BYTES", 100)
    monkeypatch.setattr("workers.clean.job.SLOW_SECONDS", 0.2)
    large = "long " * 50
    fetches = add(
        database,
        {"1": f"ok Large\n{large}", "2": "ok Two\nBody", "3": f"sleep {large}{large}", "4": f"ok X\n{large * 3}"},
    )
    with database.session() as session:
        session.execute(sa.update(Page).values(due_at=db.now(session) + timedelta(seconds=30)))
    batches = []
    real = cleaner._clean_batch
    monkeypatch.setattr(cleaner, "_clean_batch", lambda ids, report: (batches.append(ids), real(ids, report)))
    report = cleaner.clean(fetches)
    assert batches == [[fetches[1]], [fetches[0]], [fetches[2]]]
    assert report.outcomes == Counter({Outcome.STORED: 2, Outcome.REJECTED: 1})
    assert state_of(database, "4")[:2] == ("scheduled", "clean")
    assert sweep(database, config.model_copy(update={"sweep_seconds": 0.0})) == [fetches[3]]
    assert cleaner.clean([fetches[3]]).outcomes == Counter({Outcome.STORED: 1})
    assert_sound(database, config)


def test_what_was_read_doesn_t_wait_for_the_page_behind_a_slow_one(database, cleaner, keeper, monkeypatch):
    monkeypatch.setattr("workers.clean.job.SLOW_SECONDS", 0.2)
    fetches = add(database, {"1": "ok One\nBody", "2": "sleep", "3": "ok Three\nBody"})
    cleaner.clean(add(database, {"0": "reject section_page"}))  # a child that starts only now is slow itself
    seen = []
    real = keeper.read

    def spy(order, tick):
        seen.append(len(rows(database, sa.select(Revision.id))))
        return real(order, tick)

    monkeypatch.setattr(keeper, "read", spy)
    assert cleaner.clean(fetches).outcomes == Counter({Outcome.STORED: 2, Outcome.REJECTED: 1})
    assert seen == [0, 0, 1]


@pytest.mark.slow
def test_a_long_batch_keeps_its_lease(database, config, keeper):
    fetches = add(database, {str(i): f"sleep {i}" for i in range(2)})
    cleaner = Cleaner(database, config.model_copy(update={"lease_seconds": 1.2}), keeper, "w1")
    seen = []
    real = keeper.read

    def spy(order, tick):
        def watched():
            tick()
            with database.read() as session:
                until = session.scalars(sa.select(Page.lease_until)).all()
                seen.append(min(u for u in until if u) > db.now(session))

        return real(order, watched)

    keeper.read = spy
    try:
        report = cleaner.clean(fetches)
    finally:
        del keeper.read
    assert report.outcomes == Counter({Outcome.REJECTED: 2})
    assert len(seen) > 10
    assert all(seen)


def test_two_workers_on_the_same_fetches(database, config):
    fetches = add(database, {str(i): f"ok Title {i}\nBody {i}" for i in range(18)})
    keepers = [Keeper(Limits(5, 150, 1_000_000), READER) for _ in range(2)]
    patient = config.model_copy(update={"lease_seconds": 20})
    cleaners = [Cleaner(database, patient, keeper, f"w{i}") for i, keeper in enumerate(keepers)]
    batches = [fetches[i : i + 3] for i in range(0, 18, 3)]

    def work(cleaner, order):
        return sum((cleaner.clean(batch).outcomes for batch in order), Counter())

    with ThreadPoolExecutor(2) as pool:
        totals = list(pool.map(work, cleaners, (batches, batches[::-1])))
    for keeper in keepers:
        keeper.close()
    assert sum(totals, Counter()) == Counter({Outcome.STORED: 18})
    assert rows(database, sa.select(sa.func.count()).select_from(Article)) == [(18,)]
    assert_sound(database, config)


def test_reprocessing_answers_its_operation(database, cleaner, config):
    cleaner.clean(add(database, {"1": "ok One\nBody", "2": "reject empty"}))
    with database.session() as session:
        now = db.now(session)
        number = operations.record(session, Request("reprocess", Selection(), "r", "t"), [1, 2], now)
        operations.clean_again(session, number, [1, 2], now)
    fetches = [f for (f,) in rows(database, sa.select(Page.fetch_id))]
    assert cleaner.clean(fetches).outcomes == Counter({Outcome.UNCHANGED: 1, Outcome.REJECTED: 1})
    outcomes = rows(database, sa.select(OperationItem.outcome).order_by(OperationItem.page_id))
    assert outcomes == [("unchanged",), ("rejected",)]
    assert rows(database, sa.select(Page.operation_id, Page.state, Page.is_forced)) == [(None, "done", False)] * 2
    assert_sound(database, config)


def test_a_recrawl_asked_for_meanwhile_comes_next(database, cleaner, monkeypatch):
    (fetch,) = add(database, {"1": "ok One\nBody"})
    real = cleaner._read

    def ask(task, lease):
        with database.session() as session:
            now = db.now(session)
            number = operations.record(session, Request("recrawl", Selection(), "r", "t"), [1], now)
            operations.make_due(session, number, [1], now)
        return real(task, lease)

    monkeypatch.setattr(cleaner, "_read", ask)
    cleaner.clean([fetch])
    ((state, step, forced, operation),) = rows(
        database, sa.select(Page.state, Page.step, Page.is_forced, Page.operation_id)
    )
    assert (state, step, forced, operation) == ("scheduled", "fetch", True, 1)


def test_bytes_that_are_kept_no_more(database, cleaner):
    (fetch,) = add(database, {"1": "ok One\nBody"})
    with database.session() as session:
        session.execute(sa.text("DELETE FROM record"))
    assert cleaner.clean([fetch]).outcomes == Counter([Outcome.REJECTED])
    assert state_of(database, "1").reason == "unreadable"


def test_habits_are_kept_and_early_pages_that_hold_such_lines_are_read_again(database, cleaner, config, keeper):
    keeper.close()  # a child that has read nothing yet
    fetches = add(database, {str(i): f"ok Title {i}\n{RECURRING if i < 3 else i}" for i in range(22)})
    cleaner.clean(fetches)
    ((data, version),) = rows(database, sa.select(Habit.data, Habit.version))
    assert version == 1
    assert json.loads(data["text"])["articles"] == 22
    waiting = [f for (f,) in rows(database, sa.select(Page.fetch_id).where(Page.step == "clean"))]
    assert sorted(waiting) == fetches[:3]
    assert cleaner.clean(waiting).outcomes == Counter({Outcome.UNCHANGED: 3})
    assert not rows(database, sa.select(Page.id).where(Page.step == "clean"))


def test_habits_are_kept_with_the_results_they_were_learnt_from_or_not_at_all(database, cleaner, keeper, monkeypatch):
    keeper.close()
    fetches = add(database, {"1": "ok One\nBody"})

    def fail(*_words):
        raise OSError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("storage.repositories.cleanings.wake_hosts", fail)
        with pytest.raises(OSError, match="killed"):
            cleaner.clean(fetches)
    assert not rows(database, sa.select(Habit.version))
    assert not rows(database, sa.select(Revision.id))


def test_what_a_seed_tells_while_a_page_is_read_is_not_missed(database, cleaner, keeper, monkeypatch):
    """The page is read once more, with it."""
    fetches = add(database, {"1": "echo"})
    entry = Entry("https://a.example/1", title="Rain", text="It rains.")
    read = keeper.read

    def tell(order, tick):
        with database.session() as session:
            pages.discover(session, 1, None, [Named(entry.url, entry.url, entry)], db.now(session))
        return read(order, tick)

    with monkeypatch.context() as patch:
        patch.setattr(keeper, "read", tell)
        cleaner.clean(fetches)
    assert state_of(database, "1")[:2] == ("scheduled", "clean")
    cleaner.clean(fetches)
    assert state_of(database, "1")[:2] == ("done", "fetch")
    bodies = [body for (body,) in rows(database, sa.select(Revision.body).order_by(Revision.number))]
    assert ["It rains." in body for body in bodies] == [False, True]


def test_a_store_that_is_away_is_no_failure(tmp_path, keeper, config, sqlite):
    from storage.errors import Retryable

    away = Database(f"sqlite:///{tmp_path / 'none' / 'x.db'}")
    with pytest.raises(Retryable):
        Cleaner(away, config, keeper, "w1").clean([1])
    away.close()


def test_parts_are_waited_for_and_joined(database, config, keeper):
    with database.session() as session:
        now = db.now(session)
    first = "parts https://a.example/1/2 https://a.example/1/3\nLong story\nFirst page"
    (fetch,) = add(database, {"1": first}, at=now)
    cleaner = Cleaner(database, config, keeper, "w1")
    report = cleaner.clean([fetch])
    assert (report.waiting, report.outcomes) == (1, Counter())
    found = rows(database, sa.select(Page.url, Page.part_number, Page.state, Page.step).where(Page.part_of_id == 1))
    assert found == [
        ("https://a.example/1/2", 2, "scheduled", "fetch"),
        ("https://a.example/1/3", 3, "scheduled", "fetch"),
    ]
    assert cleaner.clean([fetch]).waiting == 1
    with database.session() as session:
        for number in (2, 3):
            part = session.scalars(sa.select(Page).where(Page.part_number == number)).one()
            factories.fetch(session, part, f"ok Long story\nPage number {number}", at=db.now(session))
            part.state, part.step, part.due_at = "done", "fetch", None
    assert cleaner.clean([fetch]).outcomes == Counter([Outcome.STORED])
    assert rows(database, sa.select(Revision.body)) == [("First page\n\nPage number 2\n\nPage number 3",)]
    assert_sound(database, config)


def asked_long_ago(database, cleaner):
    """The fetch of an article whose second page has been waited for as long as it may be."""
    with database.session() as session:
        long_ago = db.now(session) - timedelta(seconds=601)
    (fetch,) = add(database, {"1": "parts https://a.example/1/2\nLong story\nFirst page"}, at=long_ago)
    # However long the page lay about: its further page has been asked for by nobody.
    assert cleaner.clean([fetch]).waiting == 1
    with database.session() as session:
        session.execute(sa.update(Page).where(Page.part_number == 2).values(discovered_at=long_ago))
    return fetch


def test_parts_that_never_come_are_done_without(database, config, keeper):
    cleaner = Cleaner(database, config, keeper, "w1")
    fetch = asked_long_ago(database, cleaner)
    assert cleaner.clean([fetch]).outcomes == Counter([Outcome.STORED])
    assert rows(database, sa.select(Revision.body)) == [("First page",)]


def bring_part(database, body):
    """The crawler brings the article's second page."""
    with database.session() as session:
        now = db.now(session)
        part = session.scalars(sa.select(Page).where(Page.part_number == 2)).one()
        factories.fetch(session, part, body, at=now)
        part.state, part.step, part.due_at = "done", "fetch", None
        parts.wake_parent(session, part.part_of_id, now)


def test_a_part_that_comes_late_is_joined_all_the_same(database, config, keeper):
    cleaner = Cleaner(database, config, keeper, "w1")
    fetch = asked_long_ago(database, cleaner)
    cleaner.clean([fetch])
    bring_part(database, "ok Long story\nSecond page")
    assert state_of(database, "1")[:2] == ("scheduled", "clean")
    assert cleaner.clean([fetch]).outcomes == Counter([Outcome.STORED])
    assert rows(database, sa.select(Revision.body).where(Revision.number == 2)) == [("First page\n\nSecond page",)]
    assert cleaner.clean([fetch]).claimed == 0
    assert_sound(database, config)


def test_a_part_that_comes_while_its_article_is_cleaned_is_joined(database, config, keeper, monkeypatch):
    cleaner = Cleaner(database, config, keeper, "w1")
    fetch = asked_long_ago(database, cleaner)
    save = cleaner._save

    def late(*words):
        bring_part(database, "ok Long story\nSecond page")
        return save(*words)

    monkeypatch.setattr(cleaner, "_save", late)
    assert cleaner.clean([fetch]).outcomes == Counter([Outcome.STORED])
    monkeypatch.undo()
    assert state_of(database, "1")[:2] == ("scheduled", "clean")
    cleaner.clean([fetch])
    assert rows(database, sa.select(Revision.body).where(Revision.number == 2)) == [("First page\n\nSecond page",)]
    assert state_of(database, "1")[:2] == ("done", "fetch")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("ok Long story\nFirst page and more", "First page\n\nFirst page and more"),
        ("ok Storm over the bridge\nAnother report", "First page"),
    ],
)
def test_a_link_to_the_whole_text_is_followed_but_not_to_another_story(database, config, keeper, answer, expected):
    with database.session() as session:
        now = db.now(session)
    (fetch,) = add(database, {"1": "parts https://a.example/in-full\nLong story\nFirst page"}, at=now)
    cleaner = Cleaner(database, config, keeper, "w1")
    assert cleaner.clean([fetch]).waiting == 1
    with database.session() as session:
        part = session.scalars(sa.select(Page).where(Page.part_number == 2)).one()
        factories.fetch(session, part, answer, at=db.now(session))
        part.state, part.step, part.due_at = "done", "fetch", None
    assert cleaner.clean([fetch]).outcomes == Counter([Outcome.STORED])
    assert rows(database, sa.select(Revision.body)) == [(expected,)]
    assert_sound(database, config)
