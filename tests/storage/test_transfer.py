"""Copies, backups and restores keep every row, id and seq"""

import pytest
import sqlalchemy as sa

from storage import schema, transfer
from storage.db import Database
from storage.errors import Refused
from storage.models.base import Base
from storage.models.page import Host, Page
from storage.models.portal import Portal
from storage.models.story import Story
from storage.repositories import changes


def quiet(_table, _done, _all):
    pass


def fill(database, now):
    with database.session() as session:
        session.add(Portal(key="a", home="https://a.example/", settings={"x": ["é", 1]}, added_at=now, observed={}))
        session.add(Host(name="a.example"))
        session.flush()
        for i in range(3):
            session.add(
                Page(
                    url=f"https://a.example/{i}", host_id=1, portal_id=1, state="done", step="fetch", discovered_at=now
                )
            )
        for _ in range(2):
            session.add(Story(created_at=now, updated_at=now, original_reasons=[]))
        session.flush()
        session.get_one(Story, 1).merged_into_id = 2  # an older row leans on a newer one
        changes.note(session, changes.Note("article", now, article_id=1))
        changes.note(session, changes.Note("article", now, article_id=2))


def rows(database):
    with database.engine.connect() as connection:
        return {
            t.name: [tuple(r) for r in connection.execute(sa.select(t).order_by(*t.primary_key.columns))]
            for t in Base.metadata.sorted_tables
        }


@pytest.mark.postgres
def test_sqlite_to_postgresql_and_on(sqlite, empty_postgres, now):
    fill(sqlite, now)
    counts = transfer.copy(sqlite, empty_postgres, quiet)
    assert counts["page"] == 3
    assert rows(empty_postgres) == rows(sqlite)
    changes.install(empty_postgres)
    with empty_postgres.session() as session:
        session.add(Host(name="b.example"))
        changes.note(session, changes.Note("article", now, article_id=3))
    after = rows(empty_postgres)
    assert [r[0] for r in after["host"]] == [1, 2]
    assert [r[0] for r in after["change"]] == [1, 2, 3]


def test_backup_and_restore(database, tmp_path, now):
    fill(database, now)
    path = tmp_path / "kept" / "backup.db"
    assert transfer.backup(database, path, quiet)["change"] == 2
    assert [p.name for p in path.parent.iterdir()] == ["backup.db"]
    fresh = Database(f"sqlite:///{tmp_path / 'fresh.db'}")
    transfer.restore(path, fresh, quiet)
    assert rows(fresh) == rows(database)
    with pytest.raises(Refused, match="already holds rows"):
        transfer.restore(path, fresh, quiet)
    with pytest.raises(Refused, match="never overwrites"):
        transfer.backup(database, path, quiet)
    fresh.close()


def test_what_is_no_backup(sqlite, tmp_path):
    noise = tmp_path / "noise.db"
    noise.write_bytes(b"not a database at all" * 100)
    with pytest.raises(Refused, match="no backup"):
        transfer.restore(noise, sqlite, quiet)
    with pytest.raises(Refused, match="no file"):
        transfer.restore(tmp_path / "none.db", sqlite, quiet)


def test_an_old_source_is_refused(tmp_path, sqlite):
    old = Database(f"sqlite:///{tmp_path / 'old.db'}")
    schema.upgrade(old)
    schema.downgrade(old, "base")
    with pytest.raises(Refused, match="db upgrade"):
        transfer.copy(old, sqlite, quiet)
    old.close()
