"""Pending revisions get their stories, one writer at a time, and a reader hears of each change"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import db
from storage.config import Config
from storage.domain import Outcome
from storage.models.article import Article, Fingerprint, Learned, Revision
from storage.models.operation import Change, Failure, Lease
from storage.models.page import Page
from storage.models.story import Pin, StoredVerdict, Story
from storage.repositories import articles, invariants, leases
from storage.repositories.articles import Source
from tests import factories
from tests.workers.dedup.texts import HARBOUR, MARKET, OWN_REPORT, REWORDED
from workers.dedup import job
from workers.dedup.homes import ENOUGH
from workers.dedup.job import Writer

UNCREDITED = HARBOUR.replace("PORT HARCOVEN (AP) — ", "")


@pytest.fixture
def config():
    return Config(lease_seconds=20)


@pytest.fixture
def writer(database, config):
    return Writer(database, config, "d1")


def add(database, name, body, minutes=0, title="A ship runs aground", number=1):
    """An article of its own portal, stored `minutes` after the first."""
    with database.session() as session:
        at = factories.NOW + timedelta(minutes=minutes)
        return factories.article(session, f"https://{name}.example/{number}", title, body, at=at, published=None).id


def revise(database, article_id, body):
    with database.session() as session:
        article = session.get_one(Article, article_id)
        old = articles.current(session, article)
        source = Source(old.fetch_id, old.url, old.fetched_at, "1")
        return articles.revise(
            session, article, factories.cleaned(old.title, body, published=None), source, old.stored_at
        )


def rows(database, query):
    with database.read() as session:
        return session.execute(query).all()


def story_of(database):
    """{article: story} and {article: kind}"""
    found = rows(database, sa.select(Article.id, Article.story_id, Article.copy_kind))
    return {a: s for a, s, _ in found}, {a: k for a, _, k in found}


def ops(database, since=0):
    return Counter(op for (op,) in rows(database, sa.select(Change.op).where(Change.seq > since)))


def drain(writer):
    while writer.place():
        pass


def assert_sound(database, config):
    with database.read() as session:
        found = [f for f in invariants.check(session, config, db.now(session)) if f.count]
    assert not found


def test_an_article_that_stands_at_two_addresses_of_a_portal_is_looked_at_again(database, writer):
    """It may have moved: its old address is visited at once."""
    add(database, "wire", HARBOUR, number=1)
    add(database, "other", HARBOUR, 5)
    add(database, "wire", HARBOUR + "\n\nAdvertisement: pillows, now with thirty nights.", 60, number=2)
    with database.session() as session:
        session.execute(sa.update(Page).values(due_at=db.now(session) + timedelta(days=1)))
    drain(writer)
    with database.read() as session:
        due = list(session.scalars(sa.select(Page.url).where(Page.due_at <= db.now(session))))
    assert due == ["https://wire.example/1"]


def test_copies_join_their_original_and_others_stand_alone(database, writer, config):
    first = add(database, "wire", HARBOUR)
    copy = add(database, "copy", UNCREDITED, 5)
    spun = add(database, "spun", REWORDED, 60)
    own = add(database, "own", OWN_REPORT, 90)
    assert writer.place() == {Outcome.STORED: 4}
    assert writer.place() == {}
    story, kind = story_of(database)
    assert story[first] == story[copy] == story[spun] != story[own]
    assert kind[first] is None is kind[own]
    assert kind[copy] is not None is not kind[spun]  # which kinds: tests of classify
    agencies = dict(tuple(row) for row in rows(database, sa.select(Article.id, Article.agency)))
    assert agencies == {first: "AP", copy: "AP", spun: "AP", own: None}
    sources = dict(tuple(row) for row in rows(database, sa.select(Article.id, Article.agency_source)))
    assert sources[first] == "dateline"
    assert sources[copy] == sources[spun] == "story"
    assert rows(database, sa.select(Revision.id).where(Revision.placed_at.is_(None))) == []
    assert ops(database) == Counter({"article": 4, "placed": 4})
    assert_sound(database, config)


def test_a_batch_of_long_texts_is_smaller(database, writer, monkeypatch, config):
    monkeypatch.setattr(job, "CHARACTERS", 2 * len(HARBOUR))
    for number, body in enumerate([HARBOUR, REWORDED, OWN_REPORT, 9 * OWN_REPORT, "Short.", "..."]):
        add(database, f"portal-{number}", body, number)
    assert [writer.place() for _ in range(4)] == [{Outcome.STORED: size} for size in (2, 1, 1, 2)]
    assert writer.place() == {}
    assert_sound(database, config)


def test_a_text_without_words_is_a_story_of_its_own(database, writer, config):
    only = add(database, "own", "... — ...", title="?")
    assert writer.place() == {Outcome.STORED: 1}
    assert rows(database, sa.select(Failure.id)) == []
    assert story_of(database)[1] == {only: None}
    assert_sound(database, config)


def test_an_article_alone_is_the_original_of_its_story(database, writer, config):
    only = add(database, "own", OWN_REPORT)
    writer.place()
    ((story, original, score, kind),) = rows(
        database, sa.select(Article.story_id, Article.is_original, Article.copy_score, Article.copy_kind)
    )
    assert (original, score, kind) == (True, None, None)
    assert rows(database, sa.select(Story.id, Story.original_article_id, Story.original_reasons)) == [
        (story, only, ["only member"])
    ]
    assert_sound(database, config)


def test_copies_in_different_batches_find_each_other_after_a_restart(database, config):
    first = add(database, "wire", HARBOUR)
    Writer(database, config, "d1").place()
    spun = add(database, "spun", REWORDED, 60)
    Writer(database, config, "d1").place()
    story, _ = story_of(database)
    assert story[first] == story[spun]


def test_why_it_is_a_copy_is_kept(database, writer):
    first = add(database, "wire", HARBOUR)
    copy = add(database, "copy", UNCREDITED, 5)
    writer.place()
    ((article, other, score, evidence),) = rows(
        database,
        sa.select(StoredVerdict.article_id, StoredVerdict.other_id, StoredVerdict.score, StoredVerdict.evidence),
    )
    assert (article, other) == (copy, first)
    assert score > 0.9
    assert len(evidence) > 10
    ((reason,),) = rows(database, sa.select(Article.placed_reason).where(Article.id == copy))
    assert f"with {first}" in reason


def test_both_sources_of_a_combined_article_are_told(database, writer):
    first, second = add(database, "wire", HARBOUR), add(database, "other", MARKET)
    writer.place()
    combined = add(database, "mixed", f"{HARBOUR}\n\n{MARKET}", 9)
    writer.place()
    columns = sa.column("article_id"), sa.column("copy_of_article_id"), sa.column("also_copy_of_article_id")
    assert rows(database, sa.select(*columns).select_from(sa.table("copy_v1"))) == [(combined, first, second)]


def test_a_revision_is_placed_again(database, writer, config):
    first = add(database, "wire", HARBOUR)
    other = add(database, "own", OWN_REPORT, 30)
    writer.place()
    before = story_of(database)[0]
    assert before[first] != before[other]
    revise(database, other, REWORDED)
    seen = max(s for (s,) in rows(database, sa.select(Change.seq)))
    writer.place()
    after, _ = story_of(database)
    assert after[first] == after[other] == before[first]
    assert rows(database, sa.select(Story.merged_into_id).where(Story.id == before[other])) == [(before[first],)]
    assert ops(database, seen) == Counter({"placed": 1, "story_merged": 1})
    assert_sound(database, config)


def test_a_copy_that_is_rewritten_leaves_the_story(database, writer, config):
    first = add(database, "wire", HARBOUR)
    copy = add(database, "copy", UNCREDITED, 5)
    writer.place()
    revise(database, copy, OWN_REPORT)
    seen = max(s for (s,) in rows(database, sa.select(Change.seq)))
    writer.place()
    story, kind = story_of(database)
    assert story[first] != story[copy]
    assert kind[copy] is None
    assert rows(database, sa.select(Article.agency).where(Article.id == copy)) == [(None,)]
    assert ops(database, seen) == Counter({"placed": 1, "story_split": 1})
    assert_sound(database, config)


def test_two_writers_and_copies_that_arrive_at_one_instant(database, config):
    for number in range(12):
        add(database, f"p{number}", UNCREDITED if number % 2 else HARBOUR)
    writers = [Writer(database, config, f"d{i}") for i in range(2)]
    for one in writers:
        one._agencies.may_name("")  # what is loaded late isn't what is tested
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(drain, writers))
    drain(writers[0])
    drain(writers[1])
    story, _ = story_of(database)
    assert len(set(story.values())) == 1
    assert ops(database)["placed"] == 12
    assert_sound(database, config)


def test_a_writer_that_lost_its_lease_writes_nothing(database, writer, config, monkeypatch):
    add(database, "wire", HARBOUR)
    add(database, "copy", UNCREDITED, 5)
    real = writer._decide

    def lose(engine, pending):
        with database.session() as session:
            session.execute(sa.update(Lease).values(until=db.now(session) - timedelta(seconds=1)))
            assert leases.take(session, job.ROLE, "d2", db.now(session), 20) is not None
        return real(engine, pending)

    monkeypatch.setattr(writer, "_decide", lose)
    assert writer.place() == {}
    assert rows(database, sa.select(Article.id).where(Article.story_id.is_not(None))) == []
    assert rows(database, sa.select(sa.func.count()).select_from(Fingerprint)) == [(0,)]
    assert writer.place() == {}  # it waits while the other has the lease
    with database.session() as session:
        leases.release(session, job.ROLE, "d2")
    monkeypatch.undo()
    assert writer.place() == {Outcome.STORED: 2}
    assert len(set(story_of(database)[0].values())) == 1
    assert_sound(database, config)


def test_the_lease_is_renewed_when_a_third_of_it_has_passed(database, writer, monkeypatch):
    taken = []
    real = leases.take
    monkeypatch.setattr(job.leases, "take", lambda *words: taken.append(1) or real(*words))
    for step in (5, 6, 7):
        add(database, f"portal{step}", f"{HARBOUR} {step}", step)
        monkeypatch.setattr(writer, "_renew_at", writer._renew_at if step < 7 else 0.0)
        assert writer.place() == {Outcome.STORED: 1}
        assert len(taken) == (1 if step < 7 else 2)


def test_killed_before_the_commit_the_batch_is_placed_again(database, writer, config, monkeypatch):
    add(database, "wire", HARBOUR)
    add(database, "copy", UNCREDITED, 5)

    def die(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(job.candidates, "save", die)
    with pytest.raises(KeyboardInterrupt):
        writer.place()
    monkeypatch.undo()
    assert ops(database) == Counter({"article": 2})
    assert writer.place() == {Outcome.STORED: 2}
    assert len(set(story_of(database)[0].values())) == 1
    assert ops(database)["placed"] == 2
    assert_sound(database, config)


def test_another_writer_takes_over_from_a_dead_one(database, config):
    add(database, "wire", HARBOUR)
    Writer(database, config, "d1").place()
    add(database, "copy", UNCREDITED, 5)
    heir = Writer(database, config, "d2")
    assert heir.place() == {}
    with database.session() as session:
        session.execute(sa.update(Lease).values(until=db.now(session) - timedelta(seconds=1)))
    assert heir.place() == {Outcome.STORED: 1}
    assert len(set(story_of(database)[0].values())) == 1


def test_a_text_that_breaks_the_comparison_stands_alone(database, writer, config, monkeypatch):
    first = add(database, "wire", HARBOUR)
    bad = add(database, "bad", "poison", 1)
    copy = add(database, "copy", UNCREDITED, 5)
    engine_place = job.Engine.place

    def place(engine, batch, corpus):
        if any(document.body == "poison" for document in batch):
            raise ZeroDivisionError("a text that breaks it")
        return engine_place(engine, batch, corpus)

    monkeypatch.setattr(job.Engine, "place", place)
    assert writer.place() == {Outcome.STORED: 3}
    story, _ = story_of(database)
    assert story[first] == story[copy] != story[bad] is not None
    ((name, error),) = rows(database, sa.select(Failure.job, Failure.error))
    assert (name, error) == ("dedup", "ZeroDivisionError: a text that breaks it")
    assert_sound(database, config)


def test_articles_that_an_operator_keeps_apart_stay_apart(database, writer, config):
    first = add(database, "wire", HARBOUR)
    copy = add(database, "copy", UNCREDITED, 5)
    writer.place()
    with database.session() as session:
        session.add(Pin(article_id=copy, other_id=first, is_copy=False, reason="r", made_by="t", made_at=factories.NOW))
        session.execute(sa.update(Revision).where(Revision.article_id == copy).values(placed_at=None))
    writer.place()
    story, _ = story_of(database)
    assert story[first] != story[copy]
    assert_sound(database, config)


def test_a_withdrawn_article_is_still_a_source(database, writer):
    first = add(database, "wire", HARBOUR)
    writer.place()
    with database.session() as session:
        articles.withdraw(session, session.get_one(Article, first), "gone", factories.NOW)
    copy = add(database, "copy", UNCREDITED, 5)
    writer.place()
    story, _ = story_of(database)
    assert story[first] == story[copy]


def test_an_agencys_own_portal_is_the_original(database, writer):
    with database.session() as session:
        factories.portal(session, "agency", agency="Reuters")
    copy = add(database, "copy", UNCREDITED)
    wire = add(database, "agency", UNCREDITED, 5)
    writer.place()
    found = rows(database, sa.select(Article.id, Article.is_original, Article.agency).order_by(Article.id))
    assert found == [(copy, False, "Reuters"), (wire, True, "Reuters")]


def test_what_is_learnt_is_kept_when_the_writer_ends(database, config):
    writer = Writer(database, config, "d1")
    add(database, "wire", HARBOUR)
    writer.place()
    writer.close()
    assert rows(database, sa.select(Learned.name).order_by(Learned.name)) == [
        ("commonness",),
        ("habits",),
        ("homes",),
    ]
    assert rows(database, sa.select(Lease.owner).where(Lease.name == "dedup")) == [(None,)]
    assert Writer(database, config, "d2")._open()._commonness.articles == 1


def test_a_killed_writer_takes_no_first_lessons_along(database, config):
    add(database, "wire", HARBOUR)
    Writer(database, config, "d1").place()
    assert Writer(database, config, "d2")._open()._commonness.articles == 1


def test_forgotten_articles_are_no_candidates(database, config, monkeypatch):
    monkeypatch.setattr(job, "FORGET_EVERY", 1)
    add(database, "wire", HARBOUR)
    writer = Writer(database, config, "d1")
    monkeypatch.setattr(job.db, "now", lambda session: factories.NOW + timedelta(days=4000))
    writer.place()
    assert rows(database, sa.select(sa.func.count()).select_from(Fingerprint)) == [(0,)]


@pytest.mark.parametrize(("name", "days"), [("own", 10), ("agency", 20)])
def test_windows_are_those_of_the_settings(database, name, days):
    with database.session() as session:
        factories.portal(session, "agency", agency="AP")
    add(database, name, OWN_REPORT)
    Writer(database, Config(copies_window_days=10, archive_window_days=20), "d1").place()
    ((at, until),) = rows(database, sa.select(Fingerprint.at, Fingerprint.until))
    assert until - at == days * 86400


def test_an_agencys_own_portal_is_learnt_and_its_text_is_the_original(database, writer):
    for number in range(2, ENOUGH + 2):
        text = f"CORWEN (AP) — The council of Corwen met {number} times. Nothing was decided."
        add(database, "apwire", text, number=number)
    drain(writer)
    early = add(database, "daily", HARBOUR)
    drain(writer)
    home = add(database, "apwire", HARBOUR, 30)
    drain(writer)
    assert dict(tuple(row) for row in rows(database, sa.select(Article.id, Article.is_original)))[home]
    assert rows(database, sa.select(Article.copy_of_id).where(Article.id == early)) == [(home,)]
    assert rows(database, sa.select(Article.agency_source).where(Article.id == home)) == [("portal",)]


def test_an_original_has_no_agency_from_its_copies(database, writer):
    first = add(database, "own", UNCREDITED)
    late = add(database, "late", HARBOUR, 60 * 24 * 3)
    drain(writer)
    found = {a: (o, g) for a, o, g in rows(database, sa.select(Article.id, Article.is_original, Article.agency))}
    assert found == {first: (True, None), late: (False, "AP")}
