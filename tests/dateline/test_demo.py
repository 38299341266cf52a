"""What the demo tells: each article and copy once, where the store is, and whether it found any"""

from pathlib import Path
from threading import Event

import pytest

from dateline import demo
from dateline.demo import MOST_LINES, Teller
from storage.config import Config
from storage.models.article import Article
from storage.models.story import Story
from tests import factories
from tests.factories import NOW


class Idle:
    """A supervisor with nothing to look after."""

    def __init__(self):
        self.stopping = Event()

    def look(self):
        """Nothing to do."""


def add_copy(database, number):
    """A story of two at portals a and b."""
    with database.session() as session:
        head, copy = (factories.article(session, f"https://{k}.example/{number}", f"News {number}") for k in "ab")
        session.add(
            Story(
                id=number, original_article_id=head.id, original_reasons=[], created_at=NOW, updated_at=NOW, agency="AP"
            )
        )
        session.flush()
        head.story_id = copy.story_id = number
        copy.is_original, copy.copy_kind, copy.copy_score = False, "spun", 0.9


def test_everything_is_told_once(database):
    said = []
    teller = Teller(said.append)
    add_copy(database, 1)
    teller.look(database)
    teller.look(database)
    assert said == [
        "article  a                News 1",
        "article  b                News 1",
        "story    News 1 (AP), first at a",
        "           spun       b                probability 0.90",
    ]
    assert (teller.articles, teller.copies()) == (2, 1)


def test_many_at_once_are_counted(database):
    with database.session() as session:
        for number in range(MOST_LINES + 3):
            factories.article(session, f"https://a.example/{number}")
    said = []
    Teller(said.append).look(database)
    assert len(said) == MOST_LINES + 1
    assert said[-1] == "article  ... and 3 more"


@pytest.mark.parametrize("has_copies", [True, False])
def test_it_has_worked_when_copies_were_found(sqlite, monkeypatch, capsys, has_copies):
    monkeypatch.setattr(demo, "LOOK_SECONDS", 0.01)
    add_copy(sqlite, 1)
    if not has_copies:
        with sqlite.session() as session:
            for row in session.query(Article):
                row.copy_kind = None
    assert demo.watch(Idle(), sqlite, 0.1) == (0 if has_copies else 1)
    assert f"2 articles, {int(has_copies)} stories with copies" in capsys.readouterr().out


def test_where_everything_is_and_how_to_stop(capsys, monkeypatch):
    monkeypatch.chdir("/tmp")
    demo.introduce(Path("/tmp/var/demo"), Config(var=Path("/tmp/var/demo")))
    said = capsys.readouterr().out
    assert "sqlite:////tmp/var/demo/dateline.db" in said
    assert "DATELINE_VAR=var/demo" in said
    assert demo.QUERY in said
    assert "Ctrl-C" in said


def test_the_query_that_is_named_can_be_asked(sqlite):
    import sqlalchemy as sa

    with sqlite.read() as session:
        assert session.execute(sa.text(demo.QUERY)).all() == []
