"""Boosted trees as arrays give what the trees they were made of give"""

import numpy as np

from workers.dedup import trees
from workers.dedup.trees import Trees

# The first: feature 0 at most 1 -> 10, else feature 1 at most 5 -> 20, else 30. The second is a leaf alone.
HELD = {
    "t_feature": np.array([[0, -1, 1, -1, -1], [-1, -1, -1, -1, -1]], np.float32),
    "t_threshold": np.array([[1.0, 0, 5.0, 0, 0], [0, 0, 0, 0, 0]], np.float32),
    "t_left": np.array([[1, 0, 3, 0, 0], [0, 0, 0, 0, 0]], np.float32),
    "t_right": np.array([[2, 0, 4, 0, 0], [0, 0, 0, 0, 0]], np.float32),
    "t_value": np.array([[0, 10, 0, 20, 30], [7, 0, 0, 0, 0]], np.float32),
    "t_outputs": np.array([0, 1], np.float32),
    "t_depth": np.array(2, np.float32),
}


def test_each_row_goes_its_own_way():
    rows = np.array([[1, 9], [1.5, 5], [2, 6]], np.float32)
    assert trees.load(HELD, "t").sums(rows).tolist() == [[10, 7], [20, 7], [30, 7]]


def test_trees_of_one_output_add_up():
    loaded = trees.load({**HELD, "t_outputs": np.array([0, 0])}, "t")
    assert loaded.sums(np.array([[0, 0]], np.float32)).tolist() == [[17]]


def test_no_rows_give_no_sums():
    loaded = trees.load(HELD, "t")
    assert isinstance(loaded, Trees)
    assert loaded.sums(np.zeros((0, 2), np.float32)).shape == (0, 2)
