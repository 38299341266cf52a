"""When to visit a seed or page next, from what the last visits brought"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from storage.portal_checks import DURATION, seconds

LONGEST_RETRY_SECONDS = 3600.0
FIRST_BACKOFF_SECONDS = 5.0
LONGEST_BACKOFF_SECONDS = 900.0
LONGEST_RETRY_AFTER_SECONDS = 86400.0
LONGEST_FOR_ONE_ANSWER = timedelta(minutes=2)
KNOWN_REVISITS = 200
SELDOM = 30


def revisit(discovered_at: datetime, now: datetime, ladder: Sequence[float]) -> tuple[int, datetime | None]:
    """The next rung of the ladder of revisits and its time; None after the last.

    Counted from discovery: a page's own claim of its age can't keep us away.
    """
    for rung, after in enumerate(ladder):
        at = discovered_at + timedelta(seconds=after)
        if at > now:
            return rung, at
    return len(ladder), None


def ladder_for(ladder: Sequence[float], edits: int, revisits: int) -> tuple[float, ...]:
    """The ladder of a portal: with two rungs between each pair unless it is known to edit hardly ever.

    Edits that nothing hints at fall between rungs. A portal of which little is known is taken for one that edits, until
    revisits show that fewer than one in `SELDOM` finds an edit.
    """
    if revisits >= KNOWN_REVISITS and edits * SELDOM < revisits:
        return tuple(ladder)
    between = [a * (b / a) ** (part / 3) for a, b in pairwise(ladder) if a > 0 for part in (1, 2)]
    return tuple(sorted([*ladder, *between]))


def retry(tries: int, first_seconds: float) -> timedelta:
    """The wait after a failed visit, when `tries` failed before it."""
    return timedelta(seconds=min(first_seconds * 2 ** min(tries, 20), LONGEST_RETRY_SECONDS))


def backoff(failures: int) -> timedelta:
    """How long a host rests that refused, when it refused `failures` times in a row before."""
    return timedelta(seconds=min(FIRST_BACKOFF_SECONDS * 2 ** min(failures, 20), LONGEST_BACKOFF_SECONDS))


def host_rest(asked: timedelta | None, failures: int) -> timedelta:
    """How long a host rests that answered 429 or 503, `failures` times in a row before.

    A pause of minutes or more may be meant for one page only: the whole host keeps it when it asks a second time.
    """
    if asked is None:
        return backoff(failures)
    return backoff(failures) if asked > LONGEST_FOR_ONE_ANSWER and failures == 0 else asked


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for, in seconds or as a date; None where it says nothing usable."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        wait = float(text[:9])
    else:
        from email.utils import parsedate_to_datetime

        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        wait = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return timedelta(seconds=min(max(wait, 0.0), LONGEST_RETRY_AFTER_SECONDS))


def poll_interval(interval: float, new: int, least: float, most: float) -> float:
    """Seconds to the next visit of a seed, from the last interval and how many pages the visit brought."""
    if interval <= 0:
        return min(most, least if new else 2 * least)
    if new > 3:
        factor = 0.5
    elif new:
        factor = 0.8
    else:
        factor = 1.5
    return min(max(interval * factor, least), most)


def scheduled(schedule: str, now: datetime) -> datetime | None:
    """When a portal's own schedule says; None for `adaptive`."""
    if schedule == "adaptive":
        return None
    if DURATION.match(schedule.strip()):
        return now + timedelta(seconds=seconds(schedule))
    from cronsim import CronSim

    found: datetime = next(CronSim(schedule, now.astimezone(UTC)))
    return found
