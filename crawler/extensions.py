"""Fits Scrapy into the daemon: quiet logs, a drain that gives leases back"""

from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.logformatter import LogFormatter
from scrapy.settings import BaseSettings

PARTS = "DOWNLOADER_MIDDLEWARES_BASE"
UNPACKING = "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware"


class FetchingSpider(Spider):
    """A spider whose requests go through our fetcher."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Scrapy's way to ask for a spider's settings."""
        super().update_settings(settings)
        unpack_ourselves(settings)


def unpack_ourselves(settings: BaseSettings) -> None:
    """Keep Scrapy from unpacking bodies for a spider whose fetcher does: ours tells a body that was cut.

    Of the spiders alone: `scrapy shell` and `scrapy fetch` have no fetcher of ours.
    """
    parts = {name: order for name, order in settings[PARTS].items() if name != UNPACKING}
    settings.set(PARTS, parts, priority="spider")  # what is set within a setting that is still at its default is lost


class QuietFormatter(LogFormatter):
    """A line a request is a debugging matter: outcomes are rows."""

    def crawled(self, *_what: Any) -> Any:
        """Nothing: Scrapy's line a response."""
        return None


class Drain:
    """Lets the spider finish what is under way and release its leases when it closes."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Drain":
        """Scrapy's way to make one."""
        drain = cls()
        crawler.signals.connect(drain.closed, signal=signals.spider_closed)
        return drain

    async def closed(self, spider: Any) -> None:
        """Give back what the spider still holds."""
        close = getattr(spider, "release_everything", None)
        if close is not None:
            await close()
