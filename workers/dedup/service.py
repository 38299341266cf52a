"""Runs the deduplication writer as a process of its own: `dateline worker dedup`"""

from storage import processes, queue, telemetry
from storage.config import Config
from storage.db import Database
from workers.attendant import Attendant
from workers.dedup.job import Writer
from workers.jobs import Job


def run(database: Database, config: Config) -> None:
    """Place what is pending, whenever there is something, until told to stop."""
    stopping = processes.stop_event()
    owner = config.owner or telemetry.owner(queue.DEDUP)
    writer = Writer(database, config, owner)
    job = Job(database, queue.DEDUP, writer.place, stopping)
    try:
        with telemetry.Heartbeat(database, queue.DEDUP, owner).beating(job.figures):
            Attendant(config, queue.DEDUP, job).run(stopping)
    finally:
        writer.close()
