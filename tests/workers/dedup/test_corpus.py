"""The store as placing sees it, and placements on their way into the store and back"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import db
from storage.domain import AgencyClaim, CopyKind, Verdict
from storage.repositories import candidates
from storage.repositories.stories import Judged, Origin, Redirect
from tests import factories
from tests.storage.repositories.placing import member as standing
from tests.storage.repositories.placing import place
from workers.dedup import corpus, values
from workers.dedup.corpus import SqlCorpus
from workers.dedup.values import Fingerprint, Member, Placed, Placement, Related

AP = AgencyClaim("AP", "dateline", 0.9)
FOUND = Verdict(CopyKind.SPUN, 0.8, False, {"words": 0.5}, ((0, 1, 2, 3),), "7")


def copy(article=2, of=1, verdict=FOUND, **words):
    return Member(article_id=article, revision_id=100 + article, story=101, parent=of, verdict=verdict, **words)


ORIGINAL = Member(article_id=1, revision_id=101, story=101, parent=None, verdict=None, is_original=True, agency=AP)


def placed(*placements, **words):
    empty = {"fingerprints": (), "redirects": (), "origins": (), "rule_version": "7"}
    return Placed(**{"placements": placements, **empty, **words})


def test_the_store_answers_as_placing_asks(database):
    with database.session() as session:
        one, two, fresh = (factories.article(session, f"https://{key}.example/1", body=f"Body {key}") for key in "abc")
        place(
            session, standing(one, 1, agency=AP), standing(two, 1, copy_of_id=one.id, kind=CopyKind.EDITED, score=0.7)
        )
    asked = SqlCorpus(database)
    assert {i: d.body for i, d in asked.documents([one.id, fresh.id, 99]).items()} == {1: "Body a", 3: "Body c"}
    first, second = asked.neighbours([two.id, fresh.id])
    assert (first.article_id, first.parent, first.verdict, first.is_original, first.agency) == (1, None, None, True, AP)
    assert (second.article_id, second.parent, second.story, second.is_original) == (2, 1, 1, False)
    assert (second.verdict.kind, second.verdict.score) == (CopyKind.EDITED, 0.7)
    assert asked.taken([1, 2]) == {1}


@pytest.mark.parametrize(
    "member", [ORIGINAL, copy(), copy(is_pinned=True, agency=AP)], ids=["original", "copy", "pinned"]
)
def test_a_member_comes_back_as_it_was_written_but_for_the_evidence(member):
    row = corpus.standing_of(Placement(member, None, reason="why"))
    assert row.reason == "why"
    bare = member.verdict and Verdict(member.verdict.kind, member.verdict.score, False, {}, (), "")
    assert corpus.member_of(row) == replace(member, verdict=bare)


def test_what_descends_from_another_is_a_copy_of_some_kind():
    unsure = replace(FOUND, kind=None, score=0.4)
    for verdict, score in ((None, None), (unsure, 0.4)):
        row = corpus.standing_of(Placement(copy(verdict=verdict), None))
        assert (row.copy_of_id, row.kind, row.score) == (1, CopyKind.EDITED, score)


def test_an_original_is_nobodys_copy_whatever_it_was_compared_with():
    row = corpus.standing_of(Placement(copy(is_original=True), None))
    assert (row.copy_of_id, row.kind, row.score, row.is_original) == (None, None, None, True)


def test_who_is_kept_apart_is_read_but_not_written_with_a_placement():
    row = corpus.standing_of(Placement(replace(ORIGINAL, apart=frozenset({9})), None))
    assert row.apart == frozenset()
    assert corpus.member_of(replace(row, apart=frozenset({9}))).apart == {9}


def test_a_batch_tells_the_store_all_that_changed():
    whole = placed(
        Placement(ORIGINAL, None),
        Placement(copy(), 1),
        origins=(values.Origin(101, 1, ("earliest",), AP),),
        redirects=(values.Redirect(102, 101, "merged"),),
        emptied=frozenset({102}),
    )
    batch = corpus.batch_of(whole, {101: AP, 102: None}, {1: 101, 2: 102})
    assert batch.revisions == {101: AP, 102: None}
    assert [s.article_id for s in batch.standings] == [1, 2]
    assert batch.origins == [Origin(101, 1, ("earliest",), AP)]
    assert (batch.redirects, batch.emptied) == ([Redirect(102, 101)], {102})
    assert batch.verdicts == [Judged(2, 102, 1, 101, FOUND)]


def verdicts(*placements, revisions):
    return list(corpus.batch_of(placed(*placements), {}, revisions).verdicts)


def test_only_verdicts_of_this_batchs_comparisons_on_articles_that_are_there_are_kept():
    from_the_store = corpus.member_of(corpus.standing_of(Placement(copy(), None)))
    assert verdicts(Placement(from_the_store, 1), revisions={1: 101}) == []
    assert verdicts(Placement(copy(), 1), revisions={}) == []
    assert verdicts(Placement(copy(), 1), revisions={1: 111}) == [Judged(2, 102, 1, 111, FOUND)]


def test_texts_about_one_event_are_related_and_no_copies():
    there, gone = Related(5, 0.6), Related(6, 0.7)
    (found,) = verdicts(Placement(ORIGINAL, None, related=(there, gone)), revisions={5: 105})
    assert found == Judged(1, 101, 5, 105, Verdict(None, 0.6, True, {}, (), "7"))


def test_a_combined_article_has_a_verdict_on_its_second_source_too():
    second = replace(FOUND, kind=CopyKind.UPDATE, score=0.8)
    one = Placement(copy(), 1, also=107, also_parent=7, also_verdict=second)
    found = verdicts(one, revisions={1: 101, 7: 107})
    assert found == [Judged(2, 102, 1, 101, FOUND), Judged(2, 102, 7, 107, replace(second, kind=CopyKind.MERGED))]
    assert verdicts(one, revisions={1: 101}) == found[:1]


def test_others_that_verdicts_speak_of():
    one = Placement(copy(), 1, related=(Related(5, 0.6),), also_parent=7)
    assert corpus.others_in(placed(Placement(ORIGINAL, None), one)) == {1, 5, 7}


WEIGHTS = st.floats(0, 100, width=32)
PRINTS = st.builds(
    Fingerprint,
    article_id=st.integers(1, 2**40),
    revision_id=st.integers(1, 2**40),
    at=st.integers(0, 2**40),
    until=st.integers(0, 2**40),
    terms=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=32).map(tuple),
    weights=st.lists(WEIGHTS, max_size=32).map(tuple),
)


@given(st.lists(PRINTS, max_size=3))
def test_fingerprints_are_unpacked_as_they_were_packed(prints):
    assert list(map(corpus.unpack, corpus.pack(prints))) == prints


def test_packed_fingerprints_are_read_alike_on_every_machine():
    (kept,) = corpus.pack([Fingerprint(1, 2, 3, 4, (1, -2), (0.5,))])
    assert kept.terms == b"\1" + b"\0" * 7 + b"\xfe" + b"\xff" * 7
    assert kept.weights == np.array([0.5]).astype("<f4").tobytes() == b"\0\0\0\x3f"


def test_fingerprints_are_loaded_while_their_window_is_open(database):
    with database.session() as session:
        articles = [factories.article(session, f"https://a.example/{number}") for number in range(2)]
        ends = [db.now(session) + timedelta(days=days) for days in (1, -1)]
        prints = [
            Fingerprint(article.id, article.revision_id, 0, int(end.timestamp()), (3, -4), (2.0, 1.0))
            for article, end in zip(articles, ends, strict=True)
        ]
        candidates.save(session, corpus.pack(prints))
    assert list(corpus.load(database)) == prints[:1]
