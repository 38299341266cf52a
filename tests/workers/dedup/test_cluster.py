"""Stories: joining, combining, merging, drifting, and what the order of arrival changes."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.domain import CopyKind, Document
from tests.workers.dedup.desk import Desk
from tests.workers.dedup.texts import CHAIN, HARBOUR, MARKET, OWN_REPORT, REWORDED, WEATHER, claim, document

PARAGRAPHS = HARBOUR.split("\n\n")
MIXED = (
    document(1, HARBOUR, hours=0, agency=claim("AP")),
    document(2, HARBOUR, hours=2),
    document(3, REWORDED, hours=8),
    document(4, "\n\n".join(PARAGRAPHS[:4]), hours=4),
    document(5, OWN_REPORT, hours=5),
    document(6, WEATHER, hours=1),
    document(
        7, WEATHER.replace("9 degrees", "14 degrees").replace("Friday", "Tuesday").replace("Elmford", "Corwen"), 90
    ),
    document(8, MARKET, hours=3),
    document(9, f"{MARKET}\n\nShare this article", hours=6),
)


def partition(desk: Desk) -> set[frozenset[int]]:
    stories: dict[int, set[int]] = {}
    for article, member in desk.corpus.standing.items():
        stories.setdefault(member.story, set()).add(article)
    return {frozenset(articles) for articles in stories.values()}


def placed_in(order: Sequence[Document], size: int) -> Desk:
    desk = Desk()
    for start in range(0, len(order), size):
        desk.place(*order[start : start + size])
    return desk


@settings(max_examples=5, deadline=None)
@given(st.permutations(MIXED), st.integers(1, len(MIXED)))
def test_neither_order_nor_batches_change_the_stories(order: list[Document], size: int) -> None:
    desk = placed_in(order, size)
    assert partition(desk) == {
        frozenset({1, 2, 3, 4}),
        frozenset({5}),
        frozenset({6}),
        frozenset({7}),
        frozenset({8, 9}),
    }
    originals = {article for article, member in desk.corpus.standing.items() if member.is_original}
    assert {1, 5, 6, 7, 8} == originals


def test_each_story_has_one_original_and_parents_stand_in_it() -> None:
    desk = placed_in(MIXED, 2)
    for story in {member.story for member in desk.corpus.standing.values()}:
        members = desk.corpus.members([story])[story]
        assert sum(member.is_original for member in members) == 1
        ids = {member.article_id for member in members}
        assert all(member.parent in ids for member in members if member.parent is not None)


def test_a_chain_of_changes_does_not_become_one_story() -> None:
    desk = placed_in([document(n, body, hours=n) for n, body in enumerate(CHAIN, 1)], 1)
    first = desk.story(1)
    absorbed = sum(desk.story(n) == first for n in range(2, len(CHAIN) + 1))
    assert 1 <= absorbed <= 4


def test_a_combined_article_joins_one_story_and_names_the_other() -> None:
    desk = placed_in([document(1, HARBOUR), document(2, MARKET, hours=1)], 2)
    placed = desk.place(document(3, f"{HARBOUR}\n\n{MARKET}", hours=9))
    placement = next(one for one in placed.placements if one.member.article_id == 3)
    assert {placement.member.story, placement.also} == {desk.story(1), desk.story(2)}
    assert desk.story(1) != desk.story(2)
    assert placement.member.verdict is not None
    assert placement.member.verdict.kind is CopyKind.MERGED


@pytest.mark.parametrize(("first", "second", "main"), [(HARBOUR, MARKET, 1), (MARKET, HARBOUR, 2)])
def test_a_combined_article_belongs_to_the_story_that_it_opens_with(first: str, second: str, main: int) -> None:
    desk = placed_in([document(1, HARBOUR), document(2, MARKET, hours=1)], 2)
    desk.place(document(3, f"{first}\n\n{second}", hours=9))
    assert desk.story(3) == desk.story(main)


def test_an_article_half_of_which_is_its_own_is_a_copy_still() -> None:
    """Every other paragraph is the agency's, the rest the portal's own report of the same event."""
    own = OWN_REPORT.split("\n\n")
    mixed = [paragraph for pair in zip(PARAGRAPHS, own, strict=False) for paragraph in pair]
    desk = placed_in([document(1, HARBOUR), document(2, "\n\n".join(mixed), hours=9)], 2)
    assert desk.story(1) == desk.story(2)


def test_the_first_sentences_alone_are_a_copy_still() -> None:
    desk = placed_in([document(1, HARBOUR), document(2, "\n\n".join(PARAGRAPHS[:2]), hours=3)], 2)
    assert desk.story(1) == desk.story(2)


def test_an_earlier_whole_text_joins_the_stories_of_its_parts() -> None:
    head, tail = "\n\n".join(PARAGRAPHS[:4]), "\n\n".join(PARAGRAPHS[4:])
    desk = placed_in([document(1, head, hours=5), document(2, tail, hours=6)], 1)
    assert desk.story(1) != desk.story(2)
    old = {desk.story(1), desk.story(2)}
    placed = desk.place(document(3, HARBOUR, hours=0))
    assert desk.story(1) == desk.story(2) == desk.story(3)
    assert desk.corpus.standing[3].is_original
    assert [(one.old, one.new, one.reason) for one in placed.redirects] == [(max(old), min(old), "merged")]
    assert placed.emptied == {max(old)}


def test_a_founder_that_leaves_its_story_twice_founds_others() -> None:
    texts = [document(n, MARKET, hours=n) for n in range(1, 4)]
    desk = placed_in(texts, 3)
    desk.place(*texts)
    founder, others = texts[0], (2, 3)
    for left in others:
        desk.corpus.standing[1] = replace(desk.corpus.standing[1], apart=frozenset({left}))
        desk.corpus.standing[5 - left] = replace(desk.corpus.standing[5 - left], is_pinned=True)
        desk.place(founder)
        assert desk.story(1) not in {desk.story(2), desk.story(3)}
        for story in map(desk.story, (1, 2)):
            assert sum(member.is_original for member in desk.corpus.members([story])[story]) == 1
        desk.corpus.standing[1] = replace(desk.corpus.standing[1], apart=frozenset())


@pytest.mark.parametrize("size", [1, 2])
def test_copies_meet_whoever_comes_first(size: int) -> None:
    for order in itertools.permutations(
        [document(1, MARKET), document(2, MARKET, hours=1), document(3, MARKET, hours=2)]
    ):
        assert len(partition(placed_in(order, size))) == 1
