"""The choice of the original."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from storage.domain import AgencyClaim
from tests.workers.dedup.texts import HARBOUR, NOW, claim, document
from workers.dedup import original
from workers.dedup.original import Contender

FIRST = Contender(1, NOW, has_trusted_time=True, is_agency_portal=False, agency=None, length=3000)
SECOND = replace(FIRST, article_id=2, appeared_at=NOW + timedelta(hours=2))


def test_two_different_credits_make_rivals() -> None:
    ap, reuters = claim("AP"), claim("REUTERS", 0.6)
    assert original.are_rivals(ap, reuters)
    assert not original.are_rivals(ap, claim("AP", 0.5))
    assert not original.are_rivals(ap, None)
    assert not original.are_rivals(None, None)


def test_the_earliest_is_the_original() -> None:
    assert original.choose([SECOND, FIRST]) == 1
    assert "earliest publication time" in original.reasons(1, [SECOND, FIRST])


def test_the_agencys_own_portal_wins_over_an_earlier_time() -> None:
    home = replace(SECOND, is_agency_portal=True, agency=claim("AP"))
    assert original.choose([FIRST, home]) == 2
    assert original.reasons(2, [FIRST, home])[0] == "agency's own portal"


def test_another_agencys_portal_does_not() -> None:
    credited = [
        replace(FIRST, agency=claim("AFP")),
        *(replace(SECOND, article_id=n, agency=claim("AFP")) for n in (3, 4, 5)),
    ]
    home = replace(SECOND, is_agency_portal=True, agency=claim("AP"))
    assert original.choose([*credited, home]) == 1


def test_a_time_that_the_page_does_not_give_is_trusted_less() -> None:
    assert original.choose([replace(FIRST, has_trusted_time=False), SECOND]) == 2


def test_within_minutes_the_credited_and_the_complete_come_first() -> None:
    near = replace(FIRST, article_id=2, appeared_at=NOW + timedelta(seconds=40))
    assert original.choose([FIRST, replace(near, agency=claim("dpa"))]) == 2
    assert original.choose([replace(FIRST, length=900), near]) == 2


def test_the_story_came_from_the_agency_credited_most() -> None:
    members = [
        replace(FIRST, agency=claim("UPI", 0.5)),
        *(replace(SECOND, article_id=n, agency=claim("AP")) for n in (2, 3)),
    ]
    agency = original.story_agency(members)
    assert agency is not None
    assert agency.agency == "AP"
    assert original.story_agency([FIRST, SECOND]) is None


def test_a_claim_read_off_the_portal_makes_it_the_agencys_own() -> None:
    own = AgencyClaim("AP", "portal", 0.95)
    assert original.contender(document(1, HARBOUR, agency=own)).is_agency_portal
    assert not original.contender(document(1, HARBOUR, agency=claim("AP"))).is_agency_portal


def test_of_an_agencys_customers_the_one_wins_that_the_others_agree_with() -> None:
    first, second, third = (
        replace(FIRST, article_id=n, appeared_at=NOW + timedelta(hours=n), agency=claim("AP")) for n in (1, 2, 3)
    )
    likeness = {frozenset({1, 2}): 0.5, frozenset({1, 3}): 0.5, frozenset({2, 3}): 0.9}

    def supports(pairs: Sequence[tuple[int, int]]) -> list[float]:
        return [likeness[frozenset(pair)] for pair in pairs]

    assert original.choose([first, second, third], supports) == 2
    assert original.choose([first, replace(second, agency=None), third], supports) == 3  # it votes, but can't win
    late = replace(second, appeared_at=NOW + timedelta(days=3)), replace(third, appeared_at=NOW + timedelta(days=4))
    assert original.choose([first, *late], supports) == 1
    assert original.choose([first, second, third, replace(first, article_id=4, is_agency_portal=True)], supports) == 4


def test_an_earlier_text_that_the_others_do_not_descend_from_is_not_the_original() -> None:
    """A reworded copy printed first, an original, and two copies of that: whoever is credited."""
    spun, source, cut, edited = (
        replace(FIRST, article_id=n, appeared_at=NOW + timedelta(hours=n)) for n in (1, 2, 3, 4)
    )

    def supports(pairs: Sequence[tuple[int, int]]) -> list[float]:
        return [0.5 if spun.article_id in pair else 0.9 for pair in pairs]

    for credited in (source, replace(source, agency=claim("AP"))):
        assert original.choose([spun, credited, cut, edited], supports) == source.article_id
    assert original.choose([spun, source, cut], supports) == source.article_id
    assert original.choose([spun, source], supports) == spun.article_id  # two texts don't tell which was made of which


def test_credited_texts_vote_and_win_however_many_others_were_printed_before() -> None:
    early = [replace(FIRST, article_id=n, appeared_at=NOW + timedelta(minutes=n)) for n in range(1, 10)]
    late = [replace(SECOND, article_id=n, appeared_at=NOW + timedelta(hours=n), agency=claim("AP")) for n in (20, 21)]
    voters = {article for pair in original.disputed([*early, *late]) for article in pair}
    assert voters == {1, 2, 3, 4, 20, 21}
    assert original.choose([*early, *late], lambda pairs: [0.9] * len(pairs)) == 20


def test_the_pairs_that_a_choice_asks_for_are_known_beforehand() -> None:
    members = [
        replace(FIRST, article_id=n, appeared_at=NOW + timedelta(hours=n), agency=claim("AP") if n != 2 else None)
        for n in (1, 2, 3, 4)
    ]
    asked: list[tuple[int, int]] = []

    def supports(pairs: Sequence[tuple[int, int]]) -> list[float]:
        asked.extend(pairs)
        return [0.5] * len(pairs)

    original.choose(members, supports)
    assert sorted(original.disputed(members)) == sorted(asked)
    assert {article for pair in asked for article in pair} == {1, 2, 3, 4}
    assert original.disputed([*members, replace(members[0], article_id=5, is_agency_portal=True)]) == []
    assert original.disputed(members[:2]) == []
