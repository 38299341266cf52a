"""Articles keep their identity while their revisions add up"""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from storage.models.article import Article, Revision
from storage.models.operation import Change
from storage.repositories import articles
from storage.repositories.articles import Draft, Source
from tests import factories


def test_every_field_comes_to_rest(database, now):
    from storage.domain import Block, BlockKind, Moment, Precision, Provenance

    blocks = (Block(BlockKind.SUBHEAD, "Head"), Block(BlockKind.CAPTION, "Picture"))
    cleaned = factories.cleaned(
        "T", "B", dek="D", blocks=blocks, authors=("A",), desks=("Desk",), contributors=("C",), credits=("(AP)",),
        publisher="P", place="Oslo", section="World", tags=("x", "y"), image="https://a.example/i.jpg",
        is_paywalled=True, is_live=True, canonical_url="https://c.example/", word_count=7,
        modified=Moment(now, Precision.MINUTE, "meta", "portal"),
        provenance={"title": Provenance("h1", 0.5)}, reasons={"published": "why"},
    )  # fmt: skip
    with database.session() as session:
        page = factories.page(session, "https://a.example/1")
        fetch = factories.fetch(session, page)
        source = Source(fetch.id, "https://a.example/x", now, "r1", 4)
        articles.add(session, [Draft(page, page.url, cleaned, source)], now)
    with database.read() as session:
        row = session.scalars(sa.select(Revision)).one()
        found = {c.key: getattr(row, c.key) for c in Revision.__table__.columns}
    assert found["blocks"] == [["subhead", "Head"], ["caption", "Picture"]]
    assert found["provenance"] == {"title": ["h1", 0.5]}
    assert (found["modified_at"], found["modified_at_source"]) == (now, "meta")
    assert (found["published_at_precision"], found["published_at_zone"]) == ("second", "offset")
    assert (found["url"], found["rule_version"], found["habit_version"]) == ("https://a.example/x", "r1", 4)
    later = {"placed_at", "agency", "agency_source", "agency_confidence"}
    assert {name for name, value in found.items() if value is None} == later


def test_revisions_are_numbered_and_changes_told(database, now):
    with database.session() as session:
        article = factories.article(session, "https://a.example/1").id
    for number in (2, 3):
        with database.session() as session:
            row = session.get_one(Article, article)
            old = articles.current(session, row)
            source = Source(old.fetch_id, old.url, old.fetched_at, "1")
            articles.revise(session, row, factories.cleaned(body=f"Body {number}"), source, now)
    with database.session() as session:
        row = session.get_one(Article, article)
        assert articles.current(session, row).body == "Body 3"
        articles.withdraw(session, row, "gone", now)
        articles.withdraw(session, row, "gone", now + timedelta(days=1))
        assert row.withdrawn_at == now
    with database.session() as session:
        articles.restore(session, session.get_one(Article, article), now)
        articles.restore(session, session.get_one(Article, article), now)
    with database.read() as session:
        ops = session.execute(sa.select(Change.op, Change.revision_id).order_by(Change.seq)).all()
    assert ops == [("article", 1), ("revision", 2), ("revision", 3), ("withdrawn", 3), ("restored", 3)]


def test_preload_has_all_at_hand(database):
    with database.session() as session:
        for number in range(3):
            factories.article(session, f"https://a.example/{number}")
    with database.read() as session:
        found, revisions = articles.preload(session, [1, 2])
        assert [article.page_id for article in found] == [1, 2]
        assert [revision.article_id for revision in revisions] == [1, 2]
        assert articles.preload(session, []) == ([], [])


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("A", "b\n\nc"), ("A ", "b\nc\n"), True),
        (("A", "b  c"), ("A", "b c"), True),
        (("A", "b"), ("A", "B"), False),
        (("A b", "c"), ("A", "b c"), False),
    ],
)
def test_digests(one, other, is_same):
    assert (articles.digest(*one) == articles.digest(*other)) is is_same


@given(st.text(), st.text())
def test_any_text_has_a_digest(title, body):
    assert articles.digest(title, body) == articles.digest(" ".join(title.split()), body)
