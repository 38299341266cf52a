import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from workers.clean.normal import clean_line, clean_lines

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


def test_composes_and_drops_what_is_no_text() -> None:
    assert clean_line(" Cafe\u0301\x00\ud800 \t\n so\u00adft\u200b ") == "Café soft"


def test_joiners_that_spell_words_stay() -> None:
    assert clean_line("می\u200cخواهم") == "می\u200cخواهم"


def test_lines_and_indents_stay_where_they_matter() -> None:
    assert clean_lines("\n  a\r\n\tb \x00\n\nc\n") == "  a\n    b\n\nc"


@given(ANY_TEXT)
def test_normal_form_is_storable_and_stable(text: str) -> None:
    line = clean_line(text)
    line.encode("utf-8")
    assert unicodedata.is_normalized("NFC", line)
    assert not any(unicodedata.category(letter) == "Cc" for letter in line)
    assert clean_line(line) == line
    assert line == line.strip()
    assert "  " not in line


@given(st.text(alphabet=" \t\n\x1c\xa0\u2028\u3000a·é", max_size=12))
def test_every_run_of_white_space_is_one_space(text: str) -> None:
    assert clean_line(text) == " ".join(text.split())


@given(ANY_TEXT)
def test_lines_are_storable(text: str) -> None:
    lines = clean_lines(text)
    lines.encode("utf-8")
    assert not any(unicodedata.category(letter) == "Cc" and letter != "\n" for letter in lines)
