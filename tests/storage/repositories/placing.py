"""Articles as members of stories, for the tests of those who keep and read placements"""

from collections.abc import Sequence

from storage.db import Session
from storage.models.article import Article
from storage.repositories import stories
from storage.repositories.ledger import Standing
from storage.repositories.stories import Batch, Origin
from tests import factories


def member(article: Article, story: int, **words: object) -> Standing:
    """An article's place in a story: a copy of another where `copy_of_id` says so, else the original."""
    words = {"is_original": "copy_of_id" not in words, **words}
    return Standing(article.id, article.revision_id, story, **words)  # type: ignore[arg-type]


def batch(standings: Sequence[Standing], **words: object) -> Batch:
    """A batch that places these, each revision with its own agency; the first original of a story is its origin."""
    first = {s.story_id: s.article_id for s in reversed(standings) if s.is_original}
    values = {
        "revisions": {s.revision_id: s.agency for s in standings},
        "standings": standings,
        "origins": [Origin(story, article, ("earliest",)) for story, article in first.items()],
        **words,
    }
    return Batch(**values)  # type: ignore[arg-type]


def place(session: Session, *standings: Standing, **words: object) -> None:
    """Write them."""
    stories.write(session, batch(standings, **words), factories.NOW)
