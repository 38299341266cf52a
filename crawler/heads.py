"""An HTTP client that limits what comes before a body"""

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientProtocol
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

# Status line and headers, and all informational answers (1xx) before the answer itself: servers' own limits are 8 to
# 64 KB. Scrapy limits bodies only, so headers that never end would fill the memory until the time is over.
LARGEST_HEAD = 300_000


class HeadTooLargeError(Exception):
    """What stands before the body is larger than any honest server sends."""


class LimitedProtocol(_LenientHTTP11ClientProtocol):
    """Ends a connection whose answer doesn't come to its body."""

    _head_bytes = 0
    _headed: object = None  # the parser, one an answer, whose head is counted

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Count what arrives while status or headers are read; the body's begin may come with their end."""
        parser = self._parser
        if parser is not None and parser.state in (STATUS, HEADER):
            if parser is not self._headed:
                self._headed, self._head_bytes = parser, 0
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEAD:
                error = HeadTooLargeError(f"more than {LARGEST_HEAD} bytes before the body")
                self._giveUp(Failure(error))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]
