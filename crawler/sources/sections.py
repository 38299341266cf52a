"""Section pages into entries"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.sources import reading
from crawler.sources.reading import FoundSeed, Reading
from storage.domain import Entry, SeedKind
from storage.urls import canonical, is_home, site

# Where a portal keeps what is no news.
OTHER = re.compile(
    r"/(about|contact|impressum|imprint|privacy|datenschutz|terms|agb|login|log-in|signin|register|account|konto|abo|abonnement"
    r"|subscribe|subscription|newsletter|jobs|karriere|careers|advertis\w*|mediadaten|cookie\w*|help|hilfe|faq|search|suche"
    r"|tag|tags|thema|topic|topics|author|authors|autor|autoren|category|rss|feed|feeds|sitemap|shop|games?|podcasts?"
    r"|weather-map|horoscopes?|print|share|comment|comments|wp-admin|wp-login\w*|cart|editions?|archive?|consent)(/|$|\.)",
    re.IGNORECASE,
)
FILE = re.compile(
    r"\.(jpe?g|png|gif|webp|svg|pdf|mp[34]|m4a|avi|mov|zip|gz|css|js|json|xml|rss|atom|ico|docx?|xlsx?)$", re.IGNORECASE
)
DATED = re.compile(r"/(19|20)\d\d[/-]?(0?[1-9]|1[0-2])([/-]?\d\d?)?(/|-|$)")
NUMBERED = re.compile(r"(?:^|[-/_.a-z])\d{4,}(?:\D|$)", re.IGNORECASE)
LONGEST_LIST = 2000


def read(body: bytes, url: str, home: str, limit: int) -> Reading:
    """Links of a page that look like articles, in the order they stand, and its sections."""
    tree = LexborHTMLParser(body)
    base = _base(tree, url)
    seen: dict[str, Entry] = {}
    sections: dict[str, FoundSeed] = {}
    for link, words in _links(tree, base):
        if site(urlsplit(link).netloc) != site(urlsplit(home).netloc) or is_home(link, home) or link == url:
            continue
        if looks_like_article(link, words):
            if link not in seen or len(words) > len(seen[link].title or ""):
                seen[link] = Entry(link, title=reading.line(words) if len(words) > 15 else None)
        elif looks_like_section(link, words):
            sections.setdefault(link, FoundSeed(link, SeedKind.SECTION))
    return Reading(tuple(seen.values())[:limit], tuple(sections.values()))


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    try:
        return urljoin(url, (node.attributes.get("href") or "") if node else "")
    except ValueError:
        return url


def _links(tree: LexborHTMLParser, base: str) -> Iterator[tuple[str, str]]:
    for node in tree.css("a[href]")[:LONGEST_LIST]:
        if _is_nofollow(node):
            continue
        link = canonical(node.attributes.get("href") or "", base)
        if link is not None:
            yield link, " ".join(node.text(separator=" ").split())[:300]


def _is_nofollow(node: LexborNode) -> bool:
    return "nofollow" in (node.attributes.get("rel") or "").lower()


def looks_like_article(url: str, words: str) -> bool:
    """Whether a link may lead to an article: by its path first, by the words of the link second."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if not path or FILE.search(path) or OTHER.search(parts.path):
        return False
    last = path.rsplit("/", 1)[-1]
    hyphens = last.count("-") + last.count("_")
    score = 2 * (hyphens >= 3) + (hyphens == 2) + 2 * bool(DATED.search(path)) + bool(NUMBERED.search(path))
    score += bool(re.search(r"\.(s?html?|php|aspx?)$", last)) + bool(
        re.search(r"(^|&)(id|p|article|aid|nid|story)=\w+", parts.query)
    )
    score += (len(words) >= 25) + (len(words.split()) >= 5 or len(words) >= 40) + (len(last) >= 25)
    return score >= 2


def looks_like_section(url: str, words: str) -> bool:
    """Whether a link may lead to a list of articles."""
    parts = urlsplit(url)
    path = parts.path.strip("/")
    if not path or FILE.search(path) or OTHER.search(parts.path + "/"):
        return False
    is_list_page = re.fullmatch(r"page=\d{1,2}", parts.query) is not None
    segments = path.split("/")
    is_short = len(segments) <= 2 and all(len(s) <= 30 and s.count("-") <= 2 for s in segments)
    return is_short and (not parts.query or is_list_page) and 0 < len(words) <= 40 and len(words.split()) <= 4
