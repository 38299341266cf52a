"""What operators asked for, and how far it has got"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.db import Session
from storage.domain import PageState, PageStep
from storage.errors import Refused
from storage.models.article import Article
from storage.models.operation import Operation, OperationItem
from storage.models.page import Host, Page
from storage.models.portal import Portal

OUTCOMES = ("fetched", "unchanged", "rejected", "failed")
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """Which pages an operator means; all that is given must hold. Times count by publication, else discovery."""

    urls: tuple[str, ...] = ()
    portal: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_failed: bool = False  # quarantined, or last rejected for an error of transport

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the operation."""
        return {
            "urls": list(self.urls),
            "portal": self.portal,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "failed": self.is_failed,
        }


@dataclass(frozen=True, slots=True)
class Request:
    """An operator's word."""

    kind: str  # "recrawl" or "reprocess"
    selection: Selection
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an operation is: due = fetched + unchanged + rejected + failed + pending at every look."""

    operation_id: int
    kind: str
    reason: str
    asked_by: str
    asked_at: datetime
    due: int
    counts: Mapping[str, int]

    @property
    def pending(self) -> int:
        """Pages whose turn is still to come."""
        return self.counts.get("pending", 0)


def select(session: Session, selection: Selection) -> list[int]:
    """Ids of the pages meant, oldest first. Raises Refused for a portal or URL that isn't known."""
    query = sa.select(Page.id).where(Page.part_of_id.is_(None), Page.alias_of_id.is_(None)).order_by(Page.id)
    if selection.portal is not None:
        found = session.scalar(sa.select(Portal.id).where(Portal.key == selection.portal))
        if found is None:
            raise Refused(f"no portal {selection.portal!r}: `dateline portals list` shows them")
        query = query.where(Page.portal_id == found)
    if selection.since or selection.until:
        query = _between(query, selection)
    if selection.is_failed:
        query = query.where(Page.state == PageState.QUARANTINED)
    if selection.urls:
        query = query.where(Page.id.in_([_page_id(session, url) for url in selection.urls]))
    return list(session.scalars(query))


def _between(query: "sa.Select[int]", selection: Selection) -> "sa.Select[int]":
    from storage.models.article import Revision

    at = sa.func.coalesce(Revision.published_at, Page.discovered_at)
    query = query.outerjoin(Article, Article.page_id == Page.id).outerjoin(Revision, Revision.id == Article.revision_id)
    if selection.since:
        query = query.where(at >= selection.since)
    if selection.until:
        query = query.where(at < selection.until)
    return query


def _page_id(session: Session, url: str) -> int:
    page_id = session.scalar(sa.select(sa.func.coalesce(Page.alias_of_id, Page.id)).where(Page.url == url))
    if page_id is None:
        raise Refused(f"no page with the URL {url}: `dateline why {url}` looks for near ones")
    return page_id


def record(session: Session, request: Request, page_ids: Sequence[int], now: datetime) -> int:
    """Keep what was asked, with its pages pending; returns the operation's id."""
    operation = Operation(
        kind=request.kind,
        selection=request.selection.as_json(),
        reason=request.reason,
        asked_by=request.by,
        asked_at=now,
        due=len(page_ids),
    )
    session.add(operation)
    session.flush()
    for start in range(0, len(page_ids), CHUNK):
        rows = [{"operation_id": operation.id, "page_id": p} for p in page_ids[start : start + CHUNK]]
        session.execute(sa.insert(OperationItem), rows)
    return operation.id


def make_due(session: Session, operation_id: int, page_ids: Sequence[int], now: datetime) -> None:
    """Let the pages be fetched now, forced. One that is leased at the moment takes its turn afterwards.

    A page that still waited for an older operation serves the new one too: see `finish`.
    """
    for start in range(0, len(page_ids), CHUNK):
        some = page_ids[start : start + CHUNK]
        session.execute(
            sa.update(Page).where(Page.id.in_(some)).values(is_forced=True, operation_id=operation_id),
        )
        session.execute(
            sa.update(Page)
            .where(Page.id.in_(some), Page.state.in_([PageState.DONE, PageState.QUARANTINED]))
            .values(state=PageState.SCHEDULED, step=PageStep.FETCH, due_at=now, tries=0)
        )
        session.execute(
            sa.update(Page)
            .where(Page.id.in_(some), Page.state == PageState.SCHEDULED, Page.step == PageStep.FETCH)
            .values(due_at=now, tries=0)
        )
        hosts = sa.select(Page.host_id).where(Page.id.in_(some))
        session.execute(
            sa.update(Host)
            .where(Host.id.in_(hosts), sa.or_(Host.due_at.is_(None), Host.due_at > now))
            .values(due_at=now)
            .execution_options(synchronize_session=False)
        )


def clean_again(session: Session, operation_id: int, page_ids: Sequence[int], now: datetime) -> None:
    """Let the newest bytes of the pages be cleaned again, without the network.

    Those that are at work at the moment, or asked for by a recrawl, are served by their next visits.
    """
    is_free = sa.and_(Page.state == PageState.SCHEDULED, Page.operation_id.is_(None))
    rests = sa.or_(Page.state.in_([PageState.DONE, PageState.QUARANTINED]), is_free)
    next_visit = sa.case((Page.step == PageStep.CLEAN, Page.revisit_at), else_=Page.due_at)
    for start in range(0, len(page_ids), CHUNK):
        some = sa.and_(Page.id.in_(page_ids[start : start + CHUNK]), Page.fetch_id.is_not(None))
        session.execute(sa.update(Page).where(some, sa.not_(rests)).values(operation_id=operation_id))
        session.execute(
            sa.update(Page)
            .where(some, rests)
            .values(
                state=PageState.SCHEDULED,
                step=PageStep.CLEAN,
                revisit_at=sa.func.coalesce(next_visit, Page.revisit_at),
                due_at=now,
                tries=0,
                operation_id=operation_id,
                lease_operation_id=operation_id,
            )
        )


def finish(session: Session, operation_id: int | None, page_id: int, outcome: str, now: datetime) -> None:
    """Note how a page's turn ended, for the operation it served and for older ones that still waited for it."""
    if operation_id is None:
        return
    assert outcome in OUTCOMES, outcome
    session.execute(
        sa.update(OperationItem)
        .where(
            OperationItem.page_id == page_id,
            OperationItem.operation_id <= operation_id,
            OperationItem.outcome.is_(None),
        )
        .values(outcome=outcome, ended_at=now)
    )


def progress(session: Session, operation_id: int | None = None, limit: int = 20) -> list[Progress]:
    """How far one operation is, or the newest ones."""
    query = sa.select(Operation).order_by(Operation.id.desc()).limit(limit)
    if operation_id is not None:
        query = query.where(Operation.id == operation_id)
    operations = session.scalars(query).all()
    name = sa.func.coalesce(OperationItem.outcome, "pending")
    counted = session.execute(
        sa.select(OperationItem.operation_id, name, sa.func.count())
        .where(OperationItem.operation_id.in_([o.id for o in operations]))
        .group_by(OperationItem.operation_id, name)
    )
    counts: dict[int, dict[str, int]] = {}
    for found, outcome, number in counted:
        counts.setdefault(found, dict.fromkeys((*OUTCOMES, "pending"), 0))[outcome] = number
    return [Progress(o.id, o.kind, o.reason, o.asked_by, o.asked_at, o.due, counts.get(o.id, {})) for o in operations]


def with_bytes(session: Session, page_ids: Sequence[int]) -> list[int]:
    """Those of the pages whose bytes are kept."""
    found: list[int] = []
    for start in range(0, len(page_ids), CHUNK):
        query = sa.select(Page.id).where(Page.id.in_(page_ids[start : start + CHUNK]), Page.fetch_id.is_not(None))
        found += session.scalars(query.order_by(Page.id))
    return found
