"""Every operator verb as a plain function; the commands only dress it"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import db
from storage.config import Config
from storage.db import Database, Session
from storage.repositories import operations as stored
from storage.repositories.operations import Request

Act = Callable[[Session, int, Sequence[int], datetime], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an operator's word came to; `operation_id` None for a dry run."""

    operation_id: int | None
    due: int
    skipped: int = 0  # selected, but their bytes aren't kept


def open_store(config: Config) -> Database:
    """The store that the settings name, its changes numbered."""
    from storage.repositories import changes

    return changes.install(Database(config.database_url))


def look(database: Database, request: Request) -> Asked:
    """What `ask` would come to; nothing is written."""
    with database.read() as session:
        pages = stored.select(session, request.selection)
        kept = _usable(session, request, pages)
    return Asked(None, len(kept), len(pages) - len(kept))


def ask(database: Database, request: Request) -> Asked:
    """Recrawl (fetch known pages again, as politely as ever) or reprocess (clean their kept bytes again).

    Writes rows only: the crawler and the workers do the rest.
    """
    act: Act = stored.clean_again if request.kind == "reprocess" else stored.make_due
    with database.session() as session:
        now = db.now(session)
        pages = stored.select(session, request.selection)
        kept = _usable(session, request, pages)
        number = stored.record(session, request, kept, now)
        act(session, number, kept, now)
    return Asked(number, len(kept), len(pages) - len(kept))


def _usable(session: Session, request: Request, pages: list[int]) -> list[int]:
    return stored.with_bytes(session, pages) if request.kind == "reprocess" else pages
