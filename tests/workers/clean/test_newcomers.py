"""New pages are written together; what the store knows of already, and what is doubled, is left to be asked about"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import db
from storage.domain import Moment, Outcome, Precision, Rejection, RejectionReason
from storage.models.article import Article, Revision
from storage.models.operation import Change
from storage.models.page import Fetch, Page
from storage.repositories import cleanings
from storage.repositories.articles import Source
from tests import factories
from workers.clean import newcomers
from workers.clean.newcomers import Cleaned

REJECTED = Rejection(RejectionReason.SECTION_PAGE, "a list")


@pytest.fixture
def tasks(database):
    """Makes pages with bytes and claims them for cleaning."""

    def make(*names):
        with database.session() as session:
            now = db.now(session)
            fetches = [
                factories.fetch(
                    session,
                    factories.page(session, f"https://a.example/{name}", discovered_at=now),
                    "x",
                    at=now,
                ).id
                for name in names
            ]
        with database.session() as session:
            return cleanings.load(session, cleanings.claim(session, fetches, "w1", db.now(session), 60))

    return make


def cleaned(task, result=None):
    at = task.context.fetched_at
    result = result or factories.cleaned(f"Of {task.url}", published=Moment(at, Precision.SECOND, "jsonld", "offset"))
    return Cleaned(task, result, Source(task.fetch_id, task.url, at, "1"))


def save(database, results):
    with database.session() as session:
        return newcomers.save(session, results, db.now(session))


def test_articles_and_rejections_in_one_go(database, tasks):
    one, two, three = tasks("1", "2", "3")
    outcomes = save(database, [cleaned(one), cleaned(two, REJECTED), cleaned(three)])
    assert outcomes == {
        one.page_id: Outcome.STORED,
        two.page_id: Outcome.REJECTED,
        three.page_id: Outcome.STORED,
    }
    with database.read() as session:
        found = session.execute(
            sa.select(Article.canonical_url, Revision.title, Revision.number, Article.page_id)
            .join(Revision, Revision.id == Article.revision_id)
            .order_by(Article.id)
        ).all()
        assert found == [(t.url, f"Of {t.url}", 1, t.page_id) for t in (one, three)]
        assert session.scalars(sa.select(Page.state)).all() == ["done"] * 3
        assert session.scalars(sa.select(Page.reason).order_by(Page.id)).all() == [None, "section_page", None]
        assert session.scalars(sa.select(Fetch.cleaning).order_by(Fetch.id)).all() == ["stored", "rejected", "stored"]
        assert session.scalars(sa.select(Change.op).order_by(Change.seq)).all() == ["article", "article"]


def test_what_is_older_than_the_portal_is_followed_from_is_rejected(database, tasks):
    (one,) = tasks("1")
    old = Moment(one.discovered_at - timedelta(days=400), Precision.SECOND, "jsonld", "offset")
    assert save(database, [cleaned(one, factories.cleaned(published=old))]) == {one.page_id: Outcome.REJECTED}
    with database.read() as session:
        assert session.scalar(sa.select(Page.reason)) == "too_old"


def test_known_pages_and_known_or_doubled_urls_are_left(database, tasks):
    first, second = tasks("known", "other")
    save(database, [cleaned(first)])
    with database.session() as session:
        page = session.get_one(Page, first.page_id)
        factories.fetch(session, page, "y", at=db.now(session))
        fetch_id = page.fetch_id
    with database.session() as session:
        (again,) = cleanings.load(session, cleanings.claim(session, [fetch_id], "w1", db.now(session), 60))
    same_address = cleaned(second, factories.cleaned(canonical_url=first.url))
    twins = [cleaned(task, factories.cleaned(canonical_url="https://a.example/twin")) for task in tasks("3", "4")]
    assert save(database, [cleaned(again), same_address, *twins]) == {}
    assert save(database, [cleaned(again, REJECTED)]) == {}  # whether it withdraws the article is to be judged


def test_a_lost_lease_is_left(database, tasks):
    one, two = tasks("1", "2")
    with database.session() as session:
        session.execute(sa.update(Page).where(Page.id == one.page_id).values(fence=Page.fence + 1))
    assert save(database, [cleaned(one), cleaned(two)]) == {two.page_id: Outcome.STORED}


def test_a_page_of_which_a_seed_told_more_meanwhile_is_left(database, tasks):
    (one,) = tasks("1")
    with database.session() as session:
        page = session.get_one(Page, one.page_id)
        page.entry, page.entry_kind = {"url": one.url, "title": "As the feed has it"}, "feed"
    assert save(database, [cleaned(one)]) == {}
