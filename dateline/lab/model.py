"""The lab's own words: sites, stories and articles as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Site:
    """One portal of the lab. `authority` is host and port; `delay` its crawl-delay in seconds (0: none)."""

    id: str
    name: str
    home: str
    languages: tuple[str, ...]
    country: str
    timezone: str
    template: str
    seeds: tuple[str, ...]
    shows: frozenset[str]
    validators: str
    traits: frozenset[str]
    delay: float
    authority: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def base(self) -> str:
        return f"http://{self.authority}"


@dataclass(frozen=True, slots=True)
class Story:
    """What was written once. `spun` says the same in other words, where somebody wrote that."""

    key: str
    language: str
    section: str
    author: str
    titles: tuple[str, ...]
    text: tuple[str, ...]
    agency: str | None = None
    place: str = ""
    spun: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """What an article said from one moment on."""

    at: datetime
    title: str
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article of one site. `copy_kind` is None for an original; `old_path` answers 301 from `moved_at` on."""

    number: int
    site: str
    path: str
    language: str
    section: str
    story: str
    copy_kind: str | None
    agency: str | None
    authors: tuple[str, ...]
    credit: str
    published_at: datetime
    versions: tuple[Version, ...]
    traits: frozenset[str] = frozenset()
    gone_at: datetime | None = None
    old_path: str | None = None
    moved_at: datetime | None = None

    def version_at(self, now: datetime) -> Version:
        """The newest version that was out at `now`, or the first."""
        return next((version for version in reversed(self.versions) if version.at <= now), self.versions[0])

    def is_listed(self, now: datetime) -> bool:
        return self.published_at <= now

    def is_gone(self, now: datetime) -> bool:
        return self.gone_at is not None and self.gone_at <= now

    def path_at(self, now: datetime) -> str:
        if self.old_path and self.moved_at and now < self.moved_at:
            return self.old_path
        return self.path


@dataclass(frozen=True, slots=True)
class Decoy:
    """A page that is no article: `kind` says which, `listed` whether the seeds name it."""

    site: str
    path: str
    kind: str
    title: str
    language: str
    listed: bool = True


@dataclass(frozen=True, slots=True)
class World:
    """Everything the lab serves, from its first moment to its last."""

    seed: int
    start: datetime
    sites: tuple[Site, ...]
    articles: tuple[Article, ...]
    decoys: tuple[Decoy, ...]
    trap: str  # authority that nobody may contact; empty: there is none
    by_site: Mapping[str, tuple[Article, ...]] = field(default_factory=dict)
