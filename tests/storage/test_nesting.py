from hypothesis import given
from hypothesis import strategies as st

from storage.nesting import MAX_DEPTH, flatten


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
