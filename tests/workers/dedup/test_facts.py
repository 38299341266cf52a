"""Names and numbers of a text, with case, without it, and where nouns are capitalised too"""

import numpy as np
import pytest

from workers import text
from workers.dedup import facts, lexicon
from workers.dedup.lexicon import Lexicon


def found(sentence):
    """The words of `sentence` that are facts."""
    words = text.words(text.fold(sentence))
    known = Lexicon()
    numbers = known.number(words)
    first = np.zeros(len(words), np.bool_)
    first[0] = True
    return words, facts.facts(words, numbers, first, known.attributes)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Yesterday Elise Thornquist left the harbour", ["Elise", "Thornquist"]),
        ("The ship ran aground off Dellan", ["Dellan"]),
        ("There were 23 crew members on board", ["23"]),
        ("Yesterday the Kestrel sank", ["Kestrel"]),
    ],
)
def test_names_and_numbers(sentence, expected):
    words, of = found(sentence)
    assert [words[at] for at in of.at.tolist()] == expected


@pytest.mark.parametrize(
    ("sentence", "value"),
    [("It cost 1.2 million dollars", 1.2e6), ("She was fifty-eight years old", 58.0), ("It cost 3 thousand", 3000.0)],
)
def test_numbers_that_go_on_in_the_next_word(sentence, value):
    _, of = found(sentence)
    assert lexicon.number_term(value) in of.terms[of.is_number].tolist()


def test_common_german_nouns_are_no_names():
    words, of = found("Der Mann und die Frau mit den Leuten sind nicht von der Stadt Quedlinburg und das ist gut")
    names = [words[at] for at in of.at.tolist()]
    assert "Quedlinburg" in names
    assert "Mann" not in names


def test_without_capitals_rare_words_stand_for_names():
    _, of = found("the kestrelium ran off zhudellan while they slept")
    assert of.terms.size >= 2
    assert not of.is_number.any()


def test_a_text_that_counts_on_and_on_is_read_number_by_number():
    _, of = found("three four five " * 2000)
    assert of.is_number.sum() == 6000
