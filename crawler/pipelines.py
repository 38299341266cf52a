"""Fetched page: group-commit bytes and outcome, then hand over"""

import asyncio
import logging
from collections.abc import Callable, Sequence

from storage import db
from storage.db import Database
from storage.errors import Retryable
from storage.repositories import fetches
from storage.repositories.fetches import Visit

log = logging.getLogger(__name__)
LARGEST_GROUP = 50
LONGEST_WAIT_SECONDS = 0.3
AWAY_SECONDS = 1.0

HandOver = Callable[[Sequence[int]], object]


class Commit:
    """Writes visits in groups: N of them or as many as came in 0.3 s, whichever is first."""

    def __init__(self, database: Database, hand_over: HandOver) -> None:
        self._database = database
        self._hand_over = hand_over
        self._queue: asyncio.Queue[Visit] = asyncio.Queue(maxsize=4 * LARGEST_GROUP)
        self.committed = 0

    async def put(self, visit: Visit) -> None:
        """Have a visit written soon; waits while the store is behind."""
        await self._queue.put(visit)

    async def run(self) -> None:
        """Write groups until cancelled."""
        while True:
            await self._write(await self._group())

    async def drain(self) -> None:
        """Write what is left, in one go."""
        group = []
        while not self._queue.empty():
            group.append(self._queue.get_nowait())
        if group:
            await self._write(group)

    async def _group(self) -> list[Visit]:
        group = [await self._queue.get()]
        loop = asyncio.get_running_loop()
        end = loop.time() + LONGEST_WAIT_SECONDS
        while len(group) < LARGEST_GROUP and (left := end - loop.time()) > 0:
            try:
                group.append(await asyncio.wait_for(self._queue.get(), left))
            except TimeoutError:
                break
        return group

    async def _write(self, group: list[Visit]) -> None:
        while True:
            try:
                to_clean = await asyncio.to_thread(self._commit, group)
                break
            except Retryable as error:
                # The visits stay here; their fences decide later whether they still count.
                log.warning("the store is away, %d visits wait: %s", len(group), error)
                await asyncio.sleep(AWAY_SECONDS)
        self.committed += len(group)
        if to_clean:
            await asyncio.to_thread(self._hand_over, to_clean)

    def _commit(self, group: list[Visit]) -> list[int]:
        with self._database.session() as session:
            return fetches.record(session, group, db.now(session))
