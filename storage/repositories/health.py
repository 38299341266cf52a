"""What the daemon is doing now: processes, work waiting, what went wrong lately"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.db import Session
from storage.models.article import Article, Revision
from storage.models.operation import Failure, Gauge
from storage.models.page import Fetch, Host, Page
from storage.models.portal import Portal, Seed
from storage.models.story import Story


@dataclass(frozen=True, slots=True)
class Process:
    """What a process last said of itself."""

    role: str
    owner: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Health:
    """The store's figures at `now`."""

    now: datetime
    processes: tuple[Process, ...]
    pages: Mapping[str, int]  # by state and step: "scheduled fetch"
    fetch_due: int  # pages whose visit is due now
    oldest_due_at: datetime | None
    clean_waiting: int
    place_waiting: int  # revisions not yet compared
    articles: int
    articles_hour: int
    stories: int
    copies: int
    last_stored_at: datetime | None
    outcomes_hour: Mapping[str, int]  # fetches of the last hour by outcome
    rejections_hour: Mapping[str, int]
    failures_open: int
    hosts_waiting: tuple[tuple[str, datetime, int], ...]  # name, ready again at, failures in a row
    seeds_failing: tuple[tuple[str, str, int, str], ...]  # portal, url, failures in a row, last error
    paused: tuple[str, ...]


def look(session: Session, now: datetime) -> Health:
    """Gather the figures."""
    hour = now - timedelta(hours=1)
    visit = (Page.step == "fetch", Page.state.in_(["scheduled", "done"]), Page.due_at <= now)
    return Health(
        now=now,
        processes=_processes(session),
        pages=_counts(session, Page.state.concat(" ").concat(Page.step), sa.true()),
        fetch_due=_count(session, Page, *visit),
        oldest_due_at=session.scalar(sa.select(sa.func.min(Page.due_at)).where(*visit)),
        clean_waiting=_count(session, Page, Page.step == "clean", Page.state == "scheduled"),
        place_waiting=unplaced(session),
        articles=articles(session),
        articles_hour=_count(session, Article, Article.stored_at >= hour),
        stories=_count(session, Story, Story.merged_into_id.is_(None)),
        copies=_count(session, Article, Article.copy_kind.is_not(None)),
        last_stored_at=session.scalar(sa.select(sa.func.max(Article.stored_at))),
        outcomes_hour=_counts(session, Fetch.outcome, Fetch.fetched_at >= hour),
        rejections_hour=_counts(session, Page.reason, sa.and_(Page.fetched_at >= hour, Page.reason.is_not(None))),
        failures_open=_count(session, Failure, Failure.replayed_at.is_(None), Failure.dismissed_at.is_(None)),
        hosts_waiting=_hosts(session, now),
        seeds_failing=_seeds(session),
        paused=tuple(session.scalars(sa.select(Portal.key).where(Portal.paused_at.is_not(None)).order_by(Portal.key))),
    )


def unplaced(session: Session) -> int:
    """Revisions that deduplication hasn't placed yet."""
    return _count(session, Revision, Revision.placed_at.is_(None))


def articles(session: Session) -> int:
    """Articles stored so far."""
    return _count(session, Article)


def _count(session: Session, model: Any, *where: "sa.ColumnElement[bool]") -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def _counts(session: Session, by: Any, where: "sa.ColumnElement[bool]") -> dict[str, int]:
    rows = session.execute(sa.select(by, sa.func.count()).where(where).group_by(by).order_by(sa.func.count().desc()))
    return {str(name): number for name, number in rows}


def last_beats(session: Session, owners: Collection[str]) -> dict[str, datetime]:
    """When each of the owners last gave a sign of life; one that never did is left out."""
    query = sa.select(Gauge.owner, Gauge.seen_at).where(Gauge.owner.in_(owners))
    return {owner: seen_at for owner, seen_at in session.execute(query)}  # noqa: C416 - dict() of rows has no type


def _processes(session: Session) -> tuple[Process, ...]:
    rows = session.scalars(sa.select(Gauge).order_by(Gauge.role, Gauge.owner))
    return tuple(Process(r.role, r.owner, r.pid, r.version, r.started_at, r.seen_at, r.figures) for r in rows)


def _hosts(session: Session, now: datetime) -> tuple[tuple[str, datetime, int], ...]:
    query = (
        sa.select(Host.name, Host.ready_at, Host.failures)
        .where(Host.ready_at > now + timedelta(seconds=5))
        .order_by(Host.ready_at.desc())
        .limit(10)
    )
    return tuple((name, at, failures) for name, at, failures in session.execute(query) if at is not None)


def _seeds(session: Session) -> tuple[tuple[str, str, int, str], ...]:
    query = (
        sa.select(Portal.key, Seed.url, Seed.failures, Seed.last_error)
        .join(Portal, Portal.id == Seed.portal_id)
        .where(Seed.failures > 0, Seed.retired_at.is_(None))
        .order_by(Seed.failures.desc())
        .limit(10)
    )
    return tuple((key, url, failures, error or "") for key, url, failures, error in session.execute(query))
