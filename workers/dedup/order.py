"""How far one order agrees with another"""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from workers.dedup.rows import Rows


def rising(places: Sequence[int]) -> float:
    """Return the share of `places` in the longest part that never falls, 0 for none: 1 is the same order."""
    if not places:
        return 0.0
    tails: list[int] = []
    for place in places:
        at = bisect_right(tails, place)
        if at == len(tails):
            tails.append(place)
        else:
            tails[at] = place
    return len(tails) / len(places)


def correlations(places: npt.NDArray[np.int64], where: Rows) -> npt.NDArray[np.float64]:
    """Return how each row's places correlate with their positions, -1 to 1; 0 where there are fewer than three."""
    x = np.arange(places.size) - (where.starts + (where.sizes - 1) / 2)[where.of]
    y = places - where.shares(places)[where.of]
    scale = np.sqrt(where.sums(x * x) * where.sums(y * y))
    is_told = (where.sizes >= 3) & (scale > 0)
    return np.where(is_told, where.sums(x * y) / np.where(is_told, scale, 1.0), 0.0)
