"""Dek, section, tags, publisher and image of an article"""

import re
from urllib.parse import urlsplit

from storage.domain import Provenance
from workers.clean.normal import clean_line
from workers.clean.signals import Signals
from workers.clean.title import plain

_LONGEST_DEK = 600
_SHORTEST_DEK = 20
_LONGEST_TAG = 80
_MAX_TAGS = 40
_TAGS_BEHIND = 30  # leaves behind the text that may be a list of tags
_TAG_LEVELS = 3
_FIRST = 3  # blocks, captions among them
_SAME_START = 60  # characters by which a description is known to be the text's own beginning
_META_TAGS = ("article:tag", "og:article:tag", "parsely-tags", "news_keywords", "sailthru.tags", "keywords")
_META_SECTION = (
    "article:section",
    "og:article:section",
    "parsely-section",
    "section",
    "sailthru.section",
    "cxenseparse:category",
)
_IMAGES = (
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "parsely-image-url",
    "image",
)
_NO_SECTION = frozenset(
    {"home", "homepage", "index", "news", "article", "articles", "story", "stories", "startseite", "start", "inicio"}
    | {"accueil", "главная", "首页", "ホーム"}
)
_CUT = re.compile(r"\\s*(?:\\.\\.\\.|…|\\[…\\]|\\[&hellip;\\])$")
Told = tuple[str, Provenance]


def publisher(signals: Signals) -> Told | None:
    """Who publishes the page, by JSON-LD, markup or settings."""
    if name := signals.declared.publisher():
        return name, Provenance("jsonld", 0.95)
    if name := signals.markup.meta_first("og:site_name", "dc.publisher", "application-name"):
        return name, Provenance("meta", 0.9)
    if name := signals.context.portal:
        return name, Provenance("portal", 0.9)
    return None


def dek(signals: Signals, title: str) -> Told | None:
    """The summary under the headline; a description that only repeats the text's first words is none."""
    first = " ".join(plain(block.text) for block in signals.blocks[:_FIRST])
    for source, text in (
        ("jsonld", signals.declared.text("alternativeHeadline")),
        ("jsonld", signals.declared.text("description")),
        ("meta", signals.markup.meta_first("og:description", "description", "twitter:description", "dc.description")),
    ):
        told = _CUT.sub("", text or "")
        is_own = plain(told)[:_SAME_START] not in first and plain(told) != plain(title)
        if text and _SHORTEST_DEK <= len(told) <= _LONGEST_DEK and is_own:
            return text, Provenance(source, 0.8)
    return None


def section(signals: Signals) -> Told | None:
    """The part of the paper, such as "Politics"."""
    texts = [("jsonld", each) for each in signals.declared.texts("articleSection")]
    texts += [("meta", each) for name in _META_SECTION for each in signals.markup.meta.get(name, ())]
    texts += [("breadcrumb", each) for each in _breadcrumbs(signals)]
    entry = signals.context.entry
    texts += [("entry", entry.section)] if entry and entry.section else []
    texts += [("url", each) for each in urlsplit(signals.context.final_url).path.split("/")[1:2] if each.isalpha()]
    for source, text in texts:
        if 1 < len(text) < _LONGEST_TAG and text.casefold() not in _NO_SECTION and "://" not in text:
            return text, Provenance(source, 0.5 if source == "url" else 0.9)
    return None


def tags(signals: Signals) -> tuple[str, ...]:
    """Keywords the page gives its article, each once, in order."""
    found: list[str] = signals.declared.texts("keywords")
    for name in _META_TAGS:
        found += signals.markup.meta.get(name, ())
    parted = (tag for text in found for tag in (re.split(r"[,;|]", text) if len(found) < _MAX_TAGS else [text]))
    shown = [
        clean_line(each.node.text()) for each in signals.marked if "tag" in (each.attributes.get("rel") or "").split()
    ]
    behind = signals.outline.leaves[signals.text_end : signals.text_end + _TAGS_BEHIND] if signals.text_end else []
    shown += [leaf.text for leaf in behind if leaf.links == 1 and signals.is_marked(leaf, "tags", _TAG_LEVELS)]
    kept: dict[str, str] = {}
    for tag in (*parted, *shown):
        name = clean_line(tag).lstrip("#")
        if 1 < len(name) <= _LONGEST_TAG:
            kept.setdefault(name.casefold(), name)
    return tuple(kept.values())[:_MAX_TAGS]


def image(signals: Signals) -> Told | None:
    """The address of the article's leading image."""
    told = [("meta", signals.markup.meta_first(*_IMAGES)), ("jsonld", _image_of(signals.declared.article.get("image")))]
    told += [("entry", signals.context.entry.image if signals.context.entry else None)]
    for source, text in told:
        if address := signals.markup.absolute(text):
            return address, Provenance(source, 0.9)
    return None


def _image_of(value: object) -> str | None:
    if isinstance(value, list):
        return _image_of(value[0]) if value else None
    if isinstance(value, dict):
        return _image_of(value.get("url") or value.get("contentUrl") or value.get("@id"))
    return value if isinstance(value, str) else None


def _breadcrumbs(signals: Signals) -> list[str]:
    """Names of a JSON-LD breadcrumb list between the home page and the article."""
    for each in signals.markup.objects:
        if each.get("@type") == "BreadcrumbList" and isinstance(items := each.get("itemListElement"), list):
            names = [_crumb(item) for item in items if isinstance(item, dict)]
            return [name for name in names[:-1] if name]
    return []


def _crumb(item: dict[str, object]) -> str:
    name, inner = item.get("name"), item.get("item")
    if isinstance(inner, dict):
        name = name or inner.get("name")
    return clean_line(name) if isinstance(name, str) else ""
