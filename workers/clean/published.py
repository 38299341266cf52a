"""When the article was published and modified, out of all times told of it"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from storage.domain import Moment, Precision, Provenance
from workers.clean import time_claims, time_lines
from workers.clean.dates import Locale
from workers.clean.signals import Near, Signals
from workers.clean.time_claims import Claim, local_day

# Trust, highest first: tested on the packs in docs/cleaning.md. The seed's own time is known before the page
# is read; but feeds repeat the modified time as published, so the page's own data come first.
_TRUST = {
    "selector": 100, "jsonld": 90, "meta": 80, "microdata": 75, "feed": 70, "sitemap": 68, "time": 60,
    "title": 55, "text": 50, "jsonld_other": 45, "script": 40, "url": 30,
}  # fmt: skip
_CONFIDENCE = {
    "selector": 0.99, "jsonld": 0.95, "meta": 0.93, "microdata": 0.92, "feed": 0.9, "sitemap": 0.88, "time": 0.85,
    "title": 0.8, "text": 0.8, "jsonld_other": 0.7, "script": 0.6, "url": 0.6,
}  # fmt: skip
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(hours=26)  # the widest error of a zone
_SAME = timedelta(minutes=2)
_FARTHEST_WEST = 600  # minutes behind UTC: Hawaii
_LONGEST_WORK = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Times:
    """What was chosen, and why something was not."""

    published: Moment | None
    modified: Moment | None
    provenance: dict[str, Provenance]
    reasons: dict[str, str]


def choose(signals: Signals, near: list[Near], locale: Locale) -> Times:
    """Published and modified time of the article, each None where nothing trustworthy gives it."""
    claims = [*time_claims.of_page(signals, locale), *time_lines.of_page(signals, near, locale)]
    if not any(not c.is_modified and c.moment.source != "url" for c in claims):
        claims += time_claims.from_scripts(signals, locale)
    possible = [c for c in claims if _EARLIEST < c.moment.at < locale.now + _AHEAD]
    published = _published([c for c in possible if not c.is_modified], [c.moment for c in possible if c.is_modified])
    published = _on_its_day(published, signals, claims) if published else None
    modified = _modified([c for c in possible if c.is_modified], published)
    reasons: dict[str, str] = {}
    if published is None:
        reasons["published"] = _why_none(claims, possible)
    provenance = {}
    for name, moment in (("published", published), ("modified", modified)):
        if moment:
            agreeing = sum(abs(c.moment.at - moment.at) < timedelta(days=1) for c in possible) - 1
            provenance[name] = Provenance(
                moment.source, min(0.99, _CONFIDENCE.get(moment.source, 0.5) + 0.02 * agreeing)
            )
    return Times(published, modified, provenance, reasons)


def _published(published: list[Claim], modified: list[Moment]) -> Moment | None:
    ranked = sorted(published, key=lambda c: (-_TRUST[c.moment.source], -c.weight))
    if not ranked:
        return None
    best = ranked[0].moment
    if any(abs(moment.at - best.at) < _SAME for moment in modified):
        # A template that prints the modified time as published: an earlier one, stated elsewhere, is the true one.
        best = next((c.moment for c in ranked[1:] if c.is_stated and _is_earlier(c.moment, best)), best)
    return _finest(best, [c.moment for c in ranked])


def _is_earlier(moment: Moment, than: Moment) -> bool:
    """Earlier by more than what a zone can shift, and no older than an article stays in work."""
    gap = than.at - moment.at
    if moment.precision is Precision.DAY:
        return timedelta(days=2) < gap < _LONGEST_WORK
    return timedelta(minutes=2) < gap < _LONGEST_WORK


def _finest(best: Moment, ranked: list[Moment]) -> Moment:
    """The same time from a source that tells it more exactly, or with its zone."""
    for other in ranked:
        is_finer = best.precision is Precision.DAY and other.precision is not Precision.DAY
        if is_finer and local_day(other) == best.at.date():
            return other
        if best.zone_source != "offset" and other.zone_source == "offset" and _is_same_clock(best, other):
            return other
    return best


def _on_its_day(moment: Moment, signals: Signals, claims: list[Claim]) -> Moment:
    """A time in UTC with a zone in which it fell on the day before, where address or data of the page name that day.

    The least offset that does so. A later day says nothing: addresses also carry the day of the printed issue.
    """
    minutes = moment.at.hour * 60 + moment.at.minute
    is_utc = moment.zone_source == "offset" and not moment.offset_minutes and moment.precision is not Precision.DAY
    if not is_utc or minutes >= _FARTHEST_WEST:
        return moment
    day = moment.at.date()
    eve = day - timedelta(days=1)
    addressed = {claim.moment.at.date() for claim in claims if claim.moment.source == "url"}
    if eve not in addressed and (addressed or not time_claims.names_only(signals, eve, day)):
        return moment
    return replace(moment, zone_source="day", offset_minutes=-60 * (minutes // 60 + 1))


def _is_same_clock(one: Moment, other: Moment) -> bool:
    if Precision.DAY in (one.precision, other.precision):
        return False
    first, second = (m.at + timedelta(minutes=m.offset_minutes or 0) for m in (one, other))
    return abs(first - second) < timedelta(minutes=1)


def _modified(modified: list[Claim], published: Moment | None) -> Moment | None:
    ranked = sorted((c.moment for c in modified), key=lambda m: -_TRUST[m.source])
    return next((m for m in ranked if published is None or m.at >= published.at), None)


def _why_none(claims: list[Claim], possible: list[Claim]) -> str:
    if any(c.is_modified for c in possible):
        return "only a modified time was found"
    if claims:
        return "every time found lies ahead of the fetch or before 1990"
    return "no time stands by the article"
