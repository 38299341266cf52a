"""An operator's word: looked at without a trace, written as rows, pages without bytes left out"""

import pytest
import sqlalchemy as sa

from dateline import operations
from storage.config import Config
from storage.models.operation import Change, Operation, OperationItem
from storage.models.page import Page
from storage.repositories.operations import Request, Selection
from tests import factories


@pytest.fixture
def store(database):
    with database.session() as session:
        for number in (1, 2):
            factories.article(session, f"https://a.example/{number}")
        factories.page(session, "https://a.example/3")
    return database


def request(kind):
    return Request(kind, Selection(portal="a"), "a better rule", "mara")


@pytest.mark.parametrize(("kind", "due", "skipped"), [("recrawl", 3, 0), ("reprocess", 2, 1)])
def test_a_look_writes_nothing(store, kind, due, skipped):
    asked = operations.look(store, request(kind))
    assert (asked.operation_id, asked.due, asked.skipped) == (None, due, skipped)
    with store.read() as session:
        assert session.scalars(sa.select(Operation)).all() == []
        assert session.scalars(sa.select(Page.state)).all() == ["done"] * 3


@pytest.mark.parametrize(("kind", "step", "due"), [("recrawl", "fetch", 3), ("reprocess", "clean", 2)])
def test_asking_makes_the_pages_due(store, kind, step, due):
    asked = operations.ask(store, request(kind))
    with store.read() as session:
        row = session.get_one(Operation, asked.operation_id)
        assert (row.kind, row.reason) == (kind, "a better rule")
        assert len(session.scalars(sa.select(OperationItem)).all()) == asked.due == due
        assert session.scalars(sa.select(Page.step).where(Page.state == "scheduled")).all() == [step] * due


def test_an_opened_store_numbers_its_changes(tmp_path, sqlite):
    config = Config(database=sqlite.engine.url.render_as_string(hide_password=False))
    database = operations.open_store(config)
    with database.session() as session:
        factories.article(session, "https://a.example/1")
    with database.read() as session:
        assert session.scalars(sa.select(Change.seq)).all() == [1]
    database.close()
