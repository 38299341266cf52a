"""A line now and then in a log, one that is written over on a terminal, none when asked to be quiet"""

import sys

import pytest

from dateline.cli import progress
from dateline.once import Left

LEFT = Left(visits=3, seeds=2, to_clean=5, to_place=7, articles=11)
TEXT = "11 articles; to do: 2 seeds, 3 visits, 5 to clean, 7 to compare"


@pytest.fixture
def clock(monkeypatch):
    """Time that moves when told to."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_in_a_log_a_line_every_few_seconds(capsys, clock):
    with progress.watching(is_quiet=False) as report:
        for _ in range(3):
            report(LEFT)
            clock[0] += progress.LINE_SECONDS / 2
    assert capsys.readouterr().err.splitlines() == [f"    0 s  {TEXT}", f"    5 s  {TEXT}"]


def test_on_a_terminal_one_line_that_is_written_over(capsys, monkeypatch, clock):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress.watching(is_quiet=False) as report:
        report(LEFT)
        report(LEFT)
    said = capsys.readouterr().err
    assert said.count(TEXT) == 2
    assert said.count("\n") == 1


def test_nothing_when_asked_to_be_quiet(capsys, clock):
    with progress.watching(is_quiet=True) as report:
        report(LEFT)
    assert capsys.readouterr().err == ""
