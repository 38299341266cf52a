"""Scrapy's HTTP handler, with a word to say as a request leaves and as its status arrives"""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _LenientHTTP11ClientFactory
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.defer import Deferred, fail

from crawler.heads import LimitedProtocol

WATCH = "watch"  # in a request's meta
MARK = b"X-Dateline-Watch"  # a header that never leaves: all that a request brings along to its connection


class Watch(Protocol):
    """Who follows one request."""

    def leaves(self, is_reused: bool) -> None:
        """The connection stands, old if `is_reused`, and the request is sent next; what is raised here stops it."""

    def has_left(self) -> None:
        """The request was handed to the system: later than `leaves` by as long as something held the loop."""

    def arrives(self, status: int, headers: Mapping[str, str]) -> None:
        """The head of the answer is here, its body to come; header names in lower case, the last of each."""


class WatchedHandler(HTTP11DownloadHandler):
    """Between Scrapy's downloader and the wire lie look-ups, connections and bodies: seconds that hosts can change in.

    Nor is a request sent a second time behind our backs, as Twisted does when an old connection is hung up on.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._watches: dict[bytes, Watch] = {}
        self._number = 0
        self._pool.retryAutomatically = False

        class Factory(_Factory):
            watches = self._watches

        self._pool._factory = Factory

    async def download_request(self, request: Request) -> Response:
        """Send one request; its watch, if it has one, hears of it."""
        watch = request.meta.get(WATCH)
        if watch is None:
            return await super().download_request(request)
        self._number += 1
        mark = str(self._number).encode()
        self._watches[mark] = watch
        try:
            return await super().download_request(request.replace(headers={**request.headers, MARK: mark}))
        finally:
            del self._watches[mark]


class _Factory(_LenientHTTP11ClientFactory):
    watches: Mapping[bytes, Watch]

    def buildProtocol(self, addr: Any) -> "_WatchedProtocol":  # noqa: N802 - Twisted's name
        del addr
        protocol = _WatchedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
        protocol.watches = self.watches
        return protocol


class _WatchedProtocol(LimitedProtocol):
    watches: Mapping[bytes, Watch]
    is_reused = False

    def request(self, request: Any) -> "Deferred[Any]":
        """Send a request, unless its watch objects."""
        marks = request.headers.getRawHeaders(MARK, [b""])
        request.headers.removeHeader(MARK)
        watch = self.watches.get(marks[0])
        if watch is None:
            return super().request(request)
        try:
            watch.leaves(self.is_reused)
        except Exception:  # noqa: BLE001 - whatever it is, it is the watch's answer to who waits for the request
            self.abort()  # type: ignore[no-untyped-call]
            return fail()
        self.is_reused = True

        def arrived(response: Any) -> Any:
            pairs = response.headers.getAllRawHeaders()
            watch.arrives(response.code, {k.decode("latin-1").lower(): v[-1].decode("latin-1") for k, v in pairs if v})
            return response

        answered = super().request(request)
        # What is written now goes out in the loop's next round, in which timers come after sockets.
        asyncio.get_running_loop().call_later(0, watch.has_left)
        return answered.addCallback(arrived)
