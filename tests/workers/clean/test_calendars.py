import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.clean import calendars


@pytest.mark.parametrize(
    ("word", "language", "number"),
    [
        ("November", "en", 11),
        ("Nov.", None, 11),
        ("ноября", "ru", 11),
        ("listopada", "pl", 11),
        ("listopada", "hr", 10),
        ("srpna", "cs", 8),
        ("בנובמבר", "he", 11),
        ("พ.ย.", "th", 11),
        ("azaroaren", "eu", 11),
        ("Comments", "en", None),
        ("", None, None),
    ],
)
def test_months(word: str, language: str | None, number: int | None) -> None:
    assert calendars.month(word, language) == number


def test_years_of_other_counts() -> None:
    assert calendars.gregorian_year(2569) == 2026
    assert calendars.gregorian_year(69, "th") == 2026
    assert calendars.gregorian_year(26) == 2026
    assert calendars.gregorian_year(99) == 1999
    assert calendars.gregorian_year(2026) == 2026


def test_fold_gives_ascii_digits_and_gregorian_eras() -> None:
    assert calendars.fold("令和8年11月3日") == "2026年11月3日"
    assert calendars.fold("民國115年11月3日") == "2026年11月3日"
    assert calendars.fold("٣\u00a0نوفمبر\u200f ٢٠٢٦") == "3 نوفمبر 2026"


@given(st.text())
def test_joining_names_keeps_positions(text: str) -> None:
    assert len(calendars.join_names(text)) == len(text)
