import re
from pathlib import Path

import pytest

from storage.errors import Refused
from workers import agencies

KNOWN = agencies.load()


def complaint(folder: Path, text: str) -> str:
    path = folder / "more.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        agencies.load(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("the associated press", "AP"),
        ("ТАСС", "TASS"),
        ("ロイター", "Reuters"),
        ("dpa-AFX", "dpa"),
        ("Kaiser Health News", "KFF"),
    ],
)
def test_names_are_found_whatever_their_case(text: str, key: str) -> None:
    assert KNOWN.find(text) == KNOWN.find(text.upper()) == key


@pytest.mark.parametrize("text", ["Pa", "ap", "Cp", "tt", "Sid", "Press", ""])
def test_short_marks_need_their_case(text: str) -> None:
    assert KNOWN.find(text) is None


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("apnews.com", "AP"),
        ("uk.reuters.com", "Reuters"),
        ("reuters.co.jp", "Reuters"),
        ("sapnews.com", None),
        ("localhost", None),
    ],
)
def test_hosts(host: str, key: str | None) -> None:
    assert KNOWN.of_host(host) == key


def test_every_name_may_be_named() -> None:
    for agency in KNOWN.by_key.values():
        for name in (*agency.names, *agency.marks):
            assert KNOWN.may_name(f"… {name} …"), name


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        ("abc", "abc"),
        ("a(?:bcd)ef", "ef"),
        ("abcd?ef", "abc"),
        (r"x\.com/y", "x.com/y"),
        ("abc|def", ""),
        (r"ab\d{2,3}cde", "cde"),
    ],
)
def test_required_literal(pattern: str, literal: str) -> None:
    assert agencies.required_literal(pattern) == literal


def test_an_operators_file_adds_to_an_agency_and_brings_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "more.toml"
    path.write_text('[AP]\nnames = ["Wire of Oz"]\n[OZ]\nnames = ["Oz News"]\nmarks = ["OZN"]\n', encoding="utf-8")
    known = agencies.load(path)
    assert (known.find("wire of oz"), known.find("OZN"), known.find("Associated Press")) == ("AP", "OZ", "AP")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[OZ]\nname = ["Oz"]', "[OZ] name: unknown field; did you mean names?"),
        ('[OZ]\nnames = "Oz"', "[OZ] names: must be a list of texts"),
        ('[OZ]\nnames = ["a", ""]', "[OZ] names: must be a list of texts, none empty"),
        ("[OZ]\nambiguous = 1", "[OZ] ambiguous: must be true or false"),
        ('[OZ]\nphrases = ["a("]', "is no regular expression"),
        ('[OZ]\nphrases = ["a.*b"]', "needs 3 plain characters"),
        ('[OZ]\nnames = ["Reuters"]', "is also that of [Reuters]"),
        ('OZ = ["Oz"]', "[OZ] must be a table"),
        ("[OZ\n", "not valid TOML"),
    ],
)
def test_complaints_name_file_table_and_field(tmp_path: Path, text: str, says: str) -> None:
    told = complaint(tmp_path, text)
    assert says in told
    assert "more.toml" in told or "is also that of" in told


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=re.escape(str(tmp_path / "none.toml"))):
        agencies.load(tmp_path / "none.toml")
