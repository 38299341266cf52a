"""The scheduler notices a clock that was set back, once, whoever has the role"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dateline.scheduler import ROLE, Scheduler
from storage import db
from storage.config import Config
from storage.models.page import Page
from storage.repositories import leases
from tests import factories

BACK = timedelta(minutes=5)


@pytest.fixture
def offset(monkeypatch):
    """What is added to the store's clock, in its only item."""
    found, real = [timedelta()], db.now
    monkeypatch.setattr(db, "now", lambda session: real(session) + found[0])
    return found


def due_in(database):
    """Seconds until the page is due, by the store's clock."""
    with database.read() as session:
        due = session.scalar(sa.select(Page.due_at))
        return (due - db.now(session)).total_seconds()


def scheduler(database, tmp_path, name):
    return Scheduler(database, Config(var=tmp_path, portals=tmp_path / "none.toml"), name, lambda ids: None)


@pytest.fixture
def page(database):
    with database.session() as session:
        factories.page(session, "https://a.example/1", due_at=db.now(session) + timedelta(minutes=1))


@pytest.mark.usefixtures("page")
def test_what_is_due_stays_due(database, tmp_path, offset):
    first = scheduler(database, tmp_path, "first")
    assert first.round()
    offset[0] = -BACK
    assert 350 < due_in(database) <= 360
    assert first.round()
    assert 30 < due_in(database) <= 60
    offset[0] = timedelta()
    assert first.round()
    assert due_in(database) < 0, "a clock that is set ahead is believed"


@pytest.mark.usefixtures("page")
def test_who_waits_for_the_role_mends_nothing_twice(database, tmp_path, offset):
    first, second = scheduler(database, tmp_path, "first"), scheduler(database, tmp_path, "second")
    assert first.round()
    assert not second.round()
    offset[0] = -BACK
    assert first.round()
    assert not second.round()
    with database.session() as session:
        leases.release(session, ROLE, "first")
    assert second.round()
    assert 30 < due_in(database) <= 60
