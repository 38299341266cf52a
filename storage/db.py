"""Engine, session, and the SQLite/PostgreSQL differences"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session as Session

from storage.errors import Retryable

BUSY_SECONDS = 30.0
# Whoever commits when the log is full writes it into the database while all others wait: four times as seldom as usual.
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-8000", "wal_autocheckpoint=4000")


class Database:
    """One store. `session()` writes in one transaction, `read()` looks without blocking writers."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url, pool_size)
        self._before_commit: list[Callable[[Session], None]] = []

    def before_commit(self, hook: Callable[[Session], None]) -> None:
        """Run `hook` as the last statements of each transaction: changes take their numbers there."""
        self._before_commit.append(hook)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A write transaction: committed at the end, rolled back on any error; Retryable if the store is away."""
        with self._open(writes=True) as session:
            yield session
            for hook in self._before_commit:
                hook(session)
            session.commit()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with self._open(writes=False) as session:
            yield session

    @contextmanager
    def _open(self, *, writes: bool) -> Iterator[Session]:
        session = Session(self.engine, expire_on_commit=False)
        try:
            session.connection(execution_options={"writes": writes})
            yield session
        except (OperationalError, InterfaceError) as error:
            session.rollback()
            raise Retryable(f"the database did not answer: {_reason(error)}") from error
        finally:
            session.close()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _reason(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: the driver's own BEGIN comes too late
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "cache_size=-8000",
            "wal_autocheckpoint=4000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails at once with "database is locked"; one that
        # says so at its start waits its turn.
        writes = connection.get_execution_options().get("writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL, pool_size: int) -> Engine:
    return sa.create_engine(
        url,
        pool_size=pool_size,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "options": "-c timezone=UTC -c lock_timeout=60s"},
    )


def now(session: Session) -> datetime:
    """The store's clock: processes whose own clocks differ still agree on leases."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    value: datetime = session.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    return value.astimezone(UTC)


def earlier(session: Session, column: Any, by: timedelta) -> sa.ColumnElement[Any]:
    """An expression of the time in `column` less `by`."""
    if session.get_bind().dialect.name == "sqlite":
        # To the microsecond as SQLAlchemy writes it, of which SQLite tells three digits.
        less = sa.func.strftime("%Y-%m-%d %H:%M:%f", column, f"{-by.total_seconds():.3f} seconds")
        return sa.type_coerce(less, sa.String).concat("000")
    return sa.type_coerce(column - sa.literal(by, sa.Interval()), column.type)


def insert(session: Session, table: Any) -> Any:
    """The dialect's INSERT, which knows on_conflict_do_nothing and on_conflict_do_update."""
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        return sqlite_insert(table)
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert

    return postgresql_insert(table)


def update(table: Any) -> Any:
    """An UPDATE that doesn't look for its rows among those that the session holds, which takes longer than the rest.

    For rows that nobody has loaded: objects in hand keep what they held.
    """
    return sa.update(table).execution_options(synchronize_session=False)


def wait_until_up(database: Database, seconds: float) -> None:
    """Return as soon as the store answers; Retryable when it hasn't within `seconds`."""
    end = time.monotonic() + seconds
    while True:
        try:
            with database.read() as session:
                session.execute(sa.text("SELECT 1"))
            return
        except Retryable:
            if time.monotonic() >= end:
                raise
            time.sleep(0.2)
