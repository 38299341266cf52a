import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.clean import byline
from workers.clean.byline import Byline

LINES = Path(__file__).parents[2] / "cases" / "bylines" / "lines.tsv"


def rows() -> list[dict[str, str]]:
    with LINES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["text"])
def test_people_and_desks_of_a_line(row: dict[str, str]) -> None:
    found = byline.read(row["text"])
    assert ";".join(found.people) == row["people"]
    assert ";".join(found.desks) == row["desks"]


def test_a_name_that_was_given_as_such_may_be_one_word() -> None:
    assert byline.read("Floyd") == Byline()
    assert byline.read("Floyd", is_structured=True) == Byline(("Floyd",))
    assert byline.read("wire reports", is_structured=True).people == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Jane Doe", True),
        ("Текст: Анна Петрова", True),
        ("Text der Woche", False),
        ("Theo Winslow", False),
        ("Bystanders saw it", False),
        ("De Bruyne scored", False),
    ],
)
def test_words_that_introduce_a_byline(text: str, expected: bool) -> None:
    assert byline.starts_as_byline(text) is expected


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ein Gastbeitrag von Jane Doe", ("Jane Doe",)),
        ("3 November 2026 | by Jane Doe | 5 min read", ("Jane Doe",)),
        ("Stand by for more", ()),
        ("Publicado por Juan Pérez el 3 de mayo", ("Juan Pérez",)),
    ],
)
def test_names_behind_by_within_a_line(text: str, people: tuple[str, ...]) -> None:
    assert byline.credited(text).people == people


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Associated Press writer Tomas Wick contributed to this report from Sand Quay.", ("Tomas Wick",)),
        (
            "Associated Press writers Jane Doe in Rome and Richard Roe in Paris contributed to this report.",
            ("Jane Doe", "Richard Roe"),
        ),
        ("AP Business Writer Jane Doe contributed.", ("Jane Doe",)),
        ("Jane Doe and Richard Roe contributed to this report.", ("Jane Doe", "Richard Roe")),
        ("(Reporting by Ada Quill in Port Ellery and Bo Sand; Editing by Mira Holt)", ("Ada Quill", "Bo Sand")),
        ("Additional reporting by Jane Doe", ("Jane Doe",)),
        ("Mitarbeit: Hans Müller", ("Hans Müller",)),
        ("Con información de Juan Pérez.", ("Juan Pérez",)),
        ("Higher fuel prices contributed to this report of losses.", ()),
        ("The minister said the talks had failed.", ()),
    ],
)
def test_contributors_of_a_closing_line(text: str, people: tuple[str, ...]) -> None:
    assert byline.contributors(text) == people


@settings(deadline=None)  # the first call loads word lists
@given(st.text(max_size=200), st.booleans())
def test_no_text_raises_and_names_are_whole_lines(text: str, is_structured: bool) -> None:
    found = byline.read(text, is_structured)
    assert all(name.strip() == name and name for name in (*found.people, *found.desks))
    assert byline.merged([found, found]).people == found.people
    byline.credited(text)
    byline.contributors(text)


@settings(deadline=None)  # the first call loads word lists
@given(
    st.lists(
        st.sampled_from(["By", "von", "Jane", "Doe", "and", "y", ",", "/", "AP", "(AP)", "@x", "记者", "王", "de"]),
        max_size=9,
    )
)
def test_no_order_of_credits_raises(pieces: list[str]) -> None:
    byline.read(" ".join(pieces))
    byline.read("".join(pieces), is_structured=True)


def test_a_sentence_without_spaces_is_no_name() -> None:
    assert not byline.is_person("ชาวบ้านหลายคนบอกว่ารายได้ดีขึ้น แต่ยังกังวลเรื่องขยะในคลอง")
    assert byline.is_person("สมชาย ใจดี")
    assert byline.is_person("पत्रकार राजेन्द्र कुमार")
