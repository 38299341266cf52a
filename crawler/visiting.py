"""One visit to a page: robots, turns, redirects hop by hop, and what it brought"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urljoin

from crawler import cadence, outcomes, robots
from crawler.desk import KnownPortal, now
from crawler.fetcher import Answer, Ask, Fetcher, TransportError, TruncatedError
from crawler.gates import Gate, LostError, RestingError
from storage.config import Config
from storage.db import Session
from storage.domain import RejectionReason
from storage.errors import Rejected, Retryable
from storage.repositories import hosts
from storage.repositories.fetches import Brought, Visit
from storage.repositories.pages import ClaimedPage
from storage.text import storable
from storage.urls import belongs, canonical, host_key, without_credentials

REDIRECTS = (301, 302, 303, 307, 308)
ROBOTS_REDIRECTS = 5
ROBOTS_RETRY_SECONDS = 300.0
TRUNCATED_TRIES = 2


class Keeper(Protocol):
    """Who keeps what visits learn of hosts, and gives the gates of those that redirects lead to."""

    config: Config
    portals: dict[int, KnownPortal]

    async def run(self, act: Callable[[Session], object]) -> object:
        """Write down what was learnt."""

    async def hold(self, name: str) -> Gate | None:
        """The gate of a host; None while another crawler has it."""


class UnreachableError(Exception):
    """The host's robots.txt can't be had, so nothing of it may be asked for now."""


@dataclass
class Trail:
    """The way that one visit took."""

    url: str
    robots: str | None = None
    hops: list[tuple[int, str]] = field(default_factory=list)


class Visitor:
    """Makes single visits for a crawler that holds the hosts."""

    def __init__(self, desk: Keeper, fetcher: Fetcher) -> None:
        self.desk = desk
        self.fetcher = fetcher
        self.config = desk.config

    async def page(self, gate: Gate, page: ClaimedPage, portal: KnownPortal) -> Visit:
        """Visit a page and say what it brought; never raises for what a portal does."""
        trail = Trail(page.url)
        try:
            answer = await self.follow(gate, trail, Ask(page.url, portal.value, self._conditions(page)), portal)
        except Rejected as error:
            found = outcomes.Judged(Brought.REJECTION, error.reason, error.detail)
        except TruncatedError as error:
            is_final = page.tries + 1 >= TRUNCATED_TRIES
            kind = Brought.REJECTION if is_final else Brought.ERROR
            found = outcomes.Judged(kind, RejectionReason.TRUNCATED if is_final else None, str(error))
        except TransportError as error:
            found = outcomes.Judged(Brought.ERROR, detail=str(error))
        except (RestingError, LostError, UnreachableError, Retryable) as error:
            return self._later(page, trail, error)
        else:
            digest = None if page.part_of_id else page.digest
            found = outcomes.judge(answer.status, answer.headers, answer.body, digest, self.config)
            return self._visit(page, portal, trail, found, answer)
        return self._visit(page, portal, trail, found, None)

    def broken(self, page: ClaimedPage, portal: KnownPortal, error: Exception) -> Visit:
        """A visit that came to grief through a fault of ours."""
        found = outcomes.Judged(Brought.ERROR, detail=f"{type(error).__name__}: {error}"[:300])
        return self._visit(page, portal, Trail(page.url), found, None)

    def _conditions(self, page: ClaimedPage) -> dict[str, str]:
        """Headers of a conditional request; none where we want the bytes, or doubt the portal's word."""
        every = self.config.recheck_every
        if page.is_forced or page.part_of_id or page.digest is None or page.unchanged_streak % every == every - 1:
            return {}
        headers = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
        return {name: value for name, value in headers.items() if value}

    async def follow(self, gate: Gate, trail: Trail, ask: Ask, portal: KnownPortal | None) -> Answer:
        """Request a URL and the ones it redirects to, each in its host's turn and under its host's robots.txt.

        Raises Rejected, TransportError, RestingError, LostError or UnreachableError.
        """
        visited = {ask.url}
        while True:
            async with self._held(ask.url, gate) as its:
                await self._allowed(its, trail, ask)
                async with its.turn():
                    answer = await self.fetcher.get(ask)
                await self._note(its, answer)
            if answer.status not in REDIRECTS or not answer.location:
                return answer
            target = canonical(answer.location, ask.url, self.config.url_length)
            trail.hops.append((answer.status, target or without_credentials(storable(answer.location[:300]))))
            self._check_hop(target, visited, trail, portal)
            assert target is not None
            visited.add(target)
            trail.url = target
            # A redirected request asks for other bytes than the ones whose mark we keep.
            ask = replace(ask, url=target, headers={})

    def _check_hop(self, target: str | None, visited: set[str], trail: Trail, portal: KnownPortal | None) -> None:
        if target is None:
            raise Rejected(RejectionReason.BAD_ADDRESS, f"redirect to {trail.hops[-1][1]}")
        if target in visited:
            raise Rejected(RejectionReason.REDIRECT_LOOP, target)
        if len(trail.hops) > self.config.redirects:
            raise Rejected(RejectionReason.REDIRECT_LOOP, f"more than {self.config.redirects} redirects")
        if portal is not None and not belongs(target, portal.value.home, portal.value.hosts):
            raise Rejected(RejectionReason.OFF_PORTAL, target)

    @asynccontextmanager
    async def _held(self, url: str, gate: Gate) -> AsyncIterator[Gate]:
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

    async def _allowed(self, gate: Gate, trail: Trail, ask: Ask) -> None:
        if not self.config.obey_robots:
            return
        agent = (ask.portal.user_agent if ask.portal else None) or self.config.user_agent
        rules = await self.rules(gate, agent)
        trail.robots = rules.judge(ask.url)
        if trail.robots == "disallowed":
            raise Rejected(RejectionReason.ROBOTS, f"robots.txt forbids {ask.url}")
        if trail.robots == "unreachable":
            raise UnreachableError(f"robots.txt of {gate.host.name} can't be had")

    async def rules(self, gate: Gate, agent: str) -> robots.Rules:
        """The robots rules of a host, read again when their time is over."""
        async with gate.robots_lock:
            expires = gate.host.robots_expires_at
            if expires is None or expires <= now():
                await self._read_robots(gate, agent)
            if gate.rules is None:
                gate.rules = robots.rules(gate.host.robots_status, gate.host.robots_text, agent)
            return gate.rules

    async def _read_robots(self, gate: Gate, agent: str) -> None:
        status, text = await self._fetch_robots(gate, agent)
        rules = robots.rules(status, text, agent)
        is_answer = rules.verdict != "unreachable"
        seconds = self.config.robots_seconds if is_answer else min(ROBOTS_RETRY_SECONDS, self.config.robots_seconds)
        delay = rules.crawl_delay_seconds
        kept = hosts.Robots(
            text,
            status,
            None if delay is None else min(delay, self.config.max_crawl_delay_seconds),
            now(),
            now() + timedelta(seconds=seconds),
        )
        await self.desk.run(lambda s: hosts.save_robots(s, gate.host.id, kept))
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

    async def _fetch_robots(self, gate: Gate, agent: str) -> tuple[int, str | None]:
        """Status and text of robots.txt; status 0 where no answer came."""
        scheme = self._scheme_of(gate)
        url = f"{scheme}://{gate.host.name}/robots.txt"
        for _ in range(ROBOTS_REDIRECTS + 1):
            try:
                async with self._held(url, gate) as its, its.turn():
                    answer = await self.fetcher.get(Ask(url, headers={"User-Agent": agent}, head_bytes=robots.LARGEST))
            except (Rejected, TransportError):
                return 0, None
            if answer.status not in REDIRECTS or not answer.location:
                return answer.status, robots.decode(answer.body) if answer.status == 200 else None
            target = canonical(urljoin(url, answer.location))
            if target is None:
                return 404, None
            url = target
        return 404, None

    def _scheme_of(self, gate: Gate) -> str:
        for portal in self.desk.portals.values():
            if host_key(canonical(portal.value.home) or "") == gate.host.name:
                return portal.value.home.split("://", 1)[0].lower()
        return "http" if ":" in gate.host.name or gate.host.name[:1].isdigit() else "https"

    async def _note(self, gate: Gate, answer: Answer) -> None:
        """Let a host rest that refuses or fails; forget its failures when it answers."""
        wait = cadence.retry_after(answer.headers.get("retry-after"), now())
        if answer.status in (429, 503) or (answer.status >= 500 and wait is not None):
            rest = cadence.host_rest(wait, gate.failures)
            gate.failures += 1
            ready_at = gate.rest(rest + timedelta(seconds=0.5))
            failures = gate.failures
            await self.desk.run(lambda s: hosts.rest(s, gate.host.id, ready_at, failures))
        elif gate.failures and answer.status < 500:
            gate.failures = 0
            await self.desk.run(lambda s: hosts.recovered(s, gate.host.id))

    def _later(self, page: ClaimedPage, trail: Trail, error: Exception) -> Visit:
        """The visit didn't come about through no fault of the page."""
        if isinstance(error, RestingError):
            due = error.until
        elif isinstance(error, UnreachableError):
            due = now() + timedelta(seconds=min(ROBOTS_RETRY_SECONDS, self.config.robots_seconds))
        else:
            due = now()
        return Visit(page, Brought.NOTHING, now(), due, trail.url, detail=str(error), robots=trail.robots)

    def _visit(
        self, page: ClaimedPage, portal: KnownPortal, trail: Trail, found: outcomes.Judged, answer: Answer | None
    ) -> Visit:
        brought, reason, alias = found.brought, found.reason, None
        if trail.url != page.url and brought in (Brought.BYTES, Brought.UNCHANGED) and page.part_of_id is None:
            brought, reason, alias = Brought.REJECTION, RejectionReason.ALIAS, trail.url
        if brought is Brought.ERROR and page.tries + 1 >= self.config.fetch_tries:
            brought = Brought.FAILURE
        rung, due = self._due(page, portal, brought)
        if brought in (Brought.NOTHING, Brought.ERROR) and answer is not None:
            asked = cadence.retry_after(answer.headers.get("retry-after"), now()) or timedelta()
            due = max(due or now(), now() + asked)
        return Visit(
            page=page,
            brought=brought,
            at=now(),
            due_at=due,
            final_url=trail.url,
            rung=rung,
            status=answer.status if answer else None,
            hops=tuple(trail.hops),
            body=answer.body if answer and (brought is Brought.BYTES or alias) else None,
            digest=found.digest,
            headers=outcomes.kept(answer.headers) if answer else {},
            seconds=answer.seconds if answer else 0.0,
            robots=trail.robots,
            directives=found.directives,
            reason=reason,
            detail=alias or found.detail,
            alias_url=alias,
            second_look_at=now() + cadence.retry(0, self.config.retry_seconds),
        )

    def _due(self, page: ClaimedPage, portal: KnownPortal, brought: Brought) -> tuple[int, datetime | None]:
        at = now()
        if brought is Brought.ERROR or brought is Brought.NOTHING:
            return page.rung, at + cadence.retry(page.tries, self.config.retry_seconds)
        if brought is Brought.FAILURE:
            return page.rung, None
        ladder = cadence.ladder_for(self.config.revisit_seconds, portal.edits, portal.revisits)
        rung, due = cadence.revisit(page.discovered_at, at, ladder)
        return rung, due
