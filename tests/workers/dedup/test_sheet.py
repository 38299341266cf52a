"""Words laid out with marks between sentences: what reading them sentence by sentence gives"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.dedup.texts import HARBOUR
from workers import text
from workers.dedup import sheet
from workers.dedup.lexicon import Lexicon

LEXICON = Lexicon()
PIECES = [
    "Rain",
    " ",
    ". ",
    "\n",
    '"',
    "“",
    "”",
    "3,5 km",
    "\0",
    "\x01",
    "é",
    "e\u0301",
    "北京",
    "。",
    "Ärger",
    "'s",
    "No. 5",
]
BODIES = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


def plainly(body):
    """Return words, sentence and quotation of each, and sentences with words, read one sentence after the other."""
    words, sentences, quoted, spans, inside, last = [], [], [], [], False, 0
    for start, end in text.sentences(body):
        inside = inside and "\n" not in body[last:start]
        last, before = end, len(words)
        for turn, part in enumerate(text.fold(body[start:end]).split('"')):
            inside = inside != (turn > 0)
            found = text.words(part)
            words += found
            quoted += [inside] * len(found)
        if len(words) > before:
            sentences += [len(spans)] * (len(words) - before)
            spans.append((start, end))
    return words, sentences, quoted, spans


def check(body):
    found = sheet.lay_out(body, text.sentences(body), "Rain over Dellan", LEXICON)
    words, sentences, quoted, spans = plainly(body)
    assert found.words == words
    assert found.sentence_of.tolist() == sentences
    assert found.quoted.tolist() == quoted
    assert list(map(tuple, found.spans.tolist())) == spans
    assert np.array_equal(found.numbers, LEXICON.number(words))
    assert np.array_equal(found.title, LEXICON.number(["Rain", "over", "Dellan"]))
    assert np.flatnonzero(found.first).tolist() == [sentences.index(n) for n in range(len(spans))]


@pytest.mark.parametrize(
    "body",
    [
        HARBOUR,
        'He said: "We left.\n\nNobody" knew. "It rained. Then" it stopped',
        "Ärger in Köln: „Wir gehen“, sagte er.",
        "大雨淹没了三座村庄。“我们走了。”他说。 Rain.",
        "etc.\n lower goes on. Then \0 and \1.",
        "",
        "5",
    ],
)
def test_words_sentences_and_quotations(body):
    check(body)


@settings(deadline=None, max_examples=150)
@given(BODIES)
def test_whatever_comes(body):
    check(body)


def laid_out(body):
    return sheet.lay_out(body, text.sentences(body), "", LEXICON)


@pytest.mark.parametrize(("more", "kept"), [(50, sheet.MOST_WORDS + 40), (9000, sheet.MOST_WORDS + sheet.OVER)])
def test_the_sentence_that_passes_the_most_words_may_go_on_a_little(more, kept):
    found = laid_out(f"{'Word ' * (sheet.MOST_WORDS - 10)}.\nIt{' goes' * (more - 1)}.\nLeft out.")
    sizes = {len(found.words), found.numbers.size, found.quoted.size, found.sentence_of.size, found.first.size}
    assert sizes == {kept}
    assert len(found.spans) == 2


def test_a_text_that_grows_in_normal_form_is_read_as_far_as_others():
    body = "\ufdfa " * 9000
    assert len(text.fold(body)) > sheet.MOST_FOLDED
    found = laid_out(body)
    assert 0 < len(found.words) <= sheet.MOST_FOLDED // 4
    assert len(found.spans) == 1


def test_of_many_sentences_without_spaces_the_first_are_read():
    body = "北京上海天津。" * 3000
    found = sheet.lay_out(body, text.sentences(body), "", LEXICON)
    assert len(found.words) == found.numbers.size <= sheet.MOST_WORDS + 10
    assert len(found.spans) == sheet.MOST_SENTENCES
