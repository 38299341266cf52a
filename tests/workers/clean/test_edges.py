from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.clean.edges import grow, is_furniture, trim
from workers.clean.markup import parse
from workers.clean.outline import Leaf
from workers.clean.segment import segment

TITLE = "Ferry talks go on"
TEXT = ["The harbour chiefs asked for a pause of a day.", "The minister spoke at noon.", "Nobody left the room."]


def trimmed(*texts: str, title: str = TITLE) -> list[str]:
    leaves = [Leaf(0, text, link_chars=len(text.strip("[]")) if text[:1] == "[" else 0) for text in texts]
    return [leaves[at].text for at in trim(leaves, range(len(leaves)), title)]


def test_what_stands_above_the_headline_goes_with_it() -> None:
    assert trimmed("Doors and windows, call 5-11", "3.11.2026", TITLE.upper(), *TEXT) == TEXT
    assert trimmed(*TEXT, TITLE, TEXT[0] * 9) == [*TEXT, TITLE, TEXT[0] * 9][4:]


def test_a_headline_far_down_or_behind_long_text_is_left_alone() -> None:
    long = TEXT[0] * 9
    assert trimmed(long, TITLE, *TEXT) == [long, TITLE, *TEXT]
    assert trimmed(TITLE) == [TITLE]


def test_dates_bylines_and_notices_go_at_both_ends() -> None:
    assert trimmed("By Ada Quill", "3 November 2026, 14:20", *TEXT, "Text: Ada Quill", "© 2026 Portal") == TEXT
    assert trimmed(*TEXT, "Read also:") == TEXT
    assert trimmed(*TEXT, "ShareComments (12)") == TEXT
    assert trimmed(*TEXT, "Goals: Quill (2)") == [*TEXT, "Goals: Quill (2)"]
    assert trimmed("Votes (2)", *TEXT) == ["Votes (2)", *TEXT]
    assert trimmed(*TEXT, "By Ada Quill", "[print]", "Read also: Ferry talks", "Most read") == TEXT
    assert trimmed(*TEXT, "By Ada Quill", "[print]", TEXT[0]) == [*TEXT, "By Ada Quill", "[print]", TEXT[0]]
    assert trimmed(TEXT[0], "By Ada Quill", TEXT[1]) == [TEXT[0], "By Ada Quill", TEXT[1]]


@pytest.mark.parametrize(
    "line",
    [
        "11.11.2026, 05:26",
        "Vydáno 2. 11. 2026 v 14:20",
        "Por Lucrecia Monterde, 3 de noviembre de 2026",
        "Автор: Соломія Вербицька",
        "Автор: ТАСС",
        "Вид на реку. (Фото: Захар Трофимов/ТАСС)",
        "2026年11月3日 14:05",
    ],
)
def test_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "The talks began on 3 November 2026 in the harbour.",
        "By Friday the harbour was empty",
        "3 November",
        "Von der Brücke aus sah man nichts.",
        "Associated Press writer Jane Doe contributed to this report from Rome.",
        "По словам мэра, вода ушла.",
        "",
    ],
)
def test_text_is_no_furniture(line: str) -> None:
    assert not is_furniture(line)


@given(st.lists(st.text(max_size=120), min_size=1, max_size=12), st.text(max_size=60))
def test_something_stays_and_the_order_too(texts: list[str], title: str) -> None:
    leaves = [Leaf(0, text) for text in texts]
    left = trim(leaves, range(len(leaves)), title)
    assert left
    assert left == list(range(left[0], left[-1] + 1))


def grown(*texts: str, kept: Iterable[int]) -> list[str]:
    outline = segment(parse("".join(f"<p>{text}</p>" for text in texts).encode(), "https://a.example/").tree.body)
    return [outline.leaves[at].text for at in grow(outline, list(kept))]


def of_page(html: str, *dropped: str, barred: bool = False) -> list[str]:
    """What grows of a page that was kept but for some lines."""
    outline = segment(parse(html.encode(), "https://a.example/").tree.body)
    kept = [at for at, leaf in enumerate(outline.leaves) if leaf.text not in dropped]
    out = [at for at in range(len(outline.leaves)) if at not in kept]
    return [outline.leaves[at].text for at in grow(outline, kept, out if barred else ())]


def test_sentences_that_stand_like_their_neighbours_are_filled_in() -> None:
    one, two, three = TEXT
    assert of_page(f"<p>{one}</p><p>{two}</p><p>{three}</p>", two) == TEXT
    assert of_page(f"<p>{one}</p><p>{two}</p><p>{three}</p>", two, barred=True) == [one, three]
    assert of_page(f"<p>{one}</p><div>{two}</div><p>{three}</p>", two) == [one, three]
    assert of_page(f"<p>{one}</p><p class=promo>{two}</p><p>{three}</p>", two) == [one, three]
    assert of_page(f"<p>{one}</p><p><a href=/>{two}</a></p><p>{three}</p>", two) == [one, three]
    assert of_page(f"<p>{one}</p><ul><li>{two}</li><li>{three}</li></ul><p>{two}</p>", three) == [one, two, three, two]


def test_a_label_before_a_link_that_was_dropped_goes_too() -> None:
    link = "Storm closes the northern bridge"
    html = f'<p>{TEXT[0]}</p><p>Read more:</p><p><a href="/">{link}</a></p><p>{TEXT[1]}</p>'
    assert of_page(html, link) == TEXT[:2]
    assert of_page(html) == [TEXT[0], "Read more:", link, TEXT[1]]


def test_a_summary_above_a_text_with_its_own_dateline_stays_out() -> None:
    assert grown(OPENING, OPENING, *TEXT, kept=range(1, 5)) == [OPENING, *TEXT]


OPENING = "PORT ELLERY (AP) — The two ministers will meet on Wednesday, officials said."
CREDIT = "Associated Press writer Jane Doe contributed to this report from Rome."


def test_a_text_begins_with_its_dateline_and_ends_with_its_credit() -> None:
    assert grown("A caption", OPENING, *TEXT, "Advertisement", CREDIT, kept=range(2, 5)) == [OPENING, *TEXT, CREDIT]
    assert grown(TITLE, TEXT[0], *TEXT, "Most read", kept=range(2, 5)) == TEXT
    assert grown(OPENING, "By Ada", "A", "B", "C", *TEXT, kept=range(5, 8)) == TEXT
