import pytest

from workers.clean.markup import parse
from workers.clean.overrides import chosen_leaves
from workers.clean.segment import segment

HTML = b"""<p>One</p><div class="x"><p>Before</p></div><div class="story"><p>One</p><p>Two <b>bold</b></p>
<aside>Promo</aside><p>Three</p></div><p>Three</p>"""


def chosen(selectors: dict[str, str]) -> list[str] | None:
    page = parse(HTML, "https://portal.example/")
    outline = segment(page.tree.body)
    found = chosen_leaves(page, outline, selectors)
    return None if found is None else [outline.leaves[at].text for at in found]


def test_the_selected_part_is_the_text_less_what_is_removed() -> None:
    assert chosen({"body": ".story", "remove": ".story aside"}) == ["One", "Two bold", "Three"]


def test_several_matches_are_taken_in_order() -> None:
    assert chosen({"body": ".story p"}) == ["One", "Two bold", "Three"]


@pytest.mark.parametrize("selectors", [{}, {"title": "h1"}, {"body": ".nothing"}, {"body": "p[["}])
def test_without_a_match_the_model_decides(selectors: dict[str, str]) -> None:
    assert chosen(selectors) is None
