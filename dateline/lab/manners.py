"""Proves from a lab's request log that a crawler kept to robots.txt, delays, Retry-After and limits"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from dateline.lab.tally import Problem
from dateline.lab.truth import Truth

FILE = "requests.jsonl"
CLOCK_SECONDS = 0.02  # two processes' clocks, and what a socket holds back
# A refusal needs half a round trip until the crawler can know of it, and as long again passes until what it sent
# meanwhile is here: what a site on the real net forgives too.
ROUND_TRIP_SECONDS = 0.1
ROBOTS = "/robots.txt"


@dataclass(frozen=True, slots=True)
class Visit:
    """One logged request: epoch seconds, and until when the answer asked to stay away."""

    site: str
    path: str
    at: float
    end: float
    status: int
    retry_until: float | None = None
    is_conditional: bool = False
    came: float | None = None  # when the system had it, before the lab got round to it

    @property
    def arrived(self) -> float:
        """When the crawler is done with asking: what pauses are counted from."""
        return self.at if self.came is None else self.came


def read(folder: Path) -> list[Visit]:
    """The visits of a lab's request log in order of arrival; a torn last line is left out."""
    lines = (folder / FILE).read_text("utf-8").splitlines(keepends=True)
    whole = [json.loads(line) for line in lines if line.endswith("\n")]
    return sorted((_visit(entry) for entry in whole), key=lambda visit: visit.at)


def problems(truth: Truth, visits: Iterable[Visit], limit: int | None = None) -> list[Problem]:
    """Each visit that broke a rule. `limit` is the portals' setting for requests at once (the truth's if None)."""
    by_site: dict[str, list[Visit]] = defaultdict(list)
    for visit in sorted(visits, key=lambda visit: visit.at):
        by_site[visit.site].append(visit)
    found = [Problem("forbidden address", visit.path, f"status {visit.status}") for visit in by_site.pop("trap", [])]
    for site, calls in by_site.items():
        rules = truth.sites[site]
        found += _robots(site, calls, rules["disallowed"])
        found += _delays(site, calls, float(rules["crawl_delay"]))
        found += _returns(site, calls)
        peak = peak_at_once(calls)
        if peak > (limit or rules["limit"]):
            found.append(Problem("concurrency", site, f"{peak} requests at once, {limit or rules['limit']} allowed"))
    return found


def peak_at_once(visits: Iterable[Visit]) -> int:
    """The most requests that were open at the same moment."""
    steps = sorted([(visit.at, 1) for visit in visits] + [(visit.end, -1) for visit in visits])
    peak = now = 0
    for _, step in steps:
        now += step
        peak = max(peak, now)
    return peak


def summary(visits: Iterable[Visit]) -> dict[str, Any]:
    """Counts a person wants to see: requests, statuses, conditional share, peak at once a site."""
    listed = list(visits)
    by_site: dict[str, list[Visit]] = defaultdict(list)
    statuses: dict[int, int] = defaultdict(int)
    for visit in listed:
        by_site[visit.site].append(visit)
        statuses[visit.status] += 1
    return {
        "requests": len(listed),
        "statuses": dict(sorted(statuses.items())),
        "conditional": sum(visit.is_conditional for visit in listed) / len(listed) if listed else 0.0,
        "peak": {site: peak_at_once(calls) for site, calls in sorted(by_site.items())},
    }


def _robots(site: str, calls: list[Visit], disallowed: Iterable[str]) -> list[Problem]:
    prefixes = tuple(disallowed)
    found = [Problem("robots", f"{site} {call.path}", "disallowed") for call in calls if call.path.startswith(prefixes)]
    if calls and all(call.path != ROBOTS for call in calls):
        found.append(Problem("robots", site, "robots.txt was never read"))
    return found


def _delays(site: str, calls: list[Visit], delay: float) -> list[Problem]:
    """Crawl-delay counts from one request's arrival to the next one's; robots.txt itself is free."""
    pages = sorted((call for call in calls if call.path != ROBOTS), key=lambda call: call.arrived)
    return [
        Problem("crawl-delay", f"{site} {later.path}", f"{pause:.3f} s after the last, {delay:g} asked")
        for earlier, later in pairwise(pages)
        if delay and (pause := later.arrived - earlier.arrived) < delay - CLOCK_SECONDS
    ]


def _returns(site: str, calls: list[Visit]) -> list[Problem]:
    """A visit that began after a refusal was sent and before it ended; requests under way then are forgiven."""
    found = []
    for refusal in (call for call in calls if call.retry_until):
        until = refusal.retry_until or 0.0
        found += [
            Problem("retry-after", f"{site} {call.path}", f"{until - call.at:.3f} s too early")
            for call in calls
            if refusal.end + ROUND_TRIP_SECONDS < call.arrived < until - CLOCK_SECONDS and call.path != ROBOTS
        ]
    return found


def _visit(entry: Mapping[str, Any]) -> Visit:
    names = ("site", "path", "at", "end", "status", "retry_until", "is_conditional")
    return Visit(**{name: entry[name] for name in names}, came=entry.get("came"))
