"""Hosts: one crawler at a time, and what they asked of us, kept over kills"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import db
from storage.db import Session
from storage.models.page import Host, Page
from storage.models.portal import Portal, Seed

VISITABLE = (Portal.is_enabled.is_(True), Portal.paused_at.is_(None), Portal.removed_at.is_(None))

PATIENCE = timedelta(seconds=120)  # a run that ends waits for no longer pause of a host


def is_open(by: datetime) -> sa.ColumnElement[bool]:
    """A condition: the host may be asked again by that time."""
    return sa.or_(Host.ready_at.is_(None), Host.ready_at <= by)


@dataclass(frozen=True, slots=True)
class ClaimedHost:
    """A host that this crawler alone may contact until `lease_until`."""

    id: int
    name: str
    fence: int
    ready_at: datetime | None
    crawl_delay_seconds: float | None
    failures: int
    robots_text: str | None
    robots_status: int | None
    robots_expires_at: datetime | None


def ensure(session: Session, names: Collection[str]) -> dict[str, int]:
    """Ids of the hosts with these names; new ones are made."""
    if not names:
        return {}
    known = _ids(session, names)
    if missing := sorted(set(names) - known.keys()):
        insert = db.insert(session, Host).on_conflict_do_nothing()
        session.execute(insert, [{"name": name, "fence": 0, "failures": 0} for name in missing])
        known.update(_ids(session, missing))
    return known


def _ids(session: Session, names: Collection[str]) -> dict[str, int]:
    found = session.execute(sa.select(Host.name, Host.id).where(Host.name.in_(names)))
    return {name: number for name, number in found}  # noqa: C416 - dict() of rows has no type


def make_due(session: Session, ids: Collection[int], at: datetime) -> None:
    """Let the hosts be claimed from `at` on."""
    session.execute(
        db.update(Host).where(Host.id.in_(ids), sa.or_(Host.due_at.is_(None), Host.due_at > at)).values(due_at=at)
    )


def wake(session: Session, now: datetime) -> None:
    """Make hosts due that have work due all the same: their portal was paused or disabled for a while, or lost."""
    work = sa.or_(
        sa.exists()
        .where(Page.host_id == Host.id, Page.step == "fetch", Page.state.in_(["scheduled", "done"]))
        .where(Page.due_at <= now, Page.portal_id == Portal.id, *VISITABLE),
        sa.exists()
        .where(Seed.host_id == Host.id, Seed.due_at <= now, Seed.retired_at.is_(None), Seed.lease_owner.is_(None))
        .where(Seed.portal_id == Portal.id, *VISITABLE),
    )
    asleep = sa.or_(Host.due_at.is_(None), Host.due_at > now)
    session.execute(db.update(Host).where(asleep, Host.lease_until.is_(None), work).values(due_at=now))


def claim(session: Session, owner: str, now: datetime, lease_seconds: float, limit: int) -> list[ClaimedHost]:
    """Lease hosts that have work due and aren't resting; the longest due first."""
    is_free = sa.or_(Host.lease_until.is_(None), Host.lease_until < now)
    wanted = (
        sa.select(Host.id).where(Host.due_at <= now, is_free, is_open(now)).order_by(Host.due_at).limit(limit)
    ).with_for_update(skip_locked=True)
    ids = list(session.scalars(wanted))
    if not ids:
        return []
    until = now + timedelta(seconds=lease_seconds)
    rows = session.execute(
        db.update(Host)
        .where(Host.id.in_(ids))
        .values(lease_owner=owner, lease_until=until, fence=Host.fence + 1)
        .returning(*_columns())
    )
    return [ClaimedHost(*row) for row in rows]


def claim_one(session: Session, name: str, owner: str, now: datetime, lease_seconds: float) -> ClaimedHost | None:
    """Lease a host that a redirect leads to; None while another crawler has it."""
    ensure(session, [name])
    row = session.execute(
        db.update(Host)
        .where(Host.name == name)
        .where(sa.or_(Host.lease_until.is_(None), Host.lease_until < now, Host.lease_owner == owner))
        .values(lease_owner=owner, lease_until=now + timedelta(seconds=lease_seconds), fence=Host.fence + 1)
        .returning(*_columns())
    ).first()
    return ClaimedHost(*row) if row else None


def _columns() -> tuple[Any, ...]:
    names = ("id", "name", "fence", "ready_at", "crawl_delay_seconds", "failures")
    robots = ("robots_text", "robots_status", "robots_expires_at")
    return tuple(getattr(Host, n) for n in (*names, *robots))


@dataclass(frozen=True, slots=True)
class Holding:
    """Ids of what a crawler is at work on; what else it has leased was lost on the way to it, and is let expire."""

    hosts: frozenset[int]
    pages: frozenset[int]
    seeds: frozenset[int]


def renew(session: Session, owner: str, now: datetime, lease_seconds: float, holding: Holding) -> set[int]:
    """Prolong the leases of what a crawler is at work on; ids of the hosts it still has."""
    until = now + timedelta(seconds=lease_seconds)
    for table, ids in ((Page, holding.pages), (Seed, holding.seeds)):
        session.execute(sa.update(table).where(table.id.in_(ids), table.lease_owner == owner).values(lease_until=until))
    kept = session.execute(
        db.update(Host)
        .where(Host.id.in_(holding.hosts), Host.lease_owner == owner)
        .values(lease_until=until)
        .returning(Host.id)
    )
    return set(kept.scalars())


def release(session: Session, owner: str, ids: Sequence[int]) -> None:
    """Give hosts back; each is due again when the earliest of its seeds and pages is."""
    for host_id in ids:
        session.execute(
            db.update(Host)
            .where(Host.id == host_id, Host.lease_owner == owner)
            .values(lease_owner=None, lease_until=None, due_at=next_due(session, host_id))
        )


def next_due(session: Session, host_id: int) -> datetime | None:
    """When the earliest seed or page of a host is due; portals that aren't visited don't count."""
    pages = (
        sa.select(Page.due_at)
        .join(Portal, Portal.id == Page.portal_id)
        .where(Page.host_id == host_id, Page.step == "fetch", Page.state.in_(["scheduled", "done"]))
        .where(Page.due_at.is_not(None), *VISITABLE)
        .order_by(Page.due_at)
        .limit(1)
    )
    seeds = (
        sa.select(sa.func.min(Seed.due_at))
        .join(Portal, Portal.id == Seed.portal_id)
        .where(Seed.host_id == host_id, Seed.retired_at.is_(None), Seed.lease_owner.is_(None), *VISITABLE)
    )
    times = [t for t in (session.scalar(pages), session.scalar(seeds)) if t is not None]
    return min(times) if times else None


def reserve(session: Session, host_id: int, fence: int, ready_at: datetime) -> bool:
    """Write down, before a request is sent, when the next may follow. False: the lease is lost.

    A rest that was asked for meanwhile, and is written already, stays.
    """
    done = session.execute(
        db.update(Host).where(Host.id == host_id, Host.fence == fence).values(ready_at=_later(ready_at))
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def rest(session: Session, host_id: int, ready_at: datetime, failures: int) -> None:
    """What a host's answers say: no request before `ready_at`, `failures` refusals in a row."""
    session.execute(db.update(Host).where(Host.id == host_id).values(ready_at=_later(ready_at), failures=failures))


def _later(ready_at: datetime) -> sa.ColumnElement[datetime | None]:
    return sa.case((Host.ready_at > ready_at, Host.ready_at), else_=ready_at)


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host's robots.txt came to; status 0 where no answer came."""

    text: str | None
    status: int
    crawl_delay_seconds: float | None
    fetched_at: datetime
    expires_at: datetime


def save_robots(session: Session, host_id: int, robots: Robots, ready_at: datetime) -> None:
    """Keep a robots.txt as read, and when the request after it may follow."""
    session.execute(
        db.update(Host)
        .where(Host.id == host_id)
        .values(
            robots_text=robots.text,
            robots_status=robots.status,
            crawl_delay_seconds=robots.crawl_delay_seconds,
            robots_fetched_at=robots.fetched_at,
            robots_expires_at=robots.expires_at,
            ready_at=_later(ready_at),
        )
    )


def _given_up() -> dict[str, Any]:
    """A leased page back among the scheduled ones; what an operator asked for stays asked for."""
    return {
        "state": "scheduled",
        "lease_owner": None,
        "lease_until": None,
        "operation_id": sa.func.coalesce(Page.operation_id, Page.lease_operation_id),
        "is_forced": sa.or_(Page.is_forced, Page.lease_operation_id.is_not(None)),
        "lease_operation_id": None,
    }


def release_owner(session: Session, owner: str) -> int:
    """Free everything that a process known to be dead had leased; how many pages."""
    pages = session.execute(
        sa.update(Page)
        .where(Page.state == "leased", Page.lease_owner == owner)
        .values(**_given_up())
        .returning(Page.host_id)
    )
    freed = list(pages.scalars())
    seeds = session.execute(
        sa.update(Seed)
        .where(Seed.lease_owner == owner)
        .values(lease_owner=None, lease_until=None)
        .returning(Seed.host_id)
    )
    now = db.now(session)
    touched = {*freed, *seeds.scalars()}
    session.execute(db.update(Host).where(Host.lease_owner == owner).values(lease_owner=None, lease_until=None))
    make_due(session, touched, now)
    return len(freed)


def release_expired(session: Session, now: datetime) -> int:
    """Free what was leased for visits to processes that gave no more signs of life; how many pages and seeds."""
    pages = session.execute(
        sa.update(Page)
        .where(Page.state == "leased", Page.step == "fetch", Page.lease_until < now)
        .values(**_given_up())
        .returning(Page.host_id)
    )
    seeds = session.execute(
        sa.update(Seed).where(Seed.lease_until < now).values(lease_owner=None, lease_until=None).returning(Seed.host_id)
    )
    found = [*pages.scalars(), *seeds.scalars()]
    session.execute(db.update(Host).where(Host.lease_until < now).values(lease_owner=None, lease_until=None))
    make_due(session, set(found), now)
    return len(found)
