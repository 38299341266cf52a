import numpy as np

from workers.clean.features import Hints, describe
from workers.clean.markup import parse
from workers.clean.model import BodyModel, Forest, shipped
from workers.clean.segment import segment

STUMP = Forest(
    feature=np.array([1, 0, 0], np.int32),
    threshold=np.array([2.0, 0, 0], np.float32),
    left=np.array([1, 1, 2], np.int32),
    right=np.array([2, 1, 2], np.int32),
    value=np.array([0, -4.0, 2.0], np.float32),
    roots=np.array([0], np.int32),
    depth=1,
)


def test_a_tree_goes_left_up_to_its_threshold() -> None:
    rows = np.array([[0, 2.0], [0, 2.5]], np.float32)
    assert STUMP.margin(rows).tolist() == [-4.0, 2.0]
    assert STUMP.margin(rows[:0]).tolist() == []
    assert np.allclose(STUMP.chance(rows), 1 / (1 + np.exp([4.0, -2.0])))


def test_asking_all_nodes_at_once_gives_what_going_down_the_trees_gives() -> None:
    for forest in (shipped().first, shipped().second):
        random = np.random.default_rng(7)
        used = forest.feature.max() + 1
        rows = random.choice(forest.threshold, (300, used)) + random.choice([0, 1e-3], (300, used)).astype(np.float32)
        nodes = np.tile(forest.roots, (len(rows), 1))
        for _ in range(forest.depth):
            told = np.take_along_axis(rows, forest.feature[nodes].astype(np.intp), axis=1)
            nodes = np.where(told > forest.threshold[nodes], forest.right[nodes], forest.left[nodes])
        values = forest.value[nodes].astype(np.float64)
        assert np.allclose(forest.margin(rows), values.sum(axis=1))
        assert np.allclose(forest.tests[0].margin(rows), values[:, :30].sum(axis=1))


def test_the_shipped_model_fits_the_features_and_knows_a_plain_page() -> None:
    sentence = "The minister will travel to the island on Wednesday for talks with harbour chiefs, officials said."
    html = "<nav><ul>" + "<li><a href='/x'>World</a></li>" * 8 + "</ul></nav><article><h1>Ferry dispute</h1>"
    html += f"<p>{sentence}</p>" * 6 + "</article><footer>© 2026 Portal</footer>"
    outline = segment(parse(html.encode(), "https://portal.example/a").tree.body)
    features = describe(outline, Hints())
    model = shipped()
    assert model.first.feature.max() < features.shape[1]
    kept = [
        leaf.text for leaf, chance in zip(outline.leaves, model.chances(outline, features), strict=True) if chance > 0.5
    ]
    assert kept == [sentence] * 6


def test_an_empty_page_has_no_chances() -> None:
    outline = segment(parse(b"", "https://portal.example/").tree.body)
    assert BodyModel(STUMP, STUMP).chances(outline, describe(outline, Hints())).shape == (0,)
