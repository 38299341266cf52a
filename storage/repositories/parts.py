"""Further pages of paginated articles: asked for, waited for, joined also when they come late"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.db import Session
from storage.domain import PageContext, PageState, PageStep, SeedKind
from storage.models.page import Fetch, Page
from storage.models.portal import Portal as PortalRow
from storage.portals import Portal
from storage.repositories import hosts, pages, portals

TO_COME = (PageState.SCHEDULED, PageState.LEASED)


@dataclass(frozen=True, slots=True)
class Part:
    """A further page of a paginated article."""

    page_id: int
    fetch_id: int | None  # None: there are no bytes of it
    context: PageContext
    is_awaited: bool  # its visit is still to come


def context(page: Page, fetch: Fetch, portal: Portal) -> PageContext:
    """What reading a fetch of a page needs beside the bytes."""
    return PageContext(
        url=page.url,
        final_url=fetch.final_url,
        fetched_at=fetch.fetched_at,
        content_type=fetch.headers.get("content-type"),
        timezone=portal.timezone,
        language=portal.language,
        country=portal.country,
        portal=portal.key,
        entry=pages.entry_from(page.entry),
        entry_kind=SeedKind(page.entry_kind) if page.entry_kind else None,
        selectors=portal.selectors,
    )


def load(session: Session, parents: Mapping[int, Fetch]) -> dict[int, tuple[Part, ...]]:
    """The further pages known of these pages, in order; each parent with the fetch that is to be read."""
    rows: Any = session.execute(
        sa.select(Page, Fetch, PortalRow)
        .join(PortalRow, PortalRow.id == Page.portal_id)
        .outerjoin(Fetch, Fetch.id == Page.fetch_id)
        .where(Page.part_of_id.in_(parents))
        .order_by(Page.part_of_id, Page.part_number, Page.id)
    )
    found: dict[int, tuple[Part, ...]] = {}
    for page, fetch, row in rows:
        parent = page.part_of_id
        has_bytes = fetch is not None and page.reason is None
        told = (
            context(page, fetch, portals.value(row))
            if has_bytes
            else PageContext(page.url, page.url, parents[parent].fetched_at)
        )
        is_awaited = _is_awaited(page, parents[parent].fetched_at)
        found[parent] = (*found.get(parent, ()), Part(page.id, fetch.id if has_bytes else None, told, is_awaited))
    return found


def _is_awaited(part: Page, parent_fetched_at: datetime) -> bool:
    """Whether bytes not older than those of the article's first page are still to come."""
    if part.fetched_at is None or part.fetched_at < parent_fetched_at:
        return part.state != PageState.QUARANTINED
    return part.step == PageStep.FETCH and part.state in TO_COME


def ask(session: Session, page: Page, urls: Sequence[str], wait: timedelta, now: datetime) -> None:
    """Let a held page wait for the further pages of its article: those that are older than it are fetched again."""
    fetched_at = _fetched_at(session, page)
    for part in pages.discover_parts(session, page, urls, now):
        if part.part_of_id == page.id and _is_to_be_asked(part, fetched_at, now):
            part.state, part.due_at = PageState.SCHEDULED, now
            hosts.make_due(session, [part.host_id], now)
    session.flush()
    until = wait_until(session, page.id, urls, wait, now) or now + wait
    page.state, page.due_at = PageState.SCHEDULED, max(now, until)
    page.lease_owner = page.lease_until = None


def wait_until(session: Session, page_id: int, urls: Sequence[str], wait: timedelta, now: datetime) -> datetime | None:
    """Until when an article waits for those of its further pages that are to come.

    None where some of them haven't been asked for, so that waiting hasn't begun.
    """
    fetched_at = _fetched_at(session, session.get_one(Page, page_id))
    known = {part.url: part for part in session.scalars(sa.select(Page).where(Page.url.in_(urls)))}
    ours = [part for part in known.values() if part.part_of_id == page_id]
    is_new = any(part.part_of_id is None and part.id != page_id for part in known.values())
    if is_new or len(known) < len(urls) or any(_is_to_be_asked(part, fetched_at, now) for part in ours):
        return None
    asked = [
        part.discovered_at if part.fetch_id is None else part.due_at or fetched_at
        for part in ours
        if _is_awaited(part, fetched_at)
    ]
    return max(asked, default=fetched_at - wait) + wait


def _fetched_at(session: Session, page: Page) -> datetime:
    return session.scalars(sa.select(Fetch.fetched_at).where(Fetch.id == page.fetch_id)).one()


def _is_to_be_asked(part: Page, parent_fetched_at: datetime, now: datetime) -> bool:
    """Whether what is known of a part is older than its article's first page, and no visit to it is due."""
    is_old = part.fetched_at is None or part.fetched_at < parent_fetched_at
    is_at_rest = part.state == PageState.DONE and part.step == PageStep.FETCH
    return is_old and is_at_rest and (part.due_at is None or part.due_at > now)


def wake_parent(session: Session, parent_id: int, now: datetime) -> None:
    """Clean a paginated article as soon as none of its further pages is waiting; once more if it was done without."""
    session.flush()
    # Locked, so that a cleaner that has it in hand either sees the part that came, or has ended before.
    parent = session.scalar(
        sa.select(Page).where(Page.id == parent_id).with_for_update().execution_options(populate_existing=True)
    )
    waiting = sa.exists().where(Page.part_of_id == parent_id, Page.state.in_(TO_COME), Page.fetch_id.is_(None))
    if parent is None or session.scalar(sa.select(waiting)):
        return
    if parent.step == PageStep.CLEAN and parent.state == PageState.SCHEDULED:
        parent.due_at = now
    else:
        pages.clean_again(session, [parent_id], now)


def take_in_late(session: Session, page: Page, known: Sequence[Part], now: datetime) -> None:
    """Have a page just cleaned with the `known` further pages cleaned again if bytes of some came meanwhile."""
    before = {part.fetch_id for part in known}
    here = session.scalars(sa.select(Page.fetch_id).where(Page.part_of_id == page.id, Page.reason.is_(None)))
    if any(fetch_id is not None and fetch_id not in before for fetch_id in here):
        session.flush()
        pages.clean_again(session, [page.id], now)
