import gzip
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from dateline.lab import truth
from dateline.lab.model import Article, World
from dateline.lab.routes import Reply, Router


def router(world: World, site: str) -> Router:
    return Router(world, next(s for s in world.sites if s.id == site))


def get(world: World, url: str, headers: dict[str, str] | None = None, now: datetime | None = None) -> Reply:
    parts = urlsplit(url)
    site = next(s for s in world.sites if s.authority == parts.netloc)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return Router(world, site).reply(target, headers or {}, now or world.start)


def url_of(world: World, article: Article) -> str:
    return next(s for s in world.sites if s.id == article.site).base + article.path


@pytest.mark.parametrize("scale", ["small", "demo"])
def test_every_article_is_served_with_its_whole_body(scale: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(scale)
    for expected in truth.of(world)["articles"]:
        reply = get(world, expected["url"])
        if expected["gone_at"]:
            assert reply.status == 410
            continue
        charset = reply.headers["Content-Type"].partition("charset=")[2]
        html = unescape(reply.body.decode(charset))
        html += unescape(get(world, f"{expected['url']}?page=2").body.decode(charset))
        assert expected["title"] in html
        assert all(part in html for part in expected["body"].split("\n\n")), expected["url"]


def test_a_moved_article_redirects_from_its_old_address(demo: World) -> None:
    moved = next(a for a in demo.articles if a.old_path and not a.gone_at)
    site = router(demo, moved.site)
    assert moved.old_path
    assert site.reply(moved.old_path, {}, demo.start).status == 301
    assert site.reply(moved.old_path, {}, demo.start).headers["Location"] == moved.path
    assert moved.moved_at
    before = moved.moved_at - timedelta(seconds=1)
    assert site.reply(moved.old_path, {}, before).status == 200
    assert site.reply(moved.path, {}, before).status == 404


def test_conditional_requests_and_a_liar(demo: World) -> None:
    honest, liar = router(demo, "harbour-courier"), router(demo, "le-quai")
    first = honest.reply("/feeds/news.rss", {}, demo.start)
    assert honest.reply("/feeds/news.rss", {"if-none-match": first.headers["ETag"]}, demo.start).status == 304
    assert honest.reply("/feeds/news.rss", {"if-none-match": '"other"'}, demo.start).status == 200
    assert liar.reply("/feed.json", {"if-none-match": '"anything"'}, demo.start).status == 304
    assert liar.reply("/feed.json", {}, demo.start).status == 200


def test_validators_change_when_an_article_does(demo: World) -> None:
    sites = {s.id for s in demo.sites if s.validators in ("etag", "both")}
    revised = next(a for a in demo.articles if len(a.versions) > 1 and a.site in sites and not a.old_path)
    before = revised.versions[1].at - timedelta(seconds=1)
    site = router(demo, revised.site)
    tag = site.reply(revised.path, {}, before).headers["ETag"]
    assert site.reply(revised.path, {"if-none-match": tag}, before).status == 304
    assert site.reply(revised.path, {"if-none-match": tag}, demo.start).status == 200


def test_feeds_of_each_kind_are_well_formed(demo: World) -> None:
    for site, path in [("harbour-courier", "/feeds/news.rss"), ("lowland-post", "/atom.xml")]:
        tree = ElementTree.fromstring(router(demo, site).reply(path, {}, demo.start).body)
        assert len(list(tree.iter())) > 20
    assert json.loads(router(demo, "le-quai").reply("/feed.json", {}, demo.start).body)["items"]
    news = router(demo, "talbote").reply("/news-sitemap.xml", {}, demo.start).body
    assert b"news:publication_date" in news
    ElementTree.fromstring(news)
    index = router(demo, "faro-del-sur")
    assert b"/sitemaps/articles-1.xml.gz" in index.reply("/sitemap.xml", {}, demo.start).body
    ElementTree.fromstring(gzip.decompress(index.reply("/sitemaps/articles-1.xml.gz", {}, demo.start).body))
    assert index.reply("/sitemaps/articles-9.xml.gz", {}, demo.start).status == 404


def test_wordpress_pages_and_filters(demo: World) -> None:
    site = router(demo, "northfield-gazette")
    first = site.reply("/wp-json/wp/v2/posts?per_page=5&page=1", {}, demo.start)
    assert len(json.loads(first.body)) == 5
    pages = int(first.headers["X-WP-TotalPages"])
    assert site.reply(f"/wp-json/wp/v2/posts?per_page=5&page={pages + 1}", {}, demo.start).status == 400
    late = site.reply("/wp-json/wp/v2/posts?after=2026-11-19T12:00:00", {}, demo.start)
    assert 0 < int(late.headers["X-WP-Total"]) < int(first.headers["X-WP-Total"])


def test_decoys_answer_as_their_kind_does(demo: World) -> None:
    statuses = {}
    for decoy in demo.decoys:
        if decoy.kind != "poison":
            statuses[decoy.kind] = router(demo, decoy.site).reply(decoy.path, {}, demo.start).status
    assert statuses["trap"] == 302
    assert statuses["gone"] == 404
    assert statuses["login"] == 403
    assert {statuses[kind] for kind in ("soft404", "consent", "gallery", "video", "tag", "teaser")} == {200}


def test_poison_is_named_only_where_it_is_switched_on(demo: World) -> None:
    site = router(demo, "harbour-courier")
    assert b"/poison/" not in site.reply("/feeds/news.rss", {}, demo.start).body
    site.is_poisoned = True
    assert b"/poison/nested" in site.reply("/feeds/news.rss", {}, demo.start).body


@pytest.mark.parametrize("scale", ["demo", "2500"])
def test_every_article_can_be_found_from_the_seeds(lay_out: Callable[..., World], scale: str) -> None:
    world = lay_out(scale)
    for site in world.sites:
        text = _seed_text(router(world, site.id), world.start)
        for article in (a for a in world.by_site[site.id] if not a.gone_at):
            forms = (article.path, article.old_path or article.path, f"/r/{article.number}<", f'/r/{article.number}"')
            assert any(form.encode() in text for form in forms), (site.id, article.path)


def _seed_text(ways: Router, now: datetime) -> bytes:
    """Everything that the site's seeds say, as one text."""
    targets = ["/", "/?page=2", "/feeds/news.rss", "/atom.xml", "/feed.json", "/news-sitemap.xml"]
    targets += [f"/wp-json/wp/v2/posts?per_page=100&page={page}" for page in (1, 2)]
    maps = ways.reply("/sitemaps/articles-1.xml.gz", {}, now)
    packed = gzip.decompress(maps.body) if maps.status == 200 else b""
    return packed + b"".join(ways.reply(target, {}, now).body for target in targets)


def test_pages_change_and_vanish_as_time_passes(lay_out: Callable[..., World]) -> None:
    world = lay_out("demo", every=4.0)
    second = timedelta(seconds=1)
    revised = next(a for a in world.articles if a.versions[-1].at > world.start and len(a.versions) > 1)
    for at, is_new in ((revised.versions[-1].at - second, False), (revised.versions[-1].at, True)):
        charset = "windows-1251" if revised.site == "vestnik-prirechya" else "utf-8"
        text = unescape(get(world, url_of(world, revised), now=at).body.decode(charset))
        assert (revised.versions[-1].body[-1] in text) == is_new
    gone = next(a for a in world.articles if a.gone_at and a.gone_at > world.start)
    assert gone.gone_at
    assert get(world, url_of(world, gone), now=gone.gone_at - second).status == 200
    assert get(world, url_of(world, gone), now=gone.gone_at).status == 410
    late = next(a for a in world.articles if a.published_at > world.start)
    assert get(world, url_of(world, late), now=late.published_at - second).status == 404
    assert get(world, url_of(world, late), now=late.published_at).status == 200
