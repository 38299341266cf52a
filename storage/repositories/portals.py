"""Bring the portal table in line with the portals file; pause, resume, list"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.db import Session
from storage.errors import Refused
from storage.models.portal import Portal as Row
from storage.models.portal import Seed
from storage.portals import Portal


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a file did, by portal key."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]  # (old key, new key)
    removed: tuple[str, ...]


def apply(session: Session, portals: Sequence[Portal], now: datetime) -> Applied:
    """Make the table say what the file says. Rows, and so articles, outlive entries.

    An entry with a new id and a known home is that portal renamed; one with a known id and a new home moved.
    """
    rows = {row.key: row for row in session.scalars(sa.select(Row))}
    keys = {p.key for p in portals}
    orphans = {_bare(r.home): r for r in rows.values() if r.key not in keys}
    added, changed, renamed = [], [], []
    for portal in portals:
        row = rows.get(portal.key)
        if row is None and (row := orphans.pop(_bare(portal.home), None)) is not None:
            renamed.append((row.key, portal.key))
            row.key = portal.key
        if row is None:
            session.add(_row(portal, now))
            added.append(portal.key)
        elif _update(row, portal):
            changed.append(portal.key)
    gone = [row for row in orphans.values() if row.removed_at is None]
    for row in gone:
        row.removed_at = now
    session.flush()
    return Applied(tuple(added), tuple(changed), tuple(renamed), tuple(r.key for r in gone))


def _bare(home: str) -> str:
    return home.split("://", 1)[-1].removeprefix("www.").rstrip("/").lower()


def _settings(portal: Portal) -> dict[str, Any]:
    return portal.model_dump(mode="json", by_alias=False)


def _row(portal: Portal, now: datetime) -> Row:
    return Row(
        key=portal.key,
        home=portal.home,
        settings=_settings(portal),
        is_enabled=portal.enabled,
        added_at=now,
        observed={},
    )


def _update(row: Row, portal: Portal) -> bool:
    settings = _settings(portal)
    if row.settings == settings and row.removed_at is None:
        return False
    if row.home != portal.home or (row.settings or {}).get("seeds") != settings["seeds"]:
        row.probed_at = None  # look for seeds again
    row.home, row.settings, row.is_enabled, row.removed_at = portal.home, settings, portal.enabled, None
    return True


def value(row: Row) -> Portal:
    """The file's entry that a row remembers."""
    return Portal.model_validate(row.settings, by_name=True, by_alias=False)


def find(session: Session, key: str) -> Row:
    """The portal with that key. Raises Refused, with near ones named."""
    row = session.scalar(sa.select(Row).where(Row.key == key))
    if row is None:
        known = ", ".join(session.scalars(sa.select(Row.key).order_by(Row.key)).all())
        raise Refused(f"no portal {key!r}; there are: {known or 'none yet'}")
    return row


def pause(session: Session, key: str, reason: str, now: datetime) -> None:
    """Stop visiting a portal until `resume`; what is under way ends by itself."""
    row = find(session, key)
    row.paused_at, row.paused_reason = now, reason


def resume(session: Session, key: str, now: datetime) -> None:
    """Visit a paused portal again, its seeds at once."""
    row = find(session, key)
    row.paused_at = row.paused_reason = None
    session.execute(sa.update(Seed).where(Seed.portal_id == row.id, Seed.due_at > now).values(due_at=now))


def visited(session: Session) -> Sequence[Row]:
    """Portals that are to be visited: enabled, not paused, not removed."""
    query = sa.select(Row).where(Row.is_enabled.is_(True), Row.paused_at.is_(None), Row.removed_at.is_(None))
    return session.scalars(query.order_by(Row.id)).all()
