"""A batch in, placements out."""

from dataclasses import replace

import pytest

from storage.domain import CopyKind
from tests.workers.dedup.desk import Desk
from tests.workers.dedup.texts import HARBOUR, OWN_REPORT, REWORDED, WEATHER, claim, document
from workers import text
from workers.dedup import classify, habits
from workers.dedup.bench import JudgingBench
from workers.dedup.candidates import Candidate, Index
from workers.dedup.engine import Engine


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_copies_that_arrive_together_are_one_story(desk: Desk) -> None:
    placed = desk.place(document(1, HARBOUR), document(2, HARBOUR))
    assert desk.story(1) == desk.story(2)
    assert [member.is_original for member in desk.corpus.standing.values()].count(True) == 1
    assert {one.article_id for one in placed.fingerprints} == {1, 2}


def test_a_reworded_copy_joins_and_an_own_report_does_not(desk: Desk) -> None:
    desk.place(document(1, HARBOUR, agency=claim("AP")))
    placed = desk.place(
        document(2, REWORDED, hours=20), document(3, OWN_REPORT, hours=5), document(4, WEATHER, hours=6)
    )
    assert desk.story(2) == desk.story(1)
    assert len({desk.story(1), desk.story(3), desk.story(4)}) == 3
    verdict = desk.corpus.standing[2].verdict
    assert verdict is not None
    assert verdict.kind is CopyKind.SPUN
    origin = next(origin for origin in placed.origins if origin.story == desk.story(1))
    assert origin.article_id == 1
    assert origin.agency == claim("AP")


def test_the_lines_of_a_portal_that_prints_copies_only_are_learnt(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What its copies have and no other text does; the agency's sentences never become its habits."""
    monkeypatch.setattr(habits, "OWN", 2)
    line = "Readers of the Copier get every story two days before everybody else does."
    for number, body in enumerate((WEATHER, OWN_REPORT, HARBOUR)):
        desk.place(document(number, body))
        desk.place(document(10 + number, f"{body}\n\n{line}", hours=2, portal="copier"))
        assert desk.story(10 + number) == desk.story(number)
    first, last = (desk.corpus.standing[number].verdict for number in (10, 12))
    assert first is not None
    assert last is not None
    lines = [[one.evidence[f"{side}_portal_lines"] for side in ("inner", "outer")] for one in (first, last)]
    assert max(lines[0]) == 0.0
    assert sorted(lines[1]) == [0.0, pytest.approx(1 / (1 + len(text.sentences(HARBOUR))), abs=1e-4)]


def test_the_original_may_arrive_last(desk: Desk) -> None:
    desk.place(document(2, HARBOUR, hours=3))
    placed = desk.place(document(1, HARBOUR, hours=0, is_agency_portal=True, agency=claim("AP")))
    assert desk.story(1) == desk.story(2)
    assert placed.origins[0].article_id == 1
    assert "agency's own portal" in placed.origins[0].reasons
    assert desk.corpus.standing[2].parent == 1
    assert not desk.corpus.standing[2].is_original


def test_a_text_that_changes_is_placed_again(desk: Desk) -> None:
    desk.place(document(1, HARBOUR), document(2, WEATHER, hours=1))
    old = desk.story(2)
    assert old != desk.story(1)
    placed = desk.place(document(2, HARBOUR, hours=1, revision_id=2002))
    assert desk.story(2) == desk.story(1)
    assert [(redirect.old, redirect.new) for redirect in placed.redirects] == [(old, desk.story(1))]
    assert placed.emptied == {old}
    desk.place(document(2, WEATHER, hours=1, revision_id=2003))
    assert desk.story(2) != desk.story(1)


def test_an_operators_pin_holds(desk: Desk) -> None:
    desk.place(document(1, HARBOUR), document(2, WEATHER, hours=1))
    pinned = replace(desk.corpus.standing[2], is_pinned=True)
    desk.corpus.standing[2] = pinned
    desk.place(document(2, HARBOUR, hours=1, revision_id=2002))
    assert desk.story(2) == pinned.story
    assert desk.corpus.standing[2].revision_id == 2002


def test_articles_kept_apart_by_an_operator_stay_apart(desk: Desk) -> None:
    desk.place(document(1, HARBOUR))
    desk.corpus.standing[1] = replace(desk.corpus.standing[1], apart=frozenset({2}))
    desk.place(document(2, HARBOUR, hours=1))
    assert desk.story(1) != desk.story(2)


def test_a_restarted_engine_goes_on(desk: Desk) -> None:
    first = desk.place(document(1, HARBOUR))
    saved = desk.engine.save()
    desk.engine = Engine(classify.shipped(), Index(), saved)
    assert desk.engine.load(first.fingerprints) == 1
    desk.place(document(2, REWORDED, hours=2))
    assert desk.story(2) == desk.story(1)


def test_placing_the_same_batch_twice_changes_nothing(desk: Desk) -> None:
    batch = (document(1, HARBOUR), document(2, REWORDED, hours=1), document(3, WEATHER, hours=2))
    desk.place(*batch)
    before = {article: (member.story, member.is_original) for article, member in desk.corpus.standing.items()}
    desk.place(*batch)
    assert before == {article: (member.story, member.is_original) for article, member in desk.corpus.standing.items()}


@pytest.mark.parametrize("body", ["", "\x00\ud800", "word", "१२३ " * 50, "。。。", "🙂" * 400, "a" * 200_000])
def test_no_text_fails_a_batch(desk: Desk, body: str) -> None:
    desk.place(document(1, HARBOUR), document(2, body, hours=1), document(3, HARBOUR, hours=2))
    assert desk.story(1) == desk.story(3) != desk.story(2)


def test_what_choosing_an_original_asks_for_is_judged_beforehand(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.place(document(1, HARBOUR, agency=claim("AP")), document(2, HARBOUR, hours=1, agency=claim("AP")))
    judged: list[set[tuple[int, int]]] = []
    compare = JudgingBench._compare
    monkeypatch.setattr(JudgingBench, "_compare", lambda bench, keys: judged.append(set(keys)) or compare(bench, keys))
    monkeypatch.setattr(desk.engine.index, "find", lambda _: [[Candidate(1, 0.9)]])
    desk.place(document(3, HARBOUR, hours=2, agency=claim("AP")))
    assert judged == [{(1, 3)}, {(1, 2), (2, 3)}]
