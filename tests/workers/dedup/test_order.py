"""How far one order agrees with another: by hand, and for whatever comes"""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.dedup.order import correlations, rising
from workers.dedup.rows import rows

PLACES = st.lists(st.integers(0, 40), max_size=40)


def correlation(places):
    return correlations(np.array(places, np.int64), rows([len(places)]))[0]


@pytest.mark.parametrize(
    ("places", "share"),
    [([], 0.0), ([7], 1.0), ([1, 2, 3], 1.0), ([1, 1, 2], 1.0), ([3, 2, 1], 1 / 3), ([1, 9, 2, 3], 0.75)],
)
def test_rising_is_the_longest_part_that_never_falls(places, share):
    assert rising(places) == pytest.approx(share)


@pytest.mark.parametrize(("places", "expected"), [([2, 4, 6], 1.0), ([6, 4, 2], -1.0), ([5, 5, 5], 0.0), ([1, 2], 0.0)])
def test_correlation_with_the_positions(places, expected):
    assert correlation(places) == pytest.approx(expected)


@given(PLACES)
def test_both_stay_in_their_bounds(places):
    assert 0.0 <= rising(places) <= 1.0
    assert -1.0 - 1e-9 <= correlation(places) <= 1.0 + 1e-9


@given(PLACES)
def test_a_sorted_order_rises_throughout(places):
    assert rising(sorted(places)) == (1.0 if places else 0.0)


@given(st.lists(PLACES, min_size=1, max_size=6))
def test_rows_end_to_end_are_each_judged_by_themselves(several):
    together = correlations(np.array(list(chain(*several)), np.int64), rows(list(map(len, several))))
    assert together == pytest.approx(list(map(correlation, several)), abs=1e-9)
