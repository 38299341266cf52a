from hypothesis import given
from hypothesis import strategies as st

from storage.excess import MANY_BYTES, MAX_DEPTH, flatten, reduce, shorten


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


def test_a_tag_of_a_hundred_thousand_attributes_loses_them() -> None:
    for each in ("a{0}=x ", 'a{0}="x y" ', "a{0}/", "a{0}\n"):
        attributes = "".join(map(each.format, range(100_000)))
        assert shorten(f"<p>before<p {attributes}>text</p>") == "<p>before<p>text</p>"


def test_long_values_and_text_stay() -> None:
    value = "{&quot;a&quot;: 1} " * 100_000
    page = f"<div data-page=\"{value}\" class=x title='{value}'>a < b " + "word " * MANY_BYTES + "</div>"
    assert shorten(page) == page
    assert shorten("<p " + "a " * 6_000 + ">") == "<p " + "a " * 6_000 + ">"  # no harm in a page that is small


def test_a_long_tag_is_found_wherever_it_stands_and_long_names_cost_no_time() -> None:
    long = "<p " + "a " * 10_000 + ">"
    for at in range(0, 20_000, 1_999):
        page = "x" * at + long + "word " * MANY_BYTES
        assert shorten(page) == "x" * at + "<p>" + "word " * MANY_BYTES
    names = ("<" + "a" * 19_900 + ">") * 400
    assert shorten(names) == names


def test_both_at_once_and_nothing_where_there_is_nothing() -> None:
    attributes = "".join(map("a{}=x ".format, range(100_000)))
    assert reduce(f"<p {attributes}>text" + "<div>" * 6_000).count("<div>") == MAX_DEPTH
    assert reduce(f"<p {attributes}>text" + "<div>" * 6_000).startswith("<p>text")
    honest = "<p class=a>text</p>" * 30_000
    assert reduce(honest) is honest
