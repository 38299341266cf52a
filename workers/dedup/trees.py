"""Boosted trees as plain arrays"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trees:
    """An ensemble of binary trees; every array is trees x nodes, root first.

    A leaf's `feature` is -1 and its `value` is added to the sum; other nodes go left where the feature is at
    most `threshold`. `outputs` says which output each tree adds to.
    """

    feature: npt.NDArray[np.int16]
    threshold: Floats
    left: npt.NDArray[np.int16]
    right: npt.NDArray[np.int16]
    value: Floats
    outputs: npt.NDArray[np.int16]
    depth: int
    wanted: npt.NDArray[np.int64] = field(init=False)  # the feature of each node of all trees in a row; 0 at leaves
    limit: Floats = field(init=False)
    children: npt.NDArray[np.int64] = field(init=False)  # two a node, left first; a leaf is its own

    def __post_init__(self) -> None:
        """Lay all nodes out in one row, leaves leading to themselves, so that every step is a plain look-up."""
        trees, nodes = self.feature.shape
        own, is_leaf = np.arange(trees * nodes), self.feature.ravel() < 0
        base = np.repeat(np.arange(trees) * nodes, nodes)
        sides = [np.where(is_leaf, own, base + side.ravel()) for side in (self.left, self.right)]
        object.__setattr__(self, "wanted", np.maximum(self.feature.ravel(), 0).astype(np.int64))
        object.__setattr__(self, "limit", np.where(is_leaf, np.float32(np.inf), self.threshold.ravel()))
        object.__setattr__(self, "children", np.stack(sides, axis=1).ravel())

    def sums(self, values: Floats) -> Floats:
        """Return for each row of `values` (rows x features) the sums of its leaves: rows x outputs."""
        rows, count = values.shape[0], int(self.outputs.max(initial=0)) + 1
        total = np.zeros((rows, count), np.float32)
        if not rows:
            return total
        leaves = self._leaves(values)
        for output in range(count):
            total[:, output] = leaves[:, self.outputs == output].sum(axis=1)
        return total

    def _leaves(self, values: Floats) -> Floats:
        trees, nodes = self.feature.shape
        row = (np.arange(values.shape[0]) * values.shape[1])[:, None]
        at = np.tile(np.arange(trees) * nodes, (values.shape[0], 1))
        flat = np.ascontiguousarray(values).ravel()
        for _ in range(self.depth):
            goes_right = flat[row + self.wanted[at]] > self.limit[at]
            at = self.children[2 * at + goes_right]
        leaves: Floats = self.value.ravel()[at]
        return leaves


def load(held: Mapping[str, npt.NDArray[np.float32]], name: str) -> Trees:
    """Return the ensemble that a model file holds under `name`."""
    return Trees(
        feature=held[f"{name}_feature"].astype(np.int16),
        threshold=held[f"{name}_threshold"].astype(np.float32),
        left=held[f"{name}_left"].astype(np.int16),
        right=held[f"{name}_right"].astype(np.int16),
        value=held[f"{name}_value"].astype(np.float32),
        outputs=held[f"{name}_outputs"].astype(np.int16),
        depth=int(held[f"{name}_depth"]),
    )
