import numpy as np
import pytest

from storage.domain import Block
from workers.clean.body import blocks_of, body_text, select
from workers.clean.markup import parse
from workers.clean.segment import segment

HTML = b"""<figure><img><figcaption>The pier. (Photo)</figcaption></figure><p>First text.</p><h2>Subhead</h2>
<ul><li>Item</li></ul><blockquote><p>Quote.</p></blockquote><p><b>Bold head</b></p><pre>a
 b</pre><p>Line one<br>line two</p><aside>Promo</aside><iframe src="https://v.example/1"></iframe>
<p>Correction: a name was wrong.</p>"""


def blocks(unwanted: frozenset[str] = frozenset({"The pier. (Photo)", "Promo"})) -> tuple[Block, ...]:
    outline = segment(parse(HTML, "https://portal.example/").tree.body)
    kept = [at for at, leaf in enumerate(outline.leaves) if leaf.text not in unwanted and not leaf.is_embed]
    return blocks_of(outline, kept)


def test_each_block_has_its_kind_and_what_was_not_kept_is_gone() -> None:
    assert [(block.kind.value, block.text) for block in blocks()] == [
        ("caption", "The pier. (Photo)"),
        ("paragraph", "First text."),
        ("subhead", "Subhead"),
        ("list_item", "Item"),
        ("quote", "Quote."),
        ("subhead", "Bold head"),
        ("preformatted", "a\n b"),
        ("paragraph", "Line one line two"),
        ("embed", "https://v.example/1"),
        ("correction", "Correction: a name was wrong."),
    ]


def test_the_body_leaves_out_what_stands_beside_the_text() -> None:
    text = body_text(blocks())
    assert text.startswith("First text.\n\nSubhead\n\nItem")
    assert "pier" not in text
    assert "v.example" not in text


@pytest.mark.parametrize("kept", [[], [0]])
def test_few_or_no_leaves_are_no_trouble(kept: list[int]) -> None:
    outline = segment(parse(HTML, "https://portal.example/").tree.body)
    assert len(blocks_of(outline, kept)) == len(kept)


def test_likely_leaves_are_selected() -> None:
    assert select(np.array([0.1, 0.9, 0.4, 0.6])) == [1, 3]


def test_where_no_leaf_is_likely_the_likeliest_are_selected_unless_all_are_hopeless() -> None:
    assert select(np.array([0.05, 0.4, 0.3, 0.1])) == [1, 2]
    assert select(np.array([0.1, 0.2])) == []
    assert select(np.zeros(0)) == []


def test_leaves_that_stand_apart_at_either_end_are_left_unless_the_model_is_sure() -> None:
    text, gap = [0.95, 0.6, 0.95], [0.1] * 4
    assert select(np.array([0.7, *gap, *text, *gap, 0.7])) == [5, 6, 7]
    assert select(np.array([0.9, *gap, *text, *gap, 0.9])) == [0, 5, 6, 7, 12]
    assert select(np.array([0.7, 0.1, *text, 0.1, 0.7])) == [0, 2, 3, 4, 6]
    assert select(np.array([0.7, *gap, 0.7])) == [0, 5]
