"""Carries portals' habits between the store and the cleaning child

Lost updates are harmless: habits are learnt again from the next pages. So those of a portal that is known are kept now
and then, not with every batch: they weigh up to a few hundred kilobytes.
"""

import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping

from storage import db
from storage.db import Database
from storage.repositories import habits
from storage.repositories.cleanings import Task
from workers.clean.habits import Habits
from workers.clean.keeper import Keeper

KEEP_PAGES = 20  # of a portal: read since its habits were last kept
KEEP_SECONDS = 60.0
ENOUGH = 12  # articles that tell a portal's habits; those read before that hold such lines are read again
MOST_EARLY = 40


class Memory:
    """What the child should know of each portal; one a worker process."""

    def __init__(self, database: Database, keeper: Keeper) -> None:
        self._database, self._keeper = database, keeper
        self._known: dict[int, int] = {}  # portal: the version that the child has
        self._child = 0  # which child that is
        self._unsaved: Counter[int] = Counter()
        self._articles: Counter[int] = Counter()  # of a portal: as many told its habits when they were last kept
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

    def keep(self, tasks: Iterable[Task]) -> None:
        """Keep what the child has learnt from the tasks, if it is time to."""
        portals = {task.portal_id: task.portal.key for task in tasks}
        self._unsaved.update(task.portal_id for task in tasks)
        is_late = time.monotonic() - self._saved_at > KEEP_SECONDS
        for portal_id, key in portals.items():
            is_new = self._articles[portal_id] < ENOUGH  # a killed cleaner must not take the first lessons along
            if is_new or self._unsaved[portal_id] >= KEEP_PAGES or (is_late and self._unsaved[portal_id]):
                self._keep_one(portal_id, key)
        if is_late:
            self._saved_at = time.monotonic()

    def _keep_one(self, portal_id: int, key: str) -> None:
        text = self._keeper.habits(key)
        del self._unsaved[portal_id]
        self._articles[portal_id] = _articles(text)
        if text is None or not self._articles[portal_id]:
            return
        with self._database.session() as session:
            before = habits.load(session, [portal_id]).get(portal_id)
            if before is not None and before.data == text:
                return
            now = db.now(session)
            version = habits.save(session, portal_id, text, now)
            if _articles(before.data if before else None) < ENOUGH <= _articles(text):
                early = habits.early_ones(session, portal_id, version, MOST_EARLY)
                learnt = Habits.from_json(text)
                habits.clean_again(session, [of for of, lines in early.items() if learnt.know_any(lines)], now)
        self._known[portal_id], self._child = version, self._keeper.starts


def _articles(text: str | None) -> int:
    try:
        return int(json.loads(text or "{}").get("articles", 0))
    except (ValueError, TypeError, AttributeError):
        return 0
