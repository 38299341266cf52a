"""The words of the house as frozen values and enums."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class SeedKind(StrEnum):
    """What a seed is, which decides who reads it."""

    HOME = "home"
    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    WORDPRESS = "wordpress"


class PageState(StrEnum):
    """Where a page stands; each accepted URL is in exactly one of these."""

    SCHEDULED = "scheduled"
    LEASED = "leased"
    DONE = "done"
    QUARANTINED = "quarantined"


class PageStep(StrEnum):
    """Which work a scheduled or leased page waits for."""

    FETCH = "fetch"
    CLEAN = "clean"


class Outcome(StrEnum):
    """How one piece of work ended; each ends in exactly one of these."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    RETRIED = "retried"
    FAILED = "failed"


class RejectionReason(StrEnum):
    """Why a page was kept out: the list is closed and stands in docs/words.md."""

    ALIAS = "alias"  # another page already holds this article
    BAD_ADDRESS = "bad_address"
    CONSENT_WALL = "consent_wall"
    EMPTY = "empty"
    GONE = "gone"  # 404 or 410
    LOGIN = "login"  # 401, 402 or 403
    MEMORY_LIMIT = "memory_limit"
    NOT_ARTICLE = "not_article"  # a page about the portal, a form, a player
    NOT_HTML = "not_html"
    OFF_PORTAL = "off_portal"
    OPTED_OUT = "opted_out"  # noindex, noarchive or TDM reservation, where the setting obeys them
    PAYWALL_STUB = "paywall_stub"
    PRIVATE_ADDRESS = "private_address"
    REDIRECT_LOOP = "redirect_loop"
    ROBOTS = "robots"
    SECTION_PAGE = "section_page"
    SOFT_404 = "soft_404"
    TAG_PAGE = "tag_page"
    TIME_LIMIT = "time_limit"
    TOO_LARGE = "too_large"
    TOO_OLD = "too_old"  # published before the portal's `since`
    TRUNCATED = "truncated"  # the body ended before its announced length
    UNREADABLE = "unreadable"  # bytes that no charset explains, or markup that breaks the parser


class CopyKind(StrEnum):
    """How a copy descends from its original: the list is closed."""

    VERBATIM = "verbatim"
    EDITED = "edited"
    TRUNCATED = "truncated"
    LOCALISED = "localised"
    MERGED = "merged"
    SPUN = "spun"
    UPDATE = "update"


class Precision(StrEnum):
    """How exact a time is."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


class BlockKind(StrEnum):
    """What a block of an article is."""

    PARAGRAPH = "paragraph"
    SUBHEAD = "subhead"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    PREFORMATTED = "preformatted"
    CORRECTION = "correction"  # a correction or editor's note, inside the text
    CAPTION = "caption"  # beside the text
    EMBED = "embed"  # beside the text


@dataclass(frozen=True, slots=True)
class Entry:
    """One item that a seed names. Times are UTC; None where the seed says nothing."""

    url: str
    title: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    authors: tuple[str, ...] = ()
    text: str | None = None  # summary or full text as plain text, at most 20,000 characters
    section: str | None = None
    language: str | None = None
    image: str | None = None
    guid: str | None = None


@dataclass(frozen=True, slots=True)
class PageContext:
    """What is known about a page before it is read; all that cleaning is told."""

    url: str
    final_url: str
    fetched_at: datetime
    content_type: str | None = None  # the header as received
    timezone: str | None = None  # the portal's, an IANA name
    language: str | None = None  # the portal's, ISO 639-1
    country: str | None = None
    portal: str | None = None
    entry: Entry | None = None
    entry_kind: SeedKind | None = None  # which kind of seed brought the entry
    selectors: Mapping[str, str] = field(default_factory=dict)  # the portal's overrides: title, body, ...


@dataclass(frozen=True, slots=True)
class Block:
    """One block of an article in reading order; `text` is in normal form."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as far as it is known: UTC, how exact, and where it and its zone were read."""

    at: datetime
    precision: Precision
    source: str  # "jsonld", "meta", "time", "text", "url", "feed", "sitemap", ...
    zone_source: str  # "offset", "portal", "country", "assumed_utc", "day"
    offset_minutes: int | None = None  # of the time as written, east of UTC; None for a day without a time


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a field was read and how surely (0-1)."""

    source: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CleanedArticle:
    """What cleaning makes of a page that is an article.

    `body` is the text of the blocks inside the text, joined by blank lines; captions and embeds are in
    `blocks` only. `published` is None where nothing trustworthy gives a time: `reasons` then says why.
    """

    title: str
    body: str
    blocks: tuple[Block, ...]
    language: str | None
    dek: str | None = None
    authors: tuple[str, ...] = ()  # people
    desks: tuple[str, ...] = ()  # newsrooms, agencies and other credits that are no people
    contributors: tuple[str, ...] = ()
    publisher: str | None = None
    place: str | None = None  # of the dateline
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    is_paywalled: bool = False
    canonical_url: str | None = None  # as the page claims it, absolute; policy is applied by the caller
    amp_url: str | None = None
    part_urls: tuple[str, ...] = ()  # further pages of a paginated article, in order, absolute
    published: Moment | None = None
    modified: Moment | None = None
    credits: tuple[str, ...] = ()  # lines that credit a source, as found: byline, dateline, tail, copyright
    is_live: bool = False  # a live blog
    word_count: int = 0
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejection:
    """What cleaning makes of a page that is no article."""

    reason: RejectionReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AgencyClaim:
    """Which agency a text came from, where that was read and how surely (0-1)."""

    agency: str  # a key of agencies.toml, such as "AP"
    source: str  # dateline, byline, credit, copyright, jsonld, meta, canonical, portal or story
    confidence: float


@dataclass(frozen=True, slots=True)
class Document:
    """A revision as deduplication sees it."""

    article_id: int
    revision_id: int
    portal: str
    url: str
    title: str
    body: str
    language: str | None
    published_at: datetime | None  # UTC
    arrived_at: datetime  # UTC
    authors: tuple[str, ...] = ()
    agency: AgencyClaim | None = None
    is_agency_portal: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence about a pair was taken to mean.

    `kind` None means no copy; `related` is the same event in own words and joins no story.
    """

    kind: CopyKind | None
    score: float  # calibrated probability that the text descends from the other's
    is_related: bool
    evidence: Mapping[str, float]
    spans: tuple[tuple[int, int, int, int], ...]  # matched: start, end here; start, end there
    rule_version: str
