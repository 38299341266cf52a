from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.clean.features import Hints, describe
from workers.clean.markup import parse
from workers.clean.segment import segment

URL = "https://portal.example/a"
PAGE = """<nav><a href="/w">World</a></nav><article><h1>Ferry dispute widens</h1>
<p>The minister will travel to the island on Wednesday for talks with harbour chiefs, the department said.</p>
<p>Nothing has been decided, and nothing will be decided before the end of the month, officials said.</p></article>"""


def rows(html: str, hints: Hints | None = None) -> np.ndarray:
    return describe(segment(parse(html.encode(), URL).tree.body), hints or Hints())


def test_one_finite_row_a_leaf() -> None:
    found = rows(PAGE)
    assert found.dtype == np.float32
    assert found.shape[0] == 4
    assert np.isfinite(found).all()
    assert rows("").shape[0] == 0


def test_rows_do_not_depend_on_what_cannot_matter() -> None:
    assert (rows(PAGE) == rows(PAGE.replace("article>", "article>\n  "))).all()


def test_agreement_with_the_announced_text_is_seen() -> None:
    words = ["the", "minister", "will", "travel", "to", "the", "island", "on", "wednesday", "for", "talks"]
    pairs = frozenset(pairwise(words))
    with_body, without = rows(PAGE, Hints(body=pairs)), rows(PAGE)
    changed = np.flatnonzero((with_body != without).any(axis=0))
    assert any(with_body[2, at] > 0.5 and with_body[3, at] < 0.1 for at in changed)


@pytest.mark.parametrize("text", ["in 2026, 14", "“in 2026”", "٢٠٢٦ عام", "२०२६ में", "２０２６年", "𝟐𝟎 — no", "“none”"])
def test_digits_of_any_script_are_counted(text: str) -> None:
    assert rows(f"<p>{text}")[0, 5] == np.float32(sum(map(str.isdecimal, text)) / len(text))


@given(
    st.lists(
        st.sampled_from(["<p>word</p>", "<div>", "</div>", "<li>x", "text. ", "<a href=/>link</a>", "<td>1", "漢字。"])
    )
)
def test_any_page_gives_finite_rows(parts: list[str]) -> None:
    assert np.isfinite(rows("".join(parts))).all()
