"""Words of operators lead to articles and stories"""

import pytest

from storage.domain import CopyKind
from storage.errors import Refused
from storage.repositories import pins, shown_stories
from storage.repositories.pins import Word
from tests import factories
from tests.storage.repositories.test_pins import alone


@pytest.fixture
def session(database):
    with database.session() as session:
        yield session


def test_ids_and_urls_of_pages_and_their_aliases_lead_to_the_article(session):
    one = alone(session, "a")
    page = session.get_one(shown_stories.Article, one).page_id
    factories.page(session, "https://a.example/amp/1", alias_of_id=page)
    for given in (str(one), "https://a.example/1", "https://a.example/amp/1"):
        assert shown_stories.article_id(session, given) == one
    for wrong in ("99", "https://a.example/2"):
        with pytest.raises(Refused, match="no article"):
            shown_stories.article_id(session, wrong)


def test_a_story_is_shown_with_its_pins(session, now):
    one, other = alone(session, "a"), alone(session, "b")
    pins.pin(session, Word(other, one, CopyKind.SPUN, "seen", "ann"), now)
    number = shown_stories.story_id(session, "https://b.example/1")
    assert shown_stories.story_id(session, str(number)) == number
    found = shown_stories.story(session, number)
    assert [(m.article_id, m.is_original, m.copy_kind, m.is_pinned) for m in found.members] == [
        (one, True, None, False),
        (other, False, "spun", True),
    ]
    assert [(p["kind"], p["reason"]) for p in found.pins] == [("spun", "seen")]
    assert shown_stories.compared_with(session, other) == one
    with pytest.raises(Refused, match="near no other"):
        shown_stories.compared_with(session, one)
    assert shown_stories.verdict(session, one, other) is None


def test_an_article_that_nobody_placed_has_no_story(session):
    factories.article(session, "https://c.example/1")
    with pytest.raises(Refused, match="isn't compared yet"):
        shown_stories.story_id(session, "https://c.example/1")
