import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workers.clean.markup import parse
from workers.clean.outline import Outline
from workers.clean.places import FAR, Places
from workers.clean.segment import segment
from workers.clean.signs import SIGN_NAMES

URL = "https://portal.example/a"
PARTS = st.lists(
    st.sampled_from(
        ["<div class=related>", "<div>", "</div>", "<p>some words of text", "<ul>", "<li>x", "</ul>", "<h1>y"]
    )
)


def outlined(html: str) -> Outline:
    return segment(parse(html.encode(), URL).tree.body)


def places(outline: Outline) -> Places:
    chars = np.array([float(len(leaf.text)) for leaf in outline.leaves])
    return Places(outline, chars, chars * 0, chars * 0 + 1, chars * 0)


def above(outline: Outline, element: int) -> list[int]:
    found = []
    while element >= 0:
        found.append(element)
        element = outline.parents[element]
    return found


@given(PARTS)
def test_totals_are_those_of_the_leaves_inside(parts: list[str]) -> None:
    outline = outlined("".join(parts) + "<p>end")
    found = places(outline).sums.T
    for element in range(len(outline.tags)):
        inside = [leaf for leaf in outline.leaves if element in above(outline, leaf.element)]
        assert found[element, 1] == sum(len(leaf.text) for leaf in inside)
        assert found[element, 3] == len(inside)


@given(PARTS)
def test_the_nearest_bearer_of_a_sign_is_found(parts: list[str]) -> None:
    outline = outlined("".join(parts) + "<p>end")
    found = places(outline).nearest_signs()
    for row, leaf in zip(found, outline.leaves, strict=True):
        path = above(outline, leaf.element)
        for sign in (SIGN_NAMES.index("related"), SIGN_NAMES.index("t_list"), SIGN_NAMES.index("t_p")):
            expected = next((up for up, at in enumerate(path) if outline.signs[at] >> sign & 1), FAR)
            assert row[sign] == expected


def test_leaves_know_how_far_they_stand_from_the_main_text() -> None:
    text = "The minister will travel to the island on Wednesday for talks with harbour chiefs, officials said."
    html = f"<main><p>{text}<p>{text}<ul><li>an item</ul></main><aside><div><p>a teaser</aside>"
    up = places(outlined(html)).columns()[10]
    assert up.tolist() == [1, 1, 2, 3]


def test_neighbours_beyond_the_ends_are_no_leaves() -> None:
    columns = places(outlined("<p>one<p>three")).neighbours()
    before, after = columns[10], columns[17]
    assert before.tolist() == [0, 3]
    assert after.tolist() == [5, 0]
