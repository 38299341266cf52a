import numpy as np

from workers.clean.features import Hints, describe
from workers.clean.markup import parse
from workers.clean.segment import segment
from workers.clean.surroundings import surround


def test_chances_of_neighbours_and_containers_stand_beside_the_features() -> None:
    html = b"<div><p>one</p><p>two</p><ul><li>three</li></ul></div><p>four</p>"
    outline = segment(parse(html, "https://portal.example/").tree.body)
    features = describe(outline, Hints())
    chance = np.array([0.9, 0.8, 0.1, 0.2])
    rows = surround(outline, features, chance)
    assert rows.shape == (4, rows.shape[1])
    assert (rows[:, -features.shape[1] :] == features).all()
    assert np.isfinite(rows).all()
    assert np.allclose(rows[:, 0], chance)
    # The list item sees the mean of the paragraphs beside its list.
    assert any(np.isclose(rows[2, at], 0.85) for at in range(rows.shape[1] - features.shape[1]))
