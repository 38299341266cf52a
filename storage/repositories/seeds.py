"""Due seeds, visits, rescheduling"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import db
from storage.db import Session
from storage.domain import SeedKind
from storage.models.page import Host
from storage.models.portal import Portal, Seed
from storage.repositories import hosts
from storage.urls import host_key

WAITED_TRIES = 3  # failures in a row that may be hiccups: a run that ends by itself waits for the next try


@dataclass(frozen=True, slots=True)
class ClaimedSeed:
    """A seed that this crawler alone may visit."""

    id: int
    portal_id: int
    host_id: int
    url: str
    kind: SeedKind
    fence: int
    etag: str | None
    last_modified: str | None
    digest: str | None
    is_conditional: bool
    unchanged_streak: int
    interval_seconds: float
    visits: int
    failures: int
    visited_at: datetime | None
    changed_at: datetime | None
    found_by: str


@dataclass(frozen=True, slots=True)
class NewSeed:
    """A seed to follow."""

    portal_id: int
    url: str  # canonical
    kind: SeedKind
    found_by: str
    parent_id: int | None = None
    lastmod: datetime | None = None


def add(session: Session, seeds: Iterable[NewSeed], now: datetime) -> int:
    """Follow seeds, due now; known ones come alive again, and are due at once where their lastmod is newer."""
    wanted = {(s.portal_id, s.url): s for s in seeds}
    ids = hosts.ensure(session, {host_key(s.url) for s in wanted.values()})
    portals = {portal_id for portal_id, _ in wanted}
    query = sa.select(Seed).where(Seed.portal_id.in_(portals), Seed.url.in_([url for _, url in wanted]))
    known = {(row.portal_id, row.url): row for row in session.scalars(query)}
    for key, seed in wanted.items():
        row = known.get(key)
        if row is None:
            session.add(_row(seed, ids[host_key(seed.url)], now))
            continue
        if row.retired_at is not None:
            row.due_at = now
        row.retired_at = row.retired_reason = None
        if seed.lastmod and (row.lastmod is None or seed.lastmod > row.lastmod):
            row.lastmod = seed.lastmod
            row.due_at = min(row.due_at, now)
    hosts.make_due(session, ids.values(), now)
    session.flush()
    return len(wanted)


def _row(seed: NewSeed, host_id: int, now: datetime) -> Seed:
    return Seed(
        portal_id=seed.portal_id,
        host_id=host_id,
        url=seed.url,
        kind=seed.kind,
        found_by=seed.found_by,
        parent_id=seed.parent_id,
        lastmod=seed.lastmod,
        added_at=now,
        due_at=now,
    )


def claim(
    session: Session, host_id: int, owner: str, now: datetime, lease_seconds: float, limit: int
) -> list[ClaimedSeed]:
    """Lease due seeds of a host whose lease the caller holds, the longest due first."""
    wanted = (
        sa.select(Seed.id)
        .join(Portal, Portal.id == Seed.portal_id)
        .where(Seed.host_id == host_id, Seed.due_at <= now, Seed.retired_at.is_(None), Seed.lease_owner.is_(None))
        .where(*hosts.VISITABLE)
        .order_by(Seed.due_at, Seed.id)
        .limit(limit)
    )
    ids = list(session.scalars(wanted))
    if not ids:
        return []
    until = now + timedelta(seconds=lease_seconds)
    names = ClaimedSeed.__dataclass_fields__
    rows = session.execute(
        db.update(Seed)
        .where(Seed.id.in_(ids))
        .values(lease_owner=owner, lease_until=until, fence=Seed.fence + 1)
        .returning(*[getattr(Seed, n) for n in names])
    )
    return [ClaimedSeed(**{**row._mapping, "kind": SeedKind(row._mapping["kind"])}) for row in rows]


def end_visit(session: Session, seed_id: int, fence: int, values: dict[str, Any]) -> bool:
    """Write what a visit brought (column: value, due_at among them) and give the seed back. False: stale fence."""
    done = session.execute(
        db.update(Seed)
        .where(Seed.id == seed_id, Seed.fence == fence, Seed.lease_owner.is_not(None))
        .values(lease_owner=None, lease_until=None, **values)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def to_probe(session: Session, now: datetime, every_seconds: float) -> Sequence[Portal]:
    """Portals whose homes should be searched for seeds, as rows."""
    before = now - timedelta(seconds=every_seconds)
    query = sa.select(Portal).where(sa.or_(Portal.probed_at.is_(None), Portal.probed_at < before), *hosts.VISITABLE)
    return session.scalars(query).all()


def due_count(session: Session, since: datetime, soon: datetime, later: datetime, open_by: datetime) -> int:
    """Seeds not visited since `since` that are due by `soon`, failing ones due by `later`, portals without seeds.

    Only at portals that are visited, and hosts that may be asked again by `open_by`. A seed visited since `since` is
    done with, however soon its next poll is; so is one that has failed WAITED_TRIES times in a row.
    """
    unprobed = sa.select(sa.func.count()).select_from(Portal).where(Portal.probed_at.is_(None), *hosts.VISITABLE)
    waits = sa.and_(sa.or_(Seed.visited_at.is_(None), Seed.visited_at < since), Seed.due_at <= soon)
    fails = sa.and_(Seed.failures.between(1, WAITED_TRIES - 1), Seed.due_at <= later, Seed.visited_at >= since)
    query = (
        sa.select(sa.func.count())
        .select_from(Seed)
        .join(Portal, Portal.id == Seed.portal_id)
        .join(Host, Host.id == Seed.host_id)
        .where(sa.or_(waits, fails), Seed.retired_at.is_(None), hosts.is_open(open_by), *hosts.VISITABLE)
    )
    return (session.scalar(query) or 0) + (session.scalar(unprobed) or 0)
