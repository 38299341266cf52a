"""The opening marks of place and agency, and brackets that are none"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers import agencies
from workers.dedup.datelines import HEAD, initials, is_place, lookup_parts, read_datelines

KNOWN = agencies.load()
REST = "Rain fell on the valley for a third day and closed the road to the dam, officials said on Tuesday."


def read(*paragraphs: str) -> list[str]:
    return [reading.agency for reading in read_datelines(list(paragraphs), KNOWN)]


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ("DENVER (AP) — ", ["AP"]),
        ("LISBON, Portugal, Nov 3 (Reuters) - ", ["Reuters"]),
        ("Mainz (dpa/lrs) - ", ["dpa"]),
        ("Paris (AFP, Reuters) - ", ["AFP", "Reuters"]),
        ("(ANSA) - BARI, 03 NOV - ", ["ANSA"]),
        ("МОСКВА, 3 ноября. /ТАСС/. ", ["TASS"]),
        ("КАЗАНЬ, 3 ноя — РИА Новости. ", ["RIA Novosti"]),
        ("Frankfurt (epd). ", ["epd"]),
        ("【ロンドン共同】", ["Kyodo"]),
        ("（法新社罗马3日电）", ["AFP"]),
        ("新华社成都11月3日电 ", ["Xinhua"]),
        ("(부산=연합뉴스) ", ["Yonhap"]),
        ("", []),
    ],
)
def test_openings(opening, expected):
    assert list(dict.fromkeys(read(opening + REST))) == expected


@pytest.mark.parametrize(
    "paragraph",
    [
        f"Agence France-Presse (AFP) – a company – said so. {REST}",
        f"Associated Press (AP) - a cooperative of the press - said so. {REST}",
        f"AMARAVATI (AP) — {REST}",  # Andhra Pradesh
        f"In a room (AFP) — {REST}",
        f"The council of the valley met its mayor (AFP) — {REST}",
        f"DENVER (AP) counts its cars. {REST}",
        f"DENVER (AP). {REST}",  # its mark means other things, too
        f"{REST}{REST} DENVER (AP) — {REST}",
        f"WASHINGTON (USA) — {REST}",
        f"NORTHMOOR (VIDEO) — {REST}",
    ],
    ids=[
        "definition",
        "definition of a mark",
        "elsewhere",
        "preposition",
        "sentence",
        "no dash",
        "a stop",
        "too late",
        "country",
        "kind of text",
    ],
)
def test_brackets_that_are_no_dateline(paragraph):
    assert read(paragraph) == []


def test_a_dateline_in_the_middle_of_a_text_is_believed_less():
    (first,) = read_datelines([f"DENVER (AP) — {REST}"], KNOWN)
    (late,) = read_datelines([REST] * 5 + [f"DENVER (AP) — {REST}"], KNOWN)
    assert first.confidence > late.confidence > 0.8
    assert late.quote == first.quote == "DENVER (AP)"


def test_letters_that_no_file_names_are_kept_at_the_edge_of_belief():
    (firm,) = read_datelines([f"MILLBROOK (QVNS) — {REST}"], KNOWN)
    (weak,) = read_datelines([f"Millbrook (QVNS) — {REST}"], KNOWN)
    (named,) = read_datelines([f"Millbrook (Valley News Service) — {REST}"], KNOWN)
    assert (firm.agency, weak.agency, named.agency) == ("QVNS", "QVNS", "Valley News Service")
    assert firm.confidence == named.confidence > weak.confidence >= 0.5
    assert read(f"MILLBROOK (QVNS) {REST}") == read("MILLBROOK (QVNS) — Rain.") == read(*[REST] * 3, firm.quote) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("NEW YORK", True),
        ("Rio de Janeiro, 3 de nov", True),
        ("Frankfurt am Main", True),
        ("In Rome", False),
        ("Rome said", False),
        ("Rome 3 said", True),  # one word beside a date may be a month
        ("Rome 3 he said", False),
        ("«Rome»", False),
        ("A B C D E F G H I J K", False),
    ],
)
def test_what_can_be_a_place(text, expected):
    assert is_place(text) is expected


def test_the_agencies_of_a_credit_in_order_and_once():
    assert lookup_parts("dpa/lnw", KNOWN) == ["dpa"]
    assert lookup_parts("AFP, Reuters und AFP", KNOWN) == ["AFP", "Reuters"]
    assert lookup_parts("Associated Press", KNOWN) == ["AP"]
    assert lookup_parts("the mayor and the council", KNOWN) == []


def test_initials_are_those_of_capitalised_words():
    assert initials("the Press Association of Great-Britain") == "PAGB"
    assert initials("") == ""


@given(st.lists(st.text(st.sampled_from("AP afp()/-—.:【共同】新华社电=Rdpa 12Ann,"), max_size=160), max_size=6))
def test_no_jumble_raises_and_readings_stand_in_the_heads(paragraphs):
    heads = [paragraph[:HEAD] for paragraph in paragraphs]
    for found in read_datelines(paragraphs, KNOWN):
        assert 0 < found.confidence <= 1
        assert found.quote
        assert any(found.quote in head for head in heads)
