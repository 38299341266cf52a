"""How far one order agrees with another"""

from bisect import bisect_right

import numpy as np
import numpy.typing as npt


def rising(places: npt.NDArray[np.int64]) -> float:
    """Return the share of `places` in the longest part that never falls, 0 for none: 1 is the same order."""
    if not places.size:
        return 0.0
    tails: list[int] = []
    for place in places.tolist():
        at = bisect_right(tails, place)
        if at == len(tails):
            tails.append(place)
        else:
            tails[at] = place
    return len(tails) / places.size


def correlation(places: npt.NDArray[np.int64]) -> float:
    """Return how `places` correlate with their positions, -1 to 1; 0 where there are fewer than three."""
    if places.size < 3:
        return 0.0
    x = np.arange(places.size) - (places.size - 1) / 2
    y = places - places.mean()
    scale = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum()) / scale if scale else 0.0
