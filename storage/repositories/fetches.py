"""Record what visits brought, in one transaction a batch"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from storage import archive
from storage.db import Session
from storage.domain import Entry, Outcome, PageState, PageStep, RejectionReason
from storage.models.article import Article
from storage.models.page import Fetch, Page, Record
from storage.repositories import articles, hosts, operations, pages, parts
from storage.repositories.pages import ClaimedPage
from storage.text import storable, storable_json


class Brought(StrEnum):
    """What a visit brought."""

    BYTES = "bytes"
    UNCHANGED = "unchanged"
    REJECTION = "rejection"
    ERROR = "error"  # try again later
    FAILURE = "failure"  # tried often enough
    NOTHING = "nothing"  # the host asked for a pause: the visit doesn't count


@dataclass(frozen=True)
class Visit:
    """One visit to a page and when to come back. `due_at` None: never again by itself."""

    page: ClaimedPage
    brought: Brought
    at: datetime
    due_at: datetime | None
    final_url: str
    rung: int = 0
    status: int | None = None
    hops: tuple[tuple[int, str], ...] = ()
    body: bytes | None = None
    digest: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    robots: str | None = None
    directives: tuple[str, ...] = ()
    reason: RejectionReason | None = None
    detail: str | None = None
    alias_url: str | None = None  # the canonical URL of the page that a redirect led to
    second_look_at: datetime | None = None  # when to make sure that an article is gone

    @cached_property
    def packed(self) -> bytes | None:
        """The body as it is kept."""
        return None if self.body is None else archive.pack(self.body)


_OUTCOMES = {
    Brought.BYTES: Outcome.STORED,
    Brought.UNCHANGED: Outcome.UNCHANGED,
    Brought.REJECTION: Outcome.REJECTED,
    Brought.ERROR: Outcome.RETRIED,
    Brought.FAILURE: Outcome.FAILED,
    Brought.NOTHING: Outcome.RETRIED,
}


def record(session: Session, visits: Sequence[Visit], now: datetime) -> list[int]:
    """Write visits, each only if its fence still holds; ids of the fetches that now wait for cleaning.

    Whoever calls it may have their bodies `packed` before, since other writers wait for the transaction's end.
    """
    claimed = session.scalars(
        sa.select(Page)
        .where(Page.id.in_([v.page.id for v in visits]), Page.state == PageState.LEASED, Page.step == PageStep.FETCH)
        .order_by(Page.id)
        .with_for_update()
    )
    found = {page.id: page for page in claimed}
    # Where the lease was lost, somebody else has visited the page, or will.
    held = [(found[v.page.id], v) for v in visits if v.page.id in found and found[v.page.id].fence == v.page.fence]
    written = [(page, visit, _fetch(page, visit)) for page, visit in held]
    # A visit that never came to a request leaves no fetch.
    session.add_all(f for _, v, f in written if v.brought is not Brought.NOTHING or v.status is not None)
    session.flush()
    due: dict[datetime, set[int]] = {}
    for page, visit, fetch in written:
        if page.fence == visit.page.fence and page.state == PageState.LEASED:
            _write(session, page, fetch, visit, now)
        if page.step == PageStep.FETCH and page.due_at is not None:
            due.setdefault(max(page.due_at, now), set()).add(page.host_id)
    for at, host_ids in due.items():
        hosts.make_due(session, host_ids, at)
    session.flush()
    touched = {i for page, _, _ in written for i in (page.id, page.alias_of_id) if i is not None}
    waiting = sa.select(Page.fetch_id).where(
        Page.id.in_(touched), Page.step == PageStep.CLEAN, Page.state == PageState.SCHEDULED, Page.due_at <= now
    )
    return [number for number in session.scalars(waiting.order_by(Page.fetch_id)) if number is not None]


def _fetch(page: Page, visit: Visit) -> Fetch:
    return Fetch(
        page_id=page.id,
        fetched_at=visit.at,
        url=visit.page.url,
        final_url=visit.final_url,
        hops=[list(hop) for hop in visit.hops],
        status=visit.status,
        outcome=_OUTCOMES[visit.brought],
        reason=visit.reason,
        detail=visit.detail and storable(visit.detail),
        headers=storable_json(visit.headers),
        digest=visit.digest,
        size=len(visit.body or b""),
        seconds=visit.seconds,
        robots=visit.robots,
        directives=list(visit.directives),
        operation_id=page.lease_operation_id,
    )


def _write(session: Session, page: Page, fetch: Fetch, visit: Visit, now: datetime) -> None:
    asked = page.lease_operation_id
    page.lease_owner = page.lease_until = page.lease_operation_id = None
    page.state = PageState.DONE
    if visit.brought is not Brought.NOTHING:
        page.fetched_at, page.status = visit.at, visit.status
    _WRITERS[visit.brought](session, page, fetch, visit, now)
    ended = _ENDS.get(visit.brought)
    if ended and not (visit.brought is Brought.REJECTION and page.state == PageState.SCHEDULED):
        operations.finish(session, asked, page.id, ended, now)
    elif asked is not None and page.operation_id is None:
        page.operation_id, page.is_forced = asked, True  # the operation waits for the next try
    if page.operation_id is not None and page.state == PageState.DONE:
        page.state, page.due_at = PageState.SCHEDULED, now  # asked for while the visit was under way


_ENDS = {
    Brought.BYTES: "fetched",
    Brought.UNCHANGED: "unchanged",
    Brought.REJECTION: "rejected",
    Brought.FAILURE: "failed",
}


def _bytes(session: Session, page: Page, fetch: Fetch, visit: Visit, now: datetime) -> None:
    assert visit.packed is not None
    session.add(Record(fetch_id=fetch.id, data=visit.packed))
    page.fetch_id, page.digest, page.tries, page.unchanged_streak = fetch.id, visit.digest, 0, 0
    page.etag, page.last_modified = fetch.headers.get("etag"), fetch.headers.get("last-modified")
    page.rung, page.revisit_at = visit.rung, visit.due_at
    if page.part_of_id is not None:
        page.due_at = None
        parts.wake_parent(session, page.part_of_id, now)
        return
    page.state, page.step, page.due_at = PageState.SCHEDULED, PageStep.CLEAN, now


def _unchanged(session: Session, page: Page, _fetch: Fetch, visit: Visit, _now: datetime) -> None:
    page.tries, page.rung, page.due_at = 0, visit.rung, visit.due_at
    page.unchanged_streak += 1
    _restore(session, page, visit.at)


def _rejection(session: Session, page: Page, fetch: Fetch, visit: Visit, now: datetime) -> None:
    article = session.scalar(sa.select(Article).where(Article.page_id == page.id, Article.withdrawn_at.is_(None)))
    if visit.reason is RejectionReason.GONE and article is not None and page.tries == 0 and visit.status != 410:
        # One 404 may be a portal's hiccup; a second look decides before readers are told.
        page.state, page.tries, page.detail, page.due_at = PageState.SCHEDULED, 1, fetch.detail, visit.second_look_at
        return
    page.tries, page.rung, page.due_at = 0, visit.rung, visit.due_at
    page.reason, page.detail = visit.reason, fetch.detail or ""
    if visit.alias_url is not None:
        _alias(session, page, visit, now)
    if article is not None and visit.reason is RejectionReason.GONE:
        articles.withdraw(session, article, str(visit.reason), visit.at)
    if page.part_of_id is not None:
        parts.wake_parent(session, page.part_of_id, now)


def _error(_session: Session, page: Page, fetch: Fetch, visit: Visit, _now: datetime) -> None:
    page.state, page.tries, page.due_at, page.detail = PageState.SCHEDULED, page.tries + 1, visit.due_at, fetch.detail


def _failure(session: Session, page: Page, fetch: Fetch, _visit: Visit, now: datetime) -> None:
    page.state, page.tries, page.due_at = PageState.QUARANTINED, page.tries + 1, None
    page.detail = f"{page.tries} visits failed, the last: {fetch.detail}"
    if page.part_of_id is not None:
        parts.wake_parent(session, page.part_of_id, now)


def _nothing(_session: Session, page: Page, _fetch: Fetch, visit: Visit, _now: datetime) -> None:
    page.state, page.due_at = PageState.SCHEDULED, visit.due_at


_WRITERS = {
    Brought.BYTES: _bytes,
    Brought.UNCHANGED: _unchanged,
    Brought.REJECTION: _rejection,
    Brought.ERROR: _error,
    Brought.FAILURE: _failure,
    Brought.NOTHING: _nothing,
}


def _alias(session: Session, page: Page, visit: Visit, now: datetime) -> None:
    """The page is another address of the one at `alias_url`, which is known from now on.

    The bytes that the redirect brought are that page's first fetch, and an article that stood here moves there.
    """
    assert visit.alias_url is not None
    url = visit.alias_url
    entry = pages.entry_from(page.entry) or Entry(url)
    pages.discover(session, page.portal_id, None, [pages.Named(url, page.url, entry)], now)
    target = session.scalar(sa.select(Page).where(Page.url == url))
    if target is None or target.id == page.id:
        return
    page.alias_of_id = target.id
    _move_article(session, page, target, visit.at)
    is_untouched = target.state == PageState.SCHEDULED and target.step == PageStep.FETCH and target.fetch_id is None
    if visit.body is not None and is_untouched:
        fetch = _fetch(target, replace(visit, brought=Brought.BYTES, reason=None, detail=None, hops=()))
        session.add(fetch)
        session.flush()
        _bytes(session, target, fetch, visit, now)


def _move_article(session: Session, page: Page, target: Page, at: datetime) -> None:
    """Keep an article's identity when its address changes; if the new one has an article, this one is withdrawn."""
    ours = session.scalar(sa.select(Article).where(Article.page_id == page.id))
    if ours is None:
        return
    theirs = session.scalar(
        sa.select(Article).where(sa.or_(Article.page_id == target.id, Article.canonical_url == target.url))
    )
    if theirs is not None and theirs.id != ours.id:
        articles.withdraw(session, ours, str(RejectionReason.ALIAS), at)
        return
    articles.move(session, ours, target, target.url, at)


def _restore(session: Session, page: Page, at: datetime) -> None:
    article = session.scalar(sa.select(Article).where(Article.page_id == page.id, Article.withdrawn_at.is_not(None)))
    if article is not None:
        articles.restore(session, article, at)
        page.reason = page.detail = None


def read_body(session: Session, fetch_id: int) -> bytes:
    """The raw bytes of a fetch. Raises ValueError where they are damaged, KeyError where they are gone."""
    data: Any = session.scalar(sa.select(Record.data).where(Record.fetch_id == fetch_id))
    if data is None:
        raise KeyError(f"the bytes of fetch {fetch_id} are not kept any more")
    return archive.unpack(data)
