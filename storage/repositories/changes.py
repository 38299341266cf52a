"""Number what downstream must hear of, last in each transaction"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from storage.db import Database, Session
from storage.models import every
from storage.models.operation import Change, Counter

PENDING = "changes"
COUNTER = "change"


@dataclass(frozen=True, slots=True)
class Note:
    """One change, not yet numbered."""

    op: str
    at: datetime
    article_id: int | None = None
    revision_id: int | None = None
    story_id: int | None = None
    other_story_id: int | None = None


def note(session: Session, change: Note) -> None:
    """Remember a change; it takes its number when the transaction ends."""
    session.info.setdefault(PENDING, []).append(change)


def noted(session: Session) -> int:
    """How many changes wait for their numbers."""
    return len(session.info.get(PENDING, ()))


def forget(session: Session, after: int) -> None:
    """Let go of all changes but the first `after`: what they tell of was undone."""
    del session.info.get(PENDING, [])[after:]


def number(session: Session) -> None:
    """Give the remembered changes their numbers.

    The counter's row is locked from here to the commit, so numbers become visible in their order and a reader
    that remembers the last one misses nothing. Called last, because every other writer waits meanwhile.
    """
    notes: list[Note] = session.info.pop(PENDING, [])
    if not notes:
        return
    session.flush()
    last = session.execute(
        sa.update(Counter)
        .where(Counter.name == COUNTER)
        .values(value=Counter.value + len(notes))
        .returning(Counter.value)
    ).scalar_one()
    first = last - len(notes) + 1
    rows = [{"seq": first + i, **{name: getattr(one, name) for name in Note.__slots__}} for i, one in enumerate(notes)]
    session.execute(sa.insert(cast("sa.Table", Change.__table__)), rows)  # as a table: half the time


def install(database: Database) -> Database:
    """Make every write transaction of `database` number its changes."""
    assert every.MODULES
    database.before_commit(number)
    return database
