"""The distinct values of an array, with the places where each stands"""

import numpy as np

from workers.dedup.lexicon import Ints


def distinct(values: Ints, *, in_order: bool = False) -> tuple[Ints, Ints]:
    """Return all places, those of equal values together, and where each distinct value begins there.

    The values are ascending; the last of the beginnings is how many places there are. With `in_order` the places of
    each value are ascending, too, which takes twice as long.
    """
    order = values.argsort(kind="stable" if in_order else None)
    held = values[order]
    is_first = np.ones(held.size + 1, np.bool_)
    np.not_equal(held[1:], held[:-1], out=is_first[1:-1])
    return order, is_first.nonzero()[0]


def ranks(order: Ints, starts: Ints) -> Ints:
    """Return for each place the rank of its value among the distinct ones, from what `distinct` gives."""
    places = np.empty_like(order)
    places[order] = np.arange(starts.size - 1).repeat(starts[1:] - starts[:-1])
    return places
