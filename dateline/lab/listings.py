"""Renders what a site's readers subscribe to: RSS, Atom, JSON Feed, sitemaps and WordPress REST"""

import gzip
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from dateline.lab.model import Article, Decoy, Site
from dateline.lab.pages import stated_times, tracked

FEED_ITEMS = 60
SITEMAP_URLS = 500
NEWS_SITEMAP_HOURS = 48
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
PATHS = {
    "rss": "/feeds/news.rss",
    "atom": "/atom.xml",
    "json": "/feed.json",
    "news_sitemap": "/news-sitemap.xml",
    "sitemap_index": "/sitemap.xml",
    "wordpress": "/wp-json/wp/v2/posts",
}
MEDIA_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


def listed_url(site: Site, article: Article, medium: str) -> str:
    """The address that a seed gives for an article: the old one if it moved, a redirector's at some sites."""
    if "redirector" in site.traits and article.number % 3 == 0:
        return f"{site.base}/r/{article.number}"
    return tracked(site, f"{site.base}{article.old_path or article.path}", medium)


def rss(site: Site, articles: list[Article], extra: list[Decoy], now: datetime) -> bytes:
    """An RSS 2.0 feed of the newest articles, newest first."""
    items = "".join(
        f"<item><title>{escape(article.version_at(now).title)}</title>"
        f"<link>{escape(listed_url(site, article, 'rss'))}</link>"
        f'<guid isPermaLink="false">{site.id}-{article.number}</guid>'
        f"<pubDate>{format_datetime(article.published_at.astimezone(site.zone))}</pubDate>"
        f"<category>{article.section}</category>"
        f"<description>{escape(article.version_at(now).body[0])}</description></item>"
        for article in articles[:FEED_ITEMS]
    )
    items += "".join(
        f"<item><title>{escape(decoy.title)}</title><link>{site.base}{decoy.path}</link></item>" for decoy in extra
    )
    return (
        f'{XML_HEAD}<rss version="2.0"><channel><title>{escape(site.name)}</title><link>{site.base}/</link>'
        f"<language>{site.languages[0]}</language>{items}</channel></rss>"
    ).encode()


def atom(site: Site, articles: list[Article], extra: list[Decoy], now: datetime) -> bytes:
    """An Atom feed of the newest articles."""
    entries = "".join(_atom_entry(site, article, now) for article in articles[:FEED_ITEMS])
    entries += "".join(
        f"<entry><id>{site.base}{decoy.path}</id><title>{escape(decoy.title)}</title>"
        f'<link href="{site.base}{decoy.path}"/>'
        f"<updated>{now.isoformat(timespec='seconds')}</updated></entry>"
        for decoy in extra
    )
    return (
        f'{XML_HEAD}<feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(site.name)}</title>'
        f"<id>{site.base}/</id><updated>{now.isoformat(timespec='seconds')}</updated>{entries}</feed>"
    ).encode()


def _atom_entry(site: Site, article: Article, now: datetime) -> str:
    published, modified = stated_times(site, article, now)
    names = "".join(f"<author><name>{escape(name)}</name></author>" for name in article.authors)
    return (
        f"<entry><id>tag:{site.id},{published:%Y}:{article.number}</id>"
        f'<title type="html">{escape(escape(article.version_at(now).title))}</title>'
        f'<link rel="alternate" href="{escape(listed_url(site, article, "atom"))}"/>{names}'
        f"<published>{published.isoformat(timespec='seconds')}</published>"
        f"<updated>{(modified or published).isoformat(timespec='seconds')}</updated>"
        f"<summary>{escape(article.version_at(now).body[0])}</summary></entry>"
    )


def json_feed(site: Site, articles: list[Article], extra: list[Decoy], now: datetime) -> bytes:
    """A JSON Feed 1.1 of the newest articles."""
    items: list[dict[str, Any]] = []
    for article in articles[:FEED_ITEMS]:
        published, modified = stated_times(site, article, now)
        item = {
            "id": f"{site.id}-{article.number}",
            "url": listed_url(site, article, "json"),
            "title": article.version_at(now).title,
            "summary": article.version_at(now).body[0],
            "date_published": published.isoformat(timespec="seconds"),
            "authors": [{"name": name} for name in article.authors],
            "language": article.language,
        }
        items.append(item | ({"date_modified": modified.isoformat(timespec="seconds")} if modified else {}))
    items += [{"id": decoy.path, "url": f"{site.base}{decoy.path}", "title": decoy.title} for decoy in extra]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "home_page_url": f"{site.base}/",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False).encode()


def news_sitemap(site: Site, articles: list[Article], now: datetime) -> bytes:
    """A Google News sitemap, which names the last two days only."""
    oldest = now - timedelta(hours=NEWS_SITEMAP_HOURS)
    urls = "".join(
        f"<url><loc>{escape(listed_url(site, article, 'sitemap'))}</loc><news:news><news:publication>"
        f"<news:name>{escape(site.name)}</news:name><news:language>{article.language}</news:language>"
        f"</news:publication><news:publication_date>{article.published_at.isoformat(timespec='seconds')}"
        f"</news:publication_date><news:title>{escape(article.version_at(now).title)}</news:title></news:news></url>"
        for article in articles
        if article.published_at >= oldest
    )
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return f"{XML_HEAD}<urlset {spaces}>{urls}</urlset>".encode()


def sitemap_index(site: Site, articles: list[Article], now: datetime) -> bytes:
    """An index over gzipped sitemaps, each with the time of its newest change."""
    maps = "".join(
        f"<sitemap><loc>{site.base}/sitemaps/articles-{number}.xml.gz</loc>"
        f"<lastmod>{max(article.version_at(now).at for article in chunk).isoformat()}</lastmod></sitemap>"
        for number, chunk in enumerate(_chunks(articles), 1)
    )
    return (
        f'{XML_HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'
    ).encode()


def sitemap(site: Site, articles: list[Article], extra: list[Decoy], number: int, now: datetime) -> bytes | None:
    """The gzipped sitemap `number` (from 1), or None where there is none."""
    chunks = _chunks(articles)
    if not 1 <= number <= len(chunks):
        return None
    urls = "".join(
        f"<url><loc>{escape(listed_url(site, article, 'sitemap'))}</loc>"
        f"<lastmod>{article.version_at(now).at.isoformat()}</lastmod></url>"
        for article in chunks[number - 1]
    )
    urls += "".join(f"<url><loc>{site.base}{decoy.path}</loc></url>" for decoy in extra if number == 1)
    text = f'{XML_HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return gzip.compress(text.encode(), mtime=0)


def wordpress(
    site: Site, articles: list[Article], query: dict[str, str], now: datetime
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of WordPress' posts listing: per_page, page, after, modified_after, orderby."""
    chosen = [article for article in articles if _is_asked_for(article, query, now)]
    if query.get("orderby") == "modified":
        chosen.sort(key=lambda article: article.version_at(now).at, reverse=True)
    size = min(100, max(1, _number(query.get("per_page"), 10)))
    page = max(1, _number(query.get("page"), 1))
    pages = -(-len(chosen) // size)
    if page > max(1, pages):
        error = {"code": "rest_post_invalid_page_number", "data": {"status": 400}}
        return 400, {}, json.dumps(error).encode()
    posts = [_post(site, article, now) for article in chosen[(page - 1) * size : page * size]]
    headers = {"X-WP-Total": str(len(chosen)), "X-WP-TotalPages": str(pages)}
    return 200, headers, json.dumps(posts, ensure_ascii=False).encode()


def _is_asked_for(article: Article, query: dict[str, str], now: datetime) -> bool:
    times = {"after": article.published_at, "modified_after": article.version_at(now).at}
    return all(at > _time(query[key]) for key, at in times.items() if key in query)


def _post(site: Site, article: Article, now: datetime) -> dict[str, Any]:
    version = article.version_at(now)
    published, modified = stated_times(site, article, now)
    modified = modified or published
    naive = "%Y-%m-%dT%H:%M:%S"
    return {
        "id": article.number,
        "date": published.strftime(naive),
        "date_gmt": published.astimezone(UTC).strftime(naive),
        "modified": modified.strftime(naive),
        "modified_gmt": modified.astimezone(UTC).strftime(naive),
        "link": listed_url(site, article, "rest"),
        "status": "publish",
        "type": "post",
        "title": {"rendered": escape(version.title)},
        "excerpt": {"rendered": f"<p>{escape(version.body[0])}</p>", "protected": False},
    }


def _chunks(articles: list[Article]) -> list[list[Article]]:
    return [articles[at : at + SITEMAP_URLS] for at in range(0, len(articles), SITEMAP_URLS)]


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
