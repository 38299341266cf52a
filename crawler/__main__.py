"""Starts the crawler: `python -m crawler run`, and the short crawls `probe URL` and `fetch URL...`"""

import argparse
import sys
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from storage import processes, telemetry
from storage.config import Config

PROBE_SECONDS = 120.0


def main(arguments: list[str] | None = None) -> int:
    """Run the spider in this process until it ends or is told to."""
    words = _parser().parse_args(arguments)
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    act: Any = words.act
    code: int = act(settings, words)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crawler", description="Follow the enabled portals.")
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run", help="visit what is due, for ever")
    run.add_argument("--until-idle", action="store_true", help="end when nothing is due")
    run.set_defaults(act=_run)
    probe = commands.add_parser("probe", help="look at a site and print what it offers as JSON lines; needs no store")
    probe.add_argument("url", help="the site's home page")
    probe.add_argument("--seconds", type=float, default=PROBE_SECONDS, help="stop after so long (default %(default)s)")
    probe.set_defaults(act=_probe)
    fetch = commands.add_parser("fetch", help="print pages as JSON lines, bodies in base64; needs no store")
    fetch.add_argument("urls", nargs="+", metavar="url")
    fetch.set_defaults(act=_fetch)
    return parser


def _run(settings: Settings, words: Any) -> int:
    from crawler.spiders.portals import PortalSpider

    config: Config = settings["DATELINE"]
    if config.owner:
        processes.end_as_orphan()
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    telemetry.set_up_logs(config.log_level, config.log_format)  # after Scrapy, which sets levels of its own
    process.crawl(PortalSpider, until_idle="1" if words.until_idle else "")
    processes.spare_collection()
    process.start()
    return 0


def _probe(settings: Settings, words: Any) -> int:
    from crawler import errand, probing
    from storage.urls import canonical

    url = canonical(words.url)
    if url is None:
        sys.stderr.write(f"{words.url!r} is not an address that can be asked for\n")
        return 2
    return errand.run(settings, lambda ours: probing.look(ours, url, words.seconds))


def _fetch(settings: Settings, words: Any) -> int:
    from crawler import errand, probing

    return errand.run(settings, lambda ours: probing.fetch(ours, words.urls))


if __name__ == "__main__":
    sys.exit(main())
