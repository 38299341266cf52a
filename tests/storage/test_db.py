"""Sessions commit, roll back and say when the store is away"""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from storage import db
from storage.db import Database
from storage.errors import Retryable
from storage.models.operation import Counter


def test_an_error_rolls_back(database):
    with pytest.raises(ValueError, match="on the way"), database.session() as session:
        session.add(Counter(name="x", value=1))
        session.flush()
        raise ValueError("on the way")
    with database.read() as session:
        assert session.get(Counter, "x") is None


def test_insert_knows_conflicts_on_both(database):
    for _ in range(2):
        with database.session() as session:
            row = db.insert(session, Counter).values(name="x", value=1).on_conflict_do_nothing()
            session.execute(row)
    with database.read() as session:
        assert session.execute(sa.select(Counter.value).where(Counter.name == "x")).scalars().all() == [1]


def test_the_clock_is_utc(database):
    with database.read() as session:
        assert abs((db.now(session) - datetime.now(UTC)).total_seconds()) < 5


def test_a_store_that_is_away_is_retryable():
    database = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    with pytest.raises(Retryable, match="did not answer"), database.read() as session:
        session.execute(sa.text("SELECT 1"))
