"""A reading weighed: shares that add up, sentences and facts where they stand"""

import numpy as np
import pytest

from tests.workers.dedup.texts import HARBOUR, document
from workers.dedup import reading, weighing
from workers.dedup.commonness import Commonness
from workers.dedup.lexicon import Lexicon


@pytest.fixture
def weighed():
    return weighing.weigh(reading.read(document(1, HARBOUR), Lexicon()), Commonness())


def test_sentences_share_the_weight(weighed):
    assert weighed.masses.sum() == pytest.approx(1.0, abs=1e-4)
    assert weighed.masses.size == weighed.reading.sentences
    assert weighed.thirds.sum(axis=1).tolist() == pytest.approx([1.0] * 3, abs=1e-3)


def test_groups_of_facts_share_theirs(weighed):
    totals = weighed.fact_groups.sum(axis=1)
    assert totals[weighed.has_group].tolist() == pytest.approx([1.0] * int(weighed.has_group.sum()), abs=1e-3)


def test_sentences_hold_their_terms_and_facts_once(weighed):
    reading = weighed.reading
    terms, facts = reading.terms.size, reading.facts.size
    held = np.zeros((terms + facts, reading.sentences), bool)
    held.ravel()[weighed.spots] = True
    assert weighed.spots.size == held.sum()
    for sentence in range(reading.sentences):
        assert set(reading.terms[held[:terms, sentence]]) == set(reading.words[reading.sentence_of == sentence])
        mentions = reading.mentions[reading.mention_sentence == sentence]
        assert set(np.flatnonzero(held[terms:, sentence])) == set(mentions)


def test_runs_are_of_three_words_distinct_and_sorted(weighed):
    assert weighed.run_words.size == weighed.reading.words.size - weighing.RUN + 1
    assert np.all(np.diff(weighed.runs) > 0)
    assert sorted(weighed.run_words.tolist()) == list(range(weighed.run_words.size))


def test_words_that_begin_equal_runs_stand_together():
    weighed = weighing.weigh(reading.read(document(1, "the ship sank and the ship sank"), Lexicon()), Commonness())
    begun = [set(places) for places in np.split(weighed.run_words, weighed.run_starts[1:-1])]
    assert len(begun) == weighed.runs.size == weighed.run_starts.size - 1 == 4
    assert {0, 4} in begun


def test_runs_lie_in_a_sentence_but_for_those_across_two_and_of_datelines(weighed):
    found, inside = weighed.run_sentences, weighed.reading.sentence_of
    assert found.size == weighed.run_words.size
    assert set(found.tolist()) == {-1, *range(weighed.reading.sentences)}
    assert all(inside[at] == inside[at + weighing.RUN - 1] == found[at] for at in np.flatnonzero(found >= 0))
    assert (found[: weighing.DATELINE] == -1).all()
    for sentence, (first, size) in enumerate(zip(weighed.first_runs, weighed.sentence_runs, strict=True)):
        assert np.flatnonzero(found == sentence).tolist() == list(range(first, first + size))


def test_keys_are_sorted_and_tell_facts_from_terms(weighed):
    assert np.all(np.diff(weighed.keys) > 0)
    assert weighed.keys.size == weighed.all_weights.size
    assert (weighed.keys[: weighed.reading.terms.size] < 0).all()
    assert (weighed.keys[weighed.reading.terms.size :] >= 0).all()


def test_equal_words_make_equal_runs():
    one, other = (
        weighing.weigh(reading.read(document(n, body), Lexicon()), Commonness())
        for n, body in ((1, "A storm hit the northern coast late."), (2, "They say a storm hit the northern coast."))
    )
    assert np.intersect1d(one.runs, other.runs).size >= 3


@pytest.mark.parametrize("body", ["", "…", "Short."])
def test_next_to_no_text(body):
    weighed = weighing.weigh(reading.read(document(1, body), Lexicon()), Commonness())
    assert np.isfinite(weighed.masses).all()
    assert weighed.runs.size == 0
