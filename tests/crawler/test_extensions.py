"""Scrapy's own commands work from the root, and unpack what they fetch"""

import asyncio
import gzip
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from scrapy import signals
from scrapy.settings import BaseSettings

from crawler.extensions import PARTS, UNPACKING, Drain, QuietFormatter, unpack_ourselves
from storage.config import Config, child_environment

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = "<html><head><title>Мост открыт</title></head><body><p>Read me.</p></body></html>"


class Handler(BaseHTTPRequestHandler):
    """Answers everything with one page, packed."""

    def do_GET(self):
        body = gzip.compress(PAGE.encode())
        self.send_response(200)
        for name, value in (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_what):
        """Say nothing."""


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def scrapy(tmp_path, *words):
    environment = child_environment(var=str(tmp_path), allow_addresses="127.0.0.0/8")
    command = [sys.executable, "-m", "scrapy", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True
    ).stdout


def test_list_names_the_spider(tmp_path):
    assert scrapy(tmp_path, "list").split() == ["portals"]


def test_the_shell_reads_packed_pages(site, tmp_path):
    said = scrapy(tmp_path, "shell", "--nolog", "-c", "response.css('title::text').get()", site)
    assert "Мост открыт" in said


def test_spiders_of_ours_get_bodies_as_they_came():
    settings = BaseSettings({PARTS: BaseSettings({"other": 1, UNPACKING: 590})})
    unpack_ourselves(settings)
    assert dict(settings[PARTS]) == {"other": 1}


def test_the_end_of_a_spider_waits_until_it_has_given_all_back(engine):
    given_back = []

    class Holding:
        async def release_everything(self):
            await asyncio.sleep(0.01)
            given_back.append(self)

    async def end(crawler, spider):
        drain = Drain.from_crawler(crawler)  # signals know it weakly
        await crawler.signals.send_catch_log_async(signals.spider_closed, spider=spider, reason="finished")
        return drain

    spider = Holding()
    with engine.crawler(Config()) as crawler:
        engine.run(end(crawler, spider))
    assert given_back == [spider]


def test_a_spider_that_holds_nothing_ends_as_well():
    assert asyncio.run(Drain().closed(object())) is None


def test_a_response_makes_no_line():
    assert QuietFormatter().crawled("request", "response", "spider") is None
