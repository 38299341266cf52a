"""Fetched page: group-commit bytes and outcome, then hand over"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from storage import db
from storage.db import Database
from storage.errors import Retryable
from storage.repositories import fetches
from storage.repositories.fetches import Brought, Visit

log = logging.getLogger(__name__)
LARGEST_GROUP = 50
MOST_WAITING = 4 * LARGEST_GROUP
LONGEST_WAIT_SECONDS = 0.5
AWAY_SECONDS = 1.0

HandOver = Callable[[Sequence[int]], object]


class Commit:
    """Writes visits in groups: N of them or as many as came in half a second, whichever is first."""

    def __init__(self, database: Database, hand_over: HandOver, most_tries: int) -> None:
        self._database = database
        self._most_tries = most_tries
        self._hand_over = hand_over
        self._waiting: list[Visit] = []  # a visit stays here until it is written, whoever is cancelled meanwhile
        self._arrived = asyncio.Event()
        self._is_full = asyncio.Event()
        self._written = asyncio.Event()
        self._lock = asyncio.Lock()
        self.committed = 0

    async def put(self, visit: Visit) -> None:
        """Have a visit written soon; waits while the store is behind."""
        while len(self._waiting) >= MOST_WAITING:
            self._written.clear()
            await self._written.wait()
        self._waiting.append(visit)
        self._arrived.set()
        if len(self._waiting) >= LARGEST_GROUP:
            self._is_full.set()

    async def run(self) -> None:
        """Write groups until cancelled."""
        while True:
            await self._arrived.wait()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_full.wait(), LONGEST_WAIT_SECONDS)
            # A group on its way into the store can't be called back: cut off from it, we would never hand it over.
            await asyncio.shield(self.drain())

    async def drain(self) -> None:
        """Write all that waits."""
        async with self._lock:
            while self._waiting:
                group = self._waiting[:LARGEST_GROUP]
                to_clean = await self._write(group)
                del self._waiting[: len(group)]
                self.committed += len(group)
                self._written.set()
                if to_clean:
                    await self._hand_on(to_clean)
            self._arrived.clear()
            self._is_full.clear()

    async def _hand_on(self, to_clean: list[int]) -> None:
        try:
            await asyncio.to_thread(self._hand_over, to_clean)
        except Exception:
            # What is written is found again by the sweep; a writer that ended here would lose all that comes after.
            log.exception("%d fetches wait for the sweep to hand them over", len(to_clean))

    async def _write(self, group: list[Visit]) -> list[int]:
        while True:
            try:
                return await asyncio.to_thread(self._commit, group)
            except Retryable as error:
                # The visits stay here; their fences decide later whether they still count.
                log.warning("the store is away, %d visits wait: %s", len(group), error)
                await asyncio.sleep(AWAY_SECONDS)
            except Exception as error:
                if len(group) == 1 and group[0].brought in (Brought.ERROR, Brought.FAILURE):
                    log.exception("a visit to %s can't be written down", group[0].page.url)
                    return []
                log.warning("a group of %d visits can't be written, each is tried alone: %s", len(group), error)
                alone = group if len(group) > 1 else [self._failed(group[0], error)]
                return [number for visit in alone for number in await self._write([visit])]

    def _commit(self, group: list[Visit]) -> list[int]:
        for visit in group:
            _ = visit.packed
        with self._database.session() as session:
            return fetches.record(session, group, db.now(session))

    def _failed(self, visit: Visit, error: Exception) -> Visit:
        """A visit that can't be written by itself becomes a failed try, so that its page isn't stuck."""
        is_last = visit.page.tries + 1 >= self._most_tries
        brought, due = (Brought.FAILURE, None) if is_last else (Brought.ERROR, visit.second_look_at or visit.at)
        detail = f"could not be written: {type(error).__name__}"
        return Visit(visit.page, brought, visit.at, due, visit.page.url, detail=detail)
