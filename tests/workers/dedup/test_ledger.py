"""Memberships near a batch: who stands where, what was touched and what emptied"""

from workers.dedup.ledger import NEXT_NAME, Ledger, names_of
from workers.dedup.values import Member


def member(article, story, **words):
    words = {"parent": None, "verdict": None, **words}
    return Member(article_id=article, revision_id=100 + article, story=story, **words)


def test_members_in_order_and_their_original():
    ledger = Ledger([member(3, 1), member(2, 1, is_original=True), member(5, 4)])
    assert [m.article_id for m in ledger.members(1)] == [2, 3]
    assert ledger.original(1).article_id == 2
    assert ledger.original(4).article_id == 5  # none is marked: the first
    assert ledger.members(9) == []


def test_an_article_stands_in_one_story():
    ledger = Ledger([member(1, 1), member(2, 1)])
    ledger.put(member(2, 7))
    assert [m.article_id for m in ledger.members(1)] == [1]
    assert ledger.member(2).story == 7
    assert (ledger.moved, ledger.touched, ledger.emptied()) == ({2}, {1, 7}, frozenset())


def test_stories_that_lost_their_last_member():
    ledger = Ledger([member(1, 1)])
    assert ledger.take(1).story == 1
    assert ledger.take(1) is None
    assert ledger.emptied() == frozenset({1})


def test_a_name_that_is_taken_gets_a_successor():
    ledger = Ledger([member(1, 101)])
    assert ledger.free_name(101) == 101 + NEXT_NAME
    assert ledger.free_name(102) == 102
    assert ledger.free_name(101) in names_of(101)


def test_redirects_lead_elsewhere():
    ledger = Ledger([])
    ledger.redirect(1, 1, "same")
    ledger.redirect(1, 2, "merged")
    assert [(r.old, r.new) for r in ledger.redirects] == [(1, 2)]


def test_what_an_operator_keeps_apart_either_way():
    ledger = Ledger([member(1, 1, apart=frozenset({9})), member(2, 1)])
    assert ledger.kept_apart(9, (), 1)
    assert ledger.kept_apart(8, {2}, 1)
    assert not ledger.kept_apart(8, {3}, 1)


def test_a_name_that_is_taken_elsewhere_isnt_free():
    assert Ledger([member(1, 1)], taken={103}).free_name(103) == 103 + NEXT_NAME
