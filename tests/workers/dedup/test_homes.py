"""Which portals are an agency's own."""

import pytest

from workers import agencies
from workers.dedup.homes import ENOUGH, Homes


@pytest.fixture(scope="module")
def known():
    return agencies.load()


def learnt(known, portal, *credited):
    homes = Homes(known)
    for agency in credited:
        homes.learn(portal, agency)
    return homes


@pytest.mark.parametrize(
    ("portal", "name", "agency"),
    [
        ("hub", "AP Wire Hub", "AP"),
        ("apwire", None, "AP"),
        ("www.dpa-report.example", None, "dpa"),
        ("desk", "Global Reuters Desk", "Reuters"),
    ],
)
def test_a_portal_that_prints_one_agency_and_is_called_so_is_its_own(known, portal, name, agency):
    assert learnt(known, portal, *[agency] * ENOUGH).agency_of(portal, name) == agency


def test_a_portal_that_copies_one_agency_is_not_its_own(known):
    assert learnt(known, "worldnation", *["AP"] * 50).agency_of("worldnation", "World Nation News") is None


def test_a_customer_with_texts_of_its_own_is_not_the_agency(known):
    homes = learnt(known, "ap", *["AP"] * 9, None)
    assert homes.agency_of("ap") is None


def test_a_few_articles_show_nothing(known):
    homes = learnt(known, "ap", *["AP"] * (ENOUGH - 1))
    assert homes.agency_of("ap") is None
    assert homes.agency_of("never-seen") is None


def test_what_was_learnt_outlives_the_process(known):
    saved = learnt(known, "ap", *["AP"] * ENOUGH).to_bytes()
    assert Homes(known, saved).agency_of("ap") == "AP"
