"""All times that a page, its address and its seed give for an article, and where"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlsplit

from storage.domain import Moment, Precision, SeedKind
from workers.clean import dates, zones
from workers.clean.dates import Locale
from workers.clean.markup import text_of
from workers.clean.signals import Signals

_META_PUBLISHED = (
    "article:published_time", "article:published", "article:published:time", "og:article:published_time",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.created",
    "dc.date.created", "dc.date", "dcterms.date", "pubdate", "publish_date", "publishdate", "publication_date",
    "publicationdate", "date", "datepublished", "cxenseparse:recs:publishtime", "date_published",
    "article.published", "published_time", "published", "pub_date", "citation_publication_date",
    "citation_date", "release_date", "created", "originalpublicationdate", "article:post_date",
    "article_date_original", "displaydate", "bt:pubdate", "og:published_time", "og:pubdate",
    "prism.publicationdate", "cxenseparse:publishtime", "date.created", "datecreated", "dc.created",
    "dc.issued", "firstpublished", "shareaholic:article_published_time", "rnews:datepublished",
    "vr:published_time", "pubdatetime", "buildtime", "publish-date", "time", "article:create_at", "pagedate",
)  # fmt: skip
_META_MODIFIED = (
    "article:modified_time", "article:modified", "article:modified:time", "og:updated_time", "og:modified_time",
    "article:updated_time", "dcterms.modified", "dc.date.modified", "datemodified", "lastmod", "last-modified",
    "date_modified", "modified_time", "updated_time", "modified", "revision_date", "lastmodified",
    "article:updated", "utime", "updated", "dc.modified", "cxenseparse:recs:modifiedtime", "moddate",
    "last_updated",
)  # fmt: skip
_MONTH_FIRST = frozenset({"US", "PH"})
_GENERIC_LABELS = frozenset({"tv", "io", "co", "me", "ai", "fm", "eu", "cc", "ws", "ly"})  # sold to all the world
_SCRIPT_DATE = re.compile(
    r"""(?:date_?published|first_?published(?:_?at)?|published?_?(?:at|on|date|time)|publication_?(?:date|time)"""
    r"""|pub_?date|release_?date|deploy_?(?:dt|date)|posted_?(?:at|on|date))\\*["']\s*:\s*\\*["']?(\d[^"'\\,}]{7,40})""",
    re.IGNORECASE,
)
_MOST_SCRIPT_DATES = 50
_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([/_.-]?)(0?[1-9]|1[0-2]|[a-z]{3})\2(0?[1-9]|[12]\d|3[01])(?!\d)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A moment that the page gives, as what, and where."""

    moment: Moment
    is_modified: bool
    is_stated: bool = True  # as this article's publication, not merely printed near it
    weight: float = 0.0  # of a line of text: how much it looks like one that dates the article


def of_page(signals: Signals, locale: Locale) -> Iterator[Claim]:
    """Every claim but those of scripts and of lines, which `time_lines` reads."""
    yield from _from_jsonld(signals, locale)
    yield from _from_meta(signals, locale)
    yield from _from_markup(signals, locale)
    yield from _from_entry(signals)
    yield from _from_title(signals, locale)
    yield from _from_url(signals, locale)


def _read(texts: Iterable[str], source: str, is_modified: bool, locale: Locale) -> Iterator[Claim]:
    for text in texts:
        if moment := dates.read(text, locale, source):
            yield Claim(moment, is_modified)


def _unstated(claims: Iterable[Claim]) -> Iterator[Claim]:
    return (replace(claim, is_stated=False) for claim in claims)


def _from_jsonld(signals: Signals, locale: Locale) -> Iterator[Claim]:
    declared = signals.declared
    yield from _read(declared.texts("datePublished")[:1], "jsonld", False, locale)
    yield from _read(declared.texts("dateModified")[:1], "jsonld", True, locale)
    yield from _read(declared.texts("dateCreated")[:1], "jsonld_other", False, locale)
    for each in declared.lesser:
        for name, is_modified in (("datePublished", False), ("uploadDate", False), ("dateModified", True)):
            if isinstance(text := each.get(name), str):
                yield from _unstated(_read([text], "jsonld_other", is_modified, locale))


def _from_meta(signals: Signals, locale: Locale) -> Iterator[Claim]:
    for names, is_modified in ((_META_PUBLISHED, False), (_META_MODIFIED, True)):
        for name in filter(signals.markup.meta.__contains__, names):
            yield from _read(signals.markup.meta[name][:1], "meta", is_modified, locale)


def _from_markup(signals: Signals, locale: Locale) -> Iterator[Claim]:
    """The first itemprop of each kind: later ones belong to cards of other articles."""
    seen: set[str] = set()
    for node, attributes in signals.marked:
        prop = attributes.get("itemprop") or ""
        if prop in {"datePublished", "dateCreated", "dateModified"} - seen:
            seen.add(prop)
            text = attributes.get("content") or attributes.get("datetime") or text_of(node)
            yield from _read([text], "microdata", prop == "dateModified", locale)


def _from_entry(signals: Signals) -> Iterator[Claim]:
    entry, kind = signals.context.entry, signals.context.entry_kind
    source = "sitemap" if kind is SeedKind.SITEMAP else "feed"
    for at, is_modified in ((entry and entry.published_at, False), (entry and entry.modified_at, True)):
        if at:
            yield Claim(Moment(at, Precision.SECOND, source, "offset", 0), is_modified)


def _from_title(signals: Signals, locale: Locale) -> Iterator[Claim]:
    """A date that ends the head's title behind a mark: "Headline | Site | 28.04.2023"."""
    for text in (signals.markup.meta_first("og:title"), signals.head_title):
        last = re.split(r"\s[|–—·-]\s", text or "")[-1].strip()
        found = dates.find(last, locale, "title") if any(map(str.isdigit, last)) else []
        is_whole = bool(found) and found[0].end - found[0].start >= len(last) - 1 and last != text
        # The day of the crawl stands in some titles.
        if is_whole and found[0].moment.at.date() < locale.now.date() - timedelta(days=1):
            yield Claim(found[0].moment, is_modified=False, is_stated=False)


def _from_url(signals: Signals, locale: Locale) -> Iterator[Claim]:
    for match in _URL_DATE.finditer(signals.context.final_url):
        year, mark, month, day = match.groups()
        text = f"{year}-{month}-{day}" if month.isdigit() else f"{day} {month} {year}"
        if mark or len(match[0]) == 8:
            yield from _unstated(_read([text], "url", False, locale))
            return


def from_scripts(signals: Signals, locale: Locale) -> Iterator[Claim]:
    """The time in a page's own data, from which scripts draw it; none where several articles' times are there."""
    scripts = (node for node in signals.markup.named("script") if "src" not in node.attributes)
    texts = (node.text() for node in scripts)
    told = [match for text in texts for match in _SCRIPT_DATE.finditer(text)][:_MOST_SCRIPT_DATES]
    found = [c for match in told for c in _read([match[1]], "script", False, locale)]
    if len({local_day(c.moment) for c in found}) == 1:
        yield found[0]


def names_only(signals: Signals, day: date, other: date) -> bool:
    """Whether a page's own data hold one day, as a value of its own, and not the other."""
    told, untold = f'"{day.isoformat()}"', f'"{other.isoformat()}"'
    texts = [node.text() for node in signals.markup.named("script")]
    return any(told in text for text in texts) and not any(untold in text for text in texts)


def local_day(moment: Moment) -> date:
    """The day that a clock showed where the time was written."""
    return (moment.at + timedelta(minutes=moment.offset_minutes or 0)).date()


def locale_of(signals: Signals) -> Locale:
    """How this page writes dates: its zone, language, and whether the day comes first."""
    context = signals.context
    tag = (signals.markup.language or context.language or "").replace("_", "-").lower()
    language, _, region = tag.partition("-")
    country = (context.country or region or _country_of_host(context.final_url)).upper()
    is_english = language == "en" or not language
    is_day_first = country not in _MONTH_FIRST and not (
        is_english and not country and not _is_far_from_us(context.timezone)
    )
    return Locale(context.fetched_at, zones.of_page(context, country), language or None, is_day_first)


def _country_of_host(url: str) -> str:
    label = (urlsplit(url).hostname or "").rsplit(".", 1)[-1]
    return {"uk": "GB"}.get(label, label) if len(label) == 2 and label not in _GENERIC_LABELS else ""


def _is_far_from_us(timezone: str | None) -> bool:
    return bool(timezone) and not str(timezone).startswith(("America/", "US/", "Etc/", "Pacific/Honolulu"))
