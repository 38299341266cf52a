import numpy as np

from workers.clean.markup import parse
from workers.clean.places import Doubles
from workers.clean.segment import segment
from workers.clean.stretches import Stretches

# Four paragraphs, a teaser of two, and behind five lines of a menu a comment like the teaser's.
_PAGE = (
    "<div class=text><p>one<p>two<p>three<p>four</div><div class=more><p class=t>five<p class=t>six</div>"
    "<ul><li>a<li>b<li>c<li>d<li>e</ul><div class=more><p class=t>seven</div>"
)
_CHANCE = np.array([0.9, 0.8, 0.9, 0.9, 0.3, 0.1, *[0.0] * 5, 0.7])
_HOLDER, _SHARE, _NEAREST, _STEPS, _KIND_SHARE, _COUNT = 0, 2, slice(3, 6), 6, 8, 13
_MEAN, _SIZE, _LAST_OF_KIND, _BACK = 14, 16, 26, 28


def _columns(chance: Doubles) -> Doubles:
    outline = segment(parse(_PAGE.encode(), "https://portal.example/").tree.body)
    assert len(outline.leaves) == len(chance)
    found = Stretches(outline, chance, np.full(len(chance), 10.0)).columns()
    return np.array(found)


def test_leaves_are_seen_from_the_longest_stretch_of_likely_text() -> None:
    columns = _columns(_CHANCE)
    assert (columns[_HOLDER, :4] == 1).all()  # all of it stands in the element above
    assert columns[_HOLDER, 4] == 2
    assert np.allclose(columns[_SHARE], 3.5 / 4.2)
    assert (columns[_COUNT] == 2).all()
    assert columns[_STEPS].tolist() == [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    # The last leaf is a stretch of its own; the menu's third is nearer to the first stretch than to it, by leaves.
    assert columns[_NEAREST, 11].round(3).tolist() == [0.167, 0, 1]
    assert columns[_NEAREST, 6].round(3).tolist() == [0.833, 3, 4]


def test_leaves_know_what_is_thought_of_those_in_elements_like_theirs() -> None:
    columns = _columns(_CHANCE)
    assert np.allclose(columns[_KIND_SHARE, :4], 1)
    assert (columns[_KIND_SHARE, 4:] == 0).all()
    assert columns[_SIZE, 4] == 3
    assert np.isclose(columns[_MEAN, 4], (0.1 + 0.7) / 2)
    assert columns[_LAST_OF_KIND, 11] == 0.1
    assert columns[_BACK, 11] == 6
    assert columns[_BACK, 0] == 99


def test_a_page_without_likely_text_has_numbers_too() -> None:
    columns = _columns(np.full(12, 0.2))
    assert (columns[: _COUNT + 1] == -1).all()
    assert np.isfinite(columns).all()
