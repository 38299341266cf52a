"""Boosted trees as plain arrays"""

from collections.abc import Mapping
from dataclasses import dataclass

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
        base = np.arange(trees) * nodes
        at = np.tile(base, (values.shape[0], 1))
        row = np.arange(values.shape[0])[:, None]
        feature, threshold = self.feature.ravel(), self.threshold.ravel()
        left, right = self.left.ravel(), self.right.ravel()
        for _ in range(self.depth):
            wanted = feature[at]
            goes_left = values[row, np.maximum(wanted, 0)] <= threshold[at]
            step = np.where(goes_left, left[at], right[at])
            at = np.where(wanted < 0, at, base + step)
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
