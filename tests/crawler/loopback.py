"""A server on loopback that does as it is told, and Scrapy's own engine to ask it with"""

import asyncio
import socketserver
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from crawler.extensions import unpack_ourselves
from crawler.guard import GuardedResolver
from storage.config import Config

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Request:
    """A request as it came in."""

    path: str
    headers: dict[str, str]  # names in lower case
    at: float  # monotonic seconds
    before: int  # how many came before it


Answer = Callable[[Request], "bytes | None"]  # None: hang up without a word


def reply(status: int = 200, body: bytes | str = b"", **headers: str) -> bytes:
    """An answer as it goes over the wire; a `Content_Length` given here is believed."""
    data = body.encode() if isinstance(body, str) else body
    fields = {"Content_Type": "text/html", "Content_Length": str(len(data)), **headers}
    lines = [f"HTTP/1.1 {status} X", *(f"{k.replace('_', '-')}: {v}" for k, v in fields.items() if v)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + data


@dataclass
class Site:
    """A server and what it was asked."""

    answer: Answer
    requests: list[Request] = field(default_factory=list)
    answered: list[tuple[Request, float]] = field(default_factory=list)  # when each answer had been sent
    most: int = 0  # at once
    port: int = 0
    _under_way: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"

    def paths(self) -> list[str]:
        return [r.path for r in self.requests]

    def take(self, path: str, headers: dict[str, str]) -> bytes | None:
        with self._lock:
            request = Request(path, headers, time.monotonic(), len(self.requests))
            self.requests.append(request)
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        try:
            return self.answer(request)
        finally:
            with self._lock:
                self._under_way -= 1
                self.answered.append((request, time.monotonic()))


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        while line := self.rfile.readline().decode("latin-1"):
            headers = {}
            while (head := self.rfile.readline().decode("latin-1").strip()) != "":
                name, _, value = head.partition(":")
                headers[name.lower()] = value.strip()
            data = site.take(line.split(" ")[1], headers)
            if data is None:
                return
            self.wfile.write(data)
            head, _, _ = data.partition(b"\r\n\r\n")
            if b"connection: close" in head.lower():
                return


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_words: Any) -> None:
        pass  # clients hang up as they please


@contextmanager
def serving(answer: Answer) -> Iterator[Site]:
    site = Site(answer)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.site = site  # type: ignore[attr-defined]
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


class _Waiting(Spider):
    name = "waiting"

    async def start(self) -> Any:
        self.over = asyncio.Event()
        self.opened.set()
        await self.over.wait()
        for nothing in ():
            yield nothing

    opened: threading.Event


class Engine:
    """Twisted's reactor in a thread of its own, for as long as the tests run: it can't be started twice."""

    def __init__(self) -> None:
        install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
        from twisted.internet import reactor

        self.reactor: Any = reactor
        self.loop: asyncio.AbstractEventLoop = self.reactor._asyncioEventloop
        self._thread = threading.Thread(target=lambda: self.reactor.run(installSignalHandlers=False), daemon=True)
        self._thread.start()

    def run(self, scene: Coroutine[Any, Any, Any]) -> Any:
        """Play a scene on the reactor's loop, and wait for its end."""
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(scene, PATIENCE_SECONDS), self.loop).result()

    @contextmanager
    def crawler(self, config: Config) -> Iterator[Crawler]:
        """A crawler whose engine sends requests and does nothing by itself."""
        made: list[Crawler] = []
        opened = threading.Event()
        self.run(self._open(config, made, opened))
        assert opened.wait(PATIENCE_SECONDS)
        try:
            yield made[0]
        finally:
            self.run(made[0].stop_async())

    async def _open(self, config: Config, made: list[Crawler], opened: threading.Event) -> None:
        settings = Settings()
        settings.setmodule("crawler.settings")
        settings.setdict(
            {
                "DATELINE": config,
                "DOWNLOAD_TIMEOUT": config.page_seconds,
                "DOWNLOAD_MAXSIZE": config.page_bytes,
                "EXTENSIONS": {},
                "LOG_ENABLED": False,
            }
        )
        unpack_ourselves(settings)
        crawler = AsyncCrawlerRunner(settings).create_crawler(type("_W", (_Waiting,), {"opened": opened}))
        # As Scrapy's own processes do, which runners leave to their callers.
        GuardedResolver(self.reactor, 10_000, 5.0, config.allow_addresses).install_on_reactor()
        self.task = asyncio.ensure_future(crawler.crawl_async())
        made.append(crawler)

    def close(self) -> None:
        self.reactor.callFromThread(self.reactor.stop)
        self._thread.join(PATIENCE_SECONDS)
        self.reactor.removeAll()
        self.loop.close()
