from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dateline.lab.model import World
from dateline.lab.plan import plan
from dateline.lab.world import WorldBuilder
from storage.domain import CopyKind

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_demo_has_the_known_counts(demo: World) -> None:
    kinds = Counter(article.copy_kind for article in demo.articles)
    assert len(demo.sites) == 10
    assert 200 <= len(demo.articles) <= 250
    assert len({article.story for article in demo.articles}) == kinds[None]
    assert set(kinds) - {None} == {str(kind) for kind in CopyKind}
    assert {article.language for article in demo.articles} == {"en", "de", "fr", "es", "ru", "ar", "zh"}


@pytest.mark.parametrize("seed", [1, 2, 3, 7])
def test_small_has_every_kind_of_copy_and_of_misfortune(lay_out: Callable[..., World], seed: int) -> None:
    small = lay_out("small", seed=seed)
    assert {article.copy_kind for article in small.articles} == {None, *map(str, CopyKind)}
    assert any(article.gone_at for article in small.articles)
    assert any(article.moved_at for article in small.articles)
    assert any(len(article.versions) > 1 for article in small.articles)
    traits = set().union(*(article.traits for article in small.articles))
    assert {"paywalled", "paged", "corrected", "series"} <= traits


@pytest.mark.parametrize("scale", ["small", "demo", "800"])
def test_a_seed_gives_one_world_and_another_seed_another(lay_out: Callable[..., World], scale: str) -> None:
    assert lay_out(scale, seed=3) == lay_out(scale, seed=3)
    assert lay_out(scale, seed=3) != lay_out(scale, seed=4)


@pytest.mark.parametrize("scale", ["small", "demo", "1500"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_address_twice(lay_out: Callable[..., World], scale: str, seed: int) -> None:
    addresses = Counter((article.site, article.path) for article in lay_out(scale, seed=seed).articles)
    assert max(addresses.values()) == 1


def test_volume_reaches_its_number(lay_out: Callable[..., World]) -> None:
    world = lay_out("1500")
    assert 1500 <= len(world.articles) <= 1530
    assert len(world.sites) == 10
    assert all(site.delay == 0 for site in world.sites)


def test_every_copy_follows_its_original(demo: World) -> None:
    first = {article.story: article.published_at for article in demo.articles if article.copy_kind is None}
    assert all(article.published_at >= first[article.story] for article in demo.articles)


def test_live_news_arrives_one_by_one(lay_out: Callable[..., World]) -> None:
    world = lay_out("small", every=5.0, arrivals=30)
    arriving = [article for article in world.articles if article.published_at > world.start]
    assert [article.published_at - world.start for article in arriving] == [
        timedelta(seconds=5 * slot) for slot in range(1, 31)
    ]
    happening = [a for a in world.articles if a.versions[-1].at > world.start >= a.published_at]
    assert happening


def test_a_second_reporter_and_a_follow_up_are_stories_of_their_own(demo: World) -> None:
    keys = {article.story for article in demo.articles}
    assert {"ferry", "ferry-own", "bridge", "bridge-vote"} <= keys


def test_news_arrives_after_a_start_within_a_minute() -> None:
    start = START + timedelta(seconds=41)
    layout = plan("small", port=9, net="ips", every_seconds=2.0, arrivals=5)
    world = WorldBuilder(layout, 7, start).build()
    assert [a.published_at - start for a in world.articles[-5:]] == [timedelta(seconds=2 * n) for n in range(1, 6)]
    assert all(a.published_at.second == 0 for a in world.articles[:-5])


def test_some_articles_have_two_authors_and_some_copies_name_their_agency_last(demo: World) -> None:
    assert any(len(article.authors) == 2 for article in demo.articles)
    tailed = [a for a in demo.articles if a.copy_kind == "edited" and a.agency and not a.credit]
    assert tailed
