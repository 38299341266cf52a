from hypothesis import given
from hypothesis import strategies as st

from workers.clean.depth import MAX_DEPTH, flatten, has_many_tags
from workers.clean.markup import parse
from workers.clean.segment import segment

URL = "https://portal.example/a"
MANY = 200_000


def texts(source: str) -> list[str]:
    return [leaf.text for leaf in segment(parse(source.encode(), URL).tree.body).leaves]


def test_text_of_a_page_nested_without_bound_is_read() -> None:
    assert texts("<p>first</p>" + "<div class=a>" * MANY + "deep") == ["first", "deep"]
    assert texts("<div>" * MANY + "deep" + "</div>" * MANY + "<p>last") == ["deep", "last"]
    assert texts("<span>" * MANY + "deep") == ["deep"]


def test_depth_stays_bounded_and_what_follows_stands_where_it_stood() -> None:
    html = "<main>" + "<div>" * MANY + "<b>deep</b>" + "</div>" * MANY + "<p>after</p></main>"
    outline = segment(parse(html.encode(), URL).tree.body)
    assert max(outline.depths) <= MAX_DEPTH + 1
    after = outline.leaves[-1].element
    assert outline.tags[outline.parents[after]] == "main"


def test_depth_is_looked_at_only_where_it_can_matter() -> None:
    assert not has_many_tags(b"")
    assert not has_many_tags(b"<p>" * 5_000)
    assert has_many_tags(b"<p>" * 5_001)


def test_wide_pages_stay_as_they_are() -> None:
    wide = "<ul>" + "<li><a href=/x><svg><path d=M0 /><path d=M1 /></svg>x</a><br><img src=y>" * 3_000
    assert flatten(wide) == wide
    shallow = "<div>" * 900
    assert flatten(shallow) == shallow


@given(st.lists(st.sampled_from(["<", "<div", "</div>", "<svg>", "<path/>", ">", ">text", "<!--", "</", "<P>"])))
def test_few_tags_are_never_touched_and_nothing_raises(parts: list[str]) -> None:
    source = "".join(parts)
    assert flatten(source) == source
    assert flatten(source * 400).count("text") == source.count("text") * 400


def test_end_tags_of_nothing_hide_no_depth() -> None:
    page = "</div>" * 6_000 + "<div>" * 2_000 + "deep" + "</div>" * 2_000
    assert flatten(page).count("<div>") == MAX_DEPTH
    flat = "</div>" * 3_000 + "<div>text</div>" * 3_000
    assert flatten(flat) == flat
