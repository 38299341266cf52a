"""Lines that credit an agency, and lines that only speak of one"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers import agencies
from workers.dedup.creditlines import LONGEST, read_byline, read_line, read_tail

KNOWN = agencies.load()
JUMBLE = st.text(st.sampled_from("AP afp(c)©/-—.:|,\n 共同电 dpa Reuters by von Source Quelle 2026 "), max_size=240)


def line(text: str, *, is_own_line: bool = True) -> list[tuple[str, str]]:
    """Agencies that a line credits, with where each was read."""
    return [(r.agency, r.source) for r in read_line(text, KNOWN, "byline", is_own_line)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Source: AFP", [("AFP", "credit")]),
        ("Quelle: dpa/Reuters", [("dpa", "credit"), ("Reuters", "credit")]),
        ("来源：新华社", [("Xinhua", "credit")]),
        ("© 2026 The Associated Press. All rights reserved.", [("AP", "copyright")]),
        ("Copyright 2026 AFP", [("AFP", "copyright")]),
        ("Le Journal avec AFP", [("AFP", "credit")]),
        ("With information from Reuters", [("Reuters", "credit")]),
        ("Reuters contributed to this report.", [("Reuters", "credit")]),
        ("This story was originally published by Kaiser Health News.", [("KFF", "credit")]),
        ("By Ann Lee, Associated Press", [("AP", "byline")]),
        ("von Ann Lee, dpa", [("dpa", "byline")]),
        ("AP Sports Writer", [("AP", "byline")]),
        ("Ann Lee Reuters", [("Reuters", "byline")]),
    ],
)
def test_a_line_credits_an_agency(text, expected):
    assert line(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "By Ann Lee",
        "Foto: dpa",
        "Photo by Ann Lee/AP",
        "REUTERS/Ann Lee",
        "© Reuters/Ann Lee",
        "She told it in a talk with AFP",
        "Source: the mayor's office",
        "Source: AFP " + "x" * LONGEST,
    ],
)
def test_a_line_credits_nobody(text):
    assert line(text, is_own_line=False) == []


@pytest.mark.parametrize("text", ["Photo by Ann Lee, Associated Press", "Foto: Ann Lee, dpa", "图片 新华社"])
def test_who_took_a_picture_wrote_no_text(text):
    assert line(text) == []


def test_a_line_within_a_text_must_hold_nothing_else():
    assert line("(Reuters)", is_own_line=False) == [("Reuters", "byline")]
    assert line("Reuters, dpa", is_own_line=False) == [("Reuters", "byline"), ("dpa", "byline")]
    sentence = "Reuters and the council of the valley have not yet agreed on a new road."
    assert line(sentence, is_own_line=False) == []


@pytest.mark.parametrize(
    ("surer", "less_sure"),
    [
        ("AFP", "Ann Lee, AFP"),
        ("Ann Lee, AFP", "Le Journal avec AFP"),
        ("Source: AFP", "With files from AFP"),
        ("© 2026 AFP", "© AFP"),
    ],
)
def test_how_sure_a_credit_is(surer, less_sure):
    (one,), (other,) = (list(read_line(text, KNOWN, "byline")) for text in (surer, less_sure))
    assert one.agency == other.agency == "AFP"
    assert 1 >= one.confidence > other.confidence > 0


def test_of_several_agencies_the_first_is_the_surest():
    first, second, third = read_byline("Reuters, dpa, AFP", KNOWN, "byline")
    assert (first.agency, second.agency, third.agency) == ("Reuters", "dpa", "AFP")
    assert first.confidence > second.confidence == third.confidence


def test_a_byline_names_an_agency_once():
    assert [r.agency for r in read_byline("Ann Lee, Reuters | Bo Lin, Reuters", KNOWN, "byline")] == ["Reuters"]


def test_a_service_that_no_file_names_is_kept_under_its_own_name():
    (found,) = read_byline("Ann Lee, Valley News Service", KNOWN, "byline")
    assert (found.agency, found.source) == ("Valley News Service", "byline")
    assert found.confidence < 0.6
    assert line("Source: Valley News Service") == [("Valley News Service", "credit")]


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("The road is closed, he said. (AFP)", ["AFP"]),
        ("Die Straße ist gesperrt. (dpa/Reuters)", ["dpa", "Reuters"]),
        ("The road is closed, he said. - Bernama", ["Bernama"]),
        ("这条路已经关闭。（新华社）", ["Xinhua"]),
        ("The road is closed (AFP) until May.", []),
        ("The road is closed, he said. (May)", []),
        ("He works for AFP.", []),
        ("", []),
    ],
)
def test_an_agencys_mark_behind_the_last_sentence(paragraph, expected):
    found = list(read_tail(paragraph, KNOWN))
    assert [r.agency for r in found] == expected
    assert all(r.source == "credit" and r.quote in paragraph for r in found)


@given(JUMBLE)
def test_no_jumble_raises_and_readings_show_words_of_the_line(text):
    plain = " ".join(text.split())
    for is_own_line in (True, False):
        for found in read_line(text, KNOWN, "byline", is_own_line):
            assert 0 < found.confidence <= 1
            assert found.quote
            assert found.quote in plain
    for found in (*read_tail(text, KNOWN), *read_byline(text, KNOWN, "byline")):
        assert 0 < found.confidence <= 1
        assert found.quote in text


@given(st.sampled_from(sorted(KNOWN.by_key)))
def test_every_agency_is_found_as_a_byline_by_its_first_name(key):
    name = (*KNOWN.by_key[key].names, key)[0]
    assert key in {r.agency for r in read_byline(name, KNOWN, "byline")}
