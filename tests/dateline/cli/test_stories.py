"""Stories are shown, explained and overruled, on both stores"""

import pytest

from dateline.cli.stories import story
from storage import db
from storage.config import Config
from storage.errors import Refused
from storage.models.article import Article
from storage.models.operation import Change
from storage.models.story import Pin, Story
from storage.repositories import invariants
from tests import factories
from tests.dateline.cli.running import lines, run
from tests.workers.dedup.texts import HARBOUR, OWN_REPORT, REWORDED
from workers.dedup.job import Writer


@pytest.fixture
def placed(database):
    """Ids of an original, its spun copy and another newsroom's own report, placed by deduplication."""
    ids = []
    for name, body in (("a", HARBOUR), ("b", REWORDED), ("c", OWN_REPORT)):
        with database.session() as session:
            ids.append(factories.article(session, f"https://{name}.example/1", "A ship aground", body).id)
    settle(database)
    return ids


def settle(database):
    writer = Writer(database, Config(), "test")
    while writer.place():
        pass
    writer.close()


def rows(database):
    with database.read() as session:
        return {a.id: (a.story_id, a.copy_kind, a.copy_of_id, a.is_pinned) for a in session.query(Article)}


def sound(database):
    with database.read() as session:
        return not [found for found in invariants.check(session, Config(), db.now(session)) if found.count]


def test_show_names_the_original_the_copies_and_why(database, placed):
    (shown,) = lines(run(database, story, "show", "https://b.example/1", "--json"))
    assert [(m["article_id"], m["is_original"]) for m in shown["members"]] == [(placed[0], True), (placed[1], False)]
    assert shown["members"][1]["copy_kind"]
    assert shown["original_article_id"] == placed[0]
    output = run(database, story, "show", shown["story_id"])
    assert "original: article" in output
    assert "https://b.example/1" in output


def test_a_merged_story_leads_on(database, placed):
    with database.session() as session:
        goal = session.get_one(Article, placed[0]).story_id
        session.add(Story(id=999, created_at=factories.NOW, updated_at=factories.NOW, merged_into_id=goal))
    (shown,) = lines(run(database, story, "show", 999, "--json"))
    assert (shown["story_id"], shown["merged_from"]) == (goal, [999])


def test_explain_lays_both_texts_open(database, placed):
    output = run(database, story, "explain", "https://b.example/1")
    assert f"article {placed[1]} (b): " in output
    assert f"of article {placed[0]} (a)" in output
    assert "evidence" in output
    assert "rules" in output
    assert f"kept: article {placed[1]} of {placed[0]}" in output
    assert len(output.splitlines()) <= 50
    (found,) = lines(run(database, story, "explain", placed[1], placed[2], "--json"))
    assert found["explanation"]["verdict"]["kind"] is None
    assert found["explanation"]["attach"] > 0


def test_apart_splits_a_story_and_lasts(database, placed):
    run(database, story, "pin", placed[1], placed[0], "--apart", "--reason", "own work")
    settle(database)
    found = rows(database)
    assert found[placed[0]][0] != found[placed[1]][0]
    assert found[placed[1]][1] is None
    with database.session() as session:
        article = session.get_one(Article, placed[1])
        session.get_one(factories.articles.Revision, article.revision_id).placed_at = None
    settle(database)
    assert rows(database)[placed[1]] == found[placed[1]]
    assert sound(database)


def test_a_copy_joins_at_once_tells_readers_and_lasts(database, placed):
    before = rows(database)
    output = run(database, story, "pin", placed[2], placed[0], "--copy", "--kind", "spun", "--reason", "it is theirs")
    assert "is a copy (spun)" in output
    found = rows(database)
    assert found[placed[2]] == (found[placed[0]][0], "spun", placed[0], True)
    with database.read() as session:
        assert session.get_one(Story, before[placed[2]][0]).merged_into_id == found[placed[0]][0]
        ops = [(c.op, c.article_id) for c in session.query(Change).order_by(Change.seq)]
    assert ("placed", placed[2]) in ops[-2:]
    assert ops[-2:].count(("story_merged", None)) == 1
    with database.session() as session:
        revision = session.get_one(Article, placed[2]).revision_id
        session.get_one(factories.articles.Revision, revision).placed_at = None
    settle(database)
    assert rows(database)[placed[2]] == found[placed[2]]
    assert sound(database)


def test_an_original_takes_its_copies_along(database, placed):
    run(database, story, "pin", placed[0], placed[2], "--copy", "--reason", "theirs was first")
    found = rows(database)
    assert {found[i][0] for i in placed} == {found[placed[2]][0]}
    assert found[placed[1]][2] == placed[0]
    with database.read() as session:
        originals = [i for i in placed if session.get_one(Article, i).is_original]
    assert originals == [placed[2]]
    assert sound(database)


def test_the_newest_word_on_a_pair_holds(database, placed):
    run(database, story, "pin", placed[1], placed[0], "--apart", "--reason", "no")
    run(database, story, "pin", placed[0], placed[1], "--apart", "--reason", "still no")
    settle(database)
    run(database, story, "pin", placed[1], placed[0], "--copy", "--reason", "yes after all")
    with database.read() as session:
        assert [(p.is_copy, p.reason) for p in session.query(Pin)] == [(True, "yes after all")]
    assert rows(database)[placed[1]][0] == rows(database)[placed[0]][0]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["pin", "{0}", "{1}", "--reason", "x"], "--copy or --apart"),
        (["pin", "{0}", "{0}", "--apart", "--reason", "x"], "itself"),
        (["pin", "{0}", "{1}", "--copy", "--reason", "x"], "is the original"),
        (["pin", "{0}", "{1}", "--apart", "--kind", "spun", "--reason", "x"], "--kind goes with"),
        (["pin", "{0}", "7777", "--apart", "--reason", "x"], "no article 7777"),
        (["show", "7777"], "no story 7777"),
        (["show", "https://nowhere.example/"], "dateline why"),
        (["explain", "{0}", "{0}"], "one article"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(database, placed, words, complaint):
    before = rows(database)
    with pytest.raises(Refused, match=complaint):
        run(database, story, *(word.format(*placed) for word in words))
    assert rows(database) == before
    with database.read() as session:
        assert session.query(Pin).count() == 0
