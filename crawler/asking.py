"""Requests of a host in its turns, robots.txt among them, and what its answers mean for it"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urljoin

from crawler import cadence, robots
from crawler.clock import now
from crawler.desk import KnownPortal
from crawler.fetcher import Answer, Ask, Fetcher, HungUpError, TransportError
from crawler.gates import EarlyError, Gate, RestingError
from storage.config import Config
from storage.db import Session
from storage.domain import RejectionReason
from storage.errors import Rejected, Retryable
from storage.portals import Portal
from storage.repositories import hosts
from storage.urls import canonical, host_key

log = logging.getLogger(__name__)
REDIRECTS = (301, 302, 303, 307, 308)
ROBOTS_REDIRECTS = 5
ROBOTS_RETRY_SECONDS = 300.0
MARGIN = timedelta(seconds=0.5)  # over what a host asks for: its clock is not ours


class Keeper(Protocol):
    """Who keeps what visits learn of hosts, and gives the gates of those that redirects lead to."""

    config: Config
    portals: dict[int, KnownPortal]

    async def run(self, act: Callable[[Session], object]) -> object:
        """Write down what was learnt."""

    async def hold(self, name: str) -> Gate | None:
        """The gate of a host; None while another crawler has it."""


class UnreachableError(Exception):
    """The host's robots.txt can't be had, so nothing else of it may be asked for before `until`."""

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__(f"robots.txt of {host} can't be had")
        self.until = until


class Asker:
    """Asks hosts, never out of turn."""

    def __init__(self, desk: Keeper, fetcher: Fetcher) -> None:
        self.desk = desk
        self.fetcher = fetcher
        self.config = desk.config

    @asynccontextmanager
    async def hold(self, url: str, gate: Gate) -> AsyncIterator[Gate]:
        """The gate of a URL's host, kept from being given back meanwhile; `gate` is the one at hand."""
        name = host_key(url)
        found = gate if name == gate.host.name else await self.desk.hold(name)
        if found is None:
            raise RestingError(now() + timedelta(seconds=self.config.lease_seconds))
        found.visits += 1
        try:
            yield found
        finally:
            found.visits -= 1

    async def ask(self, gate: Gate, ask: Ask) -> Answer:
        """Send one request in a turn of its host, and in another where the first came to nothing on the way."""
        is_again = False
        while True:
            try:
                async with gate.turn():
                    answer = await self.fetcher.get(ask, gate, self._hear)
            except EarlyError:
                continue
            except HungUpError:
                if is_again:
                    raise
                is_again = True
                continue
            await self._note(gate)
            return answer

    def _hear(self, gate: Gate, status: int, headers: Mapping[str, str]) -> None:
        """Let a host rest that refuses or fails; forget its failures when it answers."""
        wait = cadence.retry_after(headers.get("retry-after"), now())
        if status in (429, 503) or (status >= 500 and wait is not None):
            gate.refused(cadence.host_rest(wait, gate.failures) + MARGIN)
        elif status < 500:
            gate.recovered()

    async def _note(self, gate: Gate) -> None:
        """Write down what the host's last answer means for it; while the store is away, the gate remembers."""
        if not gate.is_unwritten:
            return
        gate.is_unwritten = False
        ready_at, failures = gate.ready_at, gate.failures
        try:
            await self.desk.run(lambda s: hosts.rest(s, gate.host.id, ready_at, failures))
        except Retryable as error:
            gate.is_unwritten = True
            log.warning("the store is away, what %s asked for waits: %s", gate.host.name, error)

    async def verdict(self, gate: Gate, ask: Ask) -> str | None:
        """What robots.txt says of a URL: "allowed", "disallowed" or "unreachable"; None where it isn't obeyed."""
        if not self.config.obey_robots:
            return None
        rules = await self.rules(gate, ask.portal)
        return await asyncio.to_thread(rules.judge, ask.url) if rules.is_long else rules.judge(ask.url)

    async def rules(self, gate: Gate, portal: Portal | None) -> robots.Rules:
        """The robots rules of a host for whom a portal is visited as, read again when their time is over."""
        agent = (portal.user_agent if portal else None) or self.config.user_agent
        async with gate.robots_lock:
            expires = gate.host.robots_expires_at
            if expires is None or expires <= now():
                await self._read_robots(gate, portal, agent)
            if gate.rules is None or gate.rules.agent != agent:
                gate.rules = robots.rules(gate.host.robots_status, gate.host.robots_text, agent)
            return gate.rules

    async def _read_robots(self, gate: Gate, portal: Portal | None, agent: str) -> None:
        status, text, asked = await self._fetch_robots(gate, portal)
        rules = await asyncio.to_thread(robots.rules, status, text, agent)
        is_answer = rules.verdict != "unreachable"
        seconds = self.config.robots_seconds if is_answer else min(ROBOTS_RETRY_SECONDS, self.config.robots_seconds)
        delay = rules.crawl_delay_seconds
        kept = hosts.Robots(
            text,
            status,
            None if delay is None else min(delay, self.config.max_crawl_delay_seconds),
            now(),
            now() + max(timedelta(seconds=seconds), asked if not is_answer and asked else timedelta()),
        )
        gate.host = replace(
            gate.host,
            robots_text=kept.text,
            robots_status=kept.status,
            robots_expires_at=kept.expires_at,
            crawl_delay_seconds=kept.crawl_delay_seconds,
        )
        gate.rules = rules
        if gate.delay_seconds:
            # The request for robots.txt counts too.
            gate.rest(timedelta(seconds=gate.delay_seconds))
        ready_at = gate.ready_at
        await self.desk.run(lambda s: hosts.save_robots(s, gate.host.id, kept, ready_at))

    async def _fetch_robots(self, gate: Gate, portal: Portal | None) -> tuple[int, str | None, timedelta | None]:
        """Status and text of robots.txt, and when to come back where it says; status 0 where no answer came."""
        scheme = self._scheme_of(gate)
        url = first = f"{scheme}://{gate.host.name}/robots.txt"
        for _ in range(ROBOTS_REDIRECTS + 1):
            ask = Ask(url, portal, head_bytes=robots.LARGEST)
            try:
                async with self.hold(url, gate) as its:
                    answer = await self.ask(its, ask)
            except Rejected as error:
                if url == first and error.reason is RejectionReason.PRIVATE_ADDRESS:
                    raise  # the host itself is none that we may contact, now or later
                return 0, None, None
            except TransportError:
                return 0, None, None
            if answer.status not in REDIRECTS or not answer.location:
                text = robots.decode(answer.body) if answer.status == 200 else None
                return answer.status, text, cadence.retry_after(answer.headers.get("retry-after"), now())
            target = canonical(urljoin(url, answer.location))
            if target is None:
                break
            url = target
        return 404, None, None

    def _scheme_of(self, gate: Gate) -> str:
        for portal in self.desk.portals.values():
            if host_key(canonical(portal.value.home) or "") == gate.host.name:
                return portal.value.home.split("://", 1)[0].lower()
        return "http" if ":" in gate.host.name or gate.host.name[:1].isdigit() else "https"
