"""Who stands in which story: what the store says, and what this batch changed"""

from collections.abc import Collection, Iterable, Set

from workers.dedup.values import Member, Redirect

# A story is named by the revision that founded it. One that leaves its story to others, and founds another, needs a
# second name: revision ids don't grow so far, and the numbers stay exact in JSON.
NEXT_NAME = 2**40
NAMES = 2  # that are looked up before a batch


def names_of(revision_id: int) -> tuple[int, ...]:
    """Return the stories that a revision may have founded."""
    return tuple(revision_id + turn * NEXT_NAME for turn in range(NAMES))


class Ledger:
    """Memberships of the articles near a batch; changes are kept beside what was read.

    `taken` are names of stories elsewhere, which are not free.
    """

    def __init__(self, members: Iterable[Member], taken: Set[int] = frozenset()) -> None:
        self._taken = taken
        self._members: dict[int, Member] = {}
        self._stories: dict[int, set[int]] = {}
        self.moved: set[int] = set()
        self.touched: set[int] = set()
        self.redirects: list[Redirect] = []
        for member in members:
            self._members[member.article_id] = member
            self._stories.setdefault(member.story, set()).add(member.article_id)

    def member(self, article_id: int) -> Member | None:
        """Return where an article stands, None if nowhere."""
        return self._members.get(article_id)

    def members(self, story: int) -> list[Member]:
        """Return a story's members by article id."""
        return [self._members[article] for article in sorted(self._stories.get(story, ()))]

    def original(self, story: int) -> Member:
        """Return the original of a story that has members."""
        members = self.members(story)
        return next((member for member in members if member.is_original), members[0])

    def free_name(self, revision_id: int) -> int:
        """Return the first name of a story founded by this revision under which nobody stands."""
        name = revision_id
        while self._stories.get(name) or name in self._taken:
            name += NEXT_NAME
        return name

    def put(self, member: Member) -> None:
        """Let an article stand where `member` says, and nowhere else."""
        self.take(member.article_id)
        self._members[member.article_id] = member
        self._stories.setdefault(member.story, set()).add(member.article_id)
        self.moved.add(member.article_id)
        self.touched.add(member.story)

    def take(self, article_id: int) -> Member | None:
        """Take an article out of its story and return where it stood."""
        member = self._members.pop(article_id, None)
        if member is not None:
            self._stories[member.story].discard(article_id)
            self.touched.add(member.story)
        return member

    def redirect(self, old: int, new: int, reason: str) -> None:
        """Note that readers of story `old` now find its members, or some of them, in `new`."""
        if old != new:
            self.redirects.append(Redirect(old, new, reason))

    def emptied(self) -> frozenset[int]:
        """Return the touched stories that have no members any more."""
        return frozenset(story for story in self.touched if not self._stories.get(story))

    def kept_apart(self, article_id: int, apart: Collection[int], story: int) -> bool:
        """Return whether an operator keeps the article apart from some member of the story."""
        return any(member.article_id in apart or article_id in member.apart for member in self.members(story))
