"""The time zone of a page's local times, and zones written beside a time."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.domain import PageContext

# Hours east of UTC. Where an abbreviation has several meanings this is the one news pages print most;
# a portal whose own zone uses the abbreviation is asked first.
ABBREVIATIONS: dict[str, float] = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2,
    "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "МСК": 3, "TRT": 3, "GST": 4, "PKT": 5, "IST": 5.5,
    "NPT": 5.75, "WIB": 7, "ICT": 7, "WITA": 8, "WIT": 9, "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8,
    "PST": -8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "AEST": 10, "AEDT": 11, "NZST": 12,
    "NZDT": 13, "SAST": 2, "CAT": 2, "WAT": 1, "EAT": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
    "MST": -7, "MDT": -6, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3,
    "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3, "CLT": -4, "COT": -5, "PET": -5,
}  # fmt: skip
# Abbreviations that leave summer time open.
GENERIC = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "AT": "America/Halifax",
    "UK": "Europe/London",
}
_WRITTEN = re.compile(
    r"\s{0,2}[(\[]?\s?(?:(?:UTC|GMT|ГМТ)\s?)?(?P<sign>[+\-−])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)"
    r"|\s{0,2}[(\[]?\s?(?P<name>[A-ZМСК]{1,5})(?![\w])"
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone and where it was read: "portal", "country", "assumed_utc" or "offset"."""

    tz: tzinfo
    source: str


ASSUMED = Zone(UTC, "assumed_utc")


@cache
def _country_zones() -> dict[str, str]:
    text = (files("workers.clean") / "calendar.json").read_text("utf-8")
    zones: dict[str, str] = json.loads(text)["zones"]
    return zones


@cache
def _named(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def of_country(country: str | None) -> tzinfo | None:
    """The zone in which most papers of a country (ISO 3166) are written; None where unknown."""
    name = _country_zones().get((country or "").upper())
    return _named(name) if name else None


def of_page(context: PageContext, country: str | None = None) -> Zone:
    """The zone of a local time on this page: the portal's, else its country's, else UTC is assumed.

    `country` is a guess from address and language, for portals that name none.
    """
    if context.timezone and (tz := _named(context.timezone)):
        return Zone(tz, "portal")
    if tz := of_country(context.country or country):
        return Zone(tz, "country")
    return ASSUMED


def written(text: str, start: int, local: datetime, portal: tzinfo) -> tuple[tzinfo, int] | None:
    """The zone written at `start`, as in "+02:00", "(GMT+3)" or "EST", and where it ends; None if none is."""
    found = _WRITTEN.match(text, start)
    if found is None:
        return None
    if found["sign"]:
        hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
        if hours > 14 or minutes > 59:
            return None
        east = timedelta(hours=hours, minutes=minutes)
        return timezone(east if found["sign"] == "+" else -east), found.end()
    zone = _abbreviated(found["name"], local, portal)
    return (zone, found.end()) if zone else None


def _abbreviated(name: str, local: datetime, portal: tzinfo) -> tzinfo | None:
    if name not in {"UTC", "GMT", "Z"} and local.replace(tzinfo=portal).tzname() == name:
        return portal
    if name in ABBREVIATIONS:
        return timezone(timedelta(hours=ABBREVIATIONS[name]))
    return _named(GENERIC[name]) if name in GENERIC else None
