"""Visits what is due, works everything off, ends"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dateline.daemon import Supervisor
from dateline.scheduler import Scheduler
from storage import db
from storage.db import Database
from storage.errors import Retryable
from storage.repositories import health, hosts, pages, seeds

log = logging.getLogger(__name__)
SOON = timedelta(seconds=2)
CALM_LOOKS = 2
LOOK_SECONDS = 0.2
BUSY_LOOK_SECONDS = 1.0  # while much is left: to count it costs a moment, too
CALM_LOOK_SECONDS = 0.1
MUCH = 300


@dataclass(frozen=True, slots=True)
class Left:
    """What a run has still to do, and what it has done."""

    visits: int
    seeds: int
    to_clean: int
    to_place: int
    articles: int

    @property
    def is_much(self) -> bool:
        """Whether the run can't be over in a moment."""
        return self.visits + self.seeds + self.to_clean + self.to_place > MUCH

    @property
    def is_nothing(self) -> bool:
        """Whether the run is over."""
        return not (self.visits or self.seeds or self.to_clean or self.to_place)


def left(database: Database, since: datetime) -> Left:
    """Look at what is left of a run that began at `since`."""
    with database.read() as session:
        now = db.now(session)
        # Work that waits for a host's pause, or for its next try, belongs to this run; longer pauses don't.
        until = now + hosts.PATIENCE
        return Left(
            visits=pages.work_until(session, since, until, until),
            seeds=seeds.due_count(session, since, now + SOON, until, until),
            to_clean=pages.waiting_for_cleaning(session),
            to_place=health.unplaced(session),
            articles=health.articles(session),
        )


def _time(database: Database) -> datetime:
    with database.read() as session:
        return db.now(session)


def run(supervisor: Supervisor, scheduler: Scheduler, report: Callable[[Left], None]) -> bool:
    """Run a daemon until nothing is due; False when it was told to stop before."""
    calm, upkeep, pause = 0, 0.0, 0.0
    since: datetime | None = None  # by the store's clock
    # Before the portals file is applied and the dead's leases are swept, "nothing is due" says nothing. A scheduler
    # that was killed keeps the role until its lease ends; one that lives elsewhere does the round itself.
    is_ready, others_until = False, time.monotonic() + supervisor.settings.lease_seconds
    while not supervisor.stopping.wait(pause):
        pause = LOOK_SECONDS
        supervisor.look()
        if time.monotonic() >= upkeep:
            is_ready = scheduler.round() or is_ready or time.monotonic() > others_until
            upkeep = time.monotonic() + (supervisor.settings.sweep_seconds if is_ready else LOOK_SECONDS)
        try:
            since = since or _time(supervisor.database)
            found = left(supervisor.database, since)
        except Retryable as error:
            log.warning("the store is away: %s", error)
            continue
        report(found)
        calm = calm + 1 if found.is_nothing and is_ready else 0
        pause = CALM_LOOK_SECONDS if calm else BUSY_LOOK_SECONDS if found.is_much else LOOK_SECONDS
        if calm >= CALM_LOOKS:
            return True
    return False
