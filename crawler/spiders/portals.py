"""The one long-lived spider: claims due seeds and pages, host by host"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from datetime import timedelta
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler

from crawler.desk import Desk, Work, now
from crawler.fetcher import Fetcher
from crawler.pipelines import Commit
from crawler.seed_visits import SeedVisitor
from crawler.visiting import Visitor
from storage import db, queue, telemetry
from storage.config import Config
from storage.db import Database
from storage.domain import SeedKind
from storage.errors import DatelineError, Retryable
from storage.repositories import changes, pages, seeds
from storage.repositories.seeds import NewSeed
from storage.urls import canonical

log = logging.getLogger(__name__)
IDLE_SECONDS = 0.5
BUSY_SECONDS = 0.05
NO_REQUESTS: tuple[Any, ...] = ()
HORIZON_SECONDS = 2.0  # work due this soon is waited for by a crawl that ends when nothing is due


class PortalSpider(Spider):
    """Follows every enabled portal for ever, or with `until_idle` until nothing is due."""

    name = "portals"

    def __init__(self, until_idle: str = "", **words: Any) -> None:
        super().__init__(**words)
        self.until_idle = bool(until_idle)
        self.tasks: set[asyncio.Task[None]] = set()
        self.started_at = now()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **words: Any) -> "PortalSpider":
        """Scrapy's way to make one."""
        spider: PortalSpider = super().from_crawler(crawler, *args, **words)
        config: Config = crawler.settings["DATELINE"]
        spider.config = config
        database = changes.install(Database(config.database_url))
        owner = config.owner or telemetry.owner("crawler")
        spider.desk = Desk(database, config, owner)
        spider.commit = Commit(database, queue.Outbox(config).send)
        spider.visitor = Visitor(spider.desk, Fetcher(crawler, config))
        spider.seed_visitor = SeedVisitor(spider.desk, spider.visitor)
        return spider

    config: Config
    desk: Desk
    commit: Commit
    visitor: Visitor
    seed_visitor: SeedVisitor

    async def start(self) -> AsyncIterator[Any]:
        """Claim and visit; yields nothing, since every visit is a task of its own."""
        writer = asyncio.create_task(self.commit.run())
        try:
            while not await self._turn():
                pass
            await asyncio.gather(*self.tasks, return_exceptions=True)
            await self.commit.drain()
        finally:
            writer.cancel()
        for nothing in NO_REQUESTS:
            yield nothing

    async def _turn(self) -> bool:
        """One round: hand out what is due. True when the crawl is over."""
        try:
            await self.desk.run(self._follow_homes)
            work = await self.desk.hand_out(self.config.concurrency - len(self.tasks))
        except Retryable as error:
            log.warning("the store is away: %s", error)
            await asyncio.sleep(1.0)
            return False
        for one in work:
            self._begin(one)
        if not work and not self.tasks and self.until_idle and await self._is_idle():
            return True
        await self._pause(BUSY_SECONDS if work else IDLE_SECONDS)
        return False

    async def _pause(self, seconds: float) -> None:
        """Sleep, but no longer than until a visit ends and makes room."""
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(BUSY_SECONDS)
        else:
            await asyncio.sleep(seconds)

    def _begin(self, work: Work) -> None:
        for seed in work.seeds:
            portal = self.desk.portals.get(seed.portal_id)
            if portal is not None:
                self._spawn(work, self.seed_visitor.visit(work.gate, seed, portal))
        for page in work.pages:
            portal = self.desk.portals.get(page.portal_id)
            if portal is not None:
                self._spawn(work, self._visit(work, page, portal))

    async def _visit(self, work: Work, page: Any, portal: Any) -> None:
        await self.commit.put(await self.visitor.page(work.gate, page, portal))

    def _spawn(self, work: Work, visit: Coroutine[Any, Any, Any]) -> None:
        async def run() -> None:
            work.gate.visits += 1
            try:
                await visit
            except DatelineError as error:
                log.warning("a visit to %s came to nothing: %s", work.gate.host.name, error)
            except Exception:
                log.exception("a visit to %s broke", work.gate.host.name)
            finally:
                work.gate.visits -= 1

        task = asyncio.create_task(run())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _follow_homes(self, session: db.Session) -> None:
        """Every portal has seeds: its own, or its home page, which names others."""
        at = db.now(session)
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
            return pages.work_until(session, until, until) + seeds.due_count(session, until, until, self.started_at)

        return await self.desk.run(count) == 0

    async def release_everything(self) -> None:
        """Drop what is under way and give the leases back: called when the spider closes."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.commit.drain()
        await self.desk.give_back()
