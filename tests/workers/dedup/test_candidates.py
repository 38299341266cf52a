"""The index of rare terms."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workers.dedup import candidates
from workers.dedup.candidates import Index
from workers.dedup.values import Fingerprint


def fingerprint(article_id: int, terms: list[int], at: int = 0, window: int = 1000) -> Fingerprint:
    return Fingerprint(article_id, article_id, at, at + window, tuple(terms), (1.0,) * len(terms))


def test_the_article_that_shares_most_comes_first() -> None:
    index = Index()
    index.add([fingerprint(1, [1, 2, 3, 4]), fingerprint(2, [1, 2, 8, 9]), fingerprint(3, [7])])
    found = index.find([fingerprint(4, [1, 2, 3, 5])])[0]
    assert [one.article_id for one in found] == [1, 2]
    assert [one.share for one in found] == [0.75, 0.5]


def test_articles_outside_each_others_window_are_not_found() -> None:
    index = Index()
    index.add([fingerprint(1, [1], at=0, window=100), fingerprint(2, [1], at=0, window=900)])
    found = index.find([fingerprint(3, [1], at=500)])[0]
    assert [one.article_id for one in found] == [2]
    assert index.expired(now=600) == [1]


def test_an_older_article_that_arrives_later_finds_the_newer_one() -> None:
    index = Index()
    index.add([fingerprint(1, [1], at=500)])
    assert [one.article_id for one in index.find([fingerprint(2, [1], at=0)])[0]] == [1]


def test_a_changed_article_is_found_by_its_new_terms_only() -> None:
    index = Index()
    index.add([fingerprint(1, [1])])
    index.add([fingerprint(1, [2])])
    assert index.find([fingerprint(9, [1]), fingerprint(9, [2])])[0] == []
    assert len(index.find([fingerprint(9, [2])])[0]) == 1
    index.forget([1])
    assert index.find([fingerprint(9, [2])]) == [[]]
    assert len(index) == 0


def test_an_index_filled_at_once_finds_what_one_grown_by_additions_finds(monkeypatch) -> None:
    monkeypatch.setattr(candidates, "AT_ONCE", 3)
    prints = [fingerprint(number % 8, [number, number + 1, number % 3], at=number) for number in range(10)]
    filled, grown = Index(), Index()
    assert filled.fill(iter(prints)) == 10
    for one in prints:
        grown.add([one])
    asked = [fingerprint(99, [number, number + 1]) for number in range(10)]
    assert filled.find(asked) == grown.find(asked)
    assert len(filled) == len(grown) == 8
    assert Index().fill([]) == 0


def test_only_the_newest_postings_of_a_common_term_are_kept() -> None:
    index = Index()
    index.add([fingerprint(number, [5], at=number) for number in range(1, candidates.NEWEST + 51)])
    found = index.find([fingerprint(9999, [5], at=10)], limit=1000)[0]
    assert {one.article_id for one in found} == set(range(51, candidates.NEWEST + 51))


@given(
    st.lists(st.lists(st.integers(-20, 20), min_size=1, max_size=5, unique=True), min_size=1, max_size=60),
    st.integers(1, 9),
)
def test_many_small_additions_find_what_one_large_one_finds(all_terms: list[list[int]], size: int) -> None:
    prints = [fingerprint(number, terms) for number, terms in enumerate(all_terms, 1)]
    whole, parts = Index(), Index()
    whole.add(prints)
    for start in range(0, len(prints), size):
        parts.add(prints[start : start + size])
    for one, other in zip(whole.find(prints, limit=99), parts.find(prints, limit=99), strict=True):
        assert [c.article_id for c in one] == [c.article_id for c in other]
        np.testing.assert_allclose([c.share for c in one], [c.share for c in other], rtol=1e-5)


def test_articles_without_terms_are_no_candidates_and_break_nothing() -> None:
    index = Index()
    index.add([fingerprint(1, [])])
    assert index.find([fingerprint(2, [])]) == [[]]
    index.add([fingerprint(3, [4]), fingerprint(5, [])])
    assert [[one.article_id for one in found] for found in index.find([fingerprint(6, [4]), fingerprint(7, [])])] == [
        [3],
        [],
    ]
    assert len(index) == 3
