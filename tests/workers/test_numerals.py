"""Numbers in Chinese characters and Korean words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers import text


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("三百四十万人参加", "3400000"),
        ("一亿二千万元", "120000000"),
        ("两千三百米", "2300"),
        ("二〇二六年", "2026"),
        ("百分之三十五", "35"),
        ("二十五人が参加", "25"),
        ("열네 척", "14"),
        ("쉰여덟 살", "58"),
        ("열한명", "11"),
        ("이백 미터", "200"),
        ("천이백 명", "1200"),
    ],
)
def test_numbers_written_out_come_as_digits(raw: str, number: str) -> None:
    assert number in text.words(raw)


@pytest.mark.parametrize("raw", ["十分重要", "万一发生", "一些人", "三四天", "두 사람", "이천에서", "만나다", "한국"])
def test_words_that_only_hold_such_a_character_stay(raw: str) -> None:
    assert not any(word.isdigit() for word in text.words(raw))


def test_a_run_too_long_for_a_number_is_none() -> None:
    assert not any(word.isdigit() for word in text.words("九" * 6000))


@given(st.text(alphabet="〇一二三十百千万亿年열두네다섯백천만명 ", max_size=12))
def test_any_mixture_is_read(raw: str) -> None:
    assert all(text.words(raw))
