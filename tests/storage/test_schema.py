"""The schema goes up and down on both stores and agrees with the models"""

import pytest
import sqlalchemy as sa

from storage import schema
from storage.db import Database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request, tmp_path):
    if request.param == "postgres":
        return request.getfixturevalue("empty_postgres")
    return Database(f"sqlite:///{tmp_path / 'empty.db'}")


def names(database):
    inspector = sa.inspect(database.engine)
    return set(inspector.get_table_names()) | set(inspector.get_view_names())


def test_up_and_down_again(empty):
    assert schema.current(empty) is None
    schema.upgrade(empty)
    assert schema.current(empty) == schema.head()
    assert set(schema.VIEWS) <= names(empty)
    schema.downgrade(empty, "base")
    assert names(empty) == {"alembic_version"}
    schema.upgrade(empty)
    assert schema.drift(empty) == []
    empty.close()


def test_twice_is_once(database):
    schema.upgrade(database)
    assert schema.current(database) == schema.head()
    with database.read() as session:
        for view in schema.VIEWS:
            assert session.execute(sa.text(f"SELECT COUNT(*) FROM {view}")).scalar_one() == 0
