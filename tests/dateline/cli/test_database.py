"""Stores are upgraded, backed up, restored, copied and asked"""

import pytest

from dateline.cli.database import backup, db, restore, sql
from storage import schema
from storage.config import Config
from storage.db import Database
from storage.errors import Refused
from tests import factories
from tests.dateline.cli.running import invoke, lines, run

COUNT = "SELECT portal, COUNT(*) AS articles FROM article_v1 GROUP BY portal ORDER BY portal"


@pytest.fixture
def store(database):
    with database.session() as session:
        for url in ("https://a.example/1", "https://a.example/2", "https://b.example/3"):
            factories.article(session, url)
    return database


@pytest.fixture
def empty(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'other.db'}")
    yield database
    database.close()


def test_an_upgrade_says_from_where_to_where(empty):
    config = Config(database=str(empty.url))
    assert invoke(db, config, "upgrade") == f"schema none -> {schema.head()}\n"
    assert invoke(db, config, "upgrade") == f"schema {schema.head()}\n"


def test_a_backup_comes_back_whole(store, empty, tmp_path):
    file = tmp_path / "saved.db"
    said = run(store, backup, file)
    assert "3 articles" in said
    config = Config(database=str(empty.url))
    invoke(db, config, "upgrade")
    assert "restored from" in invoke(restore, config, file)
    assert lines(invoke(sql, config, COUNT, "--json")) == lines(run(store, sql, COUNT, "--json"))


def test_a_backup_overwrites_nothing_and_needs_a_store(store, empty, tmp_path):
    file = tmp_path / "saved.db"
    file.write_text("mine")
    with pytest.raises(Refused, match="is there already"):
        run(store, backup, file)
    assert file.read_text() == "mine"
    with pytest.raises(Refused, match="dateline db upgrade"):
        invoke(backup, Config(database=str(empty.url)), tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()


def test_a_copy_goes_into_an_empty_store_only(store, empty):
    invoke(db, Config(database=str(empty.url)), "upgrade")
    said = run(store, db, "copy", empty.url)
    assert "3 articles" in said
    with pytest.raises(Refused, match="only an empty store"):
        run(store, db, "copy", empty.url)


def test_questions_read_and_change_nothing(store):
    assert lines(run(store, sql, COUNT, "--json")) == [
        {"portal": "a", "articles": 2},
        {"portal": "b", "articles": 1},
    ]
    assert "articles" in run(store, sql, COUNT)
    assert "no rows" in run(store, sql, "SELECT * FROM article_v1 WHERE portal = 'c'")
    with pytest.raises(Refused):
        run(store, sql, "DELETE FROM article")
    assert len(lines(run(store, sql, "SELECT article_id FROM article_v1", "--json"))) == 3
