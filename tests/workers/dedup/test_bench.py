"""Pairs of articles are judged once, both ways, with the texts that are still there"""

from collections.abc import Collection, Mapping

import numpy as np
import pytest

from storage.domain import CopyKind, Document, Verdict
from tests.workers.dedup.texts import HARBOUR, MARKET, OWN_REPORT, REWORDED, WEATHER, claim, document
from workers.dedup import classify
from workers.dedup.bench import JudgingBench, Shelf
from workers.dedup.commonness import Commonness, Floats
from workers.dedup.habits import Habits
from workers.dedup.lexicon import Lexicon

ATTACH = 0.5
OPENING = "\n\n".join(HARBOUR.split("\n\n")[:4])
BOTH = f"{OPENING}\n\n{WEATHER}"
TEXTS = dict(enumerate((HARBOUR, HARBOUR, OPENING, REWORDED, OWN_REPORT, WEATHER, MARKET, BOTH), start=1))
WHOLE, SAME, PART, SPUN, OWN, RAIN, DEAL, MIXED = TEXTS
GONE = 99


class Store:
    """Documents, and which were asked for."""

    def __init__(self) -> None:
        self.texts = {number: document(number, body, hours=number) for number, body in TEXTS.items()}
        self.asked: list[int] = []

    def documents(self, ids: Collection[int]) -> Mapping[int, Document]:
        self.asked += ids
        return {article: self.texts[article] for article in ids if article in self.texts}


class Counting(JudgingBench):
    """Counts the pairs whose evidence was weighed."""

    rated = 0

    def rate(self, keys: list[tuple[int, int]], values: Floats) -> tuple[Floats, Floats]:  # type: ignore[override]
        self.rated += len(keys)
        return super().rate(keys, values)


def shelf(limit: int = 100) -> Shelf:
    return Shelf(Lexicon(), Commonness(), Habits(), limit)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def bench(store: Store) -> Counting:
    return Counting(classify.shipped(), shelf(), store.documents, ATTACH)


def test_a_shelf_holds_the_revision_that_was_put_there() -> None:
    held = shelf()
    weighed = held.put(document(1, HARBOUR))
    assert held.get(1) == held.get(1, 1001)
    found, contender = held.get(1, 1001) or (None, None)
    assert found is weighed
    assert contender is not None
    assert (contender.article_id, contender.length) == (1, len(HARBOUR))
    assert held.get(1, 1002) is None
    assert held.get(2) is None
    newer = held.put(document(1, WEATHER, revision_id=1002))
    assert held.get(1, 1001) is None
    assert (held.get(1) or (None,))[0] is newer


def test_a_full_shelf_drops_what_nobody_took_the_longest() -> None:
    held = shelf(limit=2)
    held.put(document(1, WEATHER))
    held.put(document(2, MARKET))
    held.get(1)
    held.put(document(3, HARBOUR))
    assert [number for number in (1, 2, 3) if held.get(number)] == [1, 3]
    held.put(document(1, WEATHER))
    held.put(document(2, MARKET))
    assert [number for number in (1, 2, 3) if held.get(number)] == [1, 2]


def test_texts_are_asked_for_once_and_again_when_they_changed(store: Store) -> None:
    on_shelf = shelf()
    JudgingBench(classify.shipped(), on_shelf, store.documents, ATTACH).prefetch({WHOLE: None, PART: None})
    later = JudgingBench(classify.shipped(), on_shelf, store.documents, ATTACH)
    later.prefetch({WHOLE: 1000 + WHOLE, PART: 5, GONE: 1})
    assert store.asked == [WHOLE, PART, PART, GONE]
    assert [later.has(article) for article in (WHOLE, PART, SPUN, GONE)] == [True, True, False, False]


def test_copies_score_high_either_way_and_others_low(bench: JudgingBench) -> None:
    for one, other in ((WHOLE, SAME), (WHOLE, PART), (WHOLE, SPUN)):
        assert bench.score(one, other) == bench.score(other, one) > 0.8
    for one, other in ((WHOLE, OWN), (WHOLE, RAIN), (RAIN, DEAL)):
        assert bench.score(one, other) == bench.score(other, one) < 0.2


def test_pairs_judged_together_have_the_scores_that_each_has_alone(store: Store, bench: Counting) -> None:
    pairs = [(a, b) for a in TEXTS for b in TEXTS if a < b]
    bench.judge(pairs)
    rated = bench.rated
    for one, other in pairs:
        alone = JudgingBench(classify.shipped(), shelf(), store.documents, ATTACH)
        assert bench.score(one, other) == pytest.approx(alone.score(one, other), abs=1e-4)
        assert bench.relatedness(one, other) == pytest.approx(alone.relatedness(one, other), abs=1e-4)
    assert bench.rated == rated


def test_no_pair_is_judged_twice(store: Store, bench: Counting) -> None:
    bench.judge([(WHOLE, PART), (PART, WHOLE)])
    bench.score(PART, WHOLE)
    bench.verdict(PART, WHOLE)
    bench.supports([(WHOLE, PART)])
    assert bench.rated == 1
    assert sorted(store.asked) == [WHOLE, PART]


def test_a_verdict_is_on_the_copy_it_is_asked_of(bench: JudgingBench) -> None:
    assert bench.verdict(SAME, WHOLE).kind is CopyKind.VERBATIM
    assert bench.verdict(PART, WHOLE).kind is CopyKind.TRUNCATED
    assert bench.verdict(WHOLE, PART).kind is not CopyKind.TRUNCATED
    assert bench.verdict(SPUN, WHOLE).kind is CopyKind.SPUN
    for copy, source in ((PART, WHOLE), (WHOLE, PART)):
        found = bench.verdict(copy, source)
        assert found.score == pytest.approx(bench.score(copy, source), abs=1e-4)
        assert found.spans
        for start, end, there, there_end in found.spans:
            assert TEXTS[copy][start:end].split() == TEXTS[source][there:there_end].split()


def test_reworded_texts_of_two_agencies_are_less_likely_copies(store: Store, bench: JudgingBench) -> None:
    plain = bench.score(WHOLE, SPUN), bench.score(WHOLE, SAME)
    for number, agency in ((WHOLE, "AP"), (SAME, "AFP"), (SPUN, "AFP")):
        store.texts[number] = document(number, TEXTS[number], hours=number, agency=claim(agency))
    credited = JudgingBench(classify.shipped(), shelf(), store.documents, ATTACH)
    assert credited.score(WHOLE, SPUN) < plain[0]
    assert credited.score(WHOLE, SAME) == plain[1]
    assert credited.rivals([(SPUN, WHOLE), (SPUN, SAME), (WHOLE, OWN)]).tolist() == [True, False, False]


def test_two_reports_of_one_event_are_no_copies(bench: JudgingBench) -> None:
    found = bench.verdict(OWN, WHOLE)
    assert found.kind is None
    assert not bench.verdict(DEAL, RAIN).is_related
    assert bench.relatedness(RAIN, DEAL) < 0.5


def test_the_least_score_of_a_copy_is_the_callers(store: Store) -> None:
    strict = JudgingBench(classify.shipped(), shelf(), store.documents, 1.01)
    assert strict.verdict(SAME, WHOLE).kind is None
    assert strict.verdict(SAME, WHOLE).score > 0.9


def test_a_text_that_is_gone_is_nobodys_copy(bench: JudgingBench) -> None:
    bench.judge([(WHOLE, GONE), (WHOLE, SAME)])
    assert bench.score(WHOLE, GONE) == bench.relatedness(GONE, WHOLE) == 0
    assert bench.verdict(WHOLE, GONE) == Verdict(None, 0.0, False, {}, (), classify.shipped().version)
    assert bench.evidence(WHOLE, GONE) is None
    assert bench.found(WHOLE, GONE) == bench.opening(WHOLE, GONE) == 0
    assert bench.supports([(GONE, WHOLE), (WHOLE, SAME)])[0] == 0
    assert bench.score(WHOLE, SAME) > 0.9
    with pytest.raises(KeyError):
        bench.contender(GONE)


def test_a_part_is_found_in_its_whole_and_not_the_other_way(bench: JudgingBench) -> None:
    assert bench.found(PART, WHOLE) == pytest.approx(1)
    assert bench.found(WHOLE, PART) < 0.75
    assert [bench.opening(PART, WHOLE), bench.opening(WHOLE, PART)] == pytest.approx([1, 1])
    assert bench.found(RAIN, DEAL) < 0.2


def test_a_second_source_adds_what_the_first_has_not(bench: JudgingBench) -> None:
    assert bench.adds(MIXED, WHOLE, RAIN) > 0.2
    assert bench.adds(MIXED, RAIN, WHOLE) > 0.2
    assert bench.adds(SPUN, WHOLE, OWN) == 0  # another's report of the event, of which nothing was taken
    assert bench.adds(SPUN, WHOLE, GONE) == 0


def test_the_whole_goes_as_the_source_of_its_part(bench: JudgingBench) -> None:
    ahead, back, same, none = bench.supports([(WHOLE, PART), (PART, WHOLE), (WHOLE, SAME), (WHOLE, RAIN)])
    assert same >= ahead > back > none


def test_contenders_are_told_of_texts_that_nobody_compared(bench: JudgingBench, store: Store) -> None:
    assert bench.contender(OWN).length == len(OWN_REPORT)
    assert bench.contender(OWN).appeared_at == store.texts[OWN].published_at
    assert store.asked == [OWN]


def test_evidence_is_that_of_the_lesser_id_first(bench: JudgingBench) -> None:
    one, other = bench.evidence(WHOLE, PART), bench.evidence(PART, WHOLE)
    assert one is not None
    assert other is not None
    assert not one.a_is_inner
    np.testing.assert_array_equal(one.values, other.values)
