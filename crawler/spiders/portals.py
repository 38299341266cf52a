"""The one long-lived spider: claims due seeds and pages, host by host"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from scrapy.crawler import Crawler

from crawler.clock import now
from crawler.desk import Desk, KnownPortal, Work
from crawler.extensions import FetchingSpider
from crawler.fetcher import Fetcher
from crawler.gates import Gate
from crawler.pipelines import Commit
from crawler.seed_visits import SeedVisitor
from crawler.visiting import Visitor
from storage import db, queue, telemetry
from storage.config import Config
from storage.db import Database
from storage.domain import SeedKind
from storage.errors import Retryable
from storage.repositories import changes, hosts, pages, seeds
from storage.repositories.fetches import Brought
from storage.repositories.pages import ClaimedPage
from storage.repositories.seeds import ClaimedSeed, NewSeed
from storage.urls import canonical

log = logging.getLogger(__name__)
IDLE_SECONDS = 0.5
BUSY_SECONDS = 0.1  # the hosts' visits at hand last longer
FOLLOW_SECONDS = 0.5
WATCH_SECONDS = 0.2
NO_REQUESTS: tuple[Any, ...] = ()
HORIZON_SECONDS = 2.0  # work due this soon is waited for by a crawl that ends when nothing is due


class PortalSpider(FetchingSpider):
    """Follows every enabled portal for ever, or with `until_idle` until nothing is due."""

    name = "portals"

    def __init__(self, until_idle: str = "", **words: Any) -> None:
        super().__init__(**words)
        self.until_idle = bool(until_idle)
        self.tasks: set[asyncio.Task[None]] = set()
        self._beaten = self._followed = 0.0
        self.is_closing = False
        self.started_at: datetime | None = None  # by the store's clock

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **words: Any) -> "PortalSpider":
        """Scrapy's way to make one."""
        spider: PortalSpider = super().from_crawler(crawler, *args, **words)
        config: Config = crawler.settings["DATELINE"]
        spider.config = config
        database = changes.install(Database(config.database_url))
        owner = config.owner or telemetry.owner("crawler")
        spider.desk = Desk(database, config, owner)
        spider.beat = telemetry.Heartbeat(database, "crawler", owner)
        spider.commit = Commit(database, queue.Outbox(config).send, config.fetch_tries)
        spider.visitor = Visitor(spider.desk, Fetcher(crawler, config))
        spider.seed_visitor = SeedVisitor(spider.desk, spider.visitor)
        return spider

    config: Config
    desk: Desk
    commit: Commit
    beat: telemetry.Heartbeat
    visitor: Visitor
    seed_visitor: SeedVisitor

    async def start(self) -> AsyncIterator[Any]:
        """Claim and visit; yields nothing, since every visit is a task of its own."""
        writer = asyncio.create_task(self.commit.run())
        watch = asyncio.create_task(self._watch())
        try:
            while not self.is_closing and not await self._turn():
                pass
            await asyncio.gather(*self.tasks, return_exceptions=True)
            await self.commit.drain()
        finally:
            # Told to end, the engine cancels this, and waits for requests under way unless they are dropped.
            self._drop()
            writer.cancel()
            watch.cancel()
        for nothing in NO_REQUESTS:
            yield nothing

    async def _watch(self) -> None:
        """Drop what is under way as soon as a limit of Scrapy's own ends the crawl: its leases are given back."""
        engine = self.crawler.engine
        assert engine is not None
        while engine.running and (engine.downloader.needs_backout() or not engine.needs_backout()):
            await asyncio.sleep(WATCH_SECONDS)
        self._drop()

    def _drop(self) -> None:
        self.is_closing = True
        for task in list(self.tasks):
            task.cancel()

    async def _turn(self) -> bool:
        """One round: hand out what is due. True when the crawl is over."""
        try:
            await self._say_alive()
            if monotonic() - self._followed > FOLLOW_SECONDS:
                await self.desk.run(self._follow_homes)
                self._followed = monotonic()
            work = await self.desk.hand_out(self.config.concurrency - len(self.tasks))
            is_over = not work and not self.tasks and self.until_idle and await self._is_idle()
        except Retryable as error:
            log.warning("the store is away: %s", error)
            await asyncio.sleep(1.0)
            return False
        for one in work:
            if not self.is_closing:  # what was claimed meanwhile is given back with the rest
                await self._begin(one)
        if not is_over:
            await self._pause(BUSY_SECONDS if work else IDLE_SECONDS)
        return is_over

    async def _say_alive(self) -> None:
        """Beat from the loop itself: one that hangs falls silent, and is replaced."""
        if monotonic() - self._beaten < telemetry.BEAT_SECONDS:
            return
        self._beaten = monotonic()
        figures = {"committed": self.commit.committed, "under way": len(self.tasks), "hosts": len(self.desk.gates)}
        await asyncio.to_thread(self.beat.beat, figures)

    async def _pause(self, seconds: float) -> None:
        """Sleep, but no longer than until a visit ends and makes room."""
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(BUSY_SECONDS)
        else:
            await asyncio.sleep(seconds)

    async def _begin(self, work: Work) -> None:
        """Start the visits; what belongs to a portal that isn't visited any more is given back."""
        claimed: list[ClaimedSeed | ClaimedPage] = [*work.seeds, *work.pages]
        if any(one.portal_id not in self.desk.portals for one in claimed):
            with suppress(Retryable):
                await self.desk.read_portals()
        for one in claimed:
            portal = self.desk.portals.get(one.portal_id)
            if portal is None:
                with suppress(Retryable):  # else its lease expires
                    await self.desk.give_back_one(one)
            elif isinstance(one, ClaimedSeed):
                self._spawn(work.gate, one, self.seed_visitor.visit(work.gate, one, portal))
            else:
                self._spawn(work.gate, one, self._visit(work.gate, one, portal))

    async def _visit(self, gate: Gate, page: ClaimedPage, portal: KnownPortal) -> None:
        try:
            visit = await self.visitor.page(gate, page, portal)
        except Exception as error:
            # Ours, not the portal's; the page takes a failed try, or it would stay leased for ever.
            log.exception("a visit to %s broke", page.url)
            visit = self.visitor.broken(page, portal, error)
        if not (self.is_closing and visit.brought is Brought.ERROR):  # its error is our end
            await self.commit.put(visit)

    def _spawn(self, gate: Gate, claimed: ClaimedSeed | ClaimedPage, visit: Coroutine[Any, Any, Any]) -> None:
        gate.visits += 1

        async def run() -> None:
            try:
                await visit
            except Exception:
                log.exception("a visit to %s broke", gate.host.name)

        task = asyncio.create_task(run())
        self.tasks.add(task)
        task.add_done_callback(lambda done: self._ended(done, gate, claimed))

    def _ended(self, task: "asyncio.Task[None]", gate: Gate, claimed: ClaimedSeed | ClaimedPage) -> None:
        self.tasks.discard(task)
        self.desk.end(claimed)
        gate.visits -= 1

    def _follow_homes(self, session: db.Session) -> None:
        """Every portal has seeds: its own, or its home page, which names others."""
        at = db.now(session)
        self.started_at = self.started_at or at
        for row in seeds.to_probe(session, at, self.config.probe_seconds):
            given = [(s["url"], s["kind"]) for s in row.settings.get("seeds") or []]
            wanted = [NewSeed(row.id, u, SeedKind(k or SeedKind.FEED), "file") for u, k in given]
            if not given and (home := canonical(row.home)):
                wanted = [NewSeed(row.id, home, SeedKind.HOME, "file")]
            seeds.add(session, wanted, at)
            row.probed_at = at

    async def _is_idle(self) -> bool:
        """Nothing is due, nor will be within moments."""
        until = now() + timedelta(seconds=HORIZON_SECONDS)

        def count(session: db.Session) -> int:
            since, open_by = self.started_at or until, until + hosts.PATIENCE
            waiting = seeds.due_count(session, since, until, until, open_by)
            return waiting + pages.work_until(session, since, until, open_by)

        return await self.desk.run(count) == 0

    async def release_everything(self) -> None:
        """Drop what is under way and give the leases back: called when the spider closes."""
        self._drop()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.commit.drain()
        await self.desk.give_back()
        await asyncio.to_thread(self.beat.end)
