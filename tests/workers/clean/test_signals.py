import pytest

from storage.domain import Block, BlockKind
from tests.workers.clean.pages import HEADLINE, TEXT, URL, page, signals


def test_the_headline_is_the_h1_and_not_its_copy_in_a_menu() -> None:
    crumbs = f"<nav><ul><li>Home</li><li>{HEADLINE}</li></ul></nav>"
    seen = signals(page(top=crumbs, behind=f"<div class=related><h3>{HEADLINE}</h3></div>"))
    at = seen.headline_at(HEADLINE)
    assert at is not None
    assert seen.outline.tags[seen.outline.leaves[at].element] == "h1"
    assert seen.headline_at("Another headline, told to search engines") == at
    assert signals(page().replace(HEADLINE, "Politics")).headline_at("Another headline") is None


def test_a_headline_that_no_heading_marks_is_found_by_its_words() -> None:
    seen = signals(page().replace("<h1>", "<div class=x>").replace("</h1>", "</div>"))
    at = seen.headline_at(HEADLINE.upper())
    assert at is not None
    assert seen.outline.leaves[at].text == HEADLINE


def test_where_the_text_starts_and_ends() -> None:
    seen = signals(page(under="<p>By Ada Quill</p>", behind="<p>More news</p>"))
    leaves = [leaf.text for leaf in seen.outline.leaves]
    assert tuple(leaves[seen.text_start : seen.text_end]) == TEXT
    pictured = [Block(BlockKind.CAPTION, "The ferry at night"), *seen.blocks]
    above = signals(page(top="<figcaption>The ferry at night</figcaption>")).with_text(pictured)
    assert above.outline.leaves[above.text_start].text == TEXT[0]
    empty = signals(page(), ())
    assert (empty.text_start, empty.text_end) == (len(empty.outline.leaves), 0)


@pytest.mark.parametrize(
    ("html", "sides"),
    [
        (page(under="<p>x</p>"), ["under"]),
        (page(behind="<p>x</p>"), ["behind"]),
        (page().replace("<h1>", "<p>x</p><h1>"), ["above"]),
        (page(top="<div class=masthead><p>x</p></div>"), []),
        (page(behind="<div class=related><p>x</p></div>"), []),
        (page(behind="<footer><p>x</p></footer>"), []),
        (page(behind="<section id=comments><p>x</p></section>"), []),
    ],
)
def test_lines_near_headline_and_text(html: str, sides: list[str]) -> None:
    seen = signals(html)
    assert [each.side for each in seen.near(seen.headline_at(HEADLINE)) if each.leaf.text == "x"] == sides


def test_the_edges_of_the_text_are_near_too() -> None:
    seen = signals(page())
    assert [each.leaf.text for each in seen.near(seen.headline_at(HEADLINE)) if each.side == "text"] == list(TEXT)


def test_a_box_that_holds_the_headline_says_nothing_of_its_lines() -> None:
    wrapped = page(under="<p>x</p>").replace("<article>", "<article class=related-wrapper>")
    seen = signals(wrapped)
    assert any(each.leaf.text == "x" for each in seen.near(seen.headline_at(HEADLINE)))


def test_the_canonical_address() -> None:
    assert signals(page('<link rel=canonical href="/a">')).canonical == "https://harbourherald.example/a"
    assert signals(page(f'<meta property="og:url" content="{URL}">')).canonical == URL
    assert signals(page()).canonical is None


def test_lines_that_breaks_alone_part_are_of_the_text_that_they_make_up() -> None:
    joined = " ".join(TEXT)
    seen = signals(f"<h1>{HEADLINE}</h1><div>{'<br>'.join(TEXT)}</div><p>More of our news</p>", (joined,))
    assert [leaf.text for leaf in seen.outline.leaves[seen.text_start : seen.text_end]] == list(TEXT)
