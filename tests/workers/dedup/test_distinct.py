"""Distinct values and where they stand: what numpy's own function gives"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.dedup.distinct import distinct, ranks


@pytest.mark.parametrize("in_order", [False, True])
@given(st.lists(st.integers(-5, 5), max_size=40))
def test_values_ranks_and_counts(in_order, some):
    values = np.array(some, np.int64)
    order, starts = distinct(values, in_order=in_order)
    expected, first, inverse, counts = np.unique(values, return_index=True, return_inverse=True, return_counts=True)
    assert sorted(order.tolist()) == list(range(values.size))
    assert np.array_equal(values[order[starts[:-1]]], expected)
    assert np.array_equal(ranks(order, starts), inverse)
    assert np.array_equal(np.diff(starts), counts)
    assert not in_order or np.array_equal(order[starts[:-1]], first)
