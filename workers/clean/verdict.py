"""Is the page an article; if not, why not"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from storage.domain import Rejection, RejectionReason
from workers.clean import facts as pages
from workers.clean import wordcount
from workers.clean.facts import Facts
from workers.clean.markup import Markup
from workers.clean.outline import Outline

_WORDS: dict[str, list[str]] = json.loads(Path(__file__).with_name("walls.json").read_text("utf-8"))
_TAG_PATH = re.compile(
    r"/(tags?|topics?|thema|themen|temas?|author|authors|autor|autoren|autores|search|suche|keyword|label"
    r"|etiqueta|person|people|tagged|hashtag)(/|$|\?)",
    re.IGNORECASE,
)
_LIVE_PATH = re.compile(r"live-?blog|liveticker|live-?updates|/live/|en-vivo|en-direct|/live-", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_STANDING = frozenset(_WORDS["standing"])
_LIST_PHRASES = "|".join(words for words in _WORDS["listing"] if " " in words)
_LIST_LABELS = "|".join(word for word in _WORDS["listing"] if " " not in word)
# A phrase such as "posts tagged" begins the title; a word such as "tag" only with a sign after it.
_COLLECTION = re.compile(rf"^\s*(?:{_LIST_PHRASES}|(?:{_LIST_LABELS})(?:\s*[:：|\"'“«„「]|$)).*", re.MULTILINE)
_SEPARATOR = re.compile(r"\s[-–—|·:]\s|\n")
_BRIEF_WORDS = 40  # a wire brief of two sentences has about this many
_STUB_WORDS = 12
_LONG_WORDS = 250
_MANY_WORDS = 2000
_VARIED = 0.002  # of the words of a text so long at least this share is different ones: only filling has fewer
_MANY_HEADLINES = 6
_MANY_BETWEEN = 4
_MAX_WALL_LEAF = 400
_TEXT_WORDS = 150
_TEXT_PARAGRAPHS = 3
# An address below a tag's own that ends as an article's does: words with hyphens or a number.
_SLUG = re.compile(r"/[^/]+/[^/]+/(?:[^/-]+-){2,}[^/-]+/?$|/[^/]+/[^/]+/[^/]*\d{4,}[^/]*$")
_LINE_WORDS = 20  # of a headline or a teaser
_FEW_WORDS = 60  # of a section with a teaser or two


def judge(
    page: Markup, outline: Outline, kept: Sequence[int], body: str, url: str, is_in_feed: bool = False
) -> Rejection | None:
    """None for an article at `url` whose text is `body`, from the leaves `kept`.

    `is_in_feed`: a feed or a news sitemap of the portal names the page.
    """
    if not outline.leaves and not body:
        return Rejection(RejectionReason.EMPTY, "the page shows no text")
    words = wordcount.count(body)
    is_article, has_published = pages.declares_article(page), pages.declares_time(page)
    if is_article and has_published and words >= _BRIEF_WORDS:
        return None
    facts = pages.gather(page, outline, kept, body, url, is_in_feed)
    title = f"{pages.title_of(page)}\n{pages.headline_of(outline)}".lower()
    shown = " ".join(leaf.text for leaf in outline.leaves if len(leaf.text) < _MAX_WALL_LEAF).lower()
    return (
        _missing(facts, title)
        or _collection(facts, title)
        or _repetition(body, words)
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


def _collection(facts: Facts, title: str) -> Rejection | None:
    """What is found under a tag or a search, as the title says: "Tag: budget", "Search results for budget"."""
    found = _COLLECTION.search(title) if facts.linked_headlines >= _MANY_HEADLINES else None
    if found is None or facts.is_declared_article or facts.has_published:
        return None
    return Rejection(RejectionReason.TAG_PAGE, f"{facts.linked_headlines} linked headlines under {found[0].strip()!r}")


def _repetition(body: str, words: int) -> Rejection | None:
    """The same few words over and over: filling, or a page made to keep readers busy."""
    if words < _MANY_WORDS:
        return None
    parts = body.split()
    varied = _VARIED * len(parts)
    if len(set(parts[:_MANY_WORDS])) >= varied or (different := len(set(parts))) >= varied:
        return None
    return Rejection(RejectionReason.NOT_ARTICLE, f"{words} words, {different} of them different")


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
    if said := _asks_consent(title, text, facts.words):
        return Rejection(RejectionReason.CONSENT_WALL, f"the page says {said!r}")
    # Many pages hide a login box: beside a text of its own, only the title tells a wall.
    if facts.has_password and (said := _says("login", title if facts.own_words >= _BRIEF_WORDS else title + shown)):
        return Rejection(RejectionReason.LOGIN, f"a password is asked for: {said!r}")
    if facts.words < _BRIEF_WORDS and (said := _says("missing", text)):
        return Rejection(RejectionReason.SOFT_404, f"the page says {said!r}")
    return None


def _listing(facts: Facts, url: str) -> Rejection | None:
    """Pages that lead to articles and are none."""
    split = urlsplit(url)
    if facts.is_declared_article and facts.words >= _STUB_WORDS:
        return None
    is_prose = facts.between < _MANY_BETWEEN and facts.own_words >= _TEXT_WORDS and facts.paragraphs >= _TEXT_PARAGRAPHS
    is_tag = bool(_TAG_PATH.search(split.path)) and not (is_prose and _SLUG.search(split.path))
    if is_tag and (facts.linked_headlines >= 2 or facts.is_named_after):
        return Rejection(RejectionReason.TAG_PAGE, f"{facts.linked_headlines} linked headlines under {split.path}")
    # In a list of teasers a linked headline stands before every text; in an article a box of promos or two does.
    is_list = facts.between >= max(_MANY_BETWEEN, facts.paragraphs // 2) and not facts.is_in_feed
    is_lines = facts.labels >= max(_MANY_BETWEEN, facts.texts / 2) and facts.own_words <= _LINE_WORDS * facts.texts
    is_few = facts.is_named_after and (facts.between >= 2 or facts.own_words < _FEW_WORDS or is_lines)
    is_home = split.path.strip("/") in {"", "index.html", "home"} and not split.query
    # A brief has two sentences, or one under its headline.
    is_empty = facts.paragraphs < 2 - facts.has_headline
    is_short = facts.words < _BRIEF_WORDS and is_empty and not facts.has_published
    is_bare = is_short and facts.linked_headlines >= _MANY_HEADLINES
    is_leading = is_list or is_bare or (facts.is_declared_list and not is_prose)
    if is_home or (is_leading and facts.linked_headlines >= 2) or (is_few and facts.linked_headlines):
        return Rejection(
            RejectionReason.SECTION_PAGE, f"{facts.linked_headlines} linked headlines, no article declared"
        )
    return None


def _thin(facts: Facts, shown: str) -> Rejection | None:
    """Pages with next to no text of their own."""
    if facts.own_words >= _STUB_WORDS:
        return None
    if said := _says("wall", shown):
        return Rejection(RejectionReason.PAYWALL_STUB, f"{facts.own_words} words before {said!r}")
    if facts.linked_headlines >= _MANY_HEADLINES:
        return Rejection(
            RejectionReason.SECTION_PAGE, f"{facts.linked_headlines} linked headlines, {facts.own_words} words"
        )
    return Rejection(
        RejectionReason.EMPTY if not facts.words else RejectionReason.NOT_ARTICLE, f"{facts.own_words} words"
    )


def _asks_consent(title: str, text: str, words: int) -> str | None:
    """A phrase of a consent wall. A longer text may use one such phrase; only a wall uses several."""
    if said := _says("consent", title):
        return said
    found = [phrase for kind in ("consent", "consent_hints") for phrase in _WORDS[kind] if phrase in text]
    is_wall = len(found) > 1 or (words < _BRIEF_WORDS and _says("consent", text))
    return found[0] if is_wall else None


def _says(kind: str, text: str) -> str | None:
    return next((phrase for phrase in _WORDS[kind] if phrase in text), None)


def is_live(page: Markup) -> bool:
    """Whether the page is a live blog, as its JSON-LD or address says."""
    if any("liveblogposting" in str(kind).lower() for found in page.objects for kind in pages.types_of(found)):
        return True
    return bool(_LIVE_PATH.search(urlsplit(page.url).path))
