"""Roles that one process at a time may hold"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage import db
from storage.db import Session
from storage.models.operation import Lease


def take(session: Session, name: str, owner: str, now: datetime, seconds: float) -> int | None:
    """Take or prolong a role; its fence token, or None while somebody else holds it."""
    session.execute(db.insert(session, Lease).values(name=name, fence=0).on_conflict_do_nothing())
    is_free = sa.or_(Lease.owner.is_(None), Lease.until < now)
    is_ours = Lease.owner == owner
    # A role taken from another owner gets a new token; the old owner's writes are refused from then on.
    fence = sa.case((is_ours, Lease.fence), else_=Lease.fence + 1)
    return session.scalar(
        sa.update(Lease)
        .where(Lease.name == name, sa.or_(is_free, is_ours))
        .values(owner=owner, until=now + timedelta(seconds=seconds), fence=fence)
        .returning(Lease.fence)
    )


def holds(session: Session, name: str, owner: str, fence: int) -> bool:
    """Whether a role is still ours; the row stays locked until the transaction ends, so the answer stays true."""
    query = sa.select(Lease.name).where(Lease.name == name, Lease.owner == owner, Lease.fence == fence)
    return session.scalar(query.with_for_update()) is not None


def release(session: Session, name: str, owner: str) -> None:
    """Let another process have the role at once."""
    session.execute(sa.update(Lease).where(Lease.name == name, Lease.owner == owner).values(owner=None, until=None))


def release_owner(session: Session, owner: str) -> None:
    """Free every role that a process known to be dead had."""
    session.execute(sa.update(Lease).where(Lease.owner == owner).values(owner=None, until=None))
