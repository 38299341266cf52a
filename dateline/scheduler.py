"""Under a lease: periodic upkeep, the portals file read again when it changes"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from storage import db, portals
from storage.config import Config
from storage.db import Database
from storage.errors import Retryable
from storage.repositories import clock, leases
from storage.repositories import portals as table
from storage.repositories.portals import Applied
from workers.upkeep import prune, sweep

log = logging.getLogger(__name__)
ROLE = "scheduler"
FILE_SECONDS = 2.0
SET_BACK = timedelta(seconds=2)  # less is no harm


class PortalsFile:
    """The portals file as last applied."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None

    def apply_if_changed(self, database: Database) -> Applied | None:
        """Apply the file when it isn't the one applied last; a wrong file changes nothing and is complained of once."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return None
        mark = (stat.st_mtime_ns, stat.st_size)
        if mark == self._seen:
            return None
        try:
            found = portals.read(self._path)
        except portals.BadPortals as error:
            self._seen = mark
            log.error("the portals file is left as it was applied last: %s", error)
            return None
        with database.session() as session:
            applied = table.apply(session, found, db.now(session))
        self._seen = mark
        if applied != Applied((), (), (), ()):
            log.info("portals: %s", applied)
        return applied


class Scheduler:
    """Recurring work, done by whichever scheduler holds the lease."""

    def __init__(self, database: Database, config: Config, owner: str, wake: Callable[[list[int]], object]) -> None:
        self._database = database
        self._config = config
        self._owner = owner
        self._wake = wake
        self._file = PortalsFile(config.portals)
        self._rounds = 0
        self._looked: tuple[datetime, float] | None = None  # what the store's clock last said, and when that was

    def run(self, stopping: Event) -> None:
        """Do what is due until told to stop."""
        while not stopping.is_set():
            self.round()
            stopping.wait(min(FILE_SECONDS, self._config.sweep_seconds))
        self.give_up()

    def figures(self) -> dict[str, int]:
        """For the heartbeat."""
        return {"rounds": self._rounds}

    def round(self) -> bool:
        """One pass over all recurring work; False when another scheduler has the lease or the store is away."""
        try:
            if not self._is_ours():
                return False
            self._file.apply_if_changed(self._database)
            self._wake(sweep.sweep(self._database, self._config))
            if self._rounds % 300 == 0:
                prune.prune(self._database, self._config)
        except Retryable as error:
            log.warning("the store is away: %s", error)
            return False
        self._rounds += 1
        return True

    def _is_ours(self) -> bool:
        with self._database.session() as session:
            now, at = db.now(session), time.monotonic()
            held = leases.take(session, ROLE, self._owner, now, self._config.lease_seconds)
            by = self._set_back(now, at)
            if held is not None and by > SET_BACK:
                log.warning("the store's clock was set back by %.0f s; what was due is", by.total_seconds())
                clock.set_back(session, now, by, self._config.lease_seconds)
        # Looked at by those who wait for the role, too: what another mended before is mended.
        self._looked = now, at
        return held is not None

    def _set_back(self, now: datetime, at: float) -> timedelta:
        """By how much the store's clock is behind what it should say by its last reading."""
        if self._looked is None:
            return timedelta()
        then, then_at = self._looked
        return then + timedelta(seconds=at - then_at) - now

    def give_up(self) -> None:
        """Let another scheduler have the lease at once."""
        try:
            with self._database.session() as session:
                leases.release(session, ROLE, self._owner)
        except Retryable as error:
            log.debug("the lease is left to expire: %s", error)
