"""Reads pages portal by portal, and learns what each repeats"""

from storage.domain import CleanedArticle, PageContext, Rejection
from workers.clean import extract, habits
from workers.clean.habits import Habits

MOST_PORTALS = 500  # whose habits are held; the longest unused goes first


class PortalReader:
    """What the cleaning child reads with: extraction, and the habits of each portal."""

    def __init__(self) -> None:
        self._habits: dict[str, Habits] = {}

    def read(self, body: bytes, context: PageContext) -> CleanedArticle | Rejection:
        """Read a page by what is known of its portal, then learn from it."""
        portal = context.portal or ""
        known = self._habits.pop(portal, None) or Habits()
        examined = extract.examine(body, context, known)
        is_article = isinstance(examined.result, CleanedArticle)
        self._habits[portal] = habits.learn(known, examined.page_blocks) if is_article else known
        if len(self._habits) > MOST_PORTALS:
            del self._habits[next(iter(self._habits))]
        return examined.result

    def habits(self, portal: str) -> str:
        """What is known of a portal's habits, as text to keep."""
        return (self._habits.get(portal) or Habits()).to_json()

    def known(self, portal: str) -> int:
        """How many lines of a portal are habits."""
        return len((self._habits.get(portal) or Habits()).known())

    def remember(self, portal: str, kept: str) -> None:
        """Take up what was kept of a portal's habits."""
        self._habits[portal] = Habits.from_json(kept)
