"""Words into integers: numbers by their values, stems and skeletons alike in every process, memory bounded"""

import math

import numpy as np
import pytest

from workers.dedup import lexicon
from workers.dedup.lexicon import Lexicon


@pytest.mark.parametrize(
    ("word", "value"),
    [("7", 7), ("1,840", 1840), ("1.840", 1840), ("1.2", 1.2), ("12,5", 12.5), ("1,000,000", 1e6), ("0.125", 0.125)],
)
def test_digits_with_separators(word, value):
    assert lexicon.numeric(word) == pytest.approx(value)


@pytest.mark.parametrize(("word", "factor"), [("million", 1e6), ("万人", 1e4), ("harbour", 0.0)])
def test_words_that_multiply_the_number_before(word, factor):
    assert lexicon.magnitude(word) == factor


def test_a_number_is_one_term_however_it_is_written():
    assert lexicon.number_term(1200) == lexicon.number_term(1.2 * 1000)
    assert lexicon.number_term(1200) != lexicon.term("w", "1200")


def test_small_numbers_and_years_are_common():
    assert lexicon.number_share(3.0) > lexicon.number_share(2024.0) > lexicon.number_share(1841.0)


def test_what_is_known_of_words():
    words = ["Kestrel", "kestrel", "1,840", "twelve"]
    found = Lexicon()
    numbers = found.number(words)
    known = found.attributes
    assert known.is_capitalised[numbers].tolist() == [True, False, False, False]
    assert known.stems[numbers[0]] == known.stems[numbers[1]]
    assert [value if not math.isnan(value) else None for value in known.values[numbers].tolist()] == [
        None,
        None,
        1840.0,
        12.0,
    ]


def test_terms_do_not_depend_on_what_was_read_before():
    fresh, used = Lexicon(), Lexicon()
    used.number([f"word{n}" for n in range(9000)])  # more than fit at first
    one, other = fresh.number(["Kestrel", "ran"]), used.number(["Kestrel", "ran"])
    assert fresh.attributes.stems[one].tolist() == used.attributes.stems[other].tolist()
    assert fresh.attributes.facts[one].tolist() == used.attributes.facts[other].tolist()


def test_it_starts_afresh_beyond_its_limit():
    small = Lexicon(limit=10)
    for turn in range(5):
        small.number([f"w{turn}x{n}" for n in range(8)])
    assert len(small) <= 2 * 8
    assert np.array_equal(small.number(["a"]), small.number(["a"]))
