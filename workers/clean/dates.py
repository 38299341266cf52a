"""Date and time strings of many languages and formats into moments"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from storage.domain import Moment, Precision
from workers.clean import calendars, zones
from workers.clean.date_patterns import AFTERNOON, COMPACT, DATES, EPOCH, MORNING, TIME
from workers.clean.zones import ASSUMED, Zone

_BESIDE = 16  # characters between a date and its time: " г. в ", ", à ", " at around "
_MIDNIGHT = 24
_YEAR_DIGITS = 4
_YEAR_FIRST = frozenset({"zh", "ja", "ko", "hu", "lt", "sv", "mn"})  # languages in which 26.11.20 is of the year 26
_PARTED = re.compile(r"[|•·]")
_DIGIT = re.compile(r"\d")
_TWO_DIGITS = re.compile(r"\d\d")


@dataclass(frozen=True, slots=True)
class Locale:
    """What decides how the dates of a page are read."""

    now: datetime  # UTC; when the page was fetched
    zone: Zone = ASSUMED
    language: str | None = None
    is_day_first: bool = True  # 3/11 is the third of November


@dataclass(frozen=True, slots=True)
class Found:
    """A moment and where in the text it was written."""

    start: int
    end: int
    moment: Moment


@dataclass(frozen=True, slots=True)
class _Clock:
    hour: int
    minute: int
    second: int
    precision: Precision
    start: int
    end: int


def read(text: str, locale: Locale, source: str = "text") -> Moment | None:
    """The date in a string that was written to hold one, such as a meta value; None if it holds none."""
    if moment := _machine(text.strip(), locale, source):
        return moment
    return next((found.moment for found in _find(calendars.fold(text[:200]), locale, source)), None)


def find(text: str, locale: Locale, source: str = "text") -> list[Found]:
    """Every date in running text, in order, each with the time that stands beside it."""
    return list(_find(calendars.fold(text), locale, source))


def clock_in(text: str) -> time | None:
    """The first time of day in a text that holds no date, such as "14.05" or "2:05 pm"; None if there is none."""
    match = TIME.search(text)
    clock = _clock(match) if match else None
    return time(clock.hour % _MIDNIGHT, clock.minute, clock.second) if clock else None


def _machine(text: str, locale: Locale, source: str) -> Moment | None:
    """Forms that machines write: ISO 8601, compact, seconds or milliseconds since 1970."""
    if not text[:1].isdigit() or not text.isascii():
        return None
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        if len(text) > 11 and calendars.gregorian_year(local.year) == local.year:
            precision = Precision.SECOND if text.count(":") > 1 or len(text) > 16 else Precision.MINUTE
            return _moment(local, precision, locale, source)
    if epoch := EPOCH.fullmatch(text):
        return Moment(datetime.fromtimestamp(int(epoch["seconds"]), UTC), Precision.SECOND, source, "offset", 0)
    match = COMPACT.match(text)
    return _with_own_clock(match, locale, source) if match and match.end() > 7 else None


def _find(text: str, locale: Locale, source: str) -> Iterator[Found]:
    if not _TWO_DIGITS.search(text):  # as every date has them
        return
    taken = 0
    for match in _matches(text):
        if match.start() < taken:
            continue
        if found := _found(match, taken, locale, source):
            taken = found.end
            yield found


@lru_cache(maxsize=512)
def _matches(text: str) -> list[re.Match[str]]:
    """What may be a date, in order. The lines by a headline are read for times, for bylines and for furniture."""
    text = calendars.join_names(text)
    return sorted((m for p in DATES for m in p.finditer(text)), key=re.Match.start)


def _found(match: re.Match[str], taken: int, locale: Locale, source: str) -> Found | None:
    """The moment of a match; what stands before `taken` belongs to the date before."""
    text = match.string
    if match.groupdict().get("clock"):
        moment = _with_own_clock(match, locale, source)
        return Found(match.start(), match.end(), moment) if moment else None
    day = _day(match, locale)
    if day is None:
        return None
    clock, before = _clock_after(text, match.end()), _clock_before(text, taken, match.start())
    if clock is None or (before and _PARTED.search(text, match.end(), clock.start)):
        clock = before
    if clock is None:
        return Found(match.start(), match.end(), _whole_day(day, source))
    local = datetime.combine(day, time()) + timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
    zone = zones.written(text, clock.end, local, locale.zone.tz)
    if zone:
        local = local.replace(tzinfo=zone[0])
    end = max(match.end(), zone[1] if zone else clock.end)
    moment = _moment(local, clock.precision, locale, source)
    return Found(min(match.start(), clock.start), end, moment) if moment else None


def _with_own_clock(match: re.Match[str], locale: Locale, source: str) -> Moment | None:
    """A match whose pattern holds the time too."""
    day = _day(match, locale)
    if day is None or not match["clock"]:
        return _whole_day(day, source) if day else None
    try:
        clock = time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        return None
    local = datetime.combine(day, clock)
    in_words = match.groupdict().get("zone")
    zone = zones.written(in_words or match.string, 0 if in_words else match.end(), local, locale.zone.tz)
    precision = Precision.SECOND if match["second"] else Precision.MINUTE
    return _moment(local.replace(tzinfo=zone[0]) if zone else local, precision, locale, source)


def _day(match: re.Match[str], locale: Locale) -> date | None:
    parts = match.groupdict()
    if len(parts["year"]) == _YEAR_DIGITS and parts["year"].startswith("0"):
        return None  # what programs write for no date: 0000-00-00, 0001-01-01
    year = calendars.gregorian_year(int(parts["year"]), locale.language)
    try:
        if "second_part" in parts:
            if turned := _year_first(parts, locale):
                return turned
            return _numeric(year, int(parts["first"]), int(parts["second_part"]), parts["mark"], locale)
        day = int(parts["day"] or parts.get("first") or 0)
        if "name" in parts:
            month = calendars.month(parts["name"], locale.language) or 0
        else:
            month = int(parts["month"])
        return date(year, month, day)
    except ValueError:
        return None


def _year_first(parts: dict[str, str], locale: Locale) -> date | None:
    """26.11.20 where years are written first, unless that lies ahead."""
    if locale.language not in _YEAR_FIRST or (len(parts["first"]), len(parts["year"])) != (2, 2):
        return None
    try:
        day = date(2000 + int(parts["first"]), int(parts["second_part"]), int(parts["year"]))
    except ValueError:
        return None
    return day if day <= _latest(locale) else None


def _latest(locale: Locale) -> date:
    """The last day that isn't ahead of a page, in whatever zone it was written."""
    return locale.now.date() + timedelta(days=1)


def _numeric(year: int, first: int, second: int, mark: str, locale: Locale) -> date:
    """3/11 in the order of the locale; a reading that lies ahead of now gives way to one that doesn't."""
    day_first = locale.is_day_first or "." in mark or mark.strip().isalpha()
    if first > 12 or second > 12:
        day_first = first > 12
    preferred = date(year, second, first) if day_first else date(year, first, second)
    latest = _latest(locale)
    if preferred > latest and "." not in mark and max(first, second) <= 12:
        other = date(year, preferred.day, preferred.month)
        return other if other <= latest else preferred
    return preferred


def _clock_after(text: str, start: int) -> _Clock | None:
    match = TIME.search(text, start, start + _BESIDE + 14)
    if match is None or match.start() - start > _BESIDE or _DIGIT.search(text, start, match.start()):
        return None
    return _clock(match)


def _clock_before(text: str, taken: int, end: int) -> _Clock | None:
    start = max(taken, end - _BESIDE - 12)
    for match in TIME.finditer(text, start, end):
        gap = text[match.end() : end]
        if len(gap) <= _BESIDE and not _DIGIT.search(gap):
            return _clock(match)
    return None


def _clock(match: re.Match[str]) -> _Clock | None:
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    minute = minute or int(match["dotted"] or 0)
    mark = match["before"] or match["after"] or ""
    if mark and hour <= 12:
        if AFTERNOON.match(mark):
            hour = hour % 12 + 12
        elif MORNING.match(mark):
            hour %= 12
    if hour > _MIDNIGHT or (hour == _MIDNIGHT and minute):
        return None
    precision = Precision.SECOND if match["second"] else Precision.MINUTE
    return _Clock(hour, minute, second, precision, match.start(), match.start() + len(match[0].rstrip()))


def _whole_day(day: date, source: str) -> Moment:
    """A day without a time stands at midnight UTC, whatever the zone, so that it stays the day as written."""
    return Moment(datetime(day.year, day.month, day.day, tzinfo=UTC), Precision.DAY, source, "assumed_utc")


def _moment(local: datetime, precision: Precision, locale: Locale, source: str) -> Moment | None:
    zone_source = "offset" if local.tzinfo else locale.zone.source
    aware = local if local.tzinfo else local.replace(tzinfo=locale.zone.tz)
    offset = aware.utcoffset() or timedelta()
    try:
        at = aware.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return Moment(at, precision, source, zone_source, round(offset.total_seconds() / 60))


_ANY = Locale(datetime(2100, 1, 1, tzinfo=UTC))


@lru_cache(maxsize=2_000)  # several readers ask it of the lines by headline and text, which recur over a portal's pages
def places(text: str) -> tuple[tuple[int, int], ...]:
    """Where dates stand in running text, whatever they are: start and end of each."""
    return tuple((found.start, found.end) for found in find(text, _ANY))
