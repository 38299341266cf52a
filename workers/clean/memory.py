"""Carries portals' habits between the store and the cleaning child

Those of a new portal are kept with every batch, in the transaction of its results, so that a killed cleaner takes no
first lessons along. Those of a portal that is known weigh up to a few hundred kilobytes: they are kept when a line
became a habit or ceased to be one, and now and then; what is lost is learnt again from the next pages.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping

from storage import db
from storage.db import Database, Session
from storage.repositories import habits, pages
from storage.repositories.cleanings import Task
from workers.clean.habits import Habits, hold_any, merge
from workers.clean.keeper import Keeper

KEEP_PAGES = 20  # of a portal: read since its habits were last kept
KEEP_SECONDS = 60.0
ENOUGH = 40  # articles that tell a portal's habits: until then they are kept with every batch
MOST_EARLY = 80


class Memory:
    """What the child should know of each portal; one a worker process."""

    def __init__(self, database: Database, keeper: Keeper) -> None:
        self._database, self._keeper = database, keeper
        self._known: dict[int, int] = {}  # portal: the version that the child has
        self._child = 0  # which child that is
        self._unsaved: Counter[int] = Counter()
        self._common: Counter[int] = Counter()  # of a portal: as many articles told what the child was told
        self._told: dict[int, frozenset[str]] = {}  # of a portal: which lines were habits when the child was told
        self._late: dict[int, frozenset[str]] = {}  # and which of them others had found before, as it read without
        self._articles: Counter[int] = Counter()  # of a portal: as many told its habits when they were last kept
        self._lines: dict[int, frozenset[str]] = {}  # and these lines were habits
        self._saved_at = time.monotonic()

    def tell(self, tasks: Iterable[Task]) -> Mapping[int, int]:
        """Let the child know the habits of the tasks' portals; returns the version of each portal's."""
        portals = {task.portal_id: task.portal.key for task in tasks}
        if self._child != self._keeper.starts:
            self._known.clear()
        with self._database.read() as session:
            versions = habits.versions(session, portals)
            newer = [of for of, version in versions.items() if version > self._known.get(of, 0)]
            learnt = habits.load(session, newer) if newer else {}
        for portal_id, kept in learnt.items():
            known = Habits.from_json(kept.data)
            whole = self._with_own(portal_id, portals[portal_id], known)
            text = kept.data if whole is known else whole.to_json()
            if (child := self._keeper.remember(portals[portal_id], text)) > 0:
                self._child, self._known[portal_id] = child, kept.version
                self._common[portal_id] = known.articles
                told = whole.known()
                self._late[portal_id] = self._late.get(portal_id, frozenset()) | told - self._told.get(portal_id, told)
                self._told[portal_id] = told
        return {portal_id: self._known.get(portal_id, 0) for portal_id in portals}

    def _with_own(self, portal_id: int, key: str, known: Habits) -> Habits:
        """What another cleaner kept, with what our own child has learnt since it last heard of it."""
        own = self._keeper.habits(key) if self._unsaved[portal_id] and portal_id in self._known else None
        if own is None:
            return known
        return merge(Habits.from_json(own), known, self._common[portal_id])

    def learnt(self, tasks: Iterable[Task]) -> Mapping[int, Habits]:
        """What the child has learnt of the tasks' portals by now, of those where it is time to keep it."""
        portals = {task.portal_id: task.portal.key for task in tasks}
        self._unsaved.update(task.portal_id for task in tasks)
        is_late = time.monotonic() - self._saved_at > KEEP_SECONDS
        if is_late:
            self._saved_at = time.monotonic()
        found: dict[int, Habits] = {}
        for portal_id, key in sorted(portals.items()):
            is_new = self._articles[portal_id] < ENOUGH
            is_due = is_new or is_late or self._unsaved[portal_id] >= KEEP_PAGES or self._late.get(portal_id)
            if is_due or self._keeper.known(key) != len(self._lines.get(portal_id, ())):
                known = Habits.from_json(self._keeper.habits(key))
                del self._unsaved[portal_id]
                self._articles[portal_id], self._lines[portal_id] = known.articles, known.known()
                if known.articles:
                    found[portal_id] = known
        return found

    def keep(self, session: Session, learnt: Mapping[int, Habits]) -> Mapping[int, int]:
        """Write down what was learnt, with the results that it was learnt from; the new version of each portal's.

        What another cleaner kept meanwhile stays. Articles that hold a line which is a habit only now, or wasn't known
        for one when they were read, are cleaned again: which of them came first is chance.
        """
        versions = {}
        now = db.now(session)
        for portal_id, known in habits.hold(session, learnt, now).items():
            before = Habits.from_json(known.data)
            common = self._common[portal_id] if self._child == self._keeper.starts else 0  # a new child began anew
            after = merge(learnt[portal_id], before, common)
            if after != before:
                versions[portal_id] = habits.save(session, portal_id, after.to_json(), now)
            told = self._told.get(portal_id, frozenset()) if common else frozenset()
            if fresh := after.known() - (before.known() & told) | self._late.pop(portal_id, frozenset()):
                version = versions.get(portal_id, known.version)
                early = habits.early_ones(session, portal_id, version, MOST_EARLY)
                pages.clean_again(session, [of for of, lines in early.items() if hold_any(lines, fresh)], now)
        return versions

    def kept(self, versions: Mapping[int, int]) -> None:
        """These versions stand in the store. Those that hold more than the child knows are told to it next time."""
        for portal_id, version in versions.items():
            if self._child == self._keeper.starts and self._known.get(portal_id, 0) + 1 == version:
                self._known[portal_id], self._common[portal_id] = version, self._articles[portal_id]
                self._told[portal_id] = self._lines[portal_id]
