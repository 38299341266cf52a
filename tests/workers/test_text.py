"""Words, sentences and the normal form."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers import text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("The “Quote” – it’s", 'the "quote" - it\'s'),
        ("ＡＢＣ１２３", "abc123"),
        ("٢٠٢٦ و २०२६", "2026 و 2026"),
        ("الإمارات أَكَّدَت", "الامارات اكدت"),
    ],
)
def test_the_normal_form_unifies_what_portals_write_differently(raw: str, expected: str) -> None:
    assert text.normal(raw) == expected


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        ("Mr. Smith met Gen. Mark A. Jones in St. Louis. They spoke.", 2),
        ("Der Preis stieg um 3.5 Prozent. Am 5. Mai nicht mehr.", 2),
        ("他说。“我们会来！”她走了。", 3),
        ("पुलिस ने कहा। दो लोग घायल हुए।", 2),
        ("قال الوزير. لم يعلق؟ غادر.", 3),
        ("Headline without a stop\nA line.\n\nAnother", 3),
        ("Copyright 2026 Harbour News, Inc.\n\nRelated: more from the coast.", 2),
        ("They meet on Dec. 3.\n\nAdmission is free.", 2),
        ("", 0),
    ],
)
def test_sentences_end_where_they_end(raw: str, count: int) -> None:
    assert len(text.sentences(raw)) == count


def test_words_of_scripts_without_spaces_are_pairs_of_characters() -> None:
    assert text.words("外交部 said") == ["外交", "交部", "said"]
    assert text.words("ドナルド・トランプ大統領") == ["ドナルド", "トランプ", "大統", "統領"]
    assert text.words("1,234 people’s") == ["1,234", "people", "s"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anthony", "Antony"),
        ("Baerbock", "Berbock"),
        ("Путин", "Путиным"),
        ("Зеленский", "Зеленскому"),
        ("Mbundo", "Mbondo"),
        ("Nowak", "Nowaka"),
    ],
)
def test_spellings_of_a_name_share_a_skeleton(one: str, other: str) -> None:
    assert text.skeleton(text.normal(one)) == text.skeleton(text.normal(other))


@pytest.mark.parametrize(("one", "other"), [("Merkel", "Macron"), ("Biden", "Putin"), ("Smith", "Schmidt")])
def test_different_names_keep_different_skeletons(one: str, other: str) -> None:
    assert text.skeleton(text.normal(one)) != text.skeleton(text.normal(other))


def test_inflected_words_share_a_stem() -> None:
    assert text.stem("ministers") == text.stem("ministry")
    assert text.stem(text.normal("والرئيس")) == text.stem(text.normal("رئيس"))


@given(st.text())
def test_sentences_are_ordered_slices_that_lose_no_word(raw: str) -> None:
    spans = text.sentences(raw)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))
    rest = raw
    for start, end in reversed(spans):
        rest = rest[:start] + rest[end:]
    assert not rest.strip()


@given(st.text())
def test_the_normal_form_is_stable_and_words_have_stems(raw: str) -> None:
    folded = text.normal(raw)
    for word in text.words(folded):
        text.stem(word)
        text.skeleton(word)
    assert text.sentences(folded) is not None
