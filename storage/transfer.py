"""Copies a whole store into another, of either kind, with the same ids and seq"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import schema
from storage.db import Database
from storage.errors import Refused
from storage.models.base import Base

CHUNK = 500
Report = Callable[[str, int, int], None]  # table, rows copied, rows in all


def copy(source: Database, target: Database, report: Report) -> dict[str, int]:
    """Copy every table of `source`, as one moment saw it, into the empty `target`; rows by table.

    Raises Refused where the source isn't at the newest schema or the target holds rows. Nothing is left in the
    target when it fails: all of it is one transaction.
    """
    _check_source(source)
    schema.upgrade(target)
    with _snapshot(source) as reading, target.engine.connect() as writing, writing.begin():
        _check_empty(writing)
        counts = {t.name: _copy_table(t, reading, writing, report) for t in _tables()}
        if not target.is_sqlite:
            _advance_sequences(writing)
    return counts


def backup(source: Database, path: Path, report: Report) -> dict[str, int]:
    """Write the store as one SQLite file at `path` while the daemon runs. Raises Refused if the file is there."""
    if path.exists():
        raise Refused(f"{path} is there already: choose another name, a backup never overwrites one")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".part")
    fresh.unlink(missing_ok=True)
    try:
        counts = _copy_pages(source, fresh, report) if source.is_sqlite else _copy_rows(source, fresh, report)
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)
    return counts


def restore(path: Path, target: Database, report: Report) -> dict[str, int]:
    """Fill the empty `target` from a backup. Raises Refused where either isn't what it should be."""
    if not path.exists():
        raise Refused(f"there is no file {path}")
    source = Database(f"sqlite:///{path.resolve()}")
    try:
        return copy(source, target, report)
    except sa.exc.DatabaseError as error:
        raise Refused(f"{path} is no backup of ours: {error.orig}") from error
    finally:
        source.close()


def _copy_rows(source: Database, path: Path, report: Report) -> dict[str, int]:
    target = Database(f"sqlite:///{path.resolve()}")
    try:
        return copy(source, target, report)
    finally:
        target.close()
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _copy_pages(source: Database, path: Path, report: Report) -> dict[str, int]:
    """SQLite's own online backup: a consistent copy beside a running writer."""
    assert source.url.database
    reading, writing = sqlite3.connect(source.url.database), sqlite3.connect(path)
    try:
        reading.backup(writing, pages=2000, progress=lambda _status, left, all_: report("pages", all_ - left, all_))
        writing.execute("PRAGMA journal_mode=DELETE")
        count = "SELECT COUNT(*) FROM "
        return {t.name: writing.execute(count + t.name).fetchone()[0] for t in _tables()}
    finally:
        reading.close()
        writing.close()


def _tables() -> list[sa.Table]:
    return list(Base.metadata.sorted_tables)


def _check_source(source: Database) -> None:
    at, wanted = schema.current(source), schema.head()
    if at != wanted:
        raise Refused(f"the source is at schema {at or 'none'}, not {wanted}: run `dateline db upgrade` there")


def _check_empty(connection: Connection) -> None:
    for table in _tables():
        if table.name != "counter" and connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            raise Refused(f"the target already holds rows (table {table.name}): only an empty store can be filled")
    connection.execute(sa.delete(Base.metadata.tables["counter"]))


def _snapshot(source: Database) -> Connection:
    """A connection whose every read sees the same moment."""
    connection = source.engine.connect()
    if source.is_sqlite:
        return connection.execution_options(writes=False)
    return connection.execution_options(isolation_level="REPEATABLE READ")


def _copy_table(table: sa.Table, reading: Connection, writing: Connection, report: Report) -> int:
    total = reading.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    done = 0
    # A row may lean on a later one of its own table (a story merged into a newer one), so those links come second.
    own = [c for c in table.columns if any(f.column.table is table for f in c.foreign_keys)]
    keys = list(table.primary_key.columns)
    for rows in reading.execution_options(yield_per=CHUNK).execute(sa.select(table).order_by(*keys)).partitions(CHUNK):
        values = [{**row._mapping, **{c.name: None for c in own}} for row in rows]
        writing.execute(sa.insert(table), values)
        done += len(rows)
        report(table.name, done, total)
    for column in own:
        _copy_links(table, column, reading, writing)
    return done


def _copy_links(table: sa.Table, column: "sa.Column[object]", reading: Connection, writing: Connection) -> None:
    key = table.primary_key.columns[0]
    links = reading.execute(sa.select(key, column).where(column.is_not(None))).all()
    statement = sa.update(table).where(key == sa.bindparam("of")).values({column.name: sa.bindparam("to")})
    for start in range(0, len(links), CHUNK):
        writing.execute(statement, [{"of": of, "to": to} for of, to in links[start : start + CHUNK]])


def _advance_sequences(connection: Connection) -> None:
    """PostgreSQL counts ids apart from the rows: go on after the highest one copied."""
    for table in _tables():
        for column in table.primary_key.columns:
            name = connection.execute(sa.func.pg_get_serial_sequence(table.name, column.name).select()).scalar()
            if name:
                top = connection.execute(sa.select(sa.func.max(column))).scalar()
                connection.execute(sa.select(sa.func.setval(name, top or 1, top is not None)))
