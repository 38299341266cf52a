"""Numbers told in several words."""

import numpy as np
import pytest

from workers import text
from workers.dedup import facts
from workers.dedup.lexicon import Lexicon, number_term

LEXICON = Lexicon()


def numbers(raw: str) -> list[int]:
    words = text.words(text.fold(raw))
    known = LEXICON.number(words)
    found = facts.facts(words, known, np.zeros(len(words), np.bool_), LEXICON.attributes)
    named = {number_term(value): value for value in range(1, 5000)} | {number_term(35_000): 35_000}
    return [named[term] for term in found.terms[found.is_number].tolist()]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("cent vingt-cinq personnes", [125]),
        ("quatre-vingt-dix maisons", [90]),
        ("soixante-douze ans", [72]),
        ("doscientos cuarenta y dos kilómetros", [242]),
        ("trinta e cinco mil pessoas", [35_000]),
        ("mil quinientos euros", [1500]),
        ("خمسة وعشرون شخصا", [25]),
        ("ثلاثة عشر قتيلا", [13]),
        ("مئتان وخمسون منزلا", [250]),
        ("fünfundzwanzig Menschen", [25]),
        ("zweihundertvierzig Menschen", [240]),
        ("duecentocinquanta persone", [250]),
        ("quarantadue persone", [42]),
        ("сто двадцать пять человек", [125]),
        ("yüz kırk iki kişi", [142]),
        ("two hundred and forty people", [240]),
        ("fifty-eight people", [58]),
    ],
)
def test_words_of_one_number_are_one_number(raw: str, expected: list[int]) -> None:
    assert numbers(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("between twenty and thirty", [20, 30]),
        ("five, six or seven", [5, 6, 7]),
        ("one of two", []),
        ("elf und zwölf", [11, 12]),
    ],
)
def test_numbers_beside_each_other_stay_apart(raw: str, expected: list[int]) -> None:
    assert numbers(raw) == expected


@pytest.mark.parametrize("word", ["undine", "achtung", "settembre", "ottone", "einander", "seine"])
def test_words_that_begin_like_numbers_are_none(word: str) -> None:
    assert numbers(f"die {word} dort") == []
