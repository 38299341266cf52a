"""The frontier: discover, claim, give back"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import db
from storage.db import Session
from storage.domain import Entry, PageState, PageStep, SeedKind
from storage.models.page import Fetch, Host, Page, Sighting
from storage.models.portal import Portal
from storage.repositories import hosts
from storage.text import storable, storable_json
from storage.urls import host_key

LONGEST_ENTRY_TEXT = 20_000
TURN = timedelta(milliseconds=20)
_ENTRY = tuple(field.name for field in fields(Entry))


@dataclass(frozen=True, slots=True)
class ClaimedPage:
    """A page that this crawler alone may visit."""

    id: int
    url: str
    host_id: int
    portal_id: int
    fence: int
    tries: int
    discovered_at: datetime
    part_of_id: int | None
    fetched_at: datetime | None
    etag: str | None
    last_modified: str | None
    digest: str | None
    unchanged_streak: int
    rung: int
    is_forced: bool
    operation_id: int | None


@dataclass(frozen=True, slots=True)
class Named:
    """An entry as a seed names it, its URL canonical."""

    url: str
    raw_url: str
    entry: Entry


def discover(
    session: Session, portal_id: int, seed: tuple[int, SeedKind] | None, named: Sequence[Named], now: datetime
) -> int:
    """Make rows for URLs not known yet, due now, and remember who named them; how many were new.

    A known page that the entry claims was modified after our last look is due at once.
    """
    wanted = {n.url: n for n in named}
    if not wanted:
        return 0
    kind = seed[1] if seed else None
    known = session.scalars(sa.select(Page).where(Page.url.in_(wanted))).all()
    better = [page.id for page in known if _hint(page, wanted[page.url].entry, kind, now)]
    if better:
        session.flush()
        clean_again(session, better, now)
    ids = {page.url: page.id for page in known}
    fresh = _add(session, portal_id, kind, [n for url, n in wanted.items() if url not in ids], now)
    if seed:
        ids |= fresh
        if others := wanted.keys() - ids.keys():  # made by another writer meanwhile
            ids.update(_ids(session, others))
        _sight(session, seed[0], [(ids[n.url], n.raw_url) for n in wanted.values()], now)
    until = now + len(wanted) * TURN
    awake = {p.host_id for p in known if p.due_at is not None and p.due_at <= until}
    if awake:
        hosts.make_due(session, awake, now)
    session.flush()
    return len(fresh)


def _add(
    session: Session, portal_id: int, kind: SeedKind | None, named: Sequence[Named], now: datetime
) -> dict[str, int]:
    """Make rows for these URLs; ids of those that were new, by URL."""
    if not named:
        return {}
    ids = hosts.ensure(session, {host_key(n.url) for n in named})
    rows = [_new(n, ids[host_key(n.url)], portal_id, kind, now) for n in named]
    for place, row in enumerate(rows):
        row["due_at"] = now + place * TURN  # so that the first of a long list leave others of the host their turns
    hosts.make_due(session, ids.values(), now)
    return _insert(session, rows)


def _ids(session: Session, urls: Collection[str]) -> dict[str, int]:
    found = session.execute(sa.select(Page.url, Page.id).where(Page.url.in_(urls)))
    return {url: number for url, number in found}  # noqa: C416 - dict() of rows has no type


def _new(named: Named, host_id: int, portal_id: int, kind: SeedKind | None, now: datetime) -> dict[str, Any]:
    return {
        "url": named.url,
        "host_id": host_id,
        "portal_id": portal_id,
        "state": PageState.SCHEDULED,
        "step": PageStep.FETCH,
        "due_at": now,
        "discovered_at": now,
        "entry": entry_json(named.entry),
        "entry_kind": kind,
        "hinted_at": named.entry.modified_at,
        "fence": 0,
        "tries": 0,
        "rung": 0,
        "unchanged_streak": 0,
        "is_forced": False,
    }


def _insert(session: Session, rows: list[dict[str, Any]]) -> dict[str, int]:
    """Ids of the pages made, by URL; those that exist are left as they are."""
    insert = db.insert(session, Page.__table__).on_conflict_do_nothing().returning(Page.url, Page.id)
    return {url: number for url, number in session.execute(insert, rows)}  # noqa: C416 - dict() of rows has no type


def _hint(page: Page, entry: Entry, kind: SeedKind | None, now: datetime) -> bool:
    """Take in what a seed says of a known page: a better entry, a newer time of change. Whether it is better."""
    values = entry_json(entry)
    is_better = page.entry is None or _rank(values, kind) > _rank(page.entry, page.entry_kind)
    if is_better:
        page.entry, page.entry_kind = values, kind
    _note_change(page, entry.modified_at, now)
    return is_better


def _note_change(page: Page, changed: datetime | None, now: datetime) -> None:
    if changed is None or (page.hinted_at is not None and changed <= page.hinted_at):
        return
    is_known_before = page.hinted_at is not None or (page.fetched_at is not None and changed > page.fetched_at)
    page.hinted_at = changed
    if is_known_before and page.state == PageState.DONE and page.step == PageStep.FETCH:
        page.state, page.due_at = PageState.SCHEDULED, min(page.due_at or now, now)


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry as its column holds it."""
    told = ((name, getattr(entry, name)) for name in _ENTRY)
    values = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told if value}
    if "text" in values:
        values["text"] = values["text"][:LONGEST_ENTRY_TEXT]
    found: dict[str, Any] = storable_json(values)
    return found


def entry_from(values: Mapping[str, Any] | None) -> Entry | None:
    """The entry that a column holds."""
    if not values:
        return None
    times = {k: datetime.fromisoformat(values[k]) for k in ("published_at", "modified_at") if values.get(k)}
    return Entry(**{**values, **times, "authors": tuple(values.get("authors", ()))})


def _rank(values: Mapping[str, Any], kind: str | None) -> tuple[int, int, str]:
    """How much an entry tells. Of two the same one stays, whichever seed was read first."""
    told = 4 * ("published_at" in values) + 2 * ("title" in values) + ("authors" in values) + ("text" in values)
    return told, len(values.get("text", "")), kind or ""


def clean_again(session: Session, page_ids: Collection[int], now: datetime) -> None:
    """Let pages be cleaned once more from the bytes at hand, whose next visit stays as it is.

    Those that are at work are left out, those that are asked for or tried again, and those of which a later visit said
    otherwise: gone, or moved.
    """
    told = sa.or_(Page.reason.is_(None), Fetch.fetched_at == Page.fetched_at)
    is_woken = sa.and_(Page.state == PageState.SCHEDULED, Page.tries == 0, Page.operation_id.is_(None))
    again = (
        sa.update(Page)
        .where(Page.id.in_(page_ids), Page.step == PageStep.FETCH, sa.or_(Page.state == PageState.DONE, is_woken))
        .where(Page.part_of_id.is_(None), sa.exists().where(Fetch.id == Page.fetch_id, told))
    )
    # In two steps: rows that the session holds would take the second from the first in any order.
    session.execute(again.values(revisit_at=Page.due_at))
    session.execute(again.values(state=PageState.SCHEDULED, step=PageStep.CLEAN, due_at=now, tries=0))


def _sight(session: Session, seed_id: int, seen: list[tuple[int, str]], now: datetime) -> None:
    rows = [{"page_id": page, "seed_id": seed_id, "seen_at": now, "raw_url": storable(raw)} for page, raw in seen]
    session.execute(db.insert(session, Sighting.__table__).on_conflict_do_nothing(), rows)


def discover_parts(session: Session, parent: Page, urls: Sequence[str], now: datetime) -> list[Page]:
    """The further pages of a paginated article, in order; new ones are due now. URLs are canonical."""
    ids = hosts.ensure(session, {host_key(url) for url in urls})
    rows = [_new(Named(u, u, Entry(u)), ids[host_key(u)], parent.portal_id, None, now) for u in urls]
    for number, row in enumerate(rows, 2):
        row.update(part_of_id=parent.id, part_number=number, entry=None)
    if rows:
        _insert(session, rows)
        hosts.make_due(session, ids.values(), now)
    found = {p.url: p for p in session.scalars(sa.select(Page).where(Page.url.in_(urls)))}
    for number, url in enumerate(urls, 2):
        page = found[url]
        if page.part_of_id is None and page.id != parent.id:
            page.part_of_id, page.part_number = parent.id, number
    session.flush()
    return [found[u] for u in urls]


def claim(
    session: Session, host_id: int, owner: str, now: datetime, lease_seconds: float, limit: int
) -> list[ClaimedPage]:
    """Lease due pages of a host whose lease the caller holds: asked-for ones first, then the longest due."""
    wanted = (
        sa.select(Page.id)
        .join(Portal, Portal.id == Page.portal_id)
        .where(Page.host_id == host_id, Page.step == "fetch", Page.state.in_(["scheduled", "done"]))
        .where(Page.due_at <= now, *hosts.VISITABLE)
        .order_by(Page.is_forced.desc(), Page.due_at, Page.id)
        .limit(limit)
    )
    ids = list(session.scalars(wanted))
    if not ids:
        return []
    rows = session.execute(
        sa.select(*[getattr(Page, n) for n in ClaimedPage.__dataclass_fields__]).where(Page.id.in_(ids))
    ).all()
    session.execute(
        sa.update(Page)
        .where(Page.id.in_(ids))
        .values(
            state=PageState.LEASED,
            step=PageStep.FETCH,
            fence=Page.fence + 1,
            lease_owner=owner,
            lease_until=now + timedelta(seconds=lease_seconds),
            lease_operation_id=Page.operation_id,
            operation_id=None,
            is_forced=False,
        )
    )
    order = {of: i for i, of in enumerate(ids)}
    claimed = [ClaimedPage(**{**row._mapping, "fence": row._mapping["fence"] + 1}) for row in rows]
    return sorted(claimed, key=lambda c: order[c.id])


def give_back(session: Session, claimed: Sequence[ClaimedPage], due_at: datetime) -> None:
    """Return pages that weren't visited after all; what an operator asked for stays asked for."""
    for page in claimed:
        session.execute(
            sa.update(Page)
            .where(Page.id == page.id, Page.fence == page.fence, Page.state == "leased")
            .values(
                state=PageState.SCHEDULED,
                lease_owner=None,
                lease_until=None,
                due_at=due_at,
                is_forced=sa.or_(Page.is_forced, sa.literal(page.is_forced)),
                operation_id=sa.func.coalesce(Page.operation_id, page.operation_id),
                lease_operation_id=None,
            )
        )
        hosts.make_due(session, [page.host_id], due_at)


def waiting_for_cleaning(session: Session) -> int:
    """How many pages wait for cleaning: what backpressure looks at."""
    query = sa.select(sa.func.count()).where(Page.step == "clean", Page.state.in_(["scheduled", "leased"]))
    return session.scalar(query) or 0


def work_until(session: Session, since: datetime, later: datetime, open_by: datetime) -> int:
    """Visits under way, revisits due since before `since`, and what must be visited by `later`; at visited portals.

    Only at hosts that may be asked again by `open_by`: one may ask for pauses of minutes, or hours.

    What must be: first visits, second tries, what is asked for or hinted at. A revisit of the ladder that came due
    after `since` isn't counted: there is always a next one.
    """
    due = sa.or_(
        Page.state == PageState.LEASED,
        sa.and_(Page.state == PageState.DONE, Page.due_at <= since),
        sa.and_(Page.state == PageState.SCHEDULED, Page.due_at <= later),
    )
    query = (
        sa.select(sa.func.count())
        .select_from(Page)
        .join(Portal, Portal.id == Page.portal_id)
        .join(Host, Host.id == Page.host_id)
        .where(Page.step == PageStep.FETCH, due, hosts.is_open(open_by), *hosts.VISITABLE)
    )
    return session.scalar(query) or 0
