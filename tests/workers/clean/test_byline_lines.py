import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.clean.pages import HEADLINE, TEXT, page, signals
from workers.clean import byline_lines
from workers.clean.signals import Near, Signals


def near(html: str, text: tuple[str, ...] = TEXT) -> tuple[Signals, list[Near]]:
    seen = signals(html, text)
    return seen, seen.near(seen.headline_at(HEADLINE))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<p>By Ada Quill | 3 Nov 2026, 14:05</p>", ["By Ada Quill"]),
        ("<p>Posted by Ada Quill at 2:05 PM</p>", ["Posted by Ada Quill"]),
        ("<p class=author>Ada Quill<span>Staff Writer</span></p>", ["Ada Quill, Staff Writer"]),
        ("<p class=author>Ann MacDonald</p>", ["Ann MacDonald"]),
        ("<p>เผยแพร่: 3 พ.ย. 2569 โดย: สมชาย ใจดี</p>", ["โดย: สมชาย ใจดี"]),
        ("<p>2026-11-03 来源：海港日报 作者：王小明</p>", ["作者：王小明"]),
        ("<p class=author>Follow Ada Quill to get her texts by mail.</p>", []),
        ("<figcaption>By Ada Quill</figcaption>", []),
        ("<p>Foto: Ada Quill</p>", []),
        ("<p>Reporting by Ada Quill; Editing by Bo Sand</p>", []),
    ],
)
def test_bylines(line: str, expected: list[str]) -> None:
    assert byline_lines.of_page(*near(page(under=line))) == expected


@pytest.mark.parametrize(
    ("lines", "people"),
    [
        ("<p>Ada Quill</p><p>3 November 2026</p>", ("Ada Quill",)),
        ("<p>Ada Quill · 3 Nov 2026 · 5 min read</p>", ("Ada Quill",)),
        ("<p>ADA QUILL</p><p>Staff writer</p>", ("ADA QUILL",)),
        ("<p>Updated 3 November 2026 Published</p>", ()),
        ("<p>Ada Quill</p><p>Two ministers meet.</p>", ()),
        ("<p>小字号</p><p>2026年11月3日</p>", ()),
    ],
)
def test_names_beside_a_date(lines: str, people: tuple[str, ...]) -> None:
    assert byline_lines.beside_date(*near(page(under=lines))).people == people


def test_a_byline_that_was_kept_with_the_text() -> None:
    text = ("By Ada Quill", *TEXT, "[print]")
    assert byline_lines.of_page(*near(page(text=text), text)) == ["By Ada Quill"]
    sentence = ("By Wednesday Ada Quill had left the talks.", *TEXT)
    assert byline_lines.of_page(*near(page(text=sentence), sentence)) == []


def test_names_within_a_line() -> None:
    assert byline_lines.credited(*near(page(under="<p>Ein Gastbeitrag von Ada Quill</p>"))).people == ("Ada Quill",)
    sentence = "<p>The pier was built by Ada Quill.</p>"
    assert byline_lines.credited(*near(page(under=sentence))).people == ()


def test_signatures() -> None:
    signed = (*TEXT, "Ada Quill, Associated Press")
    assert byline_lines.signature(signals(page(text=signed), TEXT)).people == ("Ada Quill",)
    assert byline_lines.signature(signals(page(text=signed), signed)).people == ("Ada Quill",)
    assert byline_lines.signature(signals(page(), TEXT)).people == ()
    assert byline_lines.signature(signals("", ())).people == ()
    assert byline_lines.signature(signals(page(text=(*TEXT, "Most Read")), TEXT)).people == ()


@settings(deadline=None)  # the first call loads word lists
@given(st.text(max_size=60))
def test_no_line_raises(line: str) -> None:
    seen, lines = near(page(under=f"<p>{line}</p><p class=author>{line}</p>"))
    byline_lines.of_page(seen, lines)
    byline_lines.beside_date(seen, lines)
    byline_lines.credited(seen, lines)
