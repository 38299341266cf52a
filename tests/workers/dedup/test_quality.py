"""The shipped rules on the hand-written groups, against pinned floors."""

import json
from pathlib import Path

import pytest

from benchmarks import copies, copy_run, packs
from benchmarks.copy_run import Run

CASES = Path("tests/cases/stories")


@pytest.fixture(scope="module")
def run() -> Run:
    return copy_run.run(packs.load_cases(CASES))


def test_quality_stays_above_its_floors(run: Run) -> None:
    floors = json.loads(copies.FLOORS.read_text("utf-8"))["stories"]
    assert copies.below(copy_run.score(run), floors) == []


def test_a_floor_that_is_missed_is_named() -> None:
    scores = {"ari": 0.5, "wrong": {"all": 0.2}}
    assert copies.below(scores, {"ari": 0.9, "wrong all": 0.1}) == [
        "ari is 0.5000, its floor 0.9000",
        "wrong all is 0.2000, its floor 0.1000",
    ]


def test_predictions_name_every_article(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "predictions.jsonl"
    copy_run.write(run, file)
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {line["id"] for line in lines} == set(run.pack.names.values())
    assert all(line["story"] for line in lines)
