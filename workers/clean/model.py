"""The body model: two small forests of decision trees, read from body_model.npz"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.clean.features import Floats
from workers.clean.places import Doubles, Ints
from workers.clean.segment import Outline
from workers.clean.surroundings import surround

PATH = Path(__file__).with_name("body_model.npz")
# A leaf that the first trees hold for hopeless is not asked about again: most leaves of a page are menus.
_FIRST_TREES = 30
_HOPELESS = -3.5
UNLIKELY = 0.02  # leaves that the second forest is not asked about
_NEVER = np.float32(np.inf)


@dataclass(frozen=True)
class Forest:
    """Trees as flat arrays: a leaf of a tree points to itself. Shapes: nodes; `roots` trees."""

    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    roots: NDArray[np.int32]
    depth: int

    @cached_property
    def levels(self) -> list[tuple[Ints, NDArray[np.float32]]]:
        """Feature and threshold of each node, two arrays a level, of trees made complete: children need no look-up.

        Node `at` of a level has the children `at * 2` and `at * 2 + 1` on the next; a tree's leaf has itself as both.
        """
        found: list[tuple[Ints, NDArray[np.float32]]] = []
        nodes: NDArray[np.int32] = self.roots
        for _ in range(self.depth):
            is_inner = self.left[nodes] != nodes
            found.append((self.feature[nodes].astype(np.intp), np.where(is_inner, self.threshold[nodes], _NEVER)))
            nodes = np.column_stack([self.left[nodes], self.right[nodes]]).ravel()
        return found

    @cached_property
    def outcomes(self) -> NDArray[np.float32]:
        """Value of each node behind the last level."""
        nodes: NDArray[np.int32] = self.roots
        for _ in range(self.depth):
            nodes = np.column_stack([self.left[nodes], self.right[nodes]]).ravel()
        return self.value[nodes]

    def margin(self, rows: Floats, first: int = 0, last: int | None = None) -> Doubles:
        """Sum over the trees `first` to `last` for each row, in log odds."""
        trees = np.arange(len(self.roots), dtype=np.intp)[first:last]
        at = np.broadcast_to(trees, (len(rows), len(trees)))
        flat = np.ascontiguousarray(rows).ravel()
        base = (np.arange(len(rows), dtype=np.intp) * rows.shape[1])[:, None]
        for features, thresholds in self.levels:
            # No index is out of range; "clip" only spares the look whether one is.
            goes_right = flat.take(features.take(at, mode="clip") + base, mode="clip") > thresholds.take(
                at, mode="clip"
            )
            at = at * 2 + goes_right
        total: Doubles = self.outcomes.take(at, mode="clip").sum(axis=1, dtype=np.float64)
        return total

    def chance(self, rows: Floats) -> Doubles:
        """Probability for each row; hopeless rows get the first trees' guess."""
        margin = self.margin(rows, 0, _FIRST_TREES)
        hopeful = np.flatnonzero(margin > _HOPELESS)
        if len(hopeful):
            margin[hopeful] += self.margin(rows[hopeful], _FIRST_TREES)
        probability: Doubles = 1 / (1 + np.exp(-margin))
        return probability


@dataclass(frozen=True)
class BodyModel:
    """The first forest sees a leaf by itself, the second what the first thinks of the leaves round it."""

    first: Forest
    second: Forest

    def chances(self, outline: Outline, features: Floats) -> Doubles:
        """Probability that each leaf is text of the article."""
        if not len(features):
            return np.zeros(0)
        chance = self.first.chance(features)
        likely = np.flatnonzero(chance > UNLIKELY)
        if len(likely):
            chance[likely] = self.second.chance(surround(outline, features, chance, likely))
        return chance


def read(path: Path = PATH) -> BodyModel:
    """The model in `path`, as benchmarks/train_cleaning.py writes it."""
    with np.load(path) as data:
        return BodyModel(_forest(data, "first"), _forest(data, "second"))


def _forest(data: Mapping[str, Any], name: str) -> Forest:
    return Forest(
        data[f"{name}_feature"],
        data[f"{name}_threshold"],
        data[f"{name}_left"],
        data[f"{name}_right"],
        data[f"{name}_value"],
        data[f"{name}_roots"],
        int(data[f"{name}_depth"]),
    )


@cache
def shipped() -> BodyModel:
    """The model that the project ships."""
    return read()
