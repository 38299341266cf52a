"""Re-enqueues what the queue forgot, releases leases that expired"""

from storage import db
from storage.config import Config
from storage.db import Database
from storage.repositories import sweeping


def sweep(database: Database, config: Config) -> list[int]:
    """One pass; returns ids of fetches that a cleaner should be reminded of."""
    with database.session() as session:
        now = db.now(session)
        sweeping.free_visits(session, now)
        sweeping.free_cleaning(session, now, config.clean_tries)
        return sweeping.forgotten(session, now, config.sweep_seconds)
