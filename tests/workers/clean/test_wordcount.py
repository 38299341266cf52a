import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.clean.wordcount import count


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Two words — here", 3, 3),
        ("", 0, 0),
        ("政府は新しい支援策を発表した。", 6, 9),
        ("政府宣布新的支援措施", 5, 5),
        ("รัฐบาลประกาศมาตรการใหม่เพื่อช่วยเหลือประชาชน", 7, 13),
        ("정부는 새로운 지원책을 발표했다.", 4, 4),
        ("सरकार ने नए कदमों की घोषणा की।", 7, 7),
        ("AI時代の到来 2026", 4, 5),
    ],
)
def test_words_are_counted_or_estimated(text: str, low: int, high: int) -> None:
    assert low <= count(text) <= high


@given(st.text(alphabet="ab_1 \t\x1c-,.'", max_size=30))
def test_ascii_words_are_counted_as_others(text: str) -> None:
    assert count(text) == count(f"{text} é") - 1


@pytest.mark.parametrize("letter", ["ก", "ກ", "က", "ក", "あ", "ア", "㐀", "中", "龍", "豈", "ヿ", "鿿"])
def test_scripts_without_spaces_are_seen_wherever_they_stand(letter: str) -> None:
    assert count(f"two words {letter * 8}") == 2 + (2 if letter in "กກကក" else 4)


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    assert count(text) >= 0
