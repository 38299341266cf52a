"""Keep, list, replay, dismiss what ended in an unexpected error"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.db import Session
from storage.domain import PageState
from storage.errors import Refused
from storage.models.operation import Failure
from storage.models.page import Page
from storage.models.portal import Portal
from storage.repositories import hosts

LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Failed:
    """A job that ended in an unexpected error."""

    job: str
    arguments: Mapping[str, Any]
    error: str
    traceback: str = ""
    page_id: int | None = None
    tries: int = 1


def keep(session: Session, failed: Failed, now: datetime) -> int:
    """Remember a failure; returns its id. One that is open for the same job and page is brought up to date."""
    row = None
    if failed.page_id is not None:
        row = session.scalar(_open().where(Failure.job == failed.job, Failure.page_id == failed.page_id).limit(1))
    if row is None:
        row = Failure(job=failed.job, page_id=failed.page_id)
        session.add(row)
    row.arguments = dict(failed.arguments)
    row.error, row.traceback = _short(failed.error), _short(failed.traceback)
    row.failed_at, row.tries = now, failed.tries
    session.flush()
    return row.id


def _short(text: str) -> str:
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    return text if len(text) <= LONGEST else "... " + text[4 - LONGEST :]


def _open() -> "sa.Select[Failure]":
    return sa.select(Failure).where(Failure.replayed_at.is_(None), Failure.dismissed_at.is_(None))


def open_ones(session: Session, limit: int = 100, job: str | None = None) -> list[Failure]:
    """Failures neither replayed nor dismissed, newest first."""
    query = _open().order_by(Failure.failed_at.desc(), Failure.id.desc()).limit(limit)
    if job is not None:
        query = query.where(Failure.job == job)
    return list(session.scalars(query))


def replay(session: Session, failure_ids: Sequence[int], now: datetime) -> list[Failure]:
    """Let failed work run again: a page in quarantine is due now. Returns the failures, for their jobs to be sent.

    Raises Refused, and does nothing, where one of the ids isn't an open failure.
    """
    rows = _wanted(session, failure_ids)
    for row in rows:
        row.replayed_at = now
        page = session.get(Page, row.page_id) if row.page_id is not None else None
        if page is not None and page.state == PageState.QUARANTINED:
            page.state, page.due_at, page.tries = PageState.SCHEDULED, now, 0
            hosts.make_due(session, [page.host_id], now)
    return rows


def dismiss(session: Session, failure_ids: Sequence[int], note: str, now: datetime) -> list[Failure]:
    """Put failures aside; a page of theirs stays in quarantine. Raises Refused as `replay` does."""
    rows = _wanted(session, failure_ids)
    for row in rows:
        row.dismissed_at, row.note = now, note
    return rows


def _wanted(session: Session, failure_ids: Sequence[int]) -> list[Failure]:
    rows = list(session.scalars(_open().where(Failure.id.in_(failure_ids)).order_by(Failure.id)))
    missing = sorted(set(failure_ids) - {row.id for row in rows})
    if missing:
        raise Refused(f"no open failure {', '.join(map(str, missing))}: `dateline failures list` shows them")
    return rows


def prune(session: Session, before: datetime) -> int:
    """Delete what was replayed or dismissed before a time; how many there were."""
    ended = sa.func.coalesce(Failure.dismissed_at, Failure.replayed_at)
    return len(session.execute(sa.delete(Failure).where(ended < before).returning(Failure.id)).all())


@dataclass(frozen=True, slots=True)
class Shown:
    """A failure as operators see it; `state` is "open", "replayed" or "dismissed"."""

    id: int
    job: str
    url: str | None
    portal: str | None
    error: str
    traceback: str
    failed_at: datetime
    tries: int
    state: str
    note: str | None


def show(session: Session, limit: int, *, is_all: bool = False, portal: str | None = None) -> list[Shown]:
    """The newest failures with their pages: open ones, or all that are kept."""
    query = sa.select(Failure, Page.url, Portal.key).outerjoin(Page, Page.id == Failure.page_id)
    query = query.outerjoin(Portal, Portal.id == Page.portal_id)
    if not is_all:
        query = query.where(Failure.replayed_at.is_(None), Failure.dismissed_at.is_(None))
    if portal is not None:
        query = query.where(Portal.key == portal)
    found = session.execute(query.order_by(Failure.failed_at.desc(), Failure.id.desc()).limit(limit))
    return [_shown(row, url, key) for row, url, key in found]


def _shown(row: Failure, url: str | None, portal: str | None) -> Shown:
    state = "dismissed" if row.dismissed_at else "replayed" if row.replayed_at else "open"
    return Shown(row.id, row.job, url, portal, row.error, row.traceback, row.failed_at, row.tries, state, row.note)
