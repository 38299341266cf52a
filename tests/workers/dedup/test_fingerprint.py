"""The rarest terms of a text, and until when its copies are looked for"""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.workers.dedup.texts import HARBOUR, NOW, REWORDED, WEATHER, document
from workers import text
from workers.dedup import fingerprint, lexicon, reading, weighing
from workers.dedup.commonness import Commonness
from workers.dedup.fingerprint import TERMS, lifetime, rarest
from workers.dedup.lexicon import Lexicon

BRIDGE = Path(__file__).parents[2] / "cases" / "stories" / "zh-bridge.json"


def terms_of(body):
    found = reading.read(document(1, body), Lexicon())
    terms, weights = rarest(found, weighing.rarity(found, Commonness()))
    return terms, weights


def test_as_many_as_wanted_each_once_the_rarest_first():
    terms, weights = terms_of(HARBOUR)
    assert terms.size == weights.size == TERMS
    assert np.unique(terms).size == TERMS
    assert np.all(np.diff(weights) <= 0)


def test_names_are_among_them_and_everyday_words_are_not():
    terms, _ = terms_of(HARBOUR)
    assert lexicon.term("n", text.skeleton("thornquist")) in terms
    assert lexicon.term("w", text.stem("the")) not in terms


def test_a_rewording_shares_many_and_another_text_next_to_none():
    source, copy, other = (set(terms_of(body)[0].tolist()) for body in (HARBOUR, REWORDED, WEATHER))
    assert len(source & copy) >= 8
    assert len(source & other) <= 1


def test_numbers_bring_a_rewrite_to_its_source_in_a_script_without_spaces():
    """Pairs of characters that a rewrite has by chance are as rare as names, and many more."""
    bodies = {one["id"].split("-")[-1]: one["body"] for one in json.loads(BRIDGE.read_text("utf-8"))["articles"]}
    source = terms_of(bodies["o"])[0]
    share = {}
    for role in ("m2", "t2", "r"):  # a rewrite, one of a rewrite, a report of another newsroom
        terms, weights = terms_of(bodies[role])
        share[role] = float(weights[np.isin(terms, source)].sum() / weights.sum())
    assert min(share["m2"], share["t2"]) > 0.5
    assert share["r"] < 0.15


def test_next_to_no_text_has_few():
    assert terms_of("Rain.")[0].size <= 2


@pytest.mark.parametrize(("is_wire", "days"), [(False, 90), (True, 730)])
def test_copies_of_an_agencys_own_text_are_looked_for_longer(is_wire, days):
    begin, end = lifetime(document(1, HARBOUR, is_agency_portal=is_wire), 90, 730)
    assert (begin, end - begin) == (int(NOW.timestamp()), days * 86400)


@pytest.mark.parametrize(("published", "expected"), [(None, 5), (timedelta(days=3), 5), (timedelta(hours=-7), -420)])
def test_a_time_that_is_unknown_or_still_to_come_is_not_believed(published, expected):
    told = document(1, HARBOUR, published_at=published and NOW + published)
    assert fingerprint.appeared_at(told) == NOW + timedelta(minutes=expected)
