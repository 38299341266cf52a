"""Keeps failures and gauges within their limits"""

from storage import db
from storage.config import Config
from storage.db import Database
from storage.repositories import sweeping


def prune(database: Database, config: Config) -> int:
    """Drop what is past its time; how many rows."""
    with database.session() as session:
        return sweeping.forget_old(session, db.now(session), config.keep_failures_days)
