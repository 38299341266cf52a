"""What is past its time is dropped, and nothing else"""

from datetime import timedelta

import sqlalchemy as sa

from storage import db
from storage.config import Config
from storage.models.operation import Failure, Gauge
from storage.repositories import failures
from storage.repositories.failures import Failed
from workers.upkeep.prune import prune


def _gauge(owner, at):
    return Gauge(owner=owner, role="clean", pid=1, version="1", started_at=at, seen_at=at, figures={})


def test_dismissed_failures_and_gauges_of_the_gone(database):
    with database.session() as session:
        now = db.now(session)
        for number, days in enumerate((None, 1, 40)):
            failures.keep(session, Failed("clean", {"page_ids": [number]}, f"error {number}"), now)
            row = session.scalars(sa.select(Failure).order_by(Failure.id.desc())).first()
            row.dismissed_at = days and now - timedelta(days=days)
        session.add_all(_gauge(f"w{hours}", now - timedelta(hours=hours)) for hours in (0, 2))
    assert prune(database, Config(keep_failures_days=30)) == 2
    with database.read() as session:
        assert session.scalars(sa.select(Failure.error).order_by(Failure.id)).all() == ["error 0", "error 1"]
        assert session.scalars(sa.select(Gauge.owner)).all() == ["w0"]
    assert prune(database, Config(keep_failures_days=30)) == 0
