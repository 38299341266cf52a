"""The choice of the original."""

from dataclasses import replace
from datetime import timedelta

from tests.workers.dedup.texts import NOW, claim
from workers.dedup import original
from workers.dedup.original import Contender

FIRST = Contender(1, NOW, has_trusted_time=True, is_agency_portal=False, agency=None, length=3000)
SECOND = replace(FIRST, article_id=2, appeared_at=NOW + timedelta(hours=2))


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
