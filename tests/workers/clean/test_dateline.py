import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.clean import dateline

OPENINGS = Path(__file__).parents[2] / "cases" / "datelines" / "openings.tsv"


def rows() -> list[dict[str, str]]:
    with OPENINGS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["text"])
def test_openings(row: dict[str, str]) -> None:
    found = dateline.read(row["text"])
    if row["place"] == "none":
        assert found is None
    else:
        assert found is not None
        assert (found.place or "", found.agency or "") == (row["place"], row["agency"])
        assert row["text"].startswith(found.text)


@settings(deadline=None)  # the first call loads word lists
@given(st.text(max_size=150))
def test_no_text_raises(text: str) -> None:
    found = dateline.read(text)
    assert found is None or found.place or found.agency


@settings(deadline=None)  # the first call loads word lists
@given(st.text(st.sampled_from("ABc (AP)—-/., 3年电【=】"), max_size=130))
def test_no_jumble_of_marks_raises(text: str) -> None:
    dateline.read(text)
