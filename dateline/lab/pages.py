"""Renders articles, listings and pages that are none into HTML"""

import json
from datetime import datetime
from html import escape
from string import Template
from typing import Any

from dateline.lab import material
from dateline.lab.model import Article, Decoy, Site, Version

RIGHT_TO_LEFT = ("ar",)
PLAIN_VARIANTS = ("amp", "print", "mobile")
VARIANT_PREFIX = {"amp": "/amp", "print": "/print", "mobile": "/m"}


def article_page(site: Site, article: Article, now: datetime, others: list[Article], part: int = 1) -> str:
    """The page of an article as its site shows it at `now`; `part` counts the pages of a paginated one from 1."""
    version = article.version_at(now)
    body = version.body
    is_paged = "paged" in article.traits
    if is_paged:
        half = (len(body) + 1) // 2
        body = body[:half] if part == 1 else body[half:]
    values = _article_values(site, article, version, body, now)
    words = material.words(article.language)
    values["head"] = _head(site, article, version, now)
    values["links"] = _related(site, others, now)
    values["pager"] = _pager(article.path_at(now), part, 2) if is_paged else ""
    if "paywalled" in article.traits:
        values["wall"] = f'<div class="paywall"><p>{escape(words["wall"])}</p></div>'
    return Template(material.template(site.template)).substitute(values)


def variant_page(site: Site, article: Article, now: datetime, variant: str) -> str:
    """The AMP, print or mobile page of an article, which names its canonical address."""
    version = article.version_at(now)
    values = _article_values(site, article, version, version.body, now)
    values["amp"] = "amp" if variant == "amp" else ""
    values["robots"] = _robots_meta(article)
    return Template(material.template("plain")).substitute(values)


def listing_page(
    site: Site, title: str, links: list[tuple[str, str]], feeds: list[tuple[str, str]], pager: str = ""
) -> str:
    """A home, section or tag page: `links` are addresses and headlines, `feeds` media types and addresses."""
    values = _frame(site, site.languages[0])
    alternates = (
        f'<link rel="alternate" type="{kind}" title="{escape(site.name)}" href="{escape(url)}">' for kind, url in feeds
    )
    rest = '<link rel="https://api.w.org/" href="/wp-json/">' if "wordpress" in site.seeds else ""
    values |= {"title": escape(title), "pager": pager, "head": "".join(alternates) + rest}
    values["links"] = "".join(f'<li><a href="{escape(url)}"><h3>{escape(text)}</h3></a></li>' for url, text in links)
    return Template(material.template("listing")).substitute(values)


def decoy_page(site: Site, decoy: Decoy) -> str:
    """A page that is no article: consent wall, soft 404, gallery, video, form or stub."""
    words = material.words(decoy.language)
    values = _frame(site, decoy.language)
    picture = '<figure><img src="/static/{n}.jpg" alt=""><figcaption>{n}/10</figcaption></figure>'
    texts = {
        "soft404": f"<p>{escape(words['missing'])}</p>",
        "consent": f"<p>{escape(words['consent'])}</p><form><button>OK</button></form>",
        "gallery": "".join(picture.format(n=n) for n in range(1, 11)),
        "video": '<video src="/static/regatta.mp4" controls></video>',
        "login": '<form method="post"><input name="user"><input name="word" type="password"></form>',
        "teaser": f'<p>{escape(words["by"])} {escape(site.name)}</p><div class="paywall">{escape(words["wall"])}</div>',
        "about": f"<p>{escape(site.name)}, {escape(site.home)}. {escape(words['rights'])}</p>",
        "private": f"<p>{escape(site.name)}: minutes. Nobody outside should read this.</p>",
    }
    values |= {"title": escape(decoy.title), "text": texts.get(decoy.kind, "")}
    return Template(material.template("notice")).substitute(values)


def stated_times(site: Site, article: Article, now: datetime) -> tuple[datetime, datetime | None]:
    """Published and modified time as the site states them, in its own zone."""
    version = article.version_at(now)
    modified = version.at.astimezone(site.zone) if version.at > article.published_at else None
    return article.published_at.astimezone(site.zone), modified


def tracked(site: Site, url: str, medium: str) -> str:
    """The address as the site links to it: some sites add tracking parameters."""
    return f"{url}?utm_source={medium}&utm_medium=link" if "tracking" in site.traits else url


def _article_values(
    site: Site, article: Article, version: Version, body: tuple[str, ...], now: datetime
) -> dict[str, Any]:
    values = _frame(site, article.language, now)
    words = material.words(article.language)
    paragraphs = [f"<p>{escape(text)}</p>" for text in body]
    lead = 2 if len(paragraphs) > 3 else len(paragraphs)
    return values | {
        "title": escape(version.title),
        "canonical": f"{site.base}{article.path_at(now)}",
        "number": article.number,
        "section": escape(words["sections"].get(article.section, article.section)),
        "section_key": article.section,
        "byline": escape(_byline(site, article, words)),
        "stamp": _stamp(site, article, words),
        "first": "\n".join(paragraphs[:lead]),
        "rest": "\n".join(paragraphs[lead:]),
        "pager": "",
        "wall": "",
    }


def _frame(site: Site, language: str, now: datetime | None = None) -> dict[str, Any]:
    """What every page of a site carries; the day of the visit stands in some headers and proves nothing."""
    words = material.words(language)
    plain = ("related", "newsletter", "cookie", "comments", "ad", "share", "login", "rights")
    today = _long_date(now.astimezone(site.zone), words) if now and "today" in site.traits else ""
    sections = "".join(f'<a href="/section/{key}">{escape(name)}</a> ' for key, name in words["sections"].items())
    return {
        **{key: escape(words[key]) for key in plain},
        "lang": language,
        "dir": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "charset": charset(site),
        "site": escape(site.name),
        "today": today,
        "nav": sections,
    }


def charset(site: Site) -> str:
    """The encoding in which the site sends its pages."""
    return "windows-1251" if "windows-1251" in site.traits else "utf-8"


def _byline(site: Site, article: Article, words: dict[str, Any]) -> str:
    names = words["and"].join(article.authors)
    if names:
        return f"{words['by']} {names}" + (f", {article.credit}" if article.credit else "")
    return article.credit or site.name


def _long_date(local: datetime, words: dict[str, Any]) -> str:
    date: str = words["date"].format(day=local.day, month=words["months"][local.month - 1], year=local.year)
    return date


def _stamp(site: Site, article: Article, words: dict[str, Any]) -> str:
    """The visible date line. `local` states a time without its zone, `day` no time at all."""
    local = article.published_at.astimezone(site.zone)
    text = _long_date(local, words) if "day" in site.shows else f"{_long_date(local, words)}, {local:%H:%M}"
    if "time" in site.shows:
        return f'<time datetime="{local.isoformat(timespec="seconds")}">{text}</time>'
    if "local" in site.shows:
        return f'<time class="entry-date published" datetime="{local:%Y-%m-%dT%H:%M:%S}">{text}</time>'
    if "micro" in site.shows:
        return f'<span itemprop="datePublished" content="{local.isoformat(timespec="seconds")}">{text}</span>'
    return f'<span class="date">{text}</span>'


def _head(site: Site, article: Article, version: Version, now: datetime) -> str:
    published, modified = stated_times(site, article, now)
    url = f"{site.base}{article.path_at(now)}"
    lines = [f'<link rel="canonical" href="{url}">', _robots_meta(article)]
    if "amp" in site.traits:
        lines.append(f'<link rel="amphtml" href="{site.base}/amp{article.path_at(now)}">')
    if "og" in site.shows:
        lines += _open_graph(site, article, version, published, modified)
    if "dc" in site.shows:
        lines.append(f'<meta name="DC.date.issued" content="{published.isoformat(timespec="seconds")}">')
    if "jsonld" in site.shows:
        lines.append(_json_ld(site, article, version, published, modified))
    return "\n".join(line for line in lines if line)


def _robots_meta(article: Article) -> str:
    return '<meta name="robots" content="noindex">' if "noindex" in article.traits else ""


def _open_graph(
    site: Site, article: Article, version: Version, published: datetime, modified: datetime | None
) -> list[str]:
    values = {
        "og:type": "article",
        "og:title": version.title,
        "og:site_name": site.name,
        "article:published_time": published.isoformat(timespec="seconds"),
        "article:section": article.section,
    }
    if modified:
        values["article:modified_time"] = modified.isoformat(timespec="seconds")
    return [f'<meta property="{key}" content="{escape(value)}">' for key, value in values.items()]


def _json_ld(site: Site, article: Article, version: Version, published: datetime, modified: datetime | None) -> str:
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": version.title,
        "datePublished": published.isoformat(timespec="seconds"),
        "inLanguage": article.language,
        "publisher": {"@type": "Organization", "name": site.name},
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "isAccessibleForFree": "paywalled" not in article.traits,
    }
    if modified:
        data["dateModified"] = modified.isoformat(timespec="seconds")
    text = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def _related(site: Site, others: list[Article], now: datetime) -> str:
    return "".join(
        f'<li><a href="{escape(tracked(site, other.path_at(now), "related"))}">'
        f"{escape(other.version_at(now).title)}</a></li>"
        for other in others
    )


def _pager(path: str, part: int, parts: int) -> str:
    links = (
        f'<a href="{path}{f"?page={number}" if number > 1 else ""}"'
        f"{' rel=next' if number == part + 1 else ''}>{number}</a>"
        for number in range(1, parts + 1)
    )
    return f'<div class="pages">{" ".join(links)}</div>'
