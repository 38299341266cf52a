from hypothesis import given
from hypothesis import strategies as st

from workers.clean.markup import parse
from workers.clean.outline import Leaf
from workers.clean.segment import MAX_LEAVES, segment

URL = "https://portal.example/a"


def leaves(html: str) -> list[Leaf]:
    return segment(parse(html.encode(), URL).tree.body).leaves


def texts(html: str) -> list[str]:
    return [leaf.text for leaf in leaves(html)]


def test_blocks_and_line_breaks_part_the_text_and_inline_elements_do_not() -> None:
    assert texts("<p>One <b>two</b> <i>three</i></p>four<div>five<p>six</p>seven</div>") == [
        "One two three", "four", "five", "six", "seven",
    ]  # fmt: skip
    found = leaves("<p>a<br>b<br><br>c</p>")
    assert [(leaf.text, leaf.is_line) for leaf in found] == [("a", False), ("b", True), ("c", False)]


def test_what_is_said_to_screen_readers_within_a_text_is_left_out() -> None:
    clipped = "<span style='position:absolute; clip: rect(0 0 0 0); width:1px'>, opens new tab</span>"
    assert texts(f"<p>Read <a href='/x'>the report{clipped}</a> by them</p>") == ["Read the report by them"]
    assert texts("<p>Since <i class='u-visuallyHidden'>(opens in a new tab)</i> May</p>") == ["Since May"]
    assert texts("<p>Since <i class='sr-only'>year</i><i class='screen-reader-text'>month</i> May</p>") == ["Since May"]
    assert texts("<p>The <i class='screen'>wide</i> <i style='clip:auto'>one</i></p>") == ["The wide one"]


def test_links_and_bold_text_are_measured() -> None:
    (leaf,) = leaves('<p>ab<a href="/x">cd</a><a href="/y"><b>ef</b></a></p>')
    assert (leaf.link_chars, leaf.links, leaf.bold_chars) == (4, 2, 2)


def test_code_and_readings_are_no_text_and_embeds_are_leaves() -> None:
    html = "<p>漢<ruby>字<rt>ji</rt></ruby></p><script>x</script><style>y</style><iframe src='https://v.example/1'></iframe>"
    found = leaves(html)
    assert [(leaf.text, leaf.is_embed) for leaf in found] == [("漢字", False), ("https://v.example/1", True)]


def test_a_table_row_is_one_leaf_unless_its_cells_are_texts() -> None:
    assert texts("<table><tr><td>1</td><td>Ada</td></tr><tr><td>2</td><td>Bo</td></tr></table>") == ["1 Ada", "2 Bo"]
    layout = "<table><tr><td>Home<br>World</td><td><font>3.11.2026</font><br><b>Headline</b><br>Text</td></tr></table>"
    assert texts(layout) == ["Home", "World", "3.11.2026", "Headline", "Text"]
    long = "word " * 60
    assert len(texts(f"<table><tr><td>{long}</td><td>{long}</td></tr></table>")) == 2


def test_preformatted_text_keeps_its_lines() -> None:
    assert texts("<pre>a\n  b<br>c</pre>") == ["a\n  b\nc"]


def test_elements_know_their_parents_and_what_their_names_say() -> None:
    outline = segment(parse(b'<div class="related-news"><p>x</p></div>', URL).tree.body)
    leaf = outline.leaves[0]
    assert outline.tags[leaf.element] == "p"
    assert outline.tags[outline.parents[leaf.element]] == "div"
    assert outline.names[outline.parents[leaf.element]] == "related-news"


def test_deep_and_endless_pages_are_bounded() -> None:
    assert texts("<div>" * 4000 + "deep") == ["deep"]
    assert len(texts("<p>x</p>" * (MAX_LEAVES + 50))) <= MAX_LEAVES + 1


@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<br>", "<td>", "<table>", "word ", "<li>"])
    )
)
def test_no_word_is_lost_or_doubled(parts: list[str]) -> None:
    html = "<body>" + "".join(parts)
    expected = sum(part == "word " for part in parts)
    assert sum(text.split().count("word") for text in texts(html)) == expected
