"""Brings a store to the newest schema: migrations, then the read views"""

from importlib.resources import files

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.db import Database
from storage.models.base import Base
from storage.models.operation import Counter
from storage.repositories.changes import COUNTER

VIEWS = ("article_v1", "revision_v1", "story_v1", "copy_v1", "change_v1")
LOCK = 0x646174656C696E65 >> 1  # one migration at a time in PostgreSQL; SQLite's writer lock does the same


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the missing migrations and create the views anew, all in one transaction each store can roll back."""
    with database.engine.connect() as connection, connection.begin():
        if not database.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        drop_views(connection)
        command.upgrade(_alembic(connection), revision)
        if revision == "head":
            create_views(connection)
            _seed_counter(connection)


def downgrade(database: Database, revision: str) -> None:
    """Undo migrations down to `revision` ("base": all). The views go first: they lean on the newest tables."""
    with database.engine.connect() as connection, connection.begin():
        drop_views(connection)
        command.downgrade(_alembic(connection), revision)


def current(database: Database) -> str | None:
    """The revision that the store is at; None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The newest revision that this version knows."""
    found = ScriptDirectory.from_config(_alembic(None)).get_current_head()
    assert found is not None
    return found


def drift(database: Database) -> list[object]:
    """How the store's tables differ from the models, as Alembic's operations; empty when they agree."""
    from alembic.autogenerate import compare_metadata

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _no_views})
        return list(compare_metadata(context, Base.metadata))


def _no_views(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and name in VIEWS)


def create_views(connection: sa.Connection) -> None:
    """Create the views that downstream reads, from storage/views."""
    for name in VIEWS:
        connection.execute(sa.text(files("storage.views").joinpath(f"{name}.sql").read_text(encoding="utf-8")))


def drop_views(connection: sa.Connection) -> None:
    """Drop the views, whichever exist."""
    for name in reversed(VIEWS):
        connection.execute(sa.text(f"DROP VIEW IF EXISTS {name}"))


def _seed_counter(connection: sa.Connection) -> None:
    if connection.execute(sa.select(Counter.value).where(Counter.name == COUNTER)).first() is None:
        connection.execute(sa.insert(Counter).values(name=COUNTER, value=0))


def _alembic(connection: sa.Connection | None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(files("storage.migrations")))
    config.attributes["connection"] = connection
    return config
