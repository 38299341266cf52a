"""Lines counted by portal and in all, in cells that don't fill up"""

import zlib

import numpy as np
import pytest

from workers.dedup import habits
from workers.dedup.habits import COMMON, OWN, Habits

LINES = np.arange(5, dtype=np.int64) * 7919


def learned(times, lines=LINES):
    found = Habits()
    for _ in range(times):
        found.learn("portal", lines)
    return found


@pytest.mark.parametrize("times", [OWN - 1, OWN, COMMON])
def test_a_line_is_a_habit_after_enough_articles(times):
    own, common = learned(times).are_habits("portal", LINES)
    assert own.all() == own.any() == (times >= OWN)
    assert common.all() == common.any() == (times >= COMMON)


def test_a_portals_habits_are_its_own():
    own, _ = learned(OWN).are_habits("another", LINES)
    assert not own.any()


def test_a_line_counts_once_an_article():
    own, _ = learned(1, np.repeat(LINES, OWN)).are_habits("portal", LINES)
    assert not own.any()


def test_counts_come_back_from_bytes():
    own, common = Habits(learned(COMMON).to_bytes()).are_habits("portal", LINES)
    assert own.all()
    assert common.all()


def test_counts_of_another_size_are_learnt_anew():
    own, _ = Habits(zlib.compress(bytes(range(16)))).are_habits("portal", LINES)
    assert not own.any()


def test_lines_that_stand_once_never_become_habits_however_many_come(monkeypatch):
    """With a cell each 1,000 articles would fill these; what is printed all the time stays known."""
    monkeypatch.setattr(habits, "CELLS", 1 << 14)
    monkeypatch.setattr(habits, "FULL", 1 << 14)
    chance, found = np.random.default_rng(1), Habits()
    for _ in range(2000):
        found.learn("portal", np.append(chance.integers(0, 1 << 40, 20), LINES))
    strangers = chance.integers(0, 1 << 40, 5000)
    assert found.are_habits("portal", LINES)[0].all()
    assert found.are_habits("portal", strangers)[0].mean() < 0.02
