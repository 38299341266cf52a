"""Runs a cleaner: a process of its own, `dateline worker clean`, or a thread of a short run's"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any

from storage import broker, db, processes, queue, telemetry
from storage.config import Config
from storage.db import Database
from storage.domain import Outcome
from storage.errors import Retryable
from storage.repositories import pages, sweeping
from workers.clean.job import Cleaner
from workers.clean.keeper import Keeper, Limits
from workers.jobs import Job
from workers.runner import Runner

IDLE_SECONDS = 0.2
LEFT_SECONDS = 1.0  # what has waited so long while the queue was empty isn't in it


def run(database: Database, config: Config) -> None:
    """Clean what the queue brings, and what the store says it forgot, until told to stop."""
    stopping = processes.stop_event()
    owner = config.owner or telemetry.owner(queue.CLEAN)
    with _cleaning(database, config, owner, stopping) as job:
        processes.spare_collection()
        Runner(config, queue.CLEAN, job, owner).run(stopping, _waiting(database, config, LEFT_SECONDS))


def run_here(database: Database, config: Config, stopping: Event) -> None:
    """Clean what waits in the store until told to stop, without a queue: for a thread."""
    waiting = _waiting(database, config, 0.0)
    with _cleaning(database, config, telemetry.owner(queue.CLEAN), stopping) as job:
        while not stopping.is_set():
            try:
                ids = waiting() if _is_waiting(database) else []
            except Retryable:
                ids = []
            while ids and job(ids) is None and not stopping.is_set():
                pass
            if not ids:
                stopping.wait(IDLE_SECONDS)


def _is_waiting(database: Database) -> bool:
    with database.read() as session:
        return pages.waiting_for_cleaning(session) > 0


def _waiting(database: Database, config: Config, after_seconds: float) -> Callable[[], list[int]]:
    def named() -> list[int]:
        with database.session() as session:
            return sweeping.forgotten(session, db.now(session), after_seconds, config.clean_batch)

    return named


@contextmanager
def _cleaning(database: Database, config: Config, owner: str, stopping: Event) -> Iterator[Job]:
    """A job that cleans, with its child and its heartbeat."""
    keeper = Keeper(Limits.of(config))
    cleaner = Cleaner(database, config, keeper, owner)
    bell = broker.connect(config, is_hasty=True)

    def clean_fetches(ids: Sequence[int]) -> Mapping[Outcome, int]:
        report = cleaner.clean(ids)
        if report.has_news:
            queue.ring(bell, queue.DEDUP)
        return report.outcomes

    job = Job(database, queue.CLEAN_JOB, clean_fetches, stopping)

    def figures() -> dict[str, Any]:
        return {**job.figures(), "children": keeper.starts}

    try:
        with telemetry.Heartbeat(database, queue.CLEAN, owner).beating(figures):
            yield job
    finally:
        keeper.close()
