"""Find work that the queue forgot and leases that nobody renews"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.db import Session
from storage.domain import PageState, PageStep
from storage.models.operation import Failure, Gauge
from storage.models.page import Page
from storage.repositories import cleanings, hosts, leases

REMINDED_SECONDS = 30.0
MOST_REMINDED = 1000


def free_cleaning(session: Session, now: datetime, most_tries: int) -> int:
    """Give pages whose cleaner died another try; after `most_tries` they are quarantined. How many were freed."""
    expired = (Page.state == PageState.LEASED, Page.step == PageStep.CLEAN, Page.lease_until < now)
    rows = session.scalars(sa.select(Page).where(*expired).with_for_update(skip_locked=True)).all()
    for page in rows:
        cleanings.died(session, page, most_tries, now)
    return len(rows)


def free_owner(session: Session, owner: str, now: datetime, most_tries: int) -> None:
    """Free all that a process known to be dead had claimed, at once instead of when its leases expire."""
    # A page in cleaning may be what killed it, so that counts as a try.
    held = (Page.state == PageState.LEASED, Page.step == PageStep.CLEAN, Page.lease_owner == owner)
    session.execute(sa.update(Page).where(*held).values(lease_until=now - timedelta(seconds=1)))
    free_cleaning(session, now, most_tries)
    hosts.release_owner(session, owner)
    leases.release_owner(session, owner)
    session.execute(sa.delete(Gauge).where(Gauge.owner == owner))


def free_visits(session: Session, now: datetime) -> int:
    """Free hosts, seeds and pages that a crawler leased and no longer renews."""
    return hosts.release_expired(session, now)


def forgotten(session: Session, now: datetime, after_seconds: float, limit: int = MOST_REMINDED) -> list[int]:
    """Fetches that have waited for cleaning longer than the queue should take; each is named every half minute."""
    late = now - timedelta(seconds=after_seconds)
    query = (
        sa.select(Page)
        .where(Page.step == PageStep.CLEAN, Page.state == PageState.SCHEDULED, Page.due_at <= late)
        .order_by(Page.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    pages = session.scalars(query).all()
    for page in pages:
        page.due_at = now + timedelta(seconds=REMINDED_SECONDS)
    return [page.fetch_id for page in pages if page.fetch_id is not None]


def all_waiting(session: Session) -> list[int]:
    """Every fetch that waits for cleaning, oldest first: what an emptied queue should hold again."""
    query = sa.select(Page.fetch_id).where(
        Page.step == PageStep.CLEAN, Page.state == PageState.SCHEDULED, Page.fetch_id.is_not(None)
    )
    return [number for number in session.scalars(query.order_by(Page.due_at)) if number is not None]


def forget_old(session: Session, now: datetime, keep_days: float) -> int:
    """Drop dismissed failures past their time, and gauges of processes long gone; how many rows."""
    old = now - timedelta(days=keep_days)
    ended = sa.or_(Failure.dismissed_at < old, Failure.replayed_at < old)
    failures = session.execute(sa.delete(Failure).where(ended))
    gauges = session.execute(sa.delete(Gauge).where(Gauge.seen_at < now - timedelta(hours=1)))
    return int(failures.rowcount) + int(gauges.rowcount)  # type: ignore[attr-defined]
