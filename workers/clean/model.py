"""The body model: two small forests of decision trees, read from body_model.npz"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.clean.features import Floats
from workers.clean.outline import Ints, Outline
from workers.clean.places import Doubles
from workers.clean.surroundings import surround

PATH = Path(__file__).with_name("body_model.npz")
# A leaf that the first trees hold for hopeless is not asked about again: most leaves of a page are menus.
_FIRST_TREES = 30
_HOPELESS = -3.5
UNLIKELY = 0.02  # leaves that the second forest is not asked about
_ROWS = 128  # read at once: what they are asked fits into the processor's own memory


@dataclass(frozen=True)
class _Tests:
    """What the nodes of some trees ask, laid out so that all ask at once: going down, each look-up waits for the last.

    A row that goes right at a node passes the leaves on its left by, and ends in the first leaf of the tree that no
    node lets it pass by. Trees have equally many nodes: some ask what sends no row to the right.
    """

    feature: Ints  # of each different question: half the nodes ask what another asks
    threshold: NDArray[np.float32]  # of the same
    question: Ints  # of the first node of each tree, the second of each, and so on
    passed: NDArray[Any]  # in the same order, a bit a leaf, the first lowest
    values: NDArray[np.float32]  # shape (trees, leaves of a tree)

    @classmethod
    def of(
        cls,
        feature: NDArray[np.int64],
        threshold: NDArray[np.float32],
        passed: NDArray[Any],
        values: NDArray[np.float32],
    ) -> "_Tests":
        """From one feature and threshold a node; shapes (nodes of a tree, trees)."""
        asked = np.stack([feature.ravel(), threshold.ravel().view(np.int32)])
        _, first, question = np.unique(asked, axis=1, return_index=True, return_inverse=True)
        return cls(feature.ravel()[first], threshold.ravel()[first], question.ravel(), passed.ravel(), values)

    def margin(self, rows: Floats) -> Doubles:
        """Sum over the trees for each row."""
        return np.concatenate([self._margin(rows[at : at + _ROWS]) for at in range(0, len(rows) or 1, _ROWS)])

    def _margin(self, rows: Floats) -> Doubles:
        trees, leaves = self.values.shape
        columns = np.ascontiguousarray(rows.T)
        is_more = columns.take(self.feature, axis=0, mode="clip") > self.threshold[:, None]
        passed = is_more.take(self.question, axis=0, mode="clip").astype(self.passed.dtype)
        passed *= self.passed[:, None]
        nodes = len(self.question) // max(1, trees)
        ends = np.bitwise_or.reduce(passed.reshape(nodes, trees, len(rows)), axis=0).T
        leaf = np.bitwise_count(ends & ~(ends + ends.dtype.type(1)))  # as many as it passes before the first that stays
        total: Doubles = self.values.take(leaf + np.arange(0, trees * leaves, leaves)).sum(axis=1, dtype=np.float64)
        return total


@dataclass(frozen=True)
class Forest:
    """Trees as flat arrays, each node before those on its left and these before those on its right.

    A leaf of a tree points to itself. Shapes: nodes; `roots` trees.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    roots: NDArray[np.int32]
    depth: int

    @cached_property
    def tests(self) -> tuple[_Tests, _Tests]:
        """The first trees and the others, for reading rows with. A tree has 64 leaves at most."""
        is_leaf = self.left == np.arange(len(self.left))
        tree = np.searchsorted(self.roots, np.arange(len(self.left)), side="right") - 1
        leaf, node = (_places(is_this, tree, self.roots) for is_this in (is_leaf, ~is_leaf))
        leaves = int(leaf.max()) + 1
        values = np.zeros((len(self.roots), leaves), np.float32)
        values[tree[is_leaf], leaf[is_leaf]] = self.value[is_leaf]
        inner = np.flatnonzero(~is_leaf)
        shape = (int(node.max(initial=0)) + 1, len(self.roots))
        feature, threshold = np.zeros(shape, np.int64), np.full(shape, np.inf, np.float32)
        passed = np.zeros(shape, np.min_scalar_type(2**leaves - 1))
        at = (node[inner], tree[inner])
        feature[at], threshold[at] = self.feature[inner], self.threshold[inner]
        ahead, behind = (leaf[side[inner]].astype(np.uint64) for side in (self.left, self.right))
        passed[at] = (np.uint64(1) << behind) - (np.uint64(1) << ahead)

        def part(trees: slice) -> _Tests:
            asked = (slice(None), trees)
            return _Tests.of(feature[asked], threshold[asked], passed[asked], values[trees])

        return part(slice(_FIRST_TREES)), part(slice(_FIRST_TREES, None))

    def margin(self, rows: Floats) -> Doubles:
        """Sum over the trees for each row, in log odds."""
        first, others = self.tests
        return first.margin(rows) + others.margin(rows)

    def chance(self, rows: Floats) -> Doubles:
        """Probability for each row; hopeless rows get the first trees' guess."""
        first, others = self.tests
        margin = first.margin(rows)
        hopeful = np.flatnonzero(margin > _HOPELESS)
        if len(hopeful):
            margin[hopeful] += others.margin(rows.T.take(hopeful, axis=1).T)
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


def _places(is_counted: NDArray[np.bool_], tree: Ints, roots: NDArray[np.int32]) -> Ints:
    """How many counted nodes stand before each in its tree."""
    before: Ints = is_counted.cumsum() - is_counted
    places: Ints = before - before[roots[tree]]
    return places


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
