"""A short crawl without a store: what it meets is printed as JSON lines"""

import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler import guard
from crawler.asking import UnreachableError
from crawler.desk import KnownPortal
from crawler.extensions import FetchingSpider
from crawler.fetcher import Answer, Ask, Fetcher, TransportError
from crawler.gates import Gate, LostError, Pace, RestingError
from crawler.visiting import Trail, Visitor
from storage.config import Config
from storage.db import Session
from storage.errors import Rejected
from storage.portals import Portal
from storage.repositories.hosts import ClaimedHost
from storage.urls import canonical, host_key

NO_REQUESTS: tuple[Any, ...] = ()
FOR_EVER = float("inf")


class MemoryKeeper:
    """Knows the hosts of one short crawl, and forgets them with it."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.portals: dict[int, KnownPortal] = {}
        self._gates: dict[str, Gate] = {}

    async def run(self, act: Callable[[Session], object]) -> object:
        """Nothing is written down: what was learnt stays with the gate."""
        del act
        return None

    async def hold(self, name: str) -> Gate:
        """The gate of a host: one request at a time, whatever the daemon's own pace is."""
        if name not in self._gates:
            host = ClaimedHost(len(self._gates) + 1, name, 1, None, None, 0, None, None, None)
            self._gates[name] = Gate(host, Pace(1, self.config.host_delay_seconds), _granted, FOR_EVER)
        return self._gates[name]

    def know(self, key: str, home: str, hosts: tuple[str, ...] = ()) -> KnownPortal:
        """A portal of this crawl's own."""
        value = Portal.model_validate({"id": key, "home": home, "hosts": hosts}, by_alias=True)
        portal = KnownPortal(len(self.portals) + 1, value, 0, 0)
        self.portals[portal.id] = portal
        return portal


async def _granted(_gate: Gate, _ready_at: datetime) -> bool:
    return True


class Errand:
    """What a short crawl works with."""

    def __init__(self, config: Config, keeper: MemoryKeeper, visitor: Visitor) -> None:
        self.config = config
        self.keeper = keeper
        self.visitor = visitor

    def say(self, what: str, **values: object) -> None:
        """Print one line; `what` is its kind."""
        sys.stdout.write(json.dumps({"is": what, **values}, ensure_ascii=False, default=_plain) + "\n")
        sys.stdout.flush()

    async def get(self, url: str, portal: KnownPortal | None) -> tuple[Answer | None, str | None]:
        """The last answer to a canonical URL, redirects followed; or why there is none."""
        try:
            # Asked first, since robots.txt of such an address would only be said to be out of reach.
            guard.check_url(url, self.config.allow_addresses)
            gate = await self.keeper.hold(host_key(url))
            return await self.visitor.follow(gate, Trail(url), Ask(url), portal), None
        except (Rejected, TransportError, UnreachableError, RestingError, LostError) as error:
            return None, str(error)

    def address(self, url: str) -> str | None:
        """A URL in the form it is asked for; None where it can't be."""
        return canonical(url, longest=self.config.url_length)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return asdict(value)  # type: ignore[call-overload]


Task = Callable[[Errand], Awaitable[None]]


class ErrandSpider(FetchingSpider):
    """Runs one task with our guard, robots rules and turns, and ends."""

    name = "errand"
    task: Task
    errand: Errand
    is_done = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **words: Any) -> "ErrandSpider":
        """Scrapy's way to make one."""
        spider: ErrandSpider = super().from_crawler(crawler, *args, **words)
        config: Config = crawler.settings["DATELINE"]
        keeper = MemoryKeeper(config)
        spider.errand = Errand(config, keeper, Visitor(keeper, Fetcher(crawler, config)))
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Do the task; no request goes through Scrapy's own queue."""
        await self.task(self.errand)
        self.is_done = True
        for nothing in NO_REQUESTS:
            yield nothing


def run(settings: Settings, task: Task) -> int:
    """Run a task to its end in this process: 0 where it got there."""
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(ErrandSpider)
    process.crawl(crawler, task=task)
    process.start()
    return 0 if isinstance(crawler.spider, ErrandSpider) and crawler.spider.is_done else 1
