"""Section pages into entries"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.sources import reading
from crawler.sources.reading import FoundSeed, Reading
from storage import excess
from storage.domain import Entry, SeedKind
from storage.excess import MANY_BYTES, MANY_TAGS
from storage.urls import canonical, is_home, site

# Where a portal keeps what is no news, or news by tag and by author once more.
OTHER = re.compile(
    r"/(about|contact|impressum|imprint|privacy|datenschutz|terms|agb|login|log-in|signin|register|account|konto|abo|abonnement"
    r"|subscribe|subscription|newsletter|jobs|karriere|careers|advertis\w*|mediadaten|cookie\w*|help|hilfe|faq|search|suche"
    r"|tag|tags|author|authors|autor|autoren|rss|feed|feeds|sitemap|shop|games?|podcasts?"
    r"|weather-map|horoscopes?|print|share|comment|comments|wp-admin|wp-login\w*|cart|editions?|archive?|consent)(/|$|\.)",
    re.IGNORECASE,
)
FILE = re.compile(
    r"\.(jpe?g|png|gif|webp|svg|pdf|mp[34]|m4a|avi|mov|zip|gz|css|js|json|xml|rss|atom|ico|docx?|xlsx?)$", re.IGNORECASE
)
# A folder of topics is where some keep their sections and others a page for each word.
TOPICS = re.compile(r"/(thema|themen|topic|topics|category|kategorie|categoria|rubrik|tema|temas)/", re.IGNORECASE)
NAVIGATION = re.compile(r"(^|[-_ ])(nav|navigation|navbar|menu|menue|header|topbar|sections?)($|[-_ ])", re.IGNORECASE)
NEXT_WORDS = re.compile(
    r"(next|older|more( stories| articles)?|load more|weiter|n.chste( seite)?|.ltere|mehr|suivante?|page suivante|plus"
    r"|siguiente|m.s|pr.xima|successiva?|avanti|volgende|n.sta|далее|следующая|вперед|ещ.|下一页|下页|次へ|다음|التالي)?\W*",
    re.IGNORECASE,
)
PAGER = re.compile(r"(^|[-_ ])(next|older|pager-next|nextpage|load-?more)($|[-_ ])", re.IGNORECASE)
PAGE_NUMBER = re.compile(r"(?:[?&/](?:page|p|seite|pagina|start|offset|pg|paged)[=/_-]?|/)(\d{1,4})/?$", re.IGNORECASE)
DATED = re.compile(r"/(19|20)\d\d[/-]?(0?[1-9]|1[0-2])([/-]?\d\d?)?(/|-|$)")
NUMBERED = re.compile(r"(?:^|[-/_.a-z])\d{4,}(?:\D|$)", re.IGNORECASE)
LONGEST_LIST = 2000
HIGHEST_CLIMB = 8


def read(body: bytes, url: str, home: str, limit: int) -> Reading:
    """Links of a page that look like articles, in the order they stand, its sections, and its next page.

    Raises SelectolaxError, as `parse` does.
    """
    return listed(parse(body), url, home, limit)


def listed(tree: LexborHTMLParser, url: str, home: str, limit: int) -> Reading:
    """The same of a page that is parsed."""
    base = _base(tree, url)
    seen: dict[str, Entry] = {}
    sections: dict[str, FoundSeed] = {}
    known: set[str] = set()
    for node, link, words in _links(tree, base):
        if site(urlsplit(link).netloc) != site(urlsplit(home).netloc) or is_home(link, home) or link == url:
            continue
        if looks_like_article(link, words):
            if link not in seen or len(words) > len(seen[link].title or ""):
                seen[link] = Entry(link, title=reading.line(words) if len(words) > 15 else None)
        elif looks_like_section(link, words, is_named_often=link in known or _is_in_navigation(node)):
            sections.setdefault(link, FoundSeed(link, SeedKind.SECTION))
        known.add(link)
    more = _next_page(tree, base, url)
    for one in (more, url):
        sections.pop(one or "", None)
        seen.pop(one or "", None)
    return Reading(
        tuple(seen.values())[:limit],
        tuple(sections.values()),
        more=FoundSeed(more, SeedKind.SECTION) if more else None,
    )


def parse(body: bytes) -> LexborHTMLParser:
    """A page's tree in linear time, whatever it holds. Raises SelectolaxError if the memory doesn't suffice."""
    if len(body) > MANY_BYTES or body.count(b"<") > MANY_TAGS:
        body = excess.reduce(body.decode("latin-1")).encode("latin-1")  # byte by byte: what matters here is ASCII
    return LexborHTMLParser(body)


def _next_page(tree: LexborHTMLParser, base: str, url: str) -> str | None:
    """The page that goes on with a list: declared as such, or by the words or class of a link to a higher number."""
    for node in tree.css("link[rel~=next], a[rel~=next]"):
        if (found := _same_list(node, base, url)) is not None:
            return found
    for node in tree.css("a[href]")[-LONGEST_LIST:]:
        words = node.text().strip()[:40]
        is_next = bool(PAGER.search(node.attributes.get("class") or "")) or (
            bool(words) and NEXT_WORDS.fullmatch(words) is not None
        )
        if is_next and (found := _same_list(node, base, url)) is not None and _number(found) > _number(url):
            return found
    return None


def _same_list(node: LexborNode, base: str, url: str) -> str | None:
    """Where a link leads, if that is below the list's own path on the same host."""
    target = canonical(node.attributes.get("href") or "", base)
    if target is None or target == url or urlsplit(target).netloc != urlsplit(url).netloc:
        return None
    own = PAGE_NUMBER.sub("", urlsplit(url).path)
    return target if urlsplit(target).path.startswith(own.rstrip("/")) else None


def _number(url: str) -> int:
    found = PAGE_NUMBER.search(url) or re.search(r"[?&](?:page|p|start|offset|pg|paged)=(\d{1,5})", url)
    return int(found[1]) if found else 0


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    try:
        return urljoin(url, (node.attributes.get("href") or "") if node else "")
    except ValueError:
        return url


def _links(tree: LexborHTMLParser, base: str) -> Iterator[tuple[LexborNode, str, str]]:
    for node in tree.css("a[href]")[:LONGEST_LIST]:
        if _is_nofollow(node):
            continue
        link = canonical(node.attributes.get("href") or "", base)
        if link is not None:
            yield node, link, " ".join(node.text(separator=" ").split())[:300]


def _is_in_navigation(node: LexborNode) -> bool:
    parent = node.parent
    for _ in range(HIGHEST_CLIMB):
        if parent is None:
            return False
        names = f"{parent.attributes.get('class') or ''} {parent.attributes.get('id') or ''}"
        if parent.tag in ("nav", "header", "menu") or NAVIGATION.search(names):
            return True
        parent = parent.parent
    return False


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


def looks_like_section(url: str, words: str, is_named_often: bool) -> bool:
    """Whether a link may lead to a list of articles; `is_named_often`: it stands in a menu, or more than once."""
    parts = urlsplit(url)
    path = parts.path.strip("/")
    if FILE.search(path) or OTHER.search(parts.path + "/") or not 0 < len(words) <= 40 or len(words.split()) > 4:
        return False
    if not is_named_often and (parts.query or TOPICS.search(parts.path)):
        return False
    segments = path.split("/")
    is_short = len(segments) <= 3 and all(len(s) <= 30 and s.count("-") <= 2 for s in segments)
    is_plain = not parts.query or re.fullmatch(r"[a-z_]{1,12}=[a-z][a-z_-]{1,30}", parts.query, re.IGNORECASE)
    return bool(path and is_short and is_plain)
