"""The stories that an article may join, and when two of them are one"""

import pytest

from tests.workers.dedup.test_limits import COPY, LIMITS, NEW, ROOT, Given, Table, placed
from tests.workers.dedup.texts import HARBOUR, document
from workers.dedup.cluster import Placer
from workers.dedup.ledger import Ledger
from workers.dedup.matches import SURE, Match, Matches
from workers.dedup.values import Member


def matches(bench: Given, *stories: int) -> Matches:
    """Matches among stories of one article each, which is named as they are."""
    return Matches(Ledger([Member(n, n, n, None, None, is_original=True) for n in stories]), bench, LIMITS)


def test_the_best_story_comes_first_and_kept_apart_ones_are_left_out() -> None:
    found = matches(Given({(1, 9): 0.8, (2, 9): 0.9, (3, 9): 0.2}), 1, 2, 3)
    assert [match.story for match in found.of(9, [1, 2, 3], frozenset())] == [2, 1]
    assert [match.story for match in found.of(9, [1, 2, 3], frozenset({2}))] == [1]
    assert found.of(9, [5], frozenset()) == []


@pytest.mark.parametrize(
    ("between", "sure", "adds", "are_one"),
    [
        (LIMITS.attach, 0.7, 0.5, True),
        (LIMITS.root, SURE, 0.0, True),
        (LIMITS.root - 0.01, SURE, 0.0, False),
        (LIMITS.root, SURE - 0.01, 0.0, False),
        (LIMITS.root, SURE, 0.5, False),  # it combines them
    ],
)
def test_two_stories_are_one_by_their_originals_or_by_a_text_that_surely_descends_from_both(
    between: float, sure: float, adds: float, are_one: bool
) -> None:
    bench = Given({(1, 2): between}, adds={(9, 2): adds})
    both = Match(1, 1, sure, sure), Match(2, 2, sure, sure)
    assert matches(bench, 1, 2).are_one(document(9, HARBOUR, hours=9), *both) is are_one


@pytest.mark.parametrize(("revised", "main"), [({}, 2), ({9: 1.0}, 1)])
def test_a_later_version_may_open_with_what_is_new(revised: dict[int, float], main: int) -> None:
    tables: dict[str, Table] = {
        "opening": {(9, 1): 0.2, (9, 2): 0.7},
        "found": {(9, 1): 0.7, (9, 2): 0.3},
        "revised": revised,  # type: ignore[dict-item]
    }
    first, _ = matches(Given({}, **tables), 1, 2).main_first(9, Match(1, 1, 0.9, 0.9), Match(2, 2, 0.9, 0.9))
    assert first.story == main


def test_a_story_that_joins_another_leaves_behind_what_is_too_far_from_the_original_there() -> None:
    """Stories 1 and 2 are one; a follow-up stood with 2."""
    two, follow_up = Member(2, 2, 2, None, None, is_original=True), Member(3, 3, 2, parent=2, verdict=None)
    ledger = Ledger([Member(1, 1, 1, None, None, is_original=True), two, follow_up])
    scores = {(1, 2): LIMITS.root, (2, 3): 0.5, (1, 3): LIMITS.root - 0.01, (1, 9): 0.99, (2, 9): SURE}
    placer = Placer(ledger, Given(scores), LIMITS)
    placer.place(document(9, HARBOUR, hours=9), [1, 2, 3])
    assert {number: ledger.member(number).story for number in (1, 2, 9)} == {1: 1, 2: 1, 9: 1}  # type: ignore[union-attr]
    assert ledger.member(3).story not in {1, 2}  # type: ignore[union-attr]
    assert ledger.member(3).is_original  # type: ignore[union-attr]


def test_who_stands_nearest_to_a_new_original_is_judged_by_it() -> None:
    """A reworded copy (ROOT) came first; NEW was made from COPY and judged by ROOT, until COPY proved the original."""
    found = placed(Given({(ROOT, COPY): 0.8, (ROOT, NEW): 0.8, (COPY, NEW): 0.97}))
    assert found[COPY].member.is_original
    assert found[NEW].member.parent == COPY
    assert found[NEW].member.verdict is not None
    assert found[NEW].member.verdict.score == 0.97
