"""Times that lie in the future because the store's clock was set back: brought as near as they were before"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import db
from storage.db import Session
from storage.models.operation import Gauge, Lease
from storage.models.page import Fetch, Host, Page
from storage.models.portal import Seed

# Beyond so long a page may as well be visited too late: thousands of rows needn't be written at once.
NEAR = timedelta(hours=1)


def set_back(session: Session, now: datetime, by: timedelta, lease_seconds: float) -> None:
    """The clock that says `now` said `by` more before: what is due stays due, and leases of the dead end in time."""
    for column in (Seed.due_at, Host.due_at, Host.ready_at, Gauge.seen_at):
        _bring_near(session, column, by, column > now)
    _bring_near(session, Page.due_at, by, sa.and_(Page.due_at > now, Page.due_at <= now + by + NEAR))
    for column in (Page.discovered_at, Page.fetched_at, Fetch.fetched_at):
        # What is compared with these happens later, whatever the clock says.
        _write(session, column, now, column > now)
    until = now + timedelta(seconds=lease_seconds)
    for column in (Page.lease_until, Seed.lease_until, Host.lease_until, Lease.until):
        _write(session, column, until, column > until)


def _bring_near(session: Session, column: Any, by: timedelta, where: sa.ColumnElement[bool]) -> None:
    _write(session, column, db.earlier(session, column, by), where)


def _write(session: Session, column: Any, value: object, where: sa.ColumnElement[bool]) -> None:
    changed = sa.update(column.class_).where(where).values({column.key: value})
    session.execute(changed.execution_options(synchronize_session=False))
