"""A store in memory that placing can ask, for benchmarks."""

from collections.abc import Collection, Mapping, Sequence, Set

from storage.domain import Document
from workers.dedup.values import Member, Placed


class MemoryCorpus:
    """Holds documents and memberships as the tables do."""

    def __init__(self) -> None:
        self.texts: dict[int, Document] = {}
        self.standing: dict[int, Member] = {}
        self._stories: dict[int, set[int]] = {}

    def documents(self, article_ids: Collection[int]) -> Mapping[int, Document]:
        """Return the documents known under these ids."""
        return {article: self.texts[article] for article in article_ids if article in self.texts}

    def neighbours(self, article_ids: Collection[int]) -> Sequence[Member]:
        """Return everybody in the stories of these articles."""
        stories = {self.standing[article].story for article in article_ids if article in self.standing}
        return [member for members in self.members(stories).values() for member in members]

    def taken(self, stories: Collection[int]) -> Set[int]:
        """Return those of these stories that have members."""
        return {story for story in stories if self._stories.get(story)}

    def members(self, stories: Collection[int]) -> Mapping[int, tuple[Member, ...]]:
        """Return the members of these stories."""
        return {story: tuple(self.standing[a] for a in sorted(self._stories.get(story, ()))) for story in stories}

    def save(self, placed: Placed) -> None:
        """Take over all changes of a batch."""
        for placement in placed.placements:
            member = placement.member
            old = self.standing.get(member.article_id)
            if old is not None:
                self._stories[old.story].discard(member.article_id)
            self.standing[member.article_id] = member
            self._stories.setdefault(member.story, set()).add(member.article_id)
