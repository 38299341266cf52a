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
from workers.clean.habits import Habits, hold_any
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
        self._articles: Counter[int] = Counter()  # of a portal: as many told its habits when they were last kept
        self._lines: Counter[int] = Counter()  # and as many lines were habits
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
        for portal_id, known in learnt.items():
            if (child := self._keeper.remember(portals[portal_id], known.data)) > 0:
                self._child, self._known[portal_id] = child, known.version
        return {portal_id: self._known.get(portal_id, 0) for portal_id in portals}

    def learnt(self, tasks: Iterable[Task]) -> Mapping[int, str]:
        """What the child has learnt of the tasks' portals by now, of those where it is time to keep it."""
        portals = {task.portal_id: task.portal.key for task in tasks}
        self._unsaved.update(task.portal_id for task in tasks)
        is_late = time.monotonic() - self._saved_at > KEEP_SECONDS
        if is_late:
            self._saved_at = time.monotonic()
        found: dict[int, str] = {}
        for portal_id, key in sorted(portals.items()):
            is_new = self._articles[portal_id] < ENOUGH
            is_due = is_new or is_late or self._unsaved[portal_id] >= KEEP_PAGES
            if is_due or self._keeper.known(key) != self._lines[portal_id]:
                text = self._keeper.habits(key)
                known = Habits.from_json(text)
                del self._unsaved[portal_id]
                self._articles[portal_id], self._lines[portal_id] = known.articles, known.count()
                if text is not None and self._articles[portal_id]:
                    found[portal_id] = text
        return found

    def keep(self, session: Session, learnt: Mapping[int, str]) -> Mapping[int, int]:
        """Write down what was learnt, with the results that it was learnt from; the new version of each portal's.

        Articles that hold a line which is a habit only now are cleaned again: which of them came first is chance.
        """
        versions = {}
        before = habits.load(session, learnt)
        for portal_id, text in learnt.items():
            known = before.get(portal_id)
            if known is not None and known.data == text:
                continue
            now = db.now(session)
            versions[portal_id] = version = habits.save(session, portal_id, text, now)
            fresh = Habits.from_json(text).known_since(Habits.from_json(known.data if known else None))
            if fresh:
                early = habits.early_ones(session, portal_id, version, MOST_EARLY)
                pages.clean_again(session, [of for of, lines in early.items() if hold_any(lines, fresh)], now)
        return versions

    def kept(self, versions: Mapping[int, int]) -> None:
        """These versions are the child's own, and stand in the store."""
        for portal_id, version in versions.items():
            self._known[portal_id], self._child = version, self._keeper.starts
