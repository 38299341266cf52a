"""Failures are listed, replayed and dismissed, on both stores"""

import pytest

from dateline.cli.failures import failures
from storage.errors import Refused
from storage.models.page import Page
from storage.repositories import failures as table
from storage.repositories.failures import Failed
from tests import factories
from tests.dateline.cli.running import lines, run


@pytest.fixture
def kept(database, now):
    """Two failures of quarantined pages and one of no page; their ids and the pages'."""
    with database.session() as session:
        pages = [
            factories.page(session, f"https://{key}.example/x", state="quarantined", step="clean", detail="broke")
            for key in ("a", "b")
        ]
        ids = [
            table.keep(session, Failed("clean", {}, f"ValueError: {p.url}\nmore", "Traceback of it", p.id), now)
            for p in pages
        ]
        ids.append(table.keep(session, Failed("dedup", {}, "no memory"), now))
        return ids, [p.id for p in pages]


def states(database, ids):
    with database.read() as session:
        return [session.get(Page, i).state for i in ids]


def test_the_list_names_the_page_and_the_error(database, kept):
    output = run(database, failures, "list")
    assert "https://a.example/x" in output
    assert "ValueError" in output
    assert "Traceback" not in output
    found = lines(run(database, failures, "list", "--json"))
    assert [f["id"] for f in found] == kept[0][::-1]
    assert {f["state"] for f in found} == {"open"}
    assert [f["url"] for f in lines(run(database, failures, "list", "--portal", "b", "--json"))] == [
        "https://b.example/x"
    ]


def test_one_that_is_named_comes_with_its_traceback(database, kept):
    assert "Traceback of it" in run(database, failures, "list", kept[0][0])
    with pytest.raises(Refused, match="no failure 99"):
        run(database, failures, "list", 99)


def test_replay_lets_the_page_be_cleaned_again(database, kept):
    ids, pages = kept
    assert "1 failure due again" in run(database, failures, "replay", ids[0])
    assert states(database, pages) == ["scheduled", "quarantined"]
    assert [f["id"] for f in lines(run(database, failures, "list", "--json"))] == [ids[2], ids[1]]
    with pytest.raises(Refused, match="no open failure"):
        run(database, failures, "replay", ids[0])


def test_replay_of_a_whole_portal(database, kept):
    ids, pages = kept
    done = lines(run(database, failures, "replay", "--all", "--portal", "b", "--json"))
    assert [d["id"] for d in done] == [ids[1]]
    assert states(database, pages) == ["quarantined", "scheduled"]
    assert len(lines(run(database, failures, "replay", "--all", "--json"))) == 2


def test_dismissed_failures_keep_their_note_and_their_page_in_quarantine(database, kept):
    ids, pages = kept
    run(database, failures, "dismiss", ids[0], "--note", "a game")
    assert states(database, pages) == ["quarantined", "quarantined"]
    found = {f["id"]: f for f in lines(run(database, failures, "list", "--all", "--json"))}
    assert (found[ids[0]]["state"], found[ids[0]]["note"]) == ("dismissed", "a game")
    assert "a game" in run(database, failures, "list", ids[0])


@pytest.mark.parametrize(
    "words", [["replay"], ["dismiss"], ["replay", "1", "--all"], ["dismiss", "1", "--portal", "a"]]
)
def test_nothing_happens_by_accident(database, kept, words):
    with pytest.raises(Refused, match=r"which failures|--portal goes with"):
        run(database, failures, *words)
    assert len(lines(run(database, failures, "list", "--json"))) == 3
