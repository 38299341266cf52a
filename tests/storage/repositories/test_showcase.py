"""What those who watch are shown: articles as they come, stories once they have copies"""

from storage.models.story import Story
from storage.repositories import showcase
from tests import factories
from tests.factories import NOW


def test_articles_as_they_come(database):
    with database.session() as session:
        first = factories.article(session, "https://a.example/1", "First")
        factories.article(session, "https://b.example/2", "Second")
        shown = [(one.portal, one.title) for one in showcase.articles_after(session, 0)]
        assert shown == [("a", "First"), ("b", "Second")]
        assert [one.title for one in showcase.articles_after(session, first.id)] == ["Second"]


def test_stories_with_their_copies(database):
    with database.session() as session:
        head, copy, alone = (factories.article(session, f"https://{k}.example/1", f"Of {k}") for k in "abc")
        for number, article in ((1, head), (2, alone)):
            story = Story(
                id=number, original_article_id=article.id, original_reasons=[], created_at=NOW, updated_at=NOW
            )
            session.add(story)
            session.flush()
            article.story_id = number
        copy.story_id, copy.is_original, copy.copy_kind, copy.copy_score = 1, False, "spun", 0.93
        session.flush()
        (story,) = showcase.stories_with_copies(session)
    assert (story.story_id, story.portal, story.title) == (1, "a", "Of a")
    assert story.copies == (("b", "spun", 0.93),)
