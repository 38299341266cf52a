"""Rows end to end: each as it is by itself"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.dedup.rows import ends, ranges, rows

VALUES = st.lists(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=8), min_size=1, max_size=6)


@given(VALUES)
def test_sums_and_shares_are_those_of_each_row(several):
    where = rows(list(map(len, several)))
    values = np.concatenate([np.array([value for value, _ in row], np.float32) for row in several])
    sums = [sum(value for value, _ in row) for row in several]
    assert where.sums(values).tolist() == sums
    means = [total / max(len(row), 1) for total, row in zip(sums, several, strict=True)]
    assert where.shares(values) == pytest.approx(means)


@given(VALUES)
def test_ends_are_what_lies_outside_the_kept(several):
    where = rows(list(map(len, several)))
    masses = np.concatenate([np.array([value for value, _ in row], np.float32) for row in several])
    kept = np.concatenate([np.array([is_kept for _, is_kept in row], bool) for row in several])
    front, back = ends(where, masses, kept)
    for row, before, after in zip(several, front, back, strict=True):
        places = [at for at, (_, is_kept) in enumerate(row) if is_kept]
        outside = (row[: places[0]], row[places[-1] + 1 :]) if places else ([], [])
        assert (before, after) == tuple(sum(value for value, _ in part) for part in outside)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=8))
def test_ranges_are_laid_end_to_end(parts):
    begins, sizes = (np.array([part[n] for part in parts], np.int64) for n in (0, 1))
    assert ranges(begins, sizes).tolist() == [place for begin, size in parts for place in range(begin, begin + size)]
