"""Text in strings of scripts, however it was wrapped, and strings that hold none"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.clean.drawn import drawn_paragraphs
from workers.clean.markup import parse

SENTENCES = ["The ferry sails again.", "Nobody knows for how long.", "The crews meet on Friday."]
HTML = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
# Words of text as scripts may hold them: quotes, backslashes, letters of other scripts, but nothing that is markup.
LINES = st.lists(
    st.text(st.sampled_from("ab \"\\/{}[]:,'é雨ß\u2028"), min_size=1).map(str.strip).filter(str.strip),
    min_size=3,
    max_size=5,
)


def drawn(*scripts: str) -> list[str]:
    page = "".join(f"<script>{script}</script>" for script in scripts)
    return drawn_paragraphs(parse(f"<html><body>{page}</body></html>".encode(), "https://a.example/1"))


def literal(value: object) -> str:
    """As pages write JSON into scripts: nothing in it closes the script."""
    return json.dumps(value).replace("<", "\\u003c")


@pytest.mark.parametrize(
    "script",
    [
        f"x = {json.dumps(HTML)}",
        f"x = {literal(HTML)}",
        f"draw({literal({'article': {'html': HTML, 'id': 7}})})",
        f"draw({literal(json.dumps({'html': HTML}))})",
        f"draw({literal(literal([1, {'html': HTML}]))})",
    ],
    ids=["as it is", "escaped", "in an object", "in a string of JSON", "twice"],
)
def test_paragraphs_of_a_string(script):
    assert drawn(script) == SENTENCES


def test_tags_in_capitals_count():
    assert drawn(f"x = {literal(HTML.replace('<p', '<P'))}") == SENTENCES


def test_of_several_strings_the_longest_text_is_taken_and_not_the_most_markup():
    teasers = "".join(f"<p class='long-name-of-a-thing-{n}'>No. {n}</p>" for n in range(8))
    for order in ([HTML, teasers], [teasers, HTML]):
        assert drawn(f"x = {literal({'parts': order})}") == SENTENCES
        assert drawn(*(f"x = {literal(one)}" for one in order)) == SENTENCES


def test_what_stands_beside_the_text_is_left_out_and_heads_and_lists_are_kept():
    beside = (
        "<figure><p>A ferry.</p></figure><aside><p>More</p></aside><table><tr><td><p>7</p></td></tr></table>"
        "<div class='photo-caption'><p>Another ferry.</p></div><div class='newsletter-signup'><p>Sign up</p></div>"
    )
    html = f"{beside}<h2>Talks</h2>{HTML}<ul><li>Pay &amp; hours</li></ul><p> </p>"
    assert drawn(f"x = {literal(html)}") == ["Talks", *SENTENCES, "Pay & hours"]


@pytest.mark.parametrize(
    "script",
    [
        "",
        "var x = 1",
        f"x = {literal(HTML.rpartition('<p>')[0])}",
        f"x = '{HTML}'",
        f"x = {literal(HTML)[:-1]}",
        f'x = "{HTML}\\x"',
        f"x = {literal('<p></p>' * 9)}",
        f"x = {literal('<p></p><p>One.</p><p>Two.</p>')}",
        f"x = {literal('<pre>a</pre>' * 9)}",
        f"x = {literal(HTML)} // {'x' * 2_000_000}",
    ],
    ids=[
        "empty",
        "code",
        "two paragraphs",
        "no JSON string",
        "unclosed",
        "broken",
        "no words",
        "two with words",
        "other tags",
        "huge",
    ],
)
def test_no_text_is_drawn(script):
    assert drawn(script) == []


@given(LINES)
def test_what_was_written_is_read_back(lines):
    html = "".join(f"<p>{line}</p>" for line in lines)
    expected = [" ".join(line.split()) for line in lines]
    assert drawn(f"x = {literal(html)}") == expected
    assert drawn(f"x = {literal(json.dumps({'html': html}))}") == expected


@given(st.text(st.sampled_from('<p>/"\\u003c {[:a'), max_size=200))
def test_no_jumble_raises(script):
    assert all(line.strip() for line in drawn(script, f'"{script}<p>a<p>b<p>c"'))
