"""What speaks for and against an article on a page"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from workers.clean import phrases, wordcount
from workers.clean.markup import Markup
from workers.clean.outline import Outline
from workers.clean.signs import BITS
from workers.clean.title import plain

_ARTICLE_TYPES = re.compile(
    r"(article|posting|reportage|review|opinion|analysis|backgroundnews|askpublic)$", re.IGNORECASE
)
_LIST_TYPES = re.compile(
    r"^(collectionpage|searchresultspage|itemlist|profilepage|aboutpage|contactpage|faqpage)$", re.IGNORECASE
)
_NAMES = re.compile(r"[^\W_]+")
_HEADLINE_CHARS = 25
_SENTENCE_CHARS = 60
_ENDING = re.compile(r"""[.!?…。！？।؟]["'”’»)\]」]*$""")
_NAME_WORDS = 3  # a section's name has no more
_NAME_CHARS = 30
_ABOVE = 6  # leaves above the body that may be its headline
_NEAR = 6  # elements upward
_MAX_BAR_LINKS = 2  # a leaf with more links is a bar of links


@dataclass(frozen=True, slots=True)
class Facts:
    """What speaks for and against an article."""

    body: str  # lower case
    words: int  # of the body
    own_words: int  # of them those that are no notice, headline or repetition
    paragraphs: int  # of the body, those with a sentence in them
    texts: int  # of the body
    labels: int  # texts of the body that end as no sentence does
    linked_headlines: int  # headline-like leaves that are links
    between: int  # of them those in the body, and runs of them that lead to a text of the body
    has_headline: bool  # whether a line above the body is what the head calls the page
    is_named_after: bool  # whether its headline is the name of a section
    is_in_feed: bool  # whether a feed or a news sitemap names the page
    is_declared_article: bool
    is_declared_list: bool
    has_published: bool
    has_password: bool


def title_of(page: Markup) -> str:
    """What the head calls the page, og:title and title on a line each."""
    node = page.tree.css_first("title")
    return f"{page.meta_first('og:title') or ''}\n{node.text() if node is not None else ''}"


def headline_of(outline: Outline) -> str:
    """The first h1; empty without one."""
    return next((leaf.text for leaf in outline.leaves if outline.tags[leaf.element] == "h1"), "")


# Names of meta elements that say when an article was published.
_PUBLISHED = frozenset(
    {"article:published_time", "datepublished", "date", "dc.date", "pubdate", "publishdate", "sailthru.date"}
    | {"parsely-pub-date"}
)


def declares_article(page: Markup) -> bool:
    """Whether og:type or JSON-LD calls the page an article."""
    is_article = page.meta.get("og:type", [""])[0].lower() == "article"
    return is_article or any(_ARTICLE_TYPES.search(kind) for kind in _all_types(page))


def declares_time(page: Markup) -> bool:
    """Whether the head says when it was published."""
    return not _PUBLISHED.isdisjoint(page.meta) or any("datePublished" in found for found in page.objects)


def _all_types(page: Markup) -> list[str]:
    return [str(kind) for found in page.objects for kind in types_of(found)]


def gather(page: Markup, outline: Outline, kept: Sequence[int], body: str, url: str, is_in_feed: bool) -> Facts:
    headlines = [at for at in range(len(outline.leaves)) if _is_linked_headline(outline, at)]
    texts = [outline.leaves[at].text for at in kept]
    return Facts(
        body=body.lower(),
        words=wordcount.count(body),
        # A text that JSON-LD gave stands in no leaf.
        own_words=_own_words(outline, kept) if any(text in body for text in texts) else wordcount.count(body),
        paragraphs=sum(len(text) >= _SENTENCE_CHARS for text in texts),
        texts=len(texts),
        labels=sum(not _ENDING.search(text) for text in texts),
        linked_headlines=len(headlines),
        between=_between(outline, kept, set(headlines)),
        has_headline=_has_headline(page, outline, kept),
        is_named_after=_is_named_after(outline, url, is_in_feed),
        is_in_feed=is_in_feed,
        is_declared_article=declares_article(page),
        is_declared_list=any(_LIST_TYPES.search(kind) for kind in _all_types(page)),
        has_published=declares_time(page),
        has_password=page.tree.css_first('input[type="password"]') is not None,
    )


def types_of(found: dict[str, Any]) -> list[Any]:
    """The types of a JSON-LD object."""
    kind = found.get("@type")
    return kind if isinstance(kind, list) else [kind] if kind else []


def _between(outline: Outline, kept: Sequence[int], headlines: set[int]) -> int:
    """Linked headlines of the body, and runs of others that lead to a text of the body."""
    texts, count, is_led = set(kept), 0, False
    for at, leaf in enumerate(outline.leaves):
        if at in headlines:
            is_led = True
            count += at in texts
        elif at in texts:
            count += is_led
            is_led = False
        elif outline.tags[leaf.element] == "h1":
            is_led = False
    return count


def _has_headline(page: Markup, outline: Outline, kept: Sequence[int]) -> bool:
    """Whether a line of some words, no link, stands above the body and in the head's title."""
    told = plain(title_of(page))
    above = outline.leaves[max(0, kept[0] - _ABOVE) : kept[0]] if kept else []
    lines = [plain(leaf.text) for leaf in above if not leaf.links]
    return any(len(line.split()) > _NAME_WORDS and line in told for line in lines)


_NOTICES = sum(1 << phrases.KINDS.index(kind) for kind in ("rights", "wall"))


def _own_words(outline: Outline, kept: Sequence[int]) -> int:
    """Words of the kept leaves without the headline, notices, foots of pages and what was said before."""
    said = {headline_of(outline).lower()}
    count = 0
    for at in kept:
        leaf = outline.leaves[at]
        text = leaf.text.lower()
        is_own = text not in said and not phrases.said(leaf.text)[1] & _NOTICES and not _is_in(outline, at, _FOOT)
        count += wordcount.count(text) if is_own else 0
        said.add(text)
    return count


def _is_named_after(outline: Outline, url: str, is_in_feed: bool) -> bool:
    """Whether the headline is the name of a section: what its address ends in, or a link above it."""
    name = headline_of(outline).lower().strip("#№ ")
    words = _NAMES.findall(name)
    if not words or len(words) > _NAME_WORDS or len(name) > _NAME_CHARS:
        return False
    split = urlsplit(url)
    ends = [split.path.lower().strip("/").rsplit("/", 1)[-1], *(value.lower() for _, value in parse_qsl(split.query))]
    if any(_NAMES.findall(unquote(end)) == words for end in ends):
        return True
    top = next(at for at, leaf in enumerate(outline.leaves) if outline.tags[leaf.element] == "h1")
    above = outline.leaves[:top]
    return not is_in_feed and any(leaf.link_chars and leaf.text.lower() == name for leaf in above)


_FOOT = BITS["t_footer"]
_ASIDE = BITS["t_nav"] | BITS["t_footer"] | BITS["t_aside"]


def _is_linked_headline(outline: Outline, at: int) -> bool:
    leaf = outline.leaves[at]
    if len(leaf.text) < _HEADLINE_CHARS and not (not leaf.text.isascii() and len(leaf.text) >= 10):
        return False
    if leaf.link_chars < 0.8 * len(leaf.text) or leaf.links > _MAX_BAR_LINKS:
        return False
    return not _is_in(outline, at, _ASIDE)


def _is_in(outline: Outline, at: int, signs: int) -> bool:
    element = outline.leaves[at].element
    for _ in range(_NEAR):
        if element < 0:
            break
        if outline.signs[element] & signs:
            return True
        element = outline.parents[element]
    return False
