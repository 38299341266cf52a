"""Runs the deduplication writer: a process of its own, `dateline worker dedup`, or a thread of a short run's"""

from threading import Event

from storage import processes, queue, telemetry
from storage.config import Config
from storage.db import Database
from workers.attendant import Attendant
from workers.dedup.job import BATCH, Writer
from workers.jobs import Job


def run(database: Database, config: Config) -> None:
    """Place what is pending, whenever there is something, until told to stop."""
    processes.spare_collection()
    run_here(database, config, processes.stop_event())


def run_here(database: Database, config: Config, stopping: Event) -> None:
    """The same until the event is set: for a thread."""
    owner = config.owner or telemetry.owner(queue.DEDUP)
    writer = Writer(database, config, owner)
    job = Job(database, queue.DEDUP, writer.place, stopping)
    try:
        with telemetry.Heartbeat(database, queue.DEDUP, owner).beating(job.figures):
            Attendant(config, queue.DEDUP, job, BATCH).run(stopping)
    finally:
        writer.close()
