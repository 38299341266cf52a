"""A home page into the seeds it offers"""

from urllib.parse import urljoin

from crawler.sources import sections, wordpress
from crawler.sources.reading import FoundSeed
from storage.domain import SeedKind
from storage.urls import canonical

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
FEED_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/feeds/all.rss")
SITEMAP_PATHS = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml.gz")
REST_REL = "https://api.w.org/"
MOST_SECTIONS = 25


def declared(body: bytes, url: str, home: str) -> tuple[FoundSeed, ...]:
    """Seeds that a home page names itself: feeds, a WordPress REST root, sitemaps, its sections."""
    tree = sections.parse(body)
    found: dict[str, FoundSeed] = {}
    for node in tree.css("link[href]"):
        rel = (node.attributes.get("rel") or "").lower().split()
        kind = (node.attributes.get("type") or "").lower().split(";")[0].strip()
        target = canonical(node.attributes.get("href") or "", url)
        if target is None:
            continue
        if "alternate" in rel and (kind in FEED_TYPES or (kind == "application/json" and "feed" in target)):
            found.setdefault(target, FoundSeed(target, SeedKind.FEED))
        elif "sitemap" in rel:
            found.setdefault(target, FoundSeed(target, SeedKind.SITEMAP))
        elif REST_REL in rel:
            listing = wordpress.listing(target)
            found.setdefault(listing, FoundSeed(listing, SeedKind.WORDPRESS))
    for node in tree.css("a[href]"):
        target = canonical(node.attributes.get("href") or "", url)
        if target and _names_feed(target):
            found.setdefault(target, FoundSeed(target, SeedKind.FEED))
    nav = sections.listed(tree, url, home, 0).seeds[:MOST_SECTIONS]
    return (*found.values(), *(s for s in nav if s.url not in found))


def _names_feed(url: str) -> bool:
    path = url.split("?", 1)[0].rstrip("/").lower()
    return path.endswith((".rss", "/rss", "/feed", "/feed.xml", "/rss.xml", "/atom.xml", ".atom", "/feed.json"))


def guesses(home: str, sitemaps: tuple[str, ...]) -> tuple[FoundSeed, ...]:
    """Sitemaps that robots.txt names, then places where feeds, sitemaps and WordPress usually are."""
    named = [FoundSeed(urljoin(home, s.strip()), SeedKind.SITEMAP) for s in sitemaps]
    feeds = [FoundSeed(urljoin(home, path), SeedKind.FEED) for path in FEED_PATHS]
    maps = [FoundSeed(urljoin(home, path), SeedKind.SITEMAP) for path in SITEMAP_PATHS]
    rest = FoundSeed(wordpress.listing(urljoin(home, "/wp-json/")), SeedKind.WORDPRESS)
    return (*named, *feeds, *maps, rest)
