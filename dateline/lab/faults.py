"""What can go wrong at a site on request: delays, errors, cut bodies, drips, resets and poison"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Any

KINDS = ("latency", "errors", "cut", "drip", "reset", "poison")
LONGEST_SECONDS = 3600.0
BUSY_EVERY = 23
AWAY_EVERY = 61
BUSY_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One switched-on fault.

    `value` is seconds for latency and drip (time for the whole body), a status for errors, unused for the
    rest. `site` None means every site, `rate` the share of requests hit, `until` an epoch second.
    """

    kind: str
    site: str | None
    rate: float
    value: float
    until: float


def parse(entry: Mapping[str, Any], now: float) -> Fault:
    """A fault from its JSON form (kind, site, rate, value, seconds); raises ValueError for what makes no sense."""
    kind = entry.get("kind")
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}: expected one of {', '.join(KINDS)}")
    default = {"errors": 503.0, "latency": 1.0, "drip": 20.0}.get(str(kind), 0.0)
    rate, seconds = float(entry.get("rate", 1.0)), float(entry.get("seconds", 60.0))
    if not 0 <= rate <= 1 or not 0 < seconds <= LONGEST_SECONDS:
        raise ValueError(f"rate {rate} must be within 0-1, seconds {seconds} within 0-{LONGEST_SECONDS:g}")
    return Fault(str(kind), entry.get("site"), rate, float(entry.get("value", default)), now + seconds)


class Switchboard:
    """Which faults are on now; draws repeatably from a seed."""

    def __init__(self, seed: int) -> None:
        self.faults: list[Fault] = []
        self._rng = Random(f"faults {seed}")

    def replace(self, entries: list[Mapping[str, Any]], now: float) -> None:
        """Switches to these faults and off all others; a bad entry changes nothing."""
        self.faults = [parse(entry, now) for entry in entries]

    def drawn(self, site: str, now: float) -> dict[str, Fault]:
        """The faults that hit this request, by kind."""
        self.faults = [fault for fault in self.faults if fault.until > now]
        return {
            fault.kind: fault for fault in self.faults if fault.site in (None, site) and self._rng.random() < fault.rate
        }

    def is_poisoned(self, site: str, now: float) -> bool:
        return any(f.kind == "poison" and f.until > now and f.site in (None, site) for f in self.faults)


class Turnstile:
    """A busy site's own brakes: now and then 429 or 503 with Retry-After, in seconds or as a date."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = defaultdict(int)
        self._shut_until: dict[str, datetime] = {}

    def refusal(self, site: str, now: datetime) -> tuple[int, str, datetime] | None:
        """Status, Retry-After value and the moment it ends, or None where the request may pass."""
        shut = self._shut_until.get(site)
        if shut and now < shut:
            return 429, str(max(1, -int((now - shut).total_seconds() // 1))), shut
        self._counts[site] += 1
        count = self._counts[site]
        if count % AWAY_EVERY == 0:
            until = (now + timedelta(seconds=BUSY_SECONDS + 1)).replace(microsecond=0)
            self._shut_until[site] = until
            return 503, format_datetime(until, usegmt=True), until
        if count % BUSY_EVERY == 0:
            self._shut_until[site] = now + timedelta(seconds=BUSY_SECONDS)
            return 429, str(BUSY_SECONDS), self._shut_until[site]
        return None
