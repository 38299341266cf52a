"""A look at a site before it becomes a portal: its seeds, rules and five cleaned samples"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from dateline import errands
from dateline.errands import Line, Portal
from storage import portal_checks
from storage.config import Config
from storage.domain import CleanedArticle, Rejection
from storage.errors import Refused
from storage.urls import canonical, site
from workers.clean import extract, zones

# Top-level domains that are sold for their letters, not for their country.
SOLD = re.compile(r"ac|ad|ag|ai|am|bz|cc|cd|co|dj|fm|gg|gl|gs|im|io|la|ly|me|ms|nu|sh|st|tk|to|tv|vc|ws")
COUNTRIES = {"uk": "GB"}


@dataclass(frozen=True, slots=True)
class FoundSeed:
    """A seed that could be read, or a named one that couldn't, with its problem."""

    kind: str
    url: str
    found_by: str  # home, page, robots.txt, guess, section, index
    entries: int
    newest_at: datetime | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """What cleaning makes of one page that the seeds name; `problem` where it is no article or didn't come."""

    url: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_at_source: str | None = None
    published_at_zone: str | None = None
    language: str | None = None
    words: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """What a site offers. `problem` where its home couldn't be read, or time was short."""

    url: str  # of the home, redirects followed
    title: str | None
    language: str | None
    country: str | None  # guessed from the top-level domain
    timezone: str | None  # as given, else that of the country
    robots: str  # allowed, disallowed or unreachable
    crawl_delay_seconds: float | None
    sitemaps: tuple[str, ...]  # that robots.txt names
    seeds: tuple[FoundSeed, ...]
    samples: tuple[Sample, ...]
    left: tuple[str, ...]  # seeds that time didn't suffice for
    problem: str | None

    def usable(self) -> list[FoundSeed]:
        """Seeds worth following: a sitemap index stands for its sitemaps, the home for the sections it shows."""
        return [s for s in self.seeds if not s.problem and s.found_by not in ("index", "section")]


def probe(settings: Config, url: str, timezone: str | None = None, seconds: float | None = None) -> Probe:
    """Look at the site whose home is `url`; takes up to two minutes. Raises Refused for what is no URL."""
    home = address(url)
    if timezone:
        checked(portal_checks.timezone, timezone)
    country = country_of(home)
    words = ["probe", home] + (["--seconds", str(seconds)] if seconds else [])
    found: dict[str, list[Line]] = {"home": [], "robots": [], "seed": [], "page": [], "end": []}
    for line in errands.crawl(settings, *words):
        found[line["is"]].append(line)
    return _probe(home, found, country, timezone or _zone(country))


def _probe(home: str, found: dict[str, list[Line]], country: str | None, timezone: str | None) -> Probe:
    front: Line = next(iter(found["home"]), {})
    robots: Line = next(iter(found["robots"]), {})
    end: Line = next(iter(found["end"]), {})
    ours = Portal(timezone=timezone, country=country)
    samples = tuple(sample(line, ours) for line in found["page"])
    claimed = [front.get("language"), *(s["language"] for s in found["seed"])]
    return Probe(
        url=front.get("final_url") or home,
        title=front.get("title"),
        language=_language([s.language for s in samples], claimed),
        country=country,
        timezone=timezone,
        robots=robots.get("verdict", "not read"),
        crawl_delay_seconds=robots.get("crawl_delay_seconds"),
        sitemaps=tuple(robots.get("sitemaps", ())),
        seeds=tuple(_seed(line) for line in found["seed"]),
        samples=samples,
        left=tuple(end.get("left", ())),
        problem=front.get("problem") or end.get("problem"),
    )


def address(url: str) -> str:
    """A home page's URL as it is asked for; `example.org` will do."""
    full = url if "://" in url else f"https://{url}"
    found = canonical(full)
    if found is None:
        raise Refused(f"{url!r} is no address of a site: give one such as https://www.example.org/")
    return found


def checked(check: Any, value: str) -> Any:
    """A value that passes one of the portals file's checks. Raises Refused with what is expected."""
    try:
        return check(value)
    except ValueError as error:
        raise Refused(f"{value!r}: expected {error}") from error


def country_of(home: str) -> str | None:
    """The country of a home's top-level domain, where that says one."""
    last = (urlsplit(home).hostname or "").rsplit(".", 1)[-1]
    country = COUNTRIES.get(last, last.upper())
    if not re.fullmatch(r"[a-z]{2}", last) or SOLD.fullmatch(last):
        return None
    try:
        return portal_checks.country(country)
    except ValueError:
        return None


def _zone(country: str | None) -> str | None:
    found = zones.of_country(country)
    return str(found) if found else None


def _language(read: Iterable[str | None], claimed: Iterable[str | None]) -> str | None:
    """What most samples are written in, else what the site claims."""
    counts = Counter(found for found in read if found)
    if counts:
        return counts.most_common(1)[0][0]
    first = next((found for found in claimed if found), None)
    try:
        return portal_checks.language(first) if first else None
    except ValueError:
        return None


def _seed(line: Line) -> FoundSeed:
    newest = datetime.fromisoformat(line["newest_at"]) if line["newest_at"] else None
    return FoundSeed(line["kind"], line["url"], line["found_by"], line["entries"], newest, line["problem"])


def sample(line: Line, portal: Portal) -> Sample:
    """A page's line, cleaned."""
    if line.get("problem"):
        return Sample(line["url"], problem=line["problem"])
    result = extract.read(errands.body(line), errands.context(line, portal))
    if isinstance(result, Rejection):
        return Sample(line["final_url"], problem=f"{result.reason}: {result.detail}".rstrip(": "))
    return _sample(line["final_url"], result)


def _sample(url: str, found: CleanedArticle) -> Sample:
    published = found.published
    return Sample(
        url=url,
        title=found.title,
        authors=found.authors,
        published_at=published.at if published else None,
        published_at_source=published.source if published else None,
        published_at_zone=published.zone_source if published else None,
        language=found.language,
        words=found.word_count,
    )


def bare_entry(url: str, key: str | None) -> dict[str, Any]:
    """An entry for the portals file without a look at the site: the daemon looks for the seeds itself."""
    home = address(url)
    return {"id": key or key_of(home), "home": home}


def entry(found: Probe, key: str | None) -> dict[str, Any]:
    """The portals file's entry for what was found."""
    seeds: Sequence[dict[str, str]] = [{"url": s.url, "kind": s.kind} for s in found.usable()]
    return {
        "id": key or key_of(found.url),
        "home": found.url,
        "language": found.language,
        "country": found.country,
        "timezone": found.timezone,
        "seeds": seeds,
    }


def key_of(home: str) -> str:
    """An id out of a home's host: `world-example` from https://news.world.example.org/."""
    host = (urlsplit(home).hostname or "").removeprefix("www.")
    known = site(host)
    name = known.split(".")[0] if host == known and not host.replace(".", "").isdigit() else host
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "portal"
