"""Pairs of texts laid end to end: every value stands where its sentence or fact does"""

import numpy as np
import pytest

from tests.workers.dedup.texts import HARBOUR, MARKET, REWORDED, WEATHER, pair
from workers.dedup import sides
from workers.dedup.sides import Sides

BODIES = [(HARBOUR, REWORDED), (WEATHER, MARKET), (MARKET, MARKET), (HARBOUR[:400], HARBOUR)]


PAIRS = [pair(*bodies) for bodies in BODIES]
COUNT = len(PAIRS)


@pytest.fixture(scope="module")
def laid() -> Sides:
    return sides.lay(PAIRS)


def test_all_inner_texts_come_first_then_the_outer_ones_in_the_same_order(laid: Sides) -> None:
    assert [id(text) for text in laid.texts] == [id(one.inner) for one in PAIRS] + [id(one.outer) for one in PAIRS]
    assert laid.sentences.sizes.tolist() == [text.reading.sentences for text in laid.texts]
    assert laid.facts.sizes.tolist() == [text.reading.facts.size for text in laid.texts]
    assert laid.sentences.sums(laid.masses) == pytest.approx([1.0] * 2 * COUNT, abs=1e-4)


def test_partners_are_sentences_of_the_other_text(laid: Sides) -> None:
    other = (laid.sentences.of + COUNT) % (2 * COUNT)
    assert np.array_equal(laid.sentences.of[laid.partners], other)


def test_a_sentence_of_a_text_laid_beside_itself_is_its_own_partner(laid: Sides) -> None:
    same = BODIES.index((MARKET, MARKET))
    here = np.flatnonzero(laid.sentences.of == same)
    first = laid.sentences.starts[same + COUNT]
    assert laid.partners[here].tolist() == list(range(first, first + here.size))
    assert laid.contained[here] == pytest.approx(np.ones(here.size), abs=1e-4)
    facts = laid.fact_rows[np.isin(laid.fact_rows, here)]
    assert laid.shared_facts[here].tolist() == np.bincount(facts, minlength=here.max() + 1)[here].tolist()


def test_found_facts_are_those_that_both_texts_have(laid: Sides) -> None:
    for number, text in enumerate(laid.texts):
        other = laid.texts[(number + COUNT) % (2 * COUNT)]
        expected = np.isin(text.reading.facts, other.reading.facts)
        assert np.array_equal(laid.is_found[laid.facts.of == number], expected)


def test_facts_stand_in_sentences_of_their_own_text(laid: Sides) -> None:
    assert np.array_equal(laid.sentences.of[laid.fact_rows], laid.facts.of[laid.fact_columns])
    distinct = {(row, column) for row, column in zip(laid.fact_rows.tolist(), laid.fact_columns.tolist(), strict=True)}
    assert len(distinct) == laid.fact_rows.size
    assert {column for _, column in distinct} == set(range(laid.is_found.size))


def test_a_partner_never_shares_more_weight_of_facts_than_the_sentence_has(laid: Sides) -> None:
    own = np.concatenate([text.fact_masses for text in laid.texts])
    assert (laid.partner_facts >= 0).all()
    assert (laid.partner_facts <= own + 1e-4).all()
    assert laid.partner_facts.sum() > 0


@pytest.mark.parametrize("at", range(COUNT))
def test_a_pair_is_laid_among_others_as_it_is_alone(laid: Sides, at: int) -> None:
    alone = sides.lay([PAIRS[at]])
    mine = np.isin(laid.sentences.of, [at, at + COUNT])
    for name in ("contained", "nearness", "masses", "shared_facts", "partner_facts"):
        np.testing.assert_allclose(getattr(laid, name)[mine], getattr(alone, name), rtol=1e-6)
    place = np.cumsum(mine) - 1  # of a sentence among those of this pair
    assert place[laid.partners[mine]].tolist() == alone.partners.tolist()
    assert laid.is_found[np.isin(laid.facts.of, [at, at + COUNT])].tolist() == alone.is_found.tolist()
