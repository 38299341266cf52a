"""One visit to a page: robots, turns, redirects hop by hop, and what it brought"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawler import cadence, outcomes
from crawler.asking import REDIRECTS, Asker, Keeper, UnreachableError
from crawler.clock import now
from crawler.desk import KnownPortal
from crawler.fetcher import Answer, Ask, Fetcher, TransportError, TruncatedError, conditions
from crawler.gates import Gate, LostError, RestingError
from storage.domain import RejectionReason
from storage.errors import Rejected, Retryable
from storage.repositories.fetches import Brought, Visit
from storage.repositories.pages import ClaimedPage
from storage.text import storable
from storage.urls import belongs, canonical, without_credentials

TRUNCATED_TRIES = 2


@dataclass
class Trail:
    """The way that one visit took."""

    url: str
    robots: str | None = None
    hops: list[tuple[int, str]] = field(default_factory=list)


class Visitor:
    """Makes single visits for a crawler that holds the hosts."""

    def __init__(self, desk: Keeper, fetcher: Fetcher) -> None:
        self.config = desk.config
        self.asker = Asker(desk, fetcher)

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
        # A page is visited a few times only: one of them has to see the bytes, whatever the portal says.
        every = min(self.config.recheck_every, max(2, len(self.config.revisit_seconds)))
        if page.is_forced or page.part_of_id or page.digest is None or page.unchanged_streak % every == every - 1:
            return {}
        return conditions(page.etag, page.last_modified)

    async def follow(self, gate: Gate, trail: Trail, ask: Ask, portal: KnownPortal | None) -> Answer:
        """Request a URL and the ones it redirects to, each in its host's turn and under its host's robots.txt.

        Raises Rejected, TransportError, RestingError, LostError or UnreachableError.
        """
        visited = {ask.url}
        while True:
            async with self.asker.hold(ask.url, gate) as its:
                trail.robots = await self.asker.verdict(its, ask)
                self._check_robots(its, trail)
                answer = await self.asker.ask(its, ask)
            if answer.status == 304 and not ask.headers:
                # Taken at its word, it would end a page or seed that was never read.
                raise TransportError("304 Not Modified to a request without conditions")
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

    def _check_robots(self, gate: Gate, trail: Trail) -> None:
        if trail.robots == "disallowed":
            raise Rejected(RejectionReason.ROBOTS, f"robots.txt forbids {trail.url}")
        if trail.robots == "unreachable":
            raise UnreachableError(gate.host.name, gate.host.robots_expires_at or now())

    def _check_hop(self, target: str | None, visited: set[str], trail: Trail, portal: KnownPortal | None) -> None:
        if target is None:
            raise Rejected(RejectionReason.BAD_ADDRESS, f"redirect to {trail.hops[-1][1]}")
        if target in visited:
            raise Rejected(RejectionReason.REDIRECT_LOOP, target)
        if len(trail.hops) > self.config.redirects:
            raise Rejected(RejectionReason.REDIRECT_LOOP, f"more than {self.config.redirects} redirects")
        if portal is not None and not belongs(target, portal.value.home, portal.value.hosts):
            raise Rejected(RejectionReason.OFF_PORTAL, target)

    def _later(self, page: ClaimedPage, trail: Trail, error: Exception) -> Visit:
        """The visit didn't come about through no fault of the page."""
        due = error.until if isinstance(error, (RestingError, UnreachableError)) else now()
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
