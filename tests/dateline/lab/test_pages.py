import json
import re
from datetime import datetime, timedelta

import pytest

from dateline.lab import pages
from dateline.lab.model import Article, Site, World


def first(world: World, site: str, trait: str = "") -> tuple[Site, Article]:
    place = next(s for s in world.sites if s.id == site)
    found = (a for a in world.by_site[site] if not trait or trait in a.traits)
    return place, next(found)


def test_no_page_leaves_a_slot_open(demo: World) -> None:
    for article in demo.articles:
        site = next(s for s in demo.sites if s.id == article.site)
        html = pages.article_page(site, article, demo.start, list(demo.by_site[site.id][:3]))
        assert not re.search(r"\$[a-z]", html)


def test_a_local_time_is_shown_without_its_zone(demo: World) -> None:
    site, article = first(demo, "northfield-gazette")
    html = pages.article_page(site, article, demo.start, [])
    stamp = re.search(r'datetime="([^"]+)"', html)
    assert stamp
    assert datetime.fromisoformat(stamp[1]) == article.published_at.astimezone(site.zone).replace(tzinfo=None)


def test_an_offset_gives_the_true_moment(demo: World) -> None:
    site, article = first(demo, "harbour-courier")
    html = pages.article_page(site, article, demo.start, [])
    data = json.loads(re.search(r'ld\+json">(.*?)</script>', html)[1])  # type: ignore[index]
    assert datetime.fromisoformat(data["datePublished"]) == article.published_at


def test_some_headers_show_the_day_of_the_visit(demo: World) -> None:
    site, article = first(demo, "talbote")
    later = demo.start + timedelta(days=40)
    assert pages.article_page(site, article, later, []) != pages.article_page(site, article, demo.start, [])


def test_a_stub_says_so(demo: World) -> None:
    article = next(a for a in demo.articles if "paywalled" in a.traits)
    site = next(s for s in demo.sites if s.id == article.site)
    html = pages.article_page(site, article, demo.start, [])
    assert ('"isAccessibleForFree": false' in html) == ("jsonld" in site.shows)
    assert 'class="paywall"' in html


@pytest.mark.parametrize(("site", "variant"), [("harbour-courier", "amp"), ("lowland-post", "print")])
def test_variants_name_the_canonical_page(demo: World, site: str, variant: str) -> None:
    place, article = first(demo, site)
    html = pages.variant_page(place, article, demo.start, variant)
    assert f'rel="canonical" href="{place.base}{article.path}"' in html
    assert (" amp>" in html) == (variant == "amp")


def test_scripts_that_run_right_to_left_say_so(demo: World) -> None:
    article = next(a for a in demo.articles if a.language == "ar")
    site = next(s for s in demo.sites if s.id == article.site)
    assert 'dir="rtl"' in pages.article_page(site, article, demo.start, [])
