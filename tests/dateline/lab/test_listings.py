from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

from dateline.lab import listings
from dateline.lab.model import Article, Site, World


def newest(world: World, site_id: str) -> tuple[Site, list[Article]]:
    site = next(s for s in world.sites if s.id == site_id)
    return site, sorted(world.by_site[site_id], key=lambda a: a.published_at, reverse=True)


def test_a_feed_names_the_newest_first_and_no_more_than_its_size(demo: World) -> None:
    site, articles = newest(demo, "harbour-courier")
    tree = ElementTree.fromstring(listings.rss(site, articles * 4, [], demo.start))
    assert len(tree.findall("channel/item")) == listings.FEED_ITEMS
    first = tree.find("channel/item/link")
    assert first is not None
    assert first.text
    assert first.text.startswith(site.base)
    assert "utm_source=rss" in first.text


def test_a_news_sitemap_forgets_after_two_days(demo: World) -> None:
    site, articles = newest(demo, "talbote")
    now = listings.news_sitemap(site, articles, demo.start).count(b"<url>")
    old = sum(a.published_at < demo.start - timedelta(hours=48) for a in articles)
    assert now == len(articles) - old
    assert listings.news_sitemap(site, articles, demo.start + timedelta(days=9)).count(b"<url>") == 0


def test_a_moved_article_is_listed_at_its_old_address(lay_out: Callable[..., World]) -> None:
    world = lay_out("800")
    plain = {site.id: site for site in world.sites if "redirector" not in site.traits}
    moved = [article for article in world.articles if article.old_path and article.site in plain]
    assert moved
    for article in moved:
        assert listings.listed_url(plain[article.site], article, "rss").startswith(
            f"{plain[article.site].base}{article.old_path}"
        )


def test_sitemaps_are_cut_into_pieces(demo: World) -> None:
    site, articles = newest(demo, "faro-del-sur")
    many = articles * (2 * listings.SITEMAP_URLS // len(articles) + 1)
    assert listings.sitemap_index(site, many, demo.start).count(b"<sitemap>") == 3
    assert listings.sitemap(site, many, [], 3, demo.start)
    assert listings.sitemap(site, many, [], 4, demo.start) is None
