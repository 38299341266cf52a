"""How big a lab is: which sites, how many stories and how fast news arrives"""

from dataclasses import dataclass, replace

from dateline.lab import material
from dateline.lab.model import Site

SMALL_SITES = 6
MOST_SITES = 24
ARTICLES_PER_SITE = 150
FIRST_HOST = 10  # 127.0.0.10 and up
TRAP_IP = "127.0.1.1"  # outside 127.0.0.0/24, so that a setting can allow the portals and not the trap


@dataclass(frozen=True, slots=True)
class Plan:
    """`articles` is a target; `every_seconds` is the pause between arrivals in live mode (0: nothing arrives)."""

    sites: tuple[Site, ...]
    has_written_stories: bool
    articles: int
    arrivals: int = 0
    every_seconds: float = 0.0
    trap: str = ""


def plan(scale: str, *, port: int, net: str, every_seconds: float = 0.0, arrivals: int = 600) -> Plan:
    """The plan for `small`, `demo` or a number of articles; raises ValueError for anything else.

    `net` is "ips" (each site its own 127.0.0.x) or "ports" (one address, ports from port + 1 on).
    """
    if scale in ("small", "demo"):
        sites = material.sites()[: SMALL_SITES if scale == "small" else None]
        articles = 0 if scale == "small" else 210
    elif scale.isdecimal() and int(scale) > 0:
        articles = int(scale)
        sites = _many(min(MOST_SITES, max(4, articles // ARTICLES_PER_SITE)))
    else:
        raise ValueError(f"scale {scale!r}: give small, demo or a number of articles")
    placed = tuple(replace(site, authority=authority(number, port, net)) for number, site in enumerate(sites))
    return Plan(
        sites=placed,
        has_written_stories=scale in ("small", "demo"),
        articles=articles,
        arrivals=arrivals if every_seconds else 0,
        every_seconds=every_seconds,
        trap=f"{TRAP_IP}:{port}" if net == "ips" else "",  # one address is allowed or not as a whole
    )


def authority(number: int, port: int, net: str) -> str:
    """Host and port of site `number`."""
    return f"127.0.0.{FIRST_HOST + number}:{port}" if net == "ips" else f"127.0.0.1:{port + 1 + number}"


def _many(count: int) -> list[Site]:
    """Sites for volume: every way of being found, none of the brakes."""
    kinds = [site for site in material.sites() if {"en", "de"} & set(site.languages)]
    return [_clone(kinds[number % len(kinds)], number) for number in range(count)]


def _clone(site: Site, number: int) -> Site:
    languages = tuple(language for language in site.languages if language in ("en", "de"))
    brakes = {"busy", "consent"}
    seeds = tuple(dict.fromkeys((*site.seeds, "sitemap_index")))  # feeds hold only the newest
    validators = "both" if site.validators == "liar" else site.validators
    return replace(
        site,
        id=f"{site.id}-{number + 1}",
        name=f"{site.name} {number + 1}",
        languages=languages,
        seeds=seeds,
        traits=site.traits - brakes,
        validators=validators,
        delay=0.0,
    )
