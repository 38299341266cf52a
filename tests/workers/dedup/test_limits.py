"""Each limit decides what it says, at its very value: a bench with given scores, and windows on real texts"""

from collections.abc import Mapping, Sequence

import pytest

from benchmarks.memory_corpus import MemoryCorpus
from storage.domain import CopyKind, Verdict
from tests.workers.dedup.texts import HARBOUR, document
from workers.dedup import classify, original
from workers.dedup.candidates import Index
from workers.dedup.cluster import Placer
from workers.dedup.engine import Engine
from workers.dedup.ledger import Ledger
from workers.dedup.limits import ADDED, Bench, Limits
from workers.dedup.original import Contender
from workers.dedup.values import Placement

ROOT, COPY, NEW = 1, 2, 3
LIMITS = Limits()
Table = Mapping[tuple[int, int], float]


class Given:
    """A bench whose answers are given by pair; an article is found in another as far as they score."""

    def __init__(self, scores: Table, related: float = 0.0, **tables: Table) -> None:
        self._scores, self._related, self._tables = scores, related, tables

    def _told(self, name: str, a: int, b: int, other: float) -> float:
        return self._tables.get(name, {}).get((a, b), other)

    def score(self, a: int, b: int) -> float:
        return self._scores.get((min(a, b), max(a, b)), 0.0)

    def relatedness(self, a: int, b: int) -> float:
        return self._related

    def verdict(self, copy: int, source: int) -> Verdict:
        return Verdict(CopyKind.SPUN, self.score(copy, source), False, {}, (), "given")

    def found(self, inner: int, outer: int) -> float:
        return self._told("found", inner, outer, self.score(inner, outer))

    def is_revised(self, article_id: int) -> bool:
        return article_id in self._tables.get("revised", {})

    def opening(self, inner: int, outer: int) -> float:
        return self._told("opening", inner, outer, self.score(inner, outer))

    def adds(self, copy: int, first: int, second: int) -> float:
        return self._told("adds", copy, second, 0.0)

    def supports(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        return [self.score(*pair) for pair in pairs]

    def contender(self, article_id: int) -> Contender:
        return original.contender(document(article_id, HARBOUR, hours=article_id))


def placed(bench: Bench, limits: Limits = LIMITS) -> dict[int, Placement]:
    """Place three articles one after the other, each with all earlier ones as candidates."""
    placer = Placer(Ledger([]), bench, limits)
    for number in (ROOT, COPY, NEW):
        placer.place(document(number, HARBOUR, hours=number), range(1, number))
    return placer.placements


def story(placements: Mapping[int, Placement], number: int) -> int:
    return placements[number].member.story


@pytest.mark.parametrize(("score", "joins"), [(LIMITS.attach, True), (LIMITS.attach - 0.001, False)])
def test_an_article_joins_from_attach(score: float, joins: bool) -> None:
    found = placed(Given({(ROOT, COPY): score}))
    assert (story(found, COPY) == story(found, ROOT)) is joins


@pytest.mark.parametrize(("score", "joins"), [(LIMITS.root, True), (LIMITS.root - 0.001, False)])
def test_a_copy_of_a_copy_joins_from_root(score: float, joins: bool) -> None:
    found = placed(Given({(ROOT, COPY): 0.99, (COPY, NEW): 0.99, (ROOT, NEW): score}))
    assert (story(found, NEW) == story(found, ROOT)) is joins


@pytest.mark.parametrize(("more", "source"), [(LIMITS.nearer + 0.001, COPY), (LIMITS.nearer - 0.001, ROOT)])
def test_a_copy_is_the_source_where_it_is_clearly_nearer_than_the_original(more: float, source: int) -> None:
    near = dict.fromkeys([(NEW, ROOT), (ROOT, NEW)], 0.5) | dict.fromkeys([(NEW, COPY), (COPY, NEW)], 0.5 + more)
    found = placed(Given(dict.fromkeys([(ROOT, COPY), (COPY, NEW), (ROOT, NEW)], 0.9), found=near))
    assert found[NEW].member.parent == source


@pytest.mark.parametrize(("likely", "count"), [(LIMITS.related, 1), (LIMITS.related - 0.001, 0)])
def test_reports_of_one_event_are_named_from_related(likely: float, count: int) -> None:
    found = placed(Given({}, related=likely))
    assert len(found[COPY].related) == count


@pytest.mark.parametrize(("adds", "is_combined"), [(ADDED, True), (ADDED - 0.001, False)])
def test_a_second_source_counts_from_what_it_adds(adds: float, is_combined: bool) -> None:
    found = placed(Given({(ROOT, NEW): 0.9, (COPY, NEW): 0.8}, adds={(NEW, COPY): adds}))
    assert (found[NEW].also == story(found, COPY)) is is_combined
    assert story(found, NEW) == story(found, ROOT)


@pytest.mark.parametrize(("more", "main"), [(LIMITS.same_opening + 0.001, COPY), (LIMITS.same_opening - 0.001, ROOT)])
def test_openings_tell_the_main_source_unless_they_are_alike(more: float, main: int) -> None:
    bench = Given(
        {(ROOT, NEW): 0.9, (COPY, NEW): 0.8},
        adds={(NEW, COPY): 1.0},
        opening={(NEW, ROOT): 0.3, (NEW, COPY): 0.3 + more},
    )
    found = placed(bench)
    assert story(found, NEW) == story(found, main)


@pytest.mark.parametrize(
    ("days", "is_wire", "meet"), [(89, False, True), (91, False, False), (91, True, True), (3651, True, False)]
)
def test_copies_are_looked_for_within_the_window_of_their_source(days: float, is_wire: bool, meet: bool) -> None:
    texts = [document(1, HARBOUR, is_agency_portal=is_wire), document(2, HARBOUR, hours=24 * days)]
    corpus, engine = MemoryCorpus(), Engine(classify.shipped(), Index(), limits=LIMITS)
    for text in texts:
        corpus.texts[text.article_id] = text
        corpus.save(engine.place([text], corpus))
    assert (corpus.standing[1].story == corpus.standing[2].story) is meet
