"""Times told from the moment of reading, such as "12 minutes ago" and "yesterday, 14:05" """

import re
import tomllib
from datetime import UTC, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from storage.domain import Moment, Precision
from workers.clean import calendars, dates
from workers.clean.dates import Locale

_LONGEST = 60  # characters of a line that is about its time only
_NUMBER = r"(?P<{}>\d{{1,3}}|an?|one|ein(?:er|em|e)?|une?|una?|uma?)"


def read(line: str, locale: Locale, source: str = "text") -> Moment | None:
    """The time in a short line, reckoned from when the page was fetched; None unless the day is sure.

    Minutes are told to the minute. Hours and days give a day, if an hour more or less leaves it the same.
    """
    text = calendars.fold(line).lower()
    if len(text) > _LONGEST or not _may_tell(text):
        return None
    return _ago(text, locale, source) or _named_day(text, locale, source) or _without_year(text, locale, source)


@lru_cache(maxsize=2_000)  # the lines that stand by headlines recur over a portal's pages
def _may_tell(text: str) -> bool:
    """Whether there are words for a time in it, whatever the time."""
    if any(pattern.search(text) for pattern in _patterns().values()):
        return True
    return any(pattern.search(text) for pattern in (*_days().values(), _DAY_AND_MONTH))


def _ago(text: str, locale: Locale, source: str) -> Moment | None:
    for unit, pattern in _patterns().items():
        if match := pattern.search(text):
            counted = match["number"] or match["counted"]
            then = locale.now - timedelta(**{unit: int(counted) if counted.isdigit() else 1})
            if unit == "minutes":
                return Moment(then.replace(second=0, microsecond=0), Precision.MINUTE, source, "offset", 0)
            return _sure_day(then, timedelta(hours=unit == "hours"), locale, source)
    return None


def _named_day(text: str, locale: Locale, source: str) -> Moment | None:
    """ "Today, 14:05" and "yesterday at 9.30"; without a time beside it the word dates too much."""
    for days, kind in enumerate(("today", "yesterday")):
        if (match := _days()[kind].search(text)) and (
            clock := dates.clock_in(text[: match.start()] + text[match.end() :])
        ):
            day = locale.now.astimezone(locale.zone.tz).date() - timedelta(days=days)
            local = datetime.combine(day, clock, locale.zone.tz)
            offset = round((local.utcoffset() or timedelta()).total_seconds() / 60)
            return Moment(local.astimezone(UTC), Precision.MINUTE, source, locale.zone.source, offset)
    return None


def _without_year(text: str, locale: Locale, source: str) -> Moment | None:
    """ "3 November, 14:05": the last such day before the fetch. A time must stand there, else it may be any year's."""
    for match in _DAY_AND_MONTH.finditer(text):
        month = calendars.month(match["name"] or match["first_name"] or "", locale.language) or int(match["month"] or 0)
        day = int(match["day"] or match["last_day"] or match["cjk_day"])
        if not month or dates.clock_in(text[: match.start()] + " " + text[match.end() :]) is None:
            continue
        for year in (locale.now.year, locale.now.year - 1):
            whole = f"{text[: match.start()]} {year}-{month:02}-{day:02} {text[match.end() :]}"
            moment = next((found.moment for found in dates.find(whole, locale, source)), None)
            if moment and moment.at <= locale.now + timedelta(hours=1):
                return moment
    return None


_NAME = r"[^\W\d_][^\s\d,،.:|·()-]{2,15}"
_DAY_AND_MONTH = re.compile(
    rf"(?<![\d:.])(?P<day>\d\d?)[.ºª]?\s(?:de\s)?(?P<name>{_NAME})|(?P<first_name>{_NAME})\.?\s(?P<last_day>\d\d?)(?![\d:.])"
    r"|(?<!\d)(?P<month>\d\d?)\s?[月월]\s?(?P<cjk_day>\d\d?)\s?[日일]"
)


def _sure_day(then: datetime, doubt: timedelta, locale: Locale, source: str) -> Moment | None:
    earlier, later = ((then + each).astimezone(locale.zone.tz).date() for each in (-doubt, doubt))
    if earlier != later:
        return None
    return Moment(datetime.combine(earlier, time(), UTC), Precision.DAY, source, locale.zone.source)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("workers.clean") / "relative.toml").read_text("utf-8"))


@cache
def _days() -> dict[str, re.Pattern[str]]:
    return {kind: _whole("|".join(_data()[kind])) for kind in ("today", "yesterday")}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """For each unit a pattern: number and unit that says "ago", or a word for "ago", number and unit."""
    before = "|".join(_data()["before"])
    found = {}
    for unit in ("minutes", "hours", "days"):
        past, plain = ("|".join(_data()[unit][kind]) for kind in ("past", "plain"))
        number, counted = (_NUMBER.format(name) for name in ("number", "counted"))
        found[unit] = _whole(rf"{number}\s?(?:{past})|(?:{before})\s{counted}\s?(?:{plain})")
    return found


def _whole(pattern: str) -> re.Pattern[str]:
    """Whole words only; scripts that write no spaces have none."""
    return re.compile(rf"(?<![a-zà-žа-яёα-ω0-9])(?:{pattern})(?![a-zà-žа-яёα-ω])")
