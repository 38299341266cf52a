"""A document into arrays that agree with one another"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.dedup.texts import HARBOUR, document
from workers import text
from workers.dedup import lexicon, reading, sheet
from workers.dedup.habits import COMMON, OWN, Habits
from workers.dedup.lexicon import Lexicon

LEXICON = Lexicon()


def read(body, habits=None, **words):
    return reading.read(document(1, body, **words), LEXICON, habits)


def check(found, body):
    """Every array has the length that its neighbours say."""
    assert found.words.size == found.sentence_of.size == found.places.size == found.quoted.size
    assert found.terms.size == found.shares.size == found.counts.size
    assert int(found.counts.sum()) == found.words.size
    assert np.array_equal(found.terms[found.places], found.words)
    assert found.facts.size == found.fact_shares.size == found.fact_is_number.size
    assert found.mentions.size == found.mention_sentence.size
    assert all(0 <= start < end <= len(body) for start, end in found.spans.tolist())


def test_arrays_agree():
    check(read(HARBOUR), HARBOUR)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=400))
def test_arrays_agree_for_whatever_comes(body):
    check(read(body, title=body[:50]), body)


@pytest.mark.parametrize(("body", "expected"), [('He said "we left early" and went.', 3), ("Nobody spoke.", 0)])
def test_quoted_words(body, expected):
    assert int(read(body).quoted.sum()) == expected


def test_a_quotation_may_go_on_in_the_next_sentence():
    assert int(read('"We left. Then we slept," he said.').quoted.sum()) == 5


@pytest.mark.parametrize(
    ("body", "is_caseless", "is_unspaced"),
    [
        (HARBOUR, False, False),
        ("大雨淹没了三座村庄，两千人被疏散。", True, True),
        ("أغلقت السلطات الجسر بعد العاصفة.", True, False),
    ],
)
def test_scripts(body, is_caseless, is_unspaced):
    found = read(body)
    assert (found.is_caseless, found.is_unspaced) == (is_caseless, is_unspaced)


def repeated(times, *portals):
    """Return habits learnt from articles that all have the same first line."""
    habits = Habits()
    for turn in range(times):
        habits.learn(portals[turn % len(portals)], read(NOTICE).lines[:1])
    return habits


NOTICE = "Listen to this article.\n\nA ferry sank off Dellan on Tuesday."


def test_lines_that_a_portal_repeats_are_left_out():
    habits = repeated(OWN, "portal-1")
    found = read(NOTICE, habits)
    assert (found.sentences, found.lines.size) == (1, 2)
    assert read(NOTICE, habits, portal="another").sentences == 2


def test_lines_without_some_sentences_are_all_others_those_left_out_too():
    lines = ["The council met on Monday.", "Share this article.", "A vote was taken at noon.", "Read more below."]
    habits = Habits()
    for _ in range(OWN):
        habits.learn("portal-1", np.array([reading.line_number(lines[1])]))
    found = read("\n\n".join(lines), habits)
    assert found.sentences == 3
    left = found.lines_without(np.array([True, True, False])).tolist()
    assert left == [reading.line_number(line) for line in (lines[1], lines[3])]


def test_lines_that_many_print_are_left_out_everywhere_unless_little_else_is_left():
    habits = repeated(COMMON, *(f"portal-{n}" for n in range(COMMON)))
    assert read(NOTICE, habits, portal="another").sentences == 1
    assert read("Listen to this article.\n\nNo.", habits, portal="another").sentences == 2


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("A ferry sank", "A ferry sank. This story has been corrected to show that it sank on Monday.", True),
        ("UPDATE 2-A ferry sank", "A ferry sank.", True),
        ("Fähre gesunken", "Eine Fähre sank. In einer früheren Fassung stand ein falscher Tag.", True),
        ("A ferry sank", "Updated 2 hours ago\n\nA ferry sank. The owner corrected the list of passengers.", False),
        (
            "A ferry sank",
            f"A ferry sank.{' It went down.' * 99} This report was revised.{' It went down.' * 99}",
            False,
        ),
    ],
)
def test_notes_of_a_later_version(title, body, expected):
    assert read(body, title=title).is_revised is expected


def test_the_title_is_kept_apart():
    found = read("A ferry sank.", title="Kestrelium")
    assert lexicon.term("w", text.stem("kestrelium")) in found.title_terms
    assert lexicon.term("w", text.stem("kestrelium")) not in found.terms


def test_of_a_long_text_only_the_beginning_is_read():
    assert read("One two three four five. " * 5000).words.size < sheet.MOST_WORDS + 10


def test_of_a_list_with_a_line_a_word_only_the_beginning_is_compared():
    assert read("a\n" * 5000).sentences == read("北京。" * 5000).sentences == sheet.MOST_SENTENCES
