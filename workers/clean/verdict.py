"""Is the page an article; if not, why not"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from storage.domain import Rejection, RejectionReason
from workers.clean import wordcount
from workers.clean.markup import Markup
from workers.clean.segment import Outline
from workers.clean.signs import BITS

_WORDS: dict[str, list[str]] = json.loads(Path(__file__).with_name("walls.json").read_text("utf-8"))
_ARTICLE_TYPES = re.compile(
    r"(article|posting|reportage|review|opinion|analysis|backgroundnews|askpublic)$", re.IGNORECASE
)
_LIST_TYPES = re.compile(
    r"^(collectionpage|searchresultspage|itemlist|profilepage|aboutpage|contactpage|faqpage)$", re.IGNORECASE
)
_TAG_PATH = re.compile(
    r"/(tags?|topics?|thema|themen|temas?|author|authors|autor|autoren|autores|search|suche|keyword|label"
    r"|etiqueta|person|people|tagged|hashtag)(/|$|\?)",
    re.IGNORECASE,
)
_LIVE_PATH = re.compile(r"live-?blog|liveticker|live-?updates|/live/|en-vivo|en-direct|/live-", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_STANDING = frozenset(_WORDS["standing"])
_SEPARATOR = re.compile(r"\s[-–—|·:]\s|\n")
_BRIEF_WORDS = 40  # a wire brief of two sentences has about this many
_STUB_WORDS = 12
_LONG_WORDS = 250
_MANY_HEADLINES = 6
_MANY_BETWEEN = 4
_HEADLINE_CHARS = 25
_SENTENCE_CHARS = 60
_MAX_WALL_LEAF = 400


@dataclass(frozen=True, slots=True)
class Facts:
    """What speaks for and against an article."""

    body: str  # lower case
    words: int  # of the body
    paragraphs: int  # of the body, those with a sentence in them
    linked_headlines: int  # headline-like leaves that are links
    between: int  # groups of them among the leaves of the body
    is_declared_article: bool
    is_declared_list: bool
    has_published: bool
    has_password: bool


def judge(page: Markup, outline: Outline, kept: Sequence[int], body: str, url: str) -> Rejection | None:
    """None for an article at `url` whose text is `body`, from the leaves `kept`."""
    if not outline.leaves:
        return Rejection(RejectionReason.EMPTY, "the page shows no text")
    words = wordcount.count(body)
    is_article, has_published = _declares_article(page), _declares_time(page)
    if is_article and has_published and words >= _BRIEF_WORDS:
        return None
    facts = _facts(page, outline, kept, body, words)
    title = f"{_title(page)}\n{_headline(outline)}".lower()
    shown = " ".join(leaf.text for leaf in outline.leaves if len(leaf.text) < _MAX_WALL_LEAF).lower()
    return (
        _missing(facts, title)
        or _listing(facts, url)
        or _standing(facts, url, title)
        or _walled(facts, shown, title)
        or _thin(facts, shown)
    )


def _missing(facts: Facts, title: str) -> Rejection | None:
    """The page says that there is none."""
    if facts.words < _LONG_WORDS and not facts.has_published and (said := _says("missing", title)):
        return Rejection(RejectionReason.SOFT_404, f"the title says {said!r}")
    return None


def _standing(facts: Facts, url: str, title: str) -> Rejection | None:
    """Pages about the portal, as their address or title says."""
    if facts.has_published:
        return None
    parts = urlsplit(url).path.lower().strip("/").split("/")
    names = [" ".join(_WORD.findall(parts[-1].rsplit(".", 1)[0])), *_SEPARATOR.split(title)]
    said = next((name for name in names if name.strip() in _STANDING), None)
    return Rejection(RejectionReason.NOT_ARTICLE, f"a page about the portal: {said.strip()!r}") if said else None


def _walled(facts: Facts, shown: str, title: str) -> Rejection | None:
    """Pages that stand in for the one that was asked for."""
    if facts.words >= _LONG_WORDS or facts.is_declared_article or (facts.has_published and facts.words >= _BRIEF_WORDS):
        return None
    # A notice at the foot of an article also speaks of cookies: only the text itself or an empty page counts.
    text = title + " " + (facts.body if facts.words >= _STUB_WORDS else shown)
    if said := _says("consent", text):
        return Rejection(RejectionReason.CONSENT_WALL, f"the page says {said!r}")
    if facts.has_password and (said := _says("login", title) or _says("login", shown)):
        return Rejection(RejectionReason.LOGIN, f"a password is asked for: {said!r}")
    if facts.words < _BRIEF_WORDS and (said := _says("missing", text)):
        return Rejection(RejectionReason.SOFT_404, f"the page says {said!r}")
    return None


def _listing(facts: Facts, url: str) -> Rejection | None:
    """Pages that lead to articles and are none."""
    split = urlsplit(url)
    if facts.is_declared_article and facts.words >= _STUB_WORDS:
        return None
    if _TAG_PATH.search(split.path) and facts.linked_headlines >= 2:
        return Rejection(RejectionReason.TAG_PAGE, f"{facts.linked_headlines} linked headlines under {split.path}")
    # In a list of teasers a linked headline stands between every two texts; in an article few boxes of promos do.
    is_list = facts.between >= max(_MANY_BETWEEN, facts.paragraphs // 2)
    is_home = split.path.strip("/") in {"", "index.html", "home"} and not split.query
    is_bare = facts.words < _BRIEF_WORDS and facts.linked_headlines >= _MANY_HEADLINES and not facts.has_published
    if (is_list or is_bare or facts.is_declared_list or is_home) and (facts.linked_headlines >= 2 or is_home):
        return Rejection(
            RejectionReason.SECTION_PAGE, f"{facts.linked_headlines} linked headlines, no article declared"
        )
    return None


def _thin(facts: Facts, shown: str) -> Rejection | None:
    """Pages with next to no text."""
    if facts.words >= _STUB_WORDS:
        return None
    if said := _says("wall", shown):
        return Rejection(RejectionReason.PAYWALL_STUB, f"{facts.words} words before {said!r}")
    if facts.linked_headlines >= _MANY_HEADLINES:
        return Rejection(
            RejectionReason.SECTION_PAGE, f"{facts.linked_headlines} linked headlines, {facts.words} words"
        )
    return Rejection(RejectionReason.EMPTY if not facts.words else RejectionReason.NOT_ARTICLE, f"{facts.words} words")


def _says(kind: str, text: str) -> str | None:
    return next((phrase for phrase in _WORDS[kind] if phrase in text), None)


def _title(page: Markup) -> str:
    node = page.tree.css_first("title")
    return f"{page.meta_first('og:title') or ''}\n{node.text() if node is not None else ''}"


def _headline(outline: Outline) -> str:
    return next((leaf.text for leaf in outline.leaves if outline.tags[leaf.element] == "h1"), "")


# Names of meta elements that say when an article was published.
_PUBLISHED = frozenset(
    {"article:published_time", "datepublished", "date", "dc.date", "pubdate", "publishdate", "sailthru.date"}
    | {"parsely-pub-date"}
)


def _declares_article(page: Markup) -> bool:
    is_article = page.meta.get("og:type", [""])[0].lower() == "article"
    return is_article or any(_ARTICLE_TYPES.search(kind) for kind in _all_types(page))


def _declares_time(page: Markup) -> bool:
    return not _PUBLISHED.isdisjoint(page.meta) or any("datePublished" in found for found in page.objects)


def _all_types(page: Markup) -> list[str]:
    return [str(kind) for found in page.objects for kind in _types(found)]


def _facts(page: Markup, outline: Outline, kept: Sequence[int], body: str, words: int) -> Facts:
    headlines = [at for at in range(len(outline.leaves)) if _is_linked_headline(outline, at)]
    texts = [outline.leaves[at].text for at in kept]
    return Facts(
        body=body.lower(),
        words=words,
        paragraphs=sum(len(text) >= _SENTENCE_CHARS for text in texts),
        linked_headlines=len(headlines),
        between=_groups([at for at in headlines if kept[0] <= at <= kept[-1]]) if kept else 0,
        is_declared_article=_declares_article(page),
        is_declared_list=any(_LIST_TYPES.search(kind) for kind in _all_types(page)),
        has_published=_declares_time(page),
        has_password=page.tree.css_first('input[type="password"]') is not None,
    )


def _groups(places: Sequence[int]) -> int:
    """How many runs of neighbours there are."""
    return sum(1 for at, before in zip(places, (-2, *places), strict=False) if at != before + 1)


def _types(found: dict[str, Any]) -> list[Any]:
    kind = found.get("@type")
    return kind if isinstance(kind, list) else [kind] if kind else []


_ASIDE = BITS["t_nav"] | BITS["t_footer"] | BITS["t_aside"]


def _is_linked_headline(outline: Outline, at: int) -> bool:
    leaf = outline.leaves[at]
    if len(leaf.text) < _HEADLINE_CHARS and not (not leaf.text.isascii() and len(leaf.text) >= 10):
        return False
    if leaf.link_chars < 0.8 * len(leaf.text):
        return False
    element = leaf.element
    for _ in range(6):
        if element < 0:
            break
        if outline.signs[element] & _ASIDE:
            return False
        element = outline.parents[element]
    return True


def is_live(page: Markup) -> bool:
    """Whether the page is a live blog, as its JSON-LD or address says."""
    if any("liveblogposting" in str(kind).lower() for found in page.objects for kind in _types(found)):
        return True
    return bool(_LIVE_PATH.search(urlsplit(page.url).path))
