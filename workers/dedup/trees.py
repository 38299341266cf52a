"""Boosted trees as plain arrays"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


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
    wanted: Ints = field(init=False)  # the feature of each node of all trees in a row; 0 at leaves
    limit: Floats = field(init=False)
    children: Ints = field(init=False)  # two a node, left first; a leaf is its own
    deepest: Ints = field(init=False)  # the trees, the deepest first
    going: tuple[int, ...] = field(init=False)  # how many of these have a node to go on from after so many steps

    def __post_init__(self) -> None:
        """Lay all nodes out in one row, leaves leading to themselves, so that every step is a plain look-up."""
        trees, nodes = self.feature.shape
        own, is_leaf = np.arange(trees * nodes), self.feature.ravel() < 0
        base = np.repeat(np.arange(trees) * nodes, nodes)
        sides = [np.where(is_leaf, own, base + side.ravel()) for side in (self.left, self.right)]
        object.__setattr__(self, "wanted", np.maximum(self.feature.ravel(), 0).astype(np.int64))
        object.__setattr__(self, "limit", np.where(is_leaf, np.float32(np.inf), self.threshold.ravel()))
        object.__setattr__(self, "children", np.stack(sides, axis=1).ravel())
        depths, at = np.zeros(trees, np.int64), np.arange(trees) * nodes
        while (inner := at[~is_leaf[at]]).size:
            depths[np.unique(inner // nodes)] += 1
            at = np.concatenate([side[inner] for side in sides])
        object.__setattr__(self, "deepest", np.argsort(-depths, kind="stable"))
        object.__setattr__(self, "going", tuple(int((depths > step).sum()) for step in range(depths.max(initial=0))))

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
        rows, width = values.shape
        flat, row = np.ascontiguousarray(values).ravel(), np.arange(rows) * width
        at = np.repeat(self.deepest * self.feature.shape[1], rows).reshape(-1, rows)
        for going in self.going:
            here = at[:going]
            goes_right = flat.take(self.wanted.take(here) + row) > self.limit.take(here)
            at[:going] = self.children.take(2 * here + goes_right)
        ends = np.empty_like(at)
        ends[self.deepest] = at
        leaves: Floats = self.value.ravel().take(ends.T)
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
