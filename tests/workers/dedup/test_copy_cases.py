import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from storage.domain import CopyKind

FOLDER = Path(__file__).parents[2] / "cases" / "copies"
CASES = sorted(path.parent for path in FOLDER.glob("*/*/expected.json"))
FEWEST = 4


def read(case: Path, name: str) -> tuple[str, str]:
    """Title and body of one of a case's texts."""
    title, _, body = (case / f"{name}.txt").read_text(encoding="utf-8").partition("\n\n")
    return title, body.strip()


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


def expected(case: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    return told


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_cases_keep_the_format(case: Path) -> None:
    told, kind = expected(case), case.parent.name
    assert told["kind"] == (kind if kind in set(CopyKind) else None)
    assert told["related"] == (kind == "related")
    assert case.name.startswith(told["language"])
    assert (case / "second.txt").exists() == (kind == "merged")
    for name in ("original", "copy"):
        title, body = read(case, name)
        assert title
        assert len(body) > 40


def test_every_kind_has_several_cases() -> None:
    counts = Counter(case.parent.name for case in CASES)
    assert set(counts) == {*CopyKind, "none", "related"}
    assert min(counts.values()) >= FEWEST


@pytest.mark.parametrize("case", [case for case in CASES if case.parent.name == "localised"], ids=str)
def test_localised_copies_hold_their_original(case: Path) -> None:
    assert read(case, "copy")[1].endswith(read(case, "original")[1])


@pytest.mark.parametrize("case", [case for case in CASES if case.parent.name == "truncated"], ids=str)
def test_truncated_copies_begin_as_their_original(case: Path) -> None:
    copy, original = letters(read(case, "copy")[1]), letters(read(case, "original")[1])
    assert original.startswith(copy[:60])
    assert len(copy) < len(original)


@pytest.mark.parametrize("case", [case for case in CASES if case.parent.name == "merged"], ids=str)
def test_merged_copies_take_from_both(case: Path) -> None:
    copy = read(case, "copy")[1]
    for name in ("original", "second"):
        assert read(case, name)[1].split("\n\n")[0] in copy
