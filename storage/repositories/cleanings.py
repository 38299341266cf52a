"""Pages that wait for cleaning: claim, renew, load, put back, end"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError

from storage.db import Session
from storage.domain import Outcome, PageContext, PageState, PageStep, RejectionReason
from storage.errors import Permanent, StaleFence
from storage.models.page import Fetch, Page, Record
from storage.models.portal import Portal as PortalRow
from storage.portals import Portal
from storage.repositories import changes, failures, hosts, operations, parts, portals
from storage.repositories.parts import Part

JOB = "clean"
SMALL_BYTES = 300_000  # of a page, decoded


@dataclass(frozen=True, slots=True)
class Task:
    """A page to clean, held by this worker alone until its lease ends."""

    page_id: int
    fence: int
    fetch_id: int
    portal_id: int
    portal: Portal
    context: PageContext
    discovered_at: datetime
    parts: tuple[Part, ...]  # in order
    is_asked_for: bool  # an operator wants these bytes cleaned again

    @property
    def url(self) -> str:
        """The page's canonical URL."""
        return self.context.url


@dataclass(frozen=True, slots=True)
class End:
    """What cleaning made of a page."""

    outcome: Outcome
    reason: RejectionReason | None = None
    detail: str | None = None
    alias_of_id: int | None = None  # the page that holds the article

    @property
    def in_short(self) -> str | None:
        """Reason and detail, where there are any."""
        return ": ".join(part for part in (self.reason, self.detail) if part) or None


def claim(
    session: Session, fetch_ids: Sequence[int], owner: str, now: datetime, lease_seconds: float
) -> list[tuple[int, int]]:
    """Lease the pages that wait for the cleaning of one of these fetches; their ids and fences.

    A fetch that isn't its page's newest any more brings nothing. When a page is due says when the queue is reminded
    of it, not whether it may be taken.
    """
    waiting = (
        sa.select(Page.id)
        .where(Page.fetch_id.in_(fetch_ids), Page.state == PageState.SCHEDULED, Page.step == PageStep.CLEAN)
        .order_by(Page.id)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(waiting))
    if not ids:
        return []
    until = now + timedelta(seconds=lease_seconds)
    values = {"state": PageState.LEASED, "fence": Page.fence + 1, "lease_owner": owner, "lease_until": until}
    rows = session.execute(sa.update(Page).where(Page.id.in_(ids)).values(values).returning(Page.id, Page.fence))
    return sorted((page_id, fence) for page_id, fence in rows)


def slow_ones(session: Session, fetch_ids: Sequence[int], large_bytes: int) -> list[int]:
    """Those of the fetches whose cleaning has died before, or may take long; the likeliest to end well first."""
    found = session.scalars(
        sa.select(Fetch.id)
        .join(Page, Page.fetch_id == Fetch.id)
        .where(Fetch.id.in_(fetch_ids), sa.or_(Page.tries > 0, Fetch.size > large_bytes))
        .order_by(Page.tries, Fetch.size, Fetch.id)
    )
    return list(found)


def leave(session: Session, fetch_ids: Sequence[int], now: datetime) -> None:
    """Let pages that weren't taken after all be found again by the next sweep."""
    waiting = (Page.fetch_id.in_(fetch_ids), Page.state == PageState.SCHEDULED, Page.step == PageStep.CLEAN)
    session.execute(sa.update(Page).where(*waiting, Page.due_at > now).values(due_at=now))


def renew(session: Session, page_ids: Sequence[int], owner: str, now: datetime, lease_seconds: float) -> None:
    """Prolong the leases that this worker still has."""
    held = sa.update(Page).where(Page.id.in_(page_ids), Page.lease_owner == owner, Page.step == PageStep.CLEAN)
    until = now + timedelta(seconds=lease_seconds)
    session.execute(held.where(Page.state == PageState.LEASED).values(lease_until=until))


def load(session: Session, claimed: Sequence[tuple[int, int]]) -> list[Task]:
    """The tasks of claimed pages, oldest first."""
    fences = dict(claimed)
    rows = session.execute(
        sa.select(Page, Fetch, PortalRow)
        .join(Fetch, Fetch.id == Page.fetch_id)
        .join(PortalRow, PortalRow.id == Page.portal_id)
        .where(Page.id.in_(fences))
        .order_by(Page.id)
    ).all()
    further = parts.load(session, {page.id: fetch for page, fetch, _ in rows})
    known = {row.id: portals.value(row) for row in {row for _, _, row in rows}}
    return [
        Task(
            page_id=page.id,
            fence=fences[page.id],
            fetch_id=fetch.id,
            portal_id=row.id,
            portal=known[row.id],
            context=parts.context(page, fetch, known[row.id]),
            discovered_at=page.discovered_at,
            parts=further.get(page.id, ()),
            is_asked_for=page.lease_operation_id is not None,
        )
        for page, fetch, row in rows
    ]


def read_record(session: Session, fetch_id: int) -> bytes | None:
    """The bytes of a fetch, compressed as they are kept; None where they are kept no more."""
    data: bytes | None = session.scalar(sa.select(Record.data).where(Record.fetch_id == fetch_id))
    return data


def small_records(session: Session, fetch_ids: Collection[int]) -> dict[int, bytes]:
    """The kept bytes of those of the fetches that are small: many fit into memory, and one question brings them."""
    query = sa.select(Record.fetch_id, Record.data).join(Fetch, Fetch.id == Record.fetch_id)
    rows: Any = session.execute(query.where(Fetch.id.in_(fetch_ids), Fetch.size <= SMALL_BYTES))
    return {fetch_id: data for fetch_id, data in rows}  # noqa: C416 - dict() of rows has no type


def hold(session: Session, task: Task) -> Page:
    """The page, locked for this transaction. Raises StaleFence where the lease was lost."""
    page = session.scalar(
        sa.select(Page)
        .where(Page.id == task.page_id, Page.fence == task.fence)
        .where(Page.state == PageState.LEASED, Page.step == PageStep.CLEAN)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if page is None:
        raise StaleFence(f"page {task.page_id}: fence {task.fence} does not hold any more")
    return page


def hold_all(session: Session, tasks: Sequence[Task]) -> dict[int, Page]:
    """Those of the tasks' pages whose leases hold, by id, locked for this transaction."""
    fences = {task.page_id: task.fence for task in tasks}
    held = session.scalars(
        sa.select(Page)
        .where(Page.id.in_(fences), Page.state == PageState.LEASED, Page.step == PageStep.CLEAN)
        .order_by(Page.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {page.id: page for page in held if page.fence == fences[page.id]}


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """A savepoint: what fails inside is undone and raised as Permanent, and the transaction goes on.

    A lost lease and a store that doesn't answer are raised as they are.
    """
    noted = changes.noted(session)
    try:
        with session.begin_nested():
            yield
            session.flush()
    except (StaleFence, OperationalError, InterfaceError):
        raise
    except Exception as error:
        changes.forget(session, noted)
        raise Permanent(f"{type(error).__name__}: {error}") from error


def end(session: Session, ends: Sequence[tuple[Page, int, End]], now: datetime) -> None:
    """Write what cleaning made of held pages, each with the fetch that was read, and let them rest until their next
    visits; `wake_hosts` comes after.
    """
    rows = [
        {"id": fetch_id, "cleaned_at": now, "cleaning": ended.outcome, "cleaning_detail": ended.in_short}
        for _, fetch_id, ended in ends
    ]
    session.execute(sa.update(Fetch), rows)
    for page, _, ended in ends:
        _rest(session, page, ended, now)


def _rest(session: Session, page: Page, ended: End, now: datetime) -> None:
    page.reason, page.detail = ended.reason, ended.detail
    page.alias_of_id, page.tries = ended.alias_of_id, 0
    # A visit that came due meanwhile was hinted at: it must take place.
    is_due = page.revisit_at is not None and page.revisit_at <= now
    page.state, page.step = PageState.SCHEDULED if is_due else PageState.DONE, PageStep.FETCH
    page.due_at = page.revisit_at
    _release(session, page, _OPERATION_OUTCOMES[ended.outcome], now)
    if page.operation_id is not None:  # asked for while cleaning was under way
        page.state, page.due_at = PageState.SCHEDULED, now


def wake_hosts(session: Session, page_ids: Sequence[int]) -> None:
    """Let the hosts of pages that were cleaned know of the next visits; once a batch.

    All are told the earliest time of the batch, in one statement: a host that finds nothing due rests again.
    """
    due = sa.select(Page.host_id, Page.due_at).where(Page.id.in_(page_ids), Page.step == PageStep.FETCH)
    rows: Any = session.execute(due.where(Page.due_at.is_not(None))).all()
    if rows:
        hosts.make_due(session, sorted({host_id for host_id, _ in rows}), min(at for _, at in rows))


_OPERATION_OUTCOMES = {
    Outcome.STORED: "fetched",
    Outcome.UNCHANGED: "unchanged",
    Outcome.REJECTED: "rejected",
    Outcome.FAILED: "failed",
}


def _release(session: Session, page: Page, outcome: str, now: datetime) -> None:
    """Give the lease back; the operation that asked for this cleaning has its answer."""
    served = page.lease_operation_id
    page.lease_owner = page.lease_until = page.lease_operation_id = None
    operations.finish(session, served, page.id, outcome, now)
    if served is not None and page.operation_id == served:
        page.operation_id, page.is_forced = None, False


def put_back(session: Session, page: Page, error: str, most_tries: int, now: datetime) -> Outcome:
    """Let a held page whose result could not be written be cleaned again later, or quarantine it."""
    page.tries += 1
    page.detail = error[:2000]
    if page.tries >= most_tries:
        quarantine(session, page, f"cleaning failed {page.tries} times, the last: {error[:2000]}", now)
        return Outcome.FAILED
    page.state, page.due_at = PageState.SCHEDULED, now + timedelta(seconds=2.0**page.tries)
    page.lease_owner = page.lease_until = None
    return Outcome.RETRIED


def died(session: Session, page: Page, most_tries: int, now: datetime) -> None:
    """Let a page whose cleaner died be cleaned again at once, or quarantine it: it may be what killed them all."""
    page.tries += 1
    if page.tries >= most_tries:
        quarantine(session, page, f"its cleaner died {page.tries} times", now)
        return
    page.state, page.due_at = PageState.SCHEDULED, now
    page.lease_owner = page.lease_until = None


def quarantine(session: Session, page: Page, detail: str, now: datetime) -> None:
    """Take a page out of the way, with its reason, until an operator replays it."""
    page.detail = detail
    page.state, page.due_at = PageState.QUARANTINED, None
    _release(session, page, "failed", now)
    failed = failures.Failed(JOB, {"page_ids": [page.id]}, detail, page_id=page.id, tries=page.tries)
    failures.keep(session, failed, now)
