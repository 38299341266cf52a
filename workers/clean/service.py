"""Runs a cleaner as a process of its own: `dateline worker clean`"""

from collections.abc import Mapping, Sequence
from typing import Any

from storage import broker, db, processes, queue, telemetry
from storage.config import Config
from storage.db import Database
from storage.domain import Outcome
from storage.repositories import sweeping
from workers.clean.job import Cleaner
from workers.clean.keeper import Keeper, Limits
from workers.jobs import Job
from workers.runner import Runner


def run(database: Database, config: Config) -> None:
    """Clean what the queue brings, and what the store says it forgot, until told to stop."""
    stopping = processes.stop_event()
    owner = config.owner or telemetry.owner(queue.CLEAN)
    keeper = Keeper(Limits.of(config))
    cleaner = Cleaner(database, config, keeper, owner)
    bell = broker.connect(config, is_hasty=True)

    def clean_fetches(ids: Sequence[int]) -> Mapping[Outcome, int]:
        report = cleaner.clean(ids)
        if report.has_news:
            queue.ring(bell, queue.DEDUP)
        return report.outcomes

    def forgotten() -> list[int]:
        with database.session() as session:
            return sweeping.forgotten(session, db.now(session), config.sweep_seconds, config.clean_batch)

    job = Job(database, queue.CLEAN_JOB, clean_fetches, stopping)

    def figures() -> dict[str, Any]:
        return {**job.figures(), "children": keeper.starts}

    try:
        with telemetry.Heartbeat(database, queue.CLEAN, owner).beating(figures):
            Runner(config, queue.CLEAN, job, owner).run(stopping, forgotten)
    finally:
        keeper.close()
