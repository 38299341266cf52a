"""One gate a host: every request to it passes here, in turn, never sooner than the host allows"""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from crawler.clock import now
from crawler.robots import Rules
from storage.repositories.hosts import ClaimedHost

# Sending takes a moment after the time is written down; a host's clock and ours may differ by as much.
MARGIN_SECONDS = 0.1
# So much later than its turn was written down may a request leave, over a slow store or a long handshake, and whoever
# follows a crawler that is killed right then still waits long enough.
LEAVES_SECONDS = 0.5
PATIENCE_SECONDS = 5.0
EMPTY_SECONDS = 0.3

Reserve = Callable[["Gate", datetime], Awaitable[bool]]


class RestingError(Exception):
    """The host is not to be asked before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"resting until {until:%H:%M:%S}")
        self.until = until


class LostError(Exception):
    """The lease of the host was lost: another crawler may be asking it now."""


class EarlyError(Exception):
    """The turn doesn't count any more: the host asked for a rest since it was given, or was asked a moment ago."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a host may be asked."""

    concurrency: int
    delay_seconds: float


class Gate:
    """The turns of one leased host."""

    def __init__(self, host: ClaimedHost, pace: Pace, reserve: Reserve, lease_seconds: float) -> None:
        self.host = host
        self.pace = pace
        self.failures = host.failures
        self.rules: Rules | None = None
        self.robots_lock = asyncio.Lock()
        self.visits = 0  # under way, waiting for their turn included
        self.is_seeds_turn = True
        self._empty_until = 0.0
        self.is_lost = False
        self.prolong(lease_seconds)
        self._reserve = reserve
        self._rests_until = self._sent = -math.inf
        self._rests = 0  # so that a turn that is being given notices one that was asked for meanwhile
        self.is_unwritten = False  # what the host last answered isn't in the store yet
        self._under_way = 0
        self._freed = asyncio.Event()
        self._order = asyncio.Lock()
        self._ready = monotonic() + _seconds_until(host.ready_at)

    def note_claim(self, number: int) -> None:
        """So many seeds and pages were found due just now."""
        self.is_seeds_turn = not self.is_seeds_turn
        if number == 0:
            self._empty_until = monotonic() + EMPTY_SECONDS

    def is_empty(self) -> bool:
        """Whether it had nothing due moments ago."""
        return monotonic() < self._empty_until

    def prolong(self, lease_seconds: float) -> None:
        """The lease was given or renewed this moment."""
        self._lease_end = monotonic() + lease_seconds

    @property
    def delay_seconds(self) -> float:
        """The longer of our own pause and the one that robots.txt asks for."""
        return max(self.pace.delay_seconds, self.host.crawl_delay_seconds or 0.0)

    def rest(self, wait: timedelta) -> datetime:
        """No turn before `wait` is over; returns that time."""
        self._rests += 1
        self._rests_until = max(self._rests_until, monotonic() + wait.total_seconds())
        self._ready = max(self._ready, self._rests_until)
        return self.ready_at

    def refused(self, wait: timedelta) -> None:
        """The host refuses or fails, and gets a rest."""
        self.failures += 1
        self.rest(wait)
        self.is_unwritten = True

    def recovered(self) -> None:
        """The host answers as it should."""
        self.is_unwritten = self.is_unwritten or self.failures > 0
        self.failures = 0

    @property
    def ready_at(self) -> datetime:
        """When the next turn may be taken."""
        return now() + timedelta(seconds=max(0.0, self._ready - monotonic()))

    def is_resting(self) -> bool:
        """Whether the next turn is further off than the host's own pace explains."""
        return self._ready - monotonic() > max(PATIENCE_SECONDS, 2 * self.delay_seconds)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn and hold it while the request lasts. Raises RestingError or LostError instead of a turn."""
        async with self._order:
            while self._under_way >= self.pace.concurrency:
                self._freed.clear()
                await self._freed.wait()
            await self._wait()
            self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._freed.set()

    def send(self) -> None:
        """The request of a turn leaves this moment: making its connection may have taken long.

        Raises EarlyError where it has to wait for another turn, or LostError.
        """
        self._check_lease()
        if monotonic() < max(self._rests_until, self._sent + self.delay_seconds):
            raise EarlyError(self.host.name)
        self.sent()

    def sent(self) -> None:
        """A request left this moment: `send` may have been followed by something long before it really did."""
        self._sent = monotonic()
        if delay := self.delay_seconds:
            self._ready = max(self._ready, self._sent + delay + MARGIN_SECONDS)

    def _check_lease(self) -> None:
        # A process that was frozen, or whose store was away, can't know who has the host by now.
        if self.is_lost or monotonic() > self._lease_end:
            raise LostError(self.host.name)

    async def _wait(self) -> None:
        while True:
            self._check_lease()
            if self.is_resting():
                raise RestingError(self.ready_at)
            if (wait := self._ready - monotonic()) > 0:
                await asyncio.sleep(wait)
            elif await self._is_reserved():
                return

    async def _is_reserved(self) -> bool:
        """Take the turn; False where the host asked for a rest while that was written down."""
        if not (delay := self.delay_seconds):
            return True
        rests, self._ready = self._rests, monotonic() + delay + MARGIN_SECONDS
        # Written before the request is sent: a crawler killed now is followed by one that waits.
        if not await self._reserve(self, self.ready_at + timedelta(seconds=LEAVES_SECONDS)):
            self.is_lost = True
            raise LostError(self.host.name)
        if self._rests != rests:
            return False
        self._ready = max(self._ready, monotonic() + delay + MARGIN_SECONDS)
        return True


def _seconds_until(at: datetime | None) -> float:
    return max(0.0, (at - now()).total_seconds()) if at else 0.0
