"""What a perfect crawl of a lab must find, written beside the lab and read back"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dateline.lab.listings import PATHS
from dateline.lab.model import Article, Site, World
from dateline.lab.pages import VARIANT_PREFIX
from dateline.lab.routes import DISALLOWED

FILE = "truth.json"
OPTIONAL_TRAITS = {"noindex", "noarchive", "old"}  # whether these are kept is a setting
ORDINARY_LIMIT = 2  # requests at once to a host, the default of a portal's setting


@dataclass(frozen=True, slots=True)
class Expected:
    """One article as a row should hold it. `versions` are (from when, title, body), oldest first."""

    site: str
    url: str
    aliases: tuple[str, ...]
    title: str
    body: str
    versions: tuple[tuple[datetime, str, str], ...]
    authors: tuple[str, ...]
    agency: str | None
    language: str
    published_at: datetime
    published_precision: str
    story: str
    copy_kind: str | None
    is_original: bool
    paywalled: bool
    is_optional: bool
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Truth:
    """The whole answer: articles, pages that are none by URL, and each site's rules."""

    seed: int
    start: datetime
    articles: tuple[Expected, ...]
    not_articles: Mapping[str, str]
    sites: Mapping[str, Mapping[str, Any]]
    counts: Mapping[str, Any]


def of(world: World) -> dict[str, Any]:
    """The truth about a world in its JSON form."""
    sites = {site.id: site for site in world.sites}
    articles = [_article(sites[article.site], article, world.start) for article in world.articles]
    return {
        "seed": world.seed,
        "start": world.start.isoformat(),
        "trap": world.trap,
        "sites": {site.id: _rules(site) for site in world.sites},
        "counts": counts(articles, world.start.isoformat()),
        "articles": articles,
        "not_articles": {sites[d.site].base + d.path: d.kind for d in world.decoys},
    }


def counts(articles: list[dict[str, Any]], at: str) -> dict[str, Any]:
    """How many articles, stories and copies of each kind are out at `at` (ISO, UTC) and not gone."""
    out = [a for a in articles if a["published_at"] <= at and not (a["gone_at"] and a["gone_at"] <= at)]
    return {
        "articles": len(out),
        "required": sum(not a["is_optional"] for a in out),
        "stories": len({a["story"] for a in out}),
        "copies": dict(sorted(Counter(a["copy_kind"] for a in out if a["copy_kind"]).items())),
        "languages": dict(sorted(Counter(a["language"] for a in out).items())),
        "sites": dict(sorted(Counter(a["site"] for a in out).items())),
        "paywalled": sum(a["paywalled"] for a in out),
        "arriving": sum(a["published_at"] > at for a in articles),
    }


def write(world: World, folder: Path) -> None:
    """Writes truth.json and portals.toml, what a crawler may be told."""
    text = json.dumps(of(world), ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text, "utf-8")
    (folder / "portals.toml").write_text(portals_toml(world), "utf-8")


def portals_toml(world: World) -> str:
    """The portals file of a lab: homes and time zones, no seeds, so that they have to be probed."""
    return "\n".join(_portal(site) for site in world.sites)


def read(folder: Path) -> Truth:
    """Reads truth.json back; raises FileNotFoundError where no lab wrote one."""
    data = json.loads((folder / FILE).read_text("utf-8"))
    return Truth(
        seed=data["seed"],
        start=datetime.fromisoformat(data["start"]),
        articles=tuple(_expected(entry) for entry in data["articles"]),
        not_articles=data["not_articles"],
        sites=data["sites"],
        counts=data["counts"],
    )


def _article(site: Site, article: Article, start: datetime) -> dict[str, Any]:
    newest = article.version_at(start)
    return {
        "site": site.id,
        "url": site.base + article.path,
        "aliases": _aliases(site, article),
        "title": newest.title,
        "body": "\n\n".join(newest.body),
        "versions": [[v.at.isoformat(), v.title, "\n\n".join(v.body)] for v in article.versions],
        "authors": list(article.authors),
        "agency": article.agency,
        "language": article.language,
        "published_at": article.published_at.isoformat(),
        "published_precision": "day" if "day" in site.shows else "minute",
        "story": article.story,
        "copy_kind": article.copy_kind,
        "is_original": article.copy_kind is None,
        "paywalled": "paywalled" in article.traits,
        "is_optional": bool(OPTIONAL_TRAITS & article.traits),
        "gone_at": article.gone_at.isoformat() if article.gone_at else None,
    }


def _aliases(site: Site, article: Article) -> list[str]:
    """Other addresses under which the same article can be read; a row at one of them is a doubled one."""
    variants = [f"{site.base}{prefix}{article.path}" for name, prefix in VARIANT_PREFIX.items() if name in site.traits]
    old = [site.base + article.old_path] if article.old_path else []
    redirector = [f"{site.base}/r/{article.number}"] if "redirector" in site.traits else []
    second = [f"{site.base}{article.path}?page=2"] if "paged" in article.traits else []
    return variants + old + redirector + second


def _rules(site: Site) -> dict[str, Any]:
    return {
        "home": f"{site.base}/",
        "authority": site.authority,
        "timezone": site.timezone,
        "seeds": [site.base + PATHS[seed] for seed in site.seeds if seed in PATHS],
        "disallowed": list(DISALLOWED),
        "crawl_delay": site.delay,
        "limit": ORDINARY_LIMIT,
    }


def _portal(site: Site) -> str:
    values = {
        "id": site.id,
        "home": f"{site.base}/",
        "language": site.languages[0],
        "country": site.country,
        "timezone": site.timezone,
    }
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return "[[portal]]\n" + "\n".join(lines) + "\n"


def _expected(entry: dict[str, Any]) -> Expected:
    versions = tuple((datetime.fromisoformat(at), title, body) for at, title, body in entry["versions"])
    times = {
        "published_at": datetime.fromisoformat(entry["published_at"]),
        "gone_at": datetime.fromisoformat(entry["gone_at"]) if entry["gone_at"] else None,
    }
    lists = {"aliases": tuple(entry["aliases"]), "authors": tuple(entry["authors"]), "versions": versions}
    return Expected(**{**entry, **lists, **times})
