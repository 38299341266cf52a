import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workers.clean import phrases
from workers.clean.landmarks import LANDMARKS, Landmarks
from workers.clean.markup import parse
from workers.clean.places import Places
from workers.clean.segment import segment

TEXT = "The minister will travel to the island on Wednesday for talks with harbour chiefs, officials said."
OTHER = "Nothing has been decided, and nothing will be decided before the end of the month, they added."


def columns(html: str, headline: int = -1, deks: tuple[int, ...] = ()) -> np.ndarray:
    """Shape (columns, leaves); `headline` is the leaf that repeats the title."""
    outline = segment(parse(html.encode(), "https://portal.example/a").tree.body)
    count = len(outline.leaves)
    chars = np.array([float(len(leaf.text)) for leaf in outline.leaves])
    titles, dek = np.zeros(count), np.zeros(count)
    if headline >= 0:
        titles[headline] = 1.0
    dek[list(deks)] = 1.0
    said = np.array([phrases.said(leaf.text) for leaf in outline.leaves])
    begins, holds = (((said[:, [side]] >> np.arange(len(phrases.KINDS))) & 1).astype(float) for side in (0, 1))
    linked = np.array([leaf.link_chars / max(1, len(leaf.text)) for leaf in outline.leaves])
    places = Places(outline, chars, linked, np.ones(count), titles)
    return np.array(Landmarks(places, begins, holds, dek).columns())


def test_text_that_stands_elsewhere_in_the_page_too_is_seen() -> None:
    repeats = columns(f"<p>{TEXT} {OTHER}</p><blockquote>{OTHER}</blockquote><p>short</p>")[0]
    assert repeats.tolist() == [0, 1, -1]


def test_a_text_is_looked_for_in_all_that_are_as_long() -> None:
    same = columns(f"<p>{TEXT}</p>" * 2 + f"<p>{OTHER}</p><div>{TEXT} {OTHER}</div>")[0]
    assert same.tolist() == [2, 2, 1, 0]


def test_leaves_know_how_far_they_stand_behind_a_label() -> None:
    since_more = columns(f"<p>{TEXT}</p><h3>Read more</h3><ul><li>a thing</li><li>another</li></ul>")[1]
    assert since_more.tolist() == [61, 61, 1, 2]


def test_a_container_is_known_by_its_first_leaf() -> None:
    found = columns(f"<div><p>{TEXT}</p></div><div><h3>Related</h3><p>{OTHER}</p></div>")
    opened_by_more = found[11]
    assert opened_by_more.tolist() == [0, 1, 1]


def test_descriptions_before_and_behind_are_counted() -> None:
    found = columns(f"<h2>{OTHER}</h2><p>{OTHER}</p><p>{TEXT}</p>", deks=(0, 1))
    before, behind = found[37], found[38]
    assert before.tolist() == [0, 1, 2]
    assert behind.tolist() == [1, 0, 0]


def test_comments_stand_far_from_the_first_text_after_the_headline() -> None:
    comments = "".join(f"<li><b>Name {at}</b><p>{OTHER}</p></li>" for at in range(5))
    html = f"<h1>Ferry</h1><main><p>{TEXT}</p><p>{OTHER}</p></main><ol>{comments}</ol>"
    found = columns(html, headline=0)
    steps = found[45]  # up to what the leaf shares with the first text
    assert steps[1] < steps[2] < steps[4] or steps[1] == 0
    assert min(steps[3:]) > max(steps[1:3])


@given(
    st.lists(
        st.sampled_from(
            ["<h1>Title</h1>", f"<p>{TEXT}</p>", "<div>", "</div>", "<p>Read more</p>", "<li>by Ada", "<p>漢字。"]
        )
    )
)
def test_any_page_gives_finite_columns_of_one_number(parts: list[str]) -> None:
    found = columns("".join(parts) + "<p>end")
    assert np.isfinite(found).all()
    assert found.shape[0] == LANDMARKS
