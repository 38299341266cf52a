"""Sentences laid beside the nearest of the other text"""

from itertools import product

import numpy as np
import pytest

from tests.workers.dedup.texts import HARBOUR, REWORDED, WEATHER, document
from workers.dedup import align, reading, weighing
from workers.dedup.commonness import Commonness
from workers.dedup.lexicon import Lexicon
from workers.dedup.rows import ranges

FIRST = "A storm sank the ferry Meridian near Dellan."
SECOND = "Captain Elise Thornquist thanked the crew."
THIRD = "The herring season opens on Friday."


def weighed(*bodies):
    known, commonness = Lexicon(), Commonness()
    return [weighing.weigh(reading.read(document(n, body), known), commonness) for n, body in enumerate(bodies)]


def both_aligned(a, b):
    words = align.overlaps(a, b, align.in_common(a, b)).words
    return align.align(words, a.sentence_weights, b.sentence_weights)


def aligned(one, other):
    a, b = weighed(one, other)
    return both_aligned(a, b)[0]


def test_each_sentence_finds_itself_wherever_it_stands():
    found = aligned(f"{FIRST} {SECOND} {THIRD}", f"{THIRD} {FIRST} {SECOND}")
    assert found.partners.tolist() == [1, 2, 0]
    assert found.nearness.tolist() == pytest.approx([1.0] * 3, abs=0.01)
    assert found.contained.tolist() == pytest.approx([1.0] * 3, abs=0.01)


def test_a_sentence_inside_a_longer_one_is_contained_but_not_as_near():
    found = aligned(FIRST, f"{FIRST[:-1]} while Captain Elise Thornquist slept and the herring season had begun.")
    assert found.contained[0] == pytest.approx(1.0, abs=0.05)
    assert found.nearness[0] < 0.8


def test_other_texts_are_far():
    assert aligned(HARBOUR, WEATHER).nearness.max() < 0.4


def test_turned_round_it_is_the_same_seen_from_the_other():
    a, b = weighed(HARBOUR, f"{FIRST} {SECOND}")
    there, back = align.in_common(a, b), align.in_common(b, a)
    for one, other in zip(there.turned(), back, strict=True):
        assert np.array_equal(np.sort(one), np.sort(other)) if isinstance(one, np.ndarray) else one == other
    for one, other in zip(align.overlaps(a, b, there), align.overlaps(b, a, back), strict=True):
        assert np.allclose(one.T, other)


def test_facts_that_sentences_share_are_counted():
    a, b = weighed(f"{FIRST} {THIRD}", f"{THIRD} {FIRST}")
    found = align.overlaps(a, b, align.in_common(a, b))
    assert found.fact_counts[0, 1] >= 2
    assert found.facts[0, 1] > 0 == found.facts[0, 0]
    assert found.words[0, 1] == pytest.approx(a.sentence_weights[0], rel=1e-5)


def test_long_texts_are_laid_side_by_side_by_the_keys_that_they_share(monkeypatch):
    for bodies, often in product(
        ((HARBOUR, REWORDED), (HARBOUR, HARBOUR), (f"{FIRST} {FIRST} {THIRD}", f"{THIRD} {FIRST}")), (0, 20, 1000)
    ):
        a, b = weighed(*bodies)
        both = align.in_common(a, b)
        plain = align.overlaps(a, b, both)
        monkeypatch.setattr(align, "MOST_PRODUCTS", 0)
        monkeypatch.setattr(align, "OFTEN", often)
        for one, other in zip(plain, align.overlaps(a, b, both), strict=True):
            assert one.dtype == other.dtype
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
        monkeypatch.undo()


def test_what_laying_long_texts_side_by_side_takes_grows_with_what_they_hold(monkeypatch):
    words = ["".join(chr(97 + number // 26**place % 26) for place in range(4)) for number in range(6000)]
    body = " ".join(f"{' '.join(words[15 * n : 15 * n + 15]).title()}." for n in range(400))
    a, b = weighed(body, body)
    both = align.in_common(a, b)
    assert both.keys_a.size * a.masses.size * b.masses.size > 50 * align.MOST_PRODUCTS
    met = []
    monkeypatch.setattr(align, "ranges", lambda begins, sizes: met.append(int(sizes.sum())) or ranges(begins, sizes))
    found = align.overlaps(a, b, both)
    assert max(met) <= 2 * a.spots.size
    assert found.words.argmax(axis=1).tolist() == list(range(400))


@pytest.mark.parametrize(("a", "b"), [([], [1]), ([1], []), ([1, 3, 5], [2, 3, 5, 9])])
def test_equal_values_of_sorted_arrays(a, b):
    left, right = align.common(np.array(a, np.int64), np.array(b, np.int64))
    assert [a[i] for i in left.tolist()] == [b[i] for i in right.tolist()] == sorted(set(a) & set(b))


def test_both_texts_are_aligned_alike_whichever_comes_first() -> None:
    a, b = weighed(HARBOUR, WEATHER)
    there, back = both_aligned(a, b), both_aligned(b, a)
    for one, other in zip(there, reversed(back), strict=True):
        np.testing.assert_array_equal(one.partners, other.partners)
        np.testing.assert_allclose(one.contained, other.contained, rtol=1e-5)
