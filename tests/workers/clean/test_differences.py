"""What makes a revision, and what makes two addresses one article"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.domain import Moment, Precision
from tests.factories import NOW, cleaned
from workers.clean.differences import Known, is_revision, is_same_text

KNOWN = Known("d", ("Ada",), (), (), "en", False, NOW, "jsonld", "second")
SAME = cleaned(authors=("Ada",), published=Moment(NOW, Precision.SECOND, "jsonld", "offset"))


def published(minutes=0.0, precision=Precision.SECOND, source="jsonld"):
    return replace(SAME, published=Moment(NOW + timedelta(minutes=minutes), precision, source, "offset"))


@pytest.mark.parametrize(
    ("new", "on_new_bytes", "on_same_bytes"),
    [
        (SAME, False, False),
        (replace(SAME, authors=("Ada", "Bo")), True, True),
        (replace(SAME, credits=("(AP)",)), True, True),
        (replace(SAME, language="de"), True, True),
        (replace(SAME, is_paywalled=True), True, True),
        (replace(SAME, section="World", tags=("x",), image="https://a.example/i.jpg"), False, False),
        (replace(SAME, modified=Moment(NOW, Precision.SECOND, "meta", "offset")), False, False),
        (published(60), True, True),
        (published(3), False, True),
        (published(60, source="text"), False, True),
        (published(60, Precision.DAY), False, True),
        (replace(SAME, published=None), False, True),
    ],
)
def test_the_same_text_with_other_facts(new, on_new_bytes, on_same_bytes):
    assert is_revision(KNOWN, "d", new, is_same_bytes=False) is on_new_bytes
    assert is_revision(KNOWN, "d", new, is_same_bytes=True) is on_same_bytes
    assert is_revision(KNOWN, "e", new, is_same_bytes=False)


def test_a_time_where_there_was_none():
    unknown = replace(KNOWN, published_at=None, published_at_source=None, published_at_precision=None)
    assert is_revision(unknown, "d", SAME, is_same_bytes=False)
    assert not is_revision(unknown, "d", replace(SAME, published=None), is_same_bytes=True)


WORDS = [f"w{i}" for i in range(200)]


def text(*parts):
    return " ".join(word for part in parts for word in part)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (text(WORDS), text(WORDS), True),
        (text(WORDS), text(WORDS[:60]), True),  # a short version
        (text(WORDS), text(WORDS[:90], ["x"], WORDS[91:]), True),  # a correction
        (text(WORDS[:100]), text(WORDS[100:]), False),
        ("東京で大きな地震がありました。", "東京で大きな地震がありました。", True),
        ("東京で大きな地震がありました。", "大阪の会社が新しい工場を建てる。", False),
    ],
)
def test_two_texts(one, other, is_same):
    assert is_same_text(("A", one), ("B", other)) is is_same


def test_an_equal_title_needs_less():
    one, other = text(WORDS[:100]), text(WORDS[:30], [f"x{i}" for i in range(70)])
    assert is_same_text(("One Title", one), ("one title", other))
    assert not is_same_text(("One Title", one), ("Another", other))


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=400), st.text(max_size=400))
def test_it_never_fails_and_no_side_is_first(title, other_title, body, other_body):
    one, other = (title, body), (other_title, other_body)
    assert is_same_text(one, other) == is_same_text(other, one)
    assert is_same_text(one, one)
