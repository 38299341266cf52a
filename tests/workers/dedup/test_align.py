"""Sentences laid beside the nearest of the other text"""

import numpy as np
import pytest

from tests.workers.dedup.texts import HARBOUR, WEATHER, document
from workers.dedup import align, reading, weighing
from workers.dedup.commonness import Commonness
from workers.dedup.lexicon import Lexicon

FIRST = "A storm sank the ferry Meridian near Dellan."
SECOND = "Captain Elise Thornquist thanked the crew."
THIRD = "The herring season opens on Friday."


def weighed(*bodies):
    known, commonness = Lexicon(), Commonness()
    return [weighing.weigh(reading.read(document(n, body), known), commonness) for n, body in enumerate(bodies)]


def aligned(one, other):
    a, b = weighed(one, other)
    return align.align(align.overlaps(a, b).words, a.sentence_weights, b.sentence_weights)[0]


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
    there, back = align.overlaps(a, b), align.overlaps(b, a)
    assert np.allclose(there.turned().words, back.words)
    assert there.common_b.tolist() == there.turned().common_a.tolist()
    assert np.array_equal(np.sort(there.common_a), np.sort(back.common_b))


@pytest.mark.parametrize(("a", "b"), [([], [1]), ([1], []), ([1, 3, 5], [2, 3, 5, 9])])
def test_equal_values_of_sorted_arrays(a, b):
    left, right = align.common(np.array(a, np.int64), np.array(b, np.int64))
    assert [a[i] for i in left.tolist()] == [b[i] for i in right.tolist()] == sorted(set(a) & set(b))
    assert align.is_in(np.array(a, np.int64), np.array(b, np.int64)).tolist() == [x in b for x in a]


def test_both_texts_are_aligned_alike_whichever_comes_first() -> None:
    a, b = weighed(HARBOUR, WEATHER)
    there = align.align(align.overlaps(a, b).words, a.sentence_weights, b.sentence_weights)
    back = align.align(align.overlaps(b, a).words, b.sentence_weights, a.sentence_weights)
    for one, other in zip(there, reversed(back), strict=True):
        np.testing.assert_array_equal(one.partners, other.partners)
        np.testing.assert_allclose(one.contained, other.contained, rtol=1e-5)
