"""What this crawler holds: leased hosts with their gates, and the work claimed for them"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import TypeVar

from crawler.gates import Gate, Pace
from storage import db
from storage.config import Config
from storage.db import Database, Session
from storage.errors import Retryable
from storage.portals import Portal
from storage.repositories import hosts, pages, portals, seeds
from storage.repositories.hosts import ClaimedHost
from storage.repositories.pages import ClaimedPage
from storage.repositories.seeds import ClaimedSeed

log = logging.getLogger(__name__)
T = TypeVar("T")
MOST_HOSTS = 200
SEEDS_AT_ONCE = 2
PORTALS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class KnownPortal:
    """A portal as the crawler needs it."""

    id: int
    value: Portal
    edits: int
    revisits: int


@dataclass(frozen=True, slots=True)
class Work:
    """Claimed for one host."""

    gate: Gate
    seeds: list[ClaimedSeed]
    pages: list[ClaimedPage]


class Desk:
    """Leases hosts, renews, hands out their due work, gives back. All SQL runs in a thread."""

    def __init__(self, database: Database, config: Config, owner: str) -> None:
        self.database = database
        self.config = config
        self.owner = owner
        self.gates: dict[str, Gate] = {}
        self.portals: dict[int, KnownPortal] = {}
        self._portals_read = 0.0
        self._renewed = monotonic()

    async def run(self, act: Callable[[Session], T]) -> T:
        """Run `act` in a write transaction, off the event loop."""
        return await asyncio.to_thread(self._in_session, act)

    def _in_session(self, act: Callable[[Session], T]) -> T:
        with self.database.session() as session:
            return act(session)

    async def hand_out(self, room: int) -> list[Work]:
        """Renew, claim hosts and their due work, at most `room` visits; give back hosts with nothing to do."""
        if monotonic() - self._portals_read > PORTALS_SECONDS:
            await self.run(self._read_portals)
            self._portals_read = monotonic()
        if monotonic() - self._renewed > self.config.lease_seconds / 4:
            await self.renew()
        idle = {g.host.id for g in self.gates.values() if g.visits == 0}
        wanted = {g.host.id: self._wanted(g) for g in self.gates.values()}
        claimed, work, done = await self.run(lambda session: self._claim(session, room, wanted, idle))
        for host in claimed:
            self._hold(host)
        gates = {g.host.id: g for g in self.gates.values()}
        for host_id in done:
            self.gates.pop(gates[host_id].host.name, None)
        return [Work(gates[host_id], s, p) for host_id, s, p in work if s or p]

    def _wanted(self, gate: Gate) -> int:
        """Visits to claim for a host: one where it wants pauses, some more where the next should be at hand."""
        if gate.is_lost or gate.is_resting():
            return 0
        most = 1 if gate.delay_seconds else 4 * gate.pace.concurrency
        return max(0, most - gate.visits)

    def _claim(
        self, session: Session, room: int, wanted: dict[int, int], idle: set[int]
    ) -> tuple[list[ClaimedHost], list[tuple[int, list[ClaimedSeed], list[ClaimedPage]]], list[int]]:
        now = db.now(session)
        lease = self.config.lease_seconds
        fresh = hosts.claim(session, self.owner, now, lease, max(0, min(room, MOST_HOSTS - len(wanted))))
        wanted = {**wanted, **{h.id: 1 if h.crawl_delay_seconds else 4 for h in fresh}}
        is_full = pages.waiting_for_cleaning(session) >= self.config.backlog_pages
        work, done = [], []
        for host_id, number in wanted.items():
            most = min(number, room)
            some = min(most, SEEDS_AT_ONCE)
            due_seeds = seeds.claim(session, host_id, self.owner, now, lease, some) if some else []
            left = 0 if is_full else most - len(due_seeds)
            due_pages = pages.claim(session, host_id, self.owner, now, lease, left) if left else []
            room -= len(due_seeds) + len(due_pages)
            work.append((host_id, due_seeds, due_pages))
            if most and host_id in idle and not due_seeds and not due_pages and not is_full:
                done.append(host_id)
        hosts.release(session, self.owner, done)
        return fresh, work, done

    def _hold(self, host: ClaimedHost) -> Gate:
        gate = Gate(host, self._pace(host), self._reserve)
        self.gates[host.name] = gate
        return gate

    def _pace(self, host: ClaimedHost) -> Pace:
        """The gentlest of the paces that the portals of a host are given."""
        ours = [p.value for p in self.portals.values() if host.name in (_host(p.value.home), *p.value.hosts)]
        concurrency = min(
            [p.host_concurrency or self.config.host_concurrency for p in ours] or [self.config.host_concurrency]
        )
        delays = [self.config.host_delay_seconds if p.delay_seconds is None else p.delay_seconds for p in ours]
        return Pace(concurrency, max(delays or [self.config.host_delay_seconds]))

    async def hold(self, name: str) -> Gate | None:
        """The gate of a host that a redirect leads to, leased now if it isn't; None while another crawler has it."""
        if (gate := self.gates.get(name)) is not None:
            return None if gate.is_lost else gate
        lease = self.config.lease_seconds
        host = await self.run(lambda s: hosts.claim_one(s, name, self.owner, db.now(s), lease))
        if host is None:
            return None
        return self.gates.get(name) or self._hold(host)

    async def _reserve(self, gate: Gate, ready_at: datetime) -> bool:
        return await self.run(lambda s: hosts.reserve(s, gate.host.id, gate.host.fence, ready_at))

    async def renew(self) -> None:
        """Prolong all leases; what another crawler took meanwhile is let go."""
        lease = self.config.lease_seconds
        kept = await self.run(lambda s: hosts.renew(s, self.owner, db.now(s), lease))
        self._renewed = monotonic()
        for name, gate in list(self.gates.items()):
            if gate.host.id not in kept:
                gate.is_lost = True
                del self.gates[name]

    def _read_portals(self, session: Session) -> None:
        found = {}
        for row in portals.visited(session):
            observed = row.observed or {}
            found[row.id] = KnownPortal(
                row.id, portals.value(row), observed.get("edits", 0), observed.get("revisits", 0)
            )
        self.portals = found

    async def give_back(self) -> None:
        """Release everything, so that the next crawler need not wait for leases to expire."""
        try:
            await self.run(lambda s: hosts.release_owner(s, self.owner))
        except Retryable as error:
            log.warning("leases are left to expire: %s", error)
        self.gates.clear()


def _host(url: str) -> str:
    from storage.urls import canonical, host_key

    return host_key(canonical(url) or url)


def now() -> datetime:
    """The crawler's clock."""
    return datetime.now(UTC)
