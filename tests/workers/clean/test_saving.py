"""Aliases, canonical addresses, articles that move, old ones kept out"""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import db
from storage.domain import Moment, Outcome, Precision, Rejection, RejectionReason
from storage.models.article import Article, Revision
from storage.models.operation import Change
from storage.models.page import Page
from storage.repositories import articles, cleanings
from storage.repositories.articles import Draft, Source
from tests import factories
from tests.factories import NOW, cleaned
from workers.clean.saving import Save

LONG = " ".join(f"word{i}" for i in range(120))
OTHER = " ".join(f"other{i}" for i in range(120))


def run(database, name, result, *, at=NOW, again=False, fetch=True):
    """Clean the page https://a.example/NAME with that result."""
    url = f"https://a.example/{name}"
    with database.session() as session:
        page = session.scalar(sa.select(Page).where(Page.url == url)) or factories.page(session, url)
        if fetch:
            factories.fetch(session, page, b"x", at=at)
        else:
            page.state, page.step, page.due_at = "scheduled", "clean", at
    with database.session() as session:
        page = session.scalar(sa.select(Page).where(Page.url == url))
        claimed = cleanings.claim(session, [page.fetch_id], "w", db.now(session), 20)
    with database.read() as session:
        (task,) = cleanings.load(session, claimed)
    with database.session() as session:
        source = Source(task.fetch_id, task.context.final_url, task.context.fetched_at, "1")
        return Save(session, task, source, at).result(result)


def rows(database, query):
    with database.read() as session:
        return session.execute(query).all()


def pages(database):
    found = rows(database, sa.select(Page.url, Page.reason, Page.alias_of_id).order_by(Page.id))
    return {url.rsplit("/", 1)[-1]: (reason, alias) for url, reason, alias in found}


def stored(database):
    """{canonical: (page, withdrawn reason)}"""
    found = rows(
        database,
        sa.select(Article.canonical_url, Page.url, Article.withdrawn_reason).join(Page, Page.id == Article.page_id),
    )
    return {c.rsplit("/", 1)[-1]: (url.rsplit("/", 1)[-1], reason) for c, url, reason in found}


def ops(database):
    return [op for (op,) in rows(database, sa.select(Change.op).order_by(Change.seq))]


def test_a_variant_of_a_stored_article_is_an_alias(database):
    run(database, "main", cleaned(body=LONG))
    outcome = run(database, "variant", cleaned(body=LONG, canonical_url="https://a.example/main"))
    assert outcome is Outcome.REJECTED
    assert pages(database) == {"main": (None, None), "variant": ("alias", 1)}
    assert stored(database) == {"main": ("main", None)}


def test_a_variant_that_comes_first_hands_over_to_the_canonical_page(database):
    run(database, "variant", cleaned(body=LONG, canonical_url="https://a.example/main"))
    assert stored(database) == {"main": ("variant", None)}
    assert run(database, "main", cleaned(body=LONG)) is Outcome.UNCHANGED
    assert pages(database) == {"variant": ("alias", 2), "main": (None, None)}
    assert stored(database) == {"main": ("main", None)}
    assert ops(database) == ["article", "moved"]
    assert run(database, "variant", cleaned(body=LONG, canonical_url="https://a.example/main")) is Outcome.REJECTED


def test_a_claim_that_another_text_holds_is_not_believed(database):
    run(database, "main", cleaned(body=LONG))
    assert run(database, "wrong", cleaned("Else", OTHER, canonical_url="https://a.example/main")) is Outcome.STORED
    assert stored(database) == {"main": ("main", None), "wrong": ("wrong", None)}


def test_a_wrong_claim_that_came_first_gives_the_address_back(database):
    run(database, "wrong", cleaned("Else", OTHER, canonical_url="https://a.example/main"))
    assert stored(database) == {"main": ("wrong", None)}
    assert run(database, "main", cleaned(body=LONG)) is Outcome.STORED
    assert stored(database) == {"main": ("main", None), "wrong": ("wrong", None)}


def test_an_article_whose_page_becomes_a_variant_is_withdrawn(database):
    run(database, "one", cleaned(body=LONG))
    run(database, "two", cleaned(body=LONG))
    outcome = run(database, "two", cleaned(body=LONG, canonical_url="https://a.example/one"))
    assert outcome is Outcome.REJECTED
    assert stored(database) == {"one": ("one", None), "two": ("two", "alias")}
    assert pages(database)["two"] == ("alias", 1)


def test_two_articles_that_prove_to_be_one_become_one(database):
    run(database, "variant", cleaned(body=LONG, canonical_url="https://a.example/main"))
    with database.session() as session:  # the canonical page had an article of its own under another address
        page = factories.page(session, "https://a.example/main")
        source = Source(1, page.url, NOW, "1")
        articles.add(session, [Draft(page, "https://a.example/old", cleaned(body=LONG), source)], NOW)
    run(database, "main", cleaned(body=LONG))
    assert stored(database) == {"main": ("main", None), "variant": ("variant", "alias")}
    assert pages(database)["variant"] == ("alias", 2)


def test_an_article_follows_when_its_page_names_another_address(database):
    run(database, "one", cleaned(body=LONG))
    run(database, "one", cleaned(body=LONG, canonical_url="https://a.example/renamed"))
    assert stored(database) == {"renamed": ("one", None)}
    assert ops(database) == ["article", "moved"]


def test_a_canonical_page_that_is_gone_leaves_its_article_to_the_variant(database):
    run(database, "main", cleaned(body=LONG))
    run(database, "main", Rejection(RejectionReason.GONE, "404"))
    assert stored(database) == {"main": ("main", "gone")}
    run(database, "variant", cleaned(body=LONG, canonical_url="https://a.example/main"))
    assert stored(database) == {"main": ("variant", None)}
    assert ops(database) == ["article", "withdrawn", "moved", "restored"]


@pytest.mark.parametrize("claim", ["https://a.example/", "https://b.example/main", "ftp://a.example/x", "//"])
def test_claims_against_policy_count_for_nothing(database, claim):
    run(database, "one", cleaned(body=LONG, canonical_url=claim))
    assert stored(database) == {"one": ("one", None)}


def moment(days, precision=Precision.SECOND):
    return Moment(NOW - timedelta(days=days), precision, "meta", "offset")


@pytest.mark.parametrize(
    ("published", "outcome"),
    [
        (moment(6.9), Outcome.STORED),
        (moment(7.1), Outcome.REJECTED),
        (moment(7.1, Precision.DAY), Outcome.STORED),
        (moment(8.1, Precision.DAY), Outcome.REJECTED),
        (None, Outcome.STORED),
    ],
)
def test_articles_older_than_the_portals_beginning(database, published, outcome):
    assert run(database, "one", cleaned(body=LONG, published=published)) is outcome
    assert pages(database)["one"][0] == (None if outcome is Outcome.STORED else "too_old")


def test_an_article_that_is_here_does_not_become_too_old(database):
    run(database, "one", cleaned(body=LONG))
    assert run(database, "one", cleaned(body=LONG + " more", published=moment(400))) is Outcome.STORED
    assert rows(database, sa.select(sa.func.count()).select_from(Revision)) == [(2,)]


def test_better_rules_that_find_no_article_withdraw_it(database):
    run(database, "one", cleaned(body=LONG))
    run(database, "one", Rejection(RejectionReason.SECTION_PAGE), fetch=False)
    assert stored(database) == {"one": ("one", "section_page")}
    assert pages(database)["one"] == ("section_page", None)


@pytest.mark.parametrize("reason", [RejectionReason.TIME_LIMIT, RejectionReason.UNREADABLE])
def test_what_could_not_be_read_withdraws_nothing(database, reason):
    run(database, "one", cleaned(body=LONG))
    run(database, "one", Rejection(reason), fetch=False)
    assert stored(database) == {"one": ("one", None)}


def test_a_further_page_that_was_taken_for_an_article_is_none(database):
    run(database, "two", cleaned("Title", OTHER))
    with database.session() as session:
        parent = factories.page(session, "https://a.example/one")
        part = session.scalar(sa.select(Page).where(Page.url == "https://a.example/two"))
        part.part_of_id, part.part_number = parent.id, 2
    run(database, "one", cleaned("Title", LONG))
    assert stored(database) == {"two": ("two", "alias"), "one": ("one", None)}
    assert pages(database)["two"] == (None, 2)
    assert Counter(ops(database)) == Counter({"article": 2, "withdrawn": 1})
