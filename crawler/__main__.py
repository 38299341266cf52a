"""Starts the crawler: `python -m crawler run`"""

import argparse
import sys
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.spiders.portals import PortalSpider


def main(arguments: list[str] | None = None) -> int:
    """Run the spider in this process until it ends or is told to."""
    parser = argparse.ArgumentParser(prog="python -m crawler", description="Follow the enabled portals.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="visit what is due, for ever")
    run.add_argument("--until-idle", action="store_true", help="end when nothing is due")
    words: Any = parser.parse_args(arguments)
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    process = AsyncCrawlerProcess(settings)
    process.crawl(PortalSpider, until_idle="1" if words.until_idle else "")
    process.start()
    return 0


if __name__ == "__main__":
    sys.exit(main())
