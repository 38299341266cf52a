"""One visit to a seed: what it names, what it taught us about when to come back"""

import asyncio
import hashlib
import logging
import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from crawler import apart, cadence
from crawler.asking import UnreachableError
from crawler.clock import now
from crawler.desk import Desk, KnownPortal
from crawler.fetcher import Answer, Ask, TransportError, conditions
from crawler.gates import Gate, LostError, RestingError
from crawler.sources import bodies, probe
from crawler.sources.reading import FoundSeed, Reading
from crawler.visiting import Trail, Visitor
from storage import db
from storage.db import Session
from storage.domain import SeedKind
from storage.errors import Rejected, Retryable
from storage.models.portal import Portal
from storage.repositories import pages, seeds
from storage.repositories.pages import Named
from storage.repositories.seeds import ClaimedSeed, NewSeed
from storage.text import storable
from storage.urls import belongs, canonical, without_credentials

log = logging.getLogger(__name__)
AWAY_SECONDS = 1.0
LATER_SECONDS = 60.0
PAGE = "page "  # of how a listing's further page was found; its number follows
MOST_PAGES = 100
INDEX = "index "  # of how a sitemap that an index names was found; its depth follows
MOST_INDEXES = 4  # within each other: the protocol allows no two, some have three, a trap has no last
NEARLY_ALL = 0.8
GIVE_UP_FAILURES = 3  # of a seed that no portals file names and that never brought anything
SECTION_FACTOR = 2.0  # sections are the fallback: visited more rarely than what names articles itself


@dataclass
class Visited:
    """What a visit to a seed came to."""

    values: dict[str, Any]  # of the seed's row
    named: list[Named] = field(default_factory=list)
    found: list[NewSeed] = field(default_factory=list)
    more: NewSeed | None = None  # the listing's next page


class SeedVisitor:
    """Visits seeds, discovers pages and further seeds, reschedules."""

    def __init__(self, desk: Desk, visitor: Visitor) -> None:
        self.desk = desk
        self.visitor = visitor
        self.config = desk.config
        self._limits = apart.Limits.of(desk.config)
        # One at a time: each may be of a body of the largest size. What is read in no time waits for none of these.
        self._reading_long, self._reading = asyncio.Lock(), asyncio.Lock()

    async def visit(self, gate: Gate, seed: ClaimedSeed, portal: KnownPortal) -> int:
        """Visit a seed and write what came of it; how many pages were new."""
        try:
            visited = await self._visited(gate, seed, portal)
        except Exception as error:
            # Ours, not the portal's; without an end the seed would stay leased for ever.
            log.exception("a visit to %s broke", seed.url)
            visited = self._failed(seed, None, f"{type(error).__name__}: {error}")
        try:
            return await self._write(seed, portal, visited)
        except Exception as error:
            log.exception("what %s names can't be written down", seed.url)
            return await self._write(seed, portal, self._failed(seed, None, f"{type(error).__name__}: {error}"))

    async def _visited(self, gate: Gate, seed: ClaimedSeed, portal: KnownPortal) -> Visited:
        try:
            answer = await self.visitor.follow(
                gate, Trail(seed.url), Ask(seed.url, portal.value, self._conditions(seed)), portal
            )
        except (RestingError, LostError, UnreachableError, Retryable) as error:
            soon = now() + timedelta(seconds=LATER_SECONDS)
            due = error.until if isinstance(error, (RestingError, UnreachableError)) else soon
            return Visited({"due_at": due, "last_error": str(error)})
        except Rejected as error:
            return self._failed(seed, None, str(error), is_final=True)
        except TransportError as error:
            return self._failed(seed, None, str(error))
        if answer.status == 304:
            return self._unchanged(seed, answer)
        if answer.status != 200:
            asked = cadence.retry_after(answer.headers.get("retry-after"), now())
            return self._failed(seed, answer.status, f"status {answer.status}", asked=asked)
        body, answer = apart.Body(answer.body), replace(answer, body=b"")
        return await self._read(gate, seed, portal, answer, body)

    def _conditions(self, seed: ClaimedSeed) -> dict[str, str]:
        if not seed.is_conditional or seed.digest is None or self._is_check(seed):
            return {}
        return conditions(seed.etag, seed.last_modified)

    async def _lies(self, gate: Gate, seed: ClaimedSeed, portal: KnownPortal) -> bool:
        """Whether a seed that has changed says it hasn't: it is asked again with the marks of what it was."""
        try:
            ask = Ask(seed.url, portal.value, conditions(seed.etag, seed.last_modified))
            return (await self.visitor.follow(gate, Trail(seed.url), ask, portal)).status == 304
        except (RestingError, LostError, UnreachableError, Retryable, Rejected, TransportError):
            return False

    def _failed(
        self, seed: ClaimedSeed, status: int | None, why: str, *, is_final: bool = False, asked: timedelta | None = None
    ) -> Visited:
        """`is_final`: what was only guessed and may not be fetched, now or later; `asked`: what Retry-After says."""
        values: dict[str, Any] = {
            "failures": seed.failures + 1,
            "last_status": status,
            "last_error": without_credentials(storable(why[:300])),
        }
        is_refusal = status in (429, 503)
        is_lasting = is_final or (status is not None and status < 500 and not is_refusal)
        is_unproven = seed.changed_at is None and seed.kind is not SeedKind.HOME and not is_refusal
        is_wrong_guess = status in (404, 410) or ((status == 200 or is_final) and seed.found_by == "probe")
        is_dead = seed.found_by != "file" and seed.failures + 1 >= GIVE_UP_FAILURES
        if is_unproven and (is_wrong_guess or is_dead):
            values.update(retired_at=now(), retired_reason=why)
        if is_lasting:  # what it is will be so in a minute, too
            values["interval_seconds"] = max(seed.interval_seconds, self.config.poll_max_seconds)
        elif is_refusal:
            # Else its host's rest says when, which is shorter where a long pause may be meant for this seed alone.
            values["due_at"] = now() + max(asked or timedelta(), timedelta(seconds=1))
        elif seed.failures + 1 < self.config.fetch_tries:
            values["due_at"] = now() + cadence.retry(seed.failures, self.config.retry_seconds)
        return Visited(values)

    def _unchanged(self, seed: ClaimedSeed, answer: Answer) -> Visited:
        return Visited(
            {
                "failures": 0,
                "last_status": answer.status,
                "last_error": None,
                "unchanged_streak": seed.unchanged_streak + 1,
            }
        )

    async def _read(
        self, gate: Gate, seed: ClaimedSeed, portal: KnownPortal, answer: Answer, body: apart.Body
    ) -> Visited:
        digest = hashlib.blake2b(body.unpacked(), digest_size=16).hexdigest()
        values: dict[str, Any] = {
            "failures": 0,
            "last_status": 200,
            "last_error": None,
            "digest": digest,
            "etag": answer.headers.get("etag"),
            "last_modified": answer.headers.get("last-modified"),
        }
        if digest == seed.digest and seed.kind is not SeedKind.HOME:
            return Visited({**values, "unchanged_streak": seed.unchanged_streak + 1})
        is_told = seed.is_conditional and bool(conditions(seed.etag, seed.last_modified))
        if is_told and seed.digest is not None and self._is_check(seed):
            # It may have changed since the last 304, or long before.
            values["is_conditional"] = not await self._lies(gate, seed, portal)
        values["unchanged_streak"] = 0
        is_light = await asyncio.to_thread(body.make_ready)
        async with self._reading if is_light else self._reading_long:
            kind, reading = await asyncio.to_thread(
                apart.read, body, answer.url, seed.kind, self._terms(portal), self._limits
            )
        if seed.kind is SeedKind.HOME:
            reading = await self._probe(gate, seed, portal, answer.url, reading)
        elif kind is not seed.kind:
            values["kind"] = kind
        if reading.problem and not reading.entries and not reading.seeds:
            return self._failed(seed, 200, reading.problem)
        more = self._more(reading, seed, portal)
        return Visited(values, self._named(reading, seed, portal), self._found(reading, seed, portal), more)

    def _is_check(self, seed: ClaimedSeed) -> bool:
        """Whether the last visits brought nothing new so often that a whole fetch is the check on them."""
        return seed.unchanged_streak % self.config.recheck_every == self.config.recheck_every - 1

    def _terms(self, portal: KnownPortal) -> bodies.Terms:
        value = portal.value
        largest = 5 * self.config.page_bytes
        return bodies.Terms(
            value.home, bodies.zone(value.timezone), self._since(portal), self.config.seed_entries, largest
        )

    async def _probe(self, gate: Gate, seed: ClaimedSeed, portal: KnownPortal, url: str, reading: Reading) -> Reading:
        """A home page also says where else to look."""
        if portal.value.seeds:
            return replace(reading, seeds=())
        rules = await self.visitor.asker.rules(gate, portal.value)
        guessed = probe.guesses(url, rules.sitemaps) if seed.visits == 0 else ()
        return replace(reading, seeds=(*reading.seeds, *guessed))

    def _named(self, reading: Reading, seed: ClaimedSeed, portal: KnownPortal) -> list[Named]:
        """The entries that are this portal's and recent enough, by canonical URL."""
        since, found = self._since(portal), []
        for entry in reading.entries:
            url = canonical(entry.url, seed.url, self.config.url_length)
            at = entry.published_at or entry.modified_at
            if url is None or url == seed.url or (at and at < since):
                continue
            if not belongs(url, portal.value.home, portal.value.hosts):
                continue
            raw = without_credentials(entry.url[:4000])
            found.append(Named(url, raw, replace(entry, url=raw, guid=entry.guid and without_credentials(entry.guid))))
        return found

    def _found(self, reading: Reading, seed: ClaimedSeed, portal: KnownPortal) -> list[NewSeed]:
        found: list[NewSeed] = []
        depth = numbered(seed.found_by, INDEX) + 1
        if seed.kind is SeedKind.SITEMAP and depth > MOST_INDEXES:
            return found
        by = f"{INDEX}{depth}" if seed.kind is SeedKind.SITEMAP else "probe"
        for one in reading.seeds[: self.config.seed_entries]:
            url = _seed_url(one, self.config.url_length)
            if url is not None and url != seed.url and belongs(url, portal.value.home, portal.value.hosts):
                found.append(NewSeed(portal.id, url, one.kind, by, seed.id, one.lastmod))
        return found

    def _more(self, reading: Reading, seed: ClaimedSeed, portal: KnownPortal) -> NewSeed | None:
        depth = numbered(seed.found_by) + 1
        if reading.more is None or depth > MOST_PAGES:
            return None
        url = _seed_url(reading.more, self.config.url_length)
        if url is None or not belongs(url, portal.value.home, portal.value.hosts):
            return None
        return NewSeed(portal.id, url, reading.more.kind, f"{PAGE}{depth}", seed.id)

    def _since(self, portal: KnownPortal) -> datetime:
        return now() - timedelta(days=portal.value.since_days)

    async def _write(self, seed: ClaimedSeed, portal: KnownPortal, visited: Visited) -> int:
        while True:
            try:
                return await self.desk.run(lambda session: self._commit(session, seed, portal, visited))
            except Retryable as error:
                log.warning("the store is away, a visit to %s waits: %s", seed.url, error)
                await asyncio.sleep(AWAY_SECONDS)

    def _commit(self, session: Session, seed: ClaimedSeed, portal: KnownPortal, visited: Visited) -> int:
        at = db.now(session)
        new = pages.discover(session, portal.id, (seed.id, seed.kind), visited.named, at)
        if visited.found:
            seeds.add(session, visited.found, at)
        if visited.more and goes_on(seed, new, len(visited.named)):
            seeds.add(session, [visited.more], at)
        values = {"visited_at": at, "visits": seed.visits + 1, "last_new": new, **visited.values}
        if new:
            values["changed_at"] = at
        if numbered(seed.found_by) > 1 and not values.get("failures") and "due_at" not in values:
            values.update(retired_at=at, retired_reason="read: its first page says when there is more")
        if "due_at" not in values:
            values.update(self._schedule(seed, portal, values, new, at))
        seeds.end_visit(session, seed.id, seed.fence, values)
        if seed.kind is SeedKind.HOME and not values.get("failures"):
            row = session.get_one(Portal, portal.id)
            row.probed_at = at
        return new

    def _schedule(
        self, seed: ClaimedSeed, portal: KnownPortal, values: dict[str, Any], new: int, at: datetime
    ) -> dict[str, Any]:
        least, most = self.config.poll_min_seconds, self.config.poll_max_seconds
        if seed.kind is SeedKind.SECTION:
            least, most = least * SECTION_FACTOR, most * SECTION_FACTOR
        if failures := values.get("failures"):
            interval = values.get("interval_seconds", seed.interval_seconds)
            interval = max(interval, min(least * 2.0**failures, 24 * most))
        else:
            interval = cadence.poll_interval(seed.interval_seconds, new, least, most)
        fixed = cadence.scheduled(portal.value.schedule, at)
        # Spread, so that portals read at the same minute don't come due at the same minute for ever.
        due = fixed or at + timedelta(seconds=interval * random.uniform(0.9, 1.1))  # noqa: S311 - no secret
        return {"interval_seconds": interval, "due_at": due}


def numbered(found_by: str, word: str = PAGE) -> int:
    """Which page of a listing a seed is, or at which depth below a sitemap index; 1 for what is no such thing."""
    number = found_by.removeprefix(word)
    return int(number) if found_by.startswith(word) and number.isdigit() else 1


def goes_on(seed: ClaimedSeed, new: int, named: int) -> bool:
    """Whether a listing's next page may name what we don't know: we begin, or nearly all of this one was new."""
    if seed.visits == 0 and numbered(seed.found_by) == 1:
        return True
    return new > 0 if numbered(seed.found_by) > 1 else named > 0 and new >= NEARLY_ALL * named


def _seed_url(found: FoundSeed, longest: int) -> str | None:
    """A seed's URL as it is asked for: canonical, unless its parameters would lose their order or meaning."""
    checked = canonical(found.url, longest=longest)
    return checked if checked is None or found.kind is not SeedKind.WORDPRESS else without_credentials(found.url)
