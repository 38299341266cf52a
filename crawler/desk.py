"""What this crawler holds: leased hosts with their gates, and the work claimed for them"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar

from crawler import clock
from crawler.clock import now
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
AT_HAND = 8  # visits claimed at a time for each request that a host may be sent at once
PORTALS_SECONDS = 5.0
UNWANTED_SECONDS = 60.0


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


@dataclass(frozen=True, slots=True)
class Want:
    """What to claim for one host."""

    visits: int
    is_seeds_turn: bool
    is_idle: bool
    is_over: bool  # lost or resting: to be given back as soon as it is idle
    unwritten: tuple[datetime, int] | None = None  # since when it may be asked, and its failures: not in the store yet


Claimed = tuple[int, list[ClaimedSeed], list[ClaimedPage]]  # with the host's id first


class Desk:
    """Leases hosts, renews, hands out their due work, gives back. All SQL runs in a thread."""

    def __init__(self, database: Database, config: Config, owner: str) -> None:
        self.database = database
        self.config = config
        self.owner = owner
        self.gates: dict[str, Gate] = {}
        self.portals: dict[int, KnownPortal] = {}
        self._portals_read = -PORTALS_SECONDS
        self._claiming = asyncio.Lock()
        self._pages: dict[int, ClaimedPage] = {}
        self._seeds: dict[int, ClaimedSeed] = {}
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
            await self.read_portals()
        if monotonic() - self._renewed > self.config.lease_seconds / 4:
            await self.renew()
        async with self._claiming:
            wanted = {g.host.id: self._want(g) for g in self.gates.values()}
            began = monotonic()
            claimed, work, done = await self.run(lambda session: self._claim(session, room, wanted))
            for host in claimed:
                self._hold(host, began)
            gates = {g.host.id: g for g in self.gates.values()}
            for host_id in done:
                self.gates.pop(gates[host_id].host.name, None)
        for host_id, some_seeds, some_pages in work:
            self._seeds.update((one.id, one) for one in some_seeds)
            self._pages.update((one.id, one) for one in some_pages)
            gates[host_id].note_claim(len(some_seeds) + len(some_pages))
        return [Work(gates[host_id], s, p) for host_id, s, p in work if s or p]

    def end(self, claimed: ClaimedSeed | ClaimedPage) -> None:
        """What was handed out is worked off: its lease isn't renewed any more."""
        held = self._pages if isinstance(claimed, ClaimedPage) else self._seeds
        if held.get(claimed.id) is claimed:
            del held[claimed.id]

    def _want(self, gate: Gate) -> Want:
        """What to claim for a host: one visit where it wants pauses, some more where the next should be at hand."""
        is_over = gate.is_lost or gate.is_resting()
        most = 1 if gate.delay_seconds else AT_HAND * gate.pace.concurrency
        is_stocked = gate.visits > most // 2 or gate.is_empty()
        visits = 0 if is_over or is_stocked else most - gate.visits
        return Want(visits, gate.is_seeds_turn, gate.visits == 0, is_over, _unwritten(gate))

    def _claim(
        self, session: Session, room: int, wanted: dict[int, Want]
    ) -> tuple[list[ClaimedHost], list[Claimed], list[int]]:
        at = db.now(session)
        clock.of_store.set(at)
        most = max(0, min(room, MOST_HOSTS - len(wanted)))
        fresh = hosts.claim(session, self.owner, at, self.config.lease_seconds, most)
        first = {h.id: Want(1 if h.crawl_delay_seconds else AT_HAND, True, True, False) for h in fresh}
        is_full = pages.waiting_for_cleaning(session) >= self.config.backlog_pages
        work, done = [], []
        for host_id, want in {**wanted, **first}.items():
            found = self._work(session, host_id, replace(want, visits=min(want.visits, room)), 0 if is_full else room)
            room -= len(found[1]) + len(found[2])
            has_none = want.visits > 0 and room > 0 and not found[1] and not found[2] and not is_full
            if want.is_idle and (has_none or want.is_over):
                done.append(host_id)
                if want.unwritten:
                    hosts.rest(session, host_id, *want.unwritten)
            elif want.visits:
                work.append(found)
        hosts.release(session, self.owner, done)
        return fresh, work, done

    def _work(self, session: Session, host_id: int, want: Want, pages_room: int) -> Claimed:
        """Due seeds and pages of a host; where one visit is wanted, seeds and pages take turns."""
        at, lease = db.now(session), self.config.lease_seconds
        if want.visits <= 0:
            return host_id, [], []
        if want.visits == 1 and not want.is_seeds_turn and pages_room:
            found = pages.claim(session, host_id, self.owner, at, lease, 1)
            return host_id, [] if found else seeds.claim(session, host_id, self.owner, at, lease, 1), found
        some = seeds.claim(session, host_id, self.owner, at, lease, min(want.visits, SEEDS_AT_ONCE))
        left = min(want.visits - len(some), pages_room)
        return host_id, some, pages.claim(session, host_id, self.owner, at, lease, left) if left > 0 else []

    def _hold(self, host: ClaimedHost, began: float) -> Gate:
        gate = Gate(host, self._pace(host), self._reserve, self.config.lease_seconds - (monotonic() - began))
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
        async with self._claiming:
            if (gate := self.gates.get(name)) is not None:
                return None if gate.is_lost else gate
            began, lease = monotonic(), self.config.lease_seconds
            host = await self.run(lambda s: hosts.claim_one(s, name, self.owner, db.now(s), lease))
            return None if host is None else self._hold(host, began)

    async def _reserve(self, gate: Gate, ready_at: datetime) -> bool:
        return await self.run(lambda s: hosts.reserve(s, gate.host.id, gate.host.fence, ready_at))

    async def renew(self) -> None:
        """Prolong the leases of what is under way; what another crawler took meanwhile is let go."""
        async with self._claiming:  # a host that is leased this moment has to be among them
            lease, began = self.config.lease_seconds, monotonic()
            ids = frozenset(gate.host.id for gate in self.gates.values())
            holding = hosts.Holding(ids, frozenset(self._pages), frozenset(self._seeds))
            kept = await self.run(lambda s: hosts.renew(s, self.owner, db.now(s), lease, holding))
            self._renewed = monotonic()
            for name, gate in list(self.gates.items()):
                if gate.host.id in kept:
                    gate.prolong(lease - (monotonic() - began))
                else:
                    gate.is_lost = True
                    del self.gates[name]

    async def read_portals(self) -> None:
        """Take in what the portal table says by now, free what dead crawlers held, wake hosts that have work again."""
        self.portals = await self.run(self._read_portals)
        self._portals_read = monotonic()
        for gate in self.gates.values():
            gate.pace = self._pace(gate.host)  # an operator who asks for longer pauses needn't wait until all is read

    def _read_portals(self, session: Session) -> dict[int, KnownPortal]:
        at = db.now(session)
        clock.of_store.set(at)
        hosts.release_expired(session, at)  # nobody else does where the crawler runs alone
        hosts.wake(session, at)
        found = {}
        for row in portals.visited(session):
            observed = row.observed or {}
            found[row.id] = KnownPortal(
                row.id, portals.value(row), observed.get("edits", 0), observed.get("revisits", 0)
            )
        return found

    async def give_back_one(self, claimed: ClaimedSeed | ClaimedPage) -> None:
        """Return a claim that won't be made use of: its portal was switched off meanwhile."""
        self.end(claimed)
        due = now() + timedelta(seconds=UNWANTED_SECONDS)
        if isinstance(claimed, ClaimedPage):
            await self.run(lambda s: pages.give_back(s, [claimed], due))
        else:
            await self.run(lambda s: seeds.end_visit(s, claimed.id, claimed.fence, {"due_at": due}))

    async def give_back(self) -> None:
        """Release everything, so that the next crawler need not wait for leases to expire."""
        rests = [(gate.host.id, *found) for gate in self.gates.values() if (found := _unwritten(gate))]

        def release(session: Session) -> None:
            for rest in rests:
                hosts.rest(session, *rest)
            hosts.release_owner(session, self.owner)

        try:
            await self.run(release)
        except Retryable as error:
            log.warning("leases are left to expire: %s", error)
        for held in (self.gates, self._pages, self._seeds):
            held.clear()


def _unwritten(gate: Gate) -> tuple[datetime, int] | None:
    return (gate.ready_at, gate.failures) if gate.is_unwritten else None


def _host(url: str) -> str:
    from storage.urls import canonical, host_key

    return host_key(canonical(url) or url)
