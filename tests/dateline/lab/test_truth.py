from collections import Counter
from pathlib import Path

from dateline.lab import truth
from dateline.lab.model import World
from storage import portals


def test_the_counts_are_those_of_the_world(demo: World) -> None:
    data = truth.of(demo)
    out = [a for a in demo.articles if not a.is_gone(demo.start)]
    assert data["counts"]["articles"] == len(out)
    assert data["counts"]["copies"] == dict(sorted(Counter(a.copy_kind for a in out if a.copy_kind).items()))
    assert data["counts"]["stories"] == len({a.story for a in out})
    assert data["counts"]["arriving"] == 0


def test_what_is_written_is_read_back(demo: World, tmp_path: Path) -> None:
    truth.write(demo, tmp_path)
    known = truth.read(tmp_path)
    assert len(known.articles) == len(demo.articles)
    assert {a.url for a in known.articles} == {a["url"] for a in truth.of(demo)["articles"]}


def test_the_portals_file_is_one_that_dateline_reads(demo: World) -> None:
    read = portals.parse(truth.portals_toml(demo).encode())
    assert [(p.key, p.timezone, p.home) for p in read] == [(s.id, s.timezone, f"{s.base}/") for s in demo.sites]
    assert not any(p.seeds for p in read)


def test_no_address_is_both_article_and_none(demo: World) -> None:
    data = truth.of(demo)
    addresses = {url for a in data["articles"] for url in (a["url"], *a["aliases"])}
    assert not addresses & set(data["not_articles"])


def test_the_seeds_of_every_kind_are_named(demo: World) -> None:
    rules = truth.of(demo)["sites"]
    paths = {url.rpartition("9999")[2] for site in rules.values() for url in site["seeds"]}
    assert paths == {
        "/feeds/news.rss",
        "/atom.xml",
        "/feed.json",
        "/news-sitemap.xml",
        "/sitemap.xml",
        "/wp-json/wp/v2/posts",
    }


def test_what_is_too_old_is_optional(demo: World) -> None:
    old = [a for a in truth.of(demo)["articles"] if a["published_at"] < "2026-11-01"]
    assert old
    assert all(article["is_optional"] for article in old)
