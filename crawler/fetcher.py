"""One request through Scrapy's downloader, with its errors named in our words"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
)

from crawler import decoding, guard
from crawler.gates import EarlyError, Gate, LostError
from crawler.transport import WATCH
from storage.config import Config
from storage.domain import RejectionReason
from storage.errors import Rejected
from storage.portals import Portal

HEAD = "head_bytes_left"
SMALL_BYTES = 32_000  # unpacked at once, since a thread takes longer; a bomb of them some 20 ms
HEAD_FACTOR = 10

Hear = Callable[[Gate, int, Mapping[str, str]], object]  # status and headers, names in lower case


class TransportError(Exception):
    """The request brought no answer; it may the next time."""


class TruncatedError(TransportError):
    """The body ended before its announced length."""


class HungUpError(TransportError):
    """An old connection was closed in place of an answer, as happens when a server tires of it at that moment."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as far as visits need it; header names in lower case, the last of each."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What to request."""

    url: str  # canonical
    portal: Portal | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    head_bytes: int | None = None  # the answer may end after about so many, without being too large


def conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Headers that ask for a body only if it isn't what these marks were given for."""
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}


class Course:
    """What has become of a request so far: held back if need be, and its status told as soon as it is known."""

    def __init__(self, gate: Gate, hear: Hear) -> None:
        self._gate = gate
        self._hear = hear
        self.is_reused = False  # it was sent on a connection that stood already
        self.status = 0
        self.headers: Mapping[str, str] = {}

    def leaves(self, is_reused: bool) -> None:
        """Ask the gate a last time. Raises EarlyError or LostError."""
        self._gate.send()
        self.is_reused = is_reused

    def has_left(self) -> None:
        """Count the host's pause from now."""
        self._gate.sent()

    def arrives(self, status: int, headers: Mapping[str, str]) -> None:
        """Let a refusal hold the host's other requests before this one's body has come."""
        self.status, self.headers = status, headers
        self._hear(self._gate, status, headers)


class Fetcher:
    """Sends single requests: no redirect, no second try, no robots here."""

    def __init__(self, crawler: Crawler, config: Config) -> None:
        self._crawler = crawler
        self._config = config
        crawler.signals.connect(self._stop_refused, signal=signals.headers_received)
        crawler.signals.connect(self._stop_long, signal=signals.bytes_received)

    async def get(self, ask: Ask, gate: Gate, hear: Hear) -> Answer:
        """Send a GET in a turn of the gate; `hear` is told the status and headers of the answer as they come.

        Raises Rejected for what must not be fetched, TransportError for what may work later, EarlyError where the
        turn is over before the request could be sent, LostError.
        """
        guard.check_url(ask.url, self._config.allow_addresses)
        started, course = monotonic(), Course(gate, hear)
        try:
            return await self._get(ask, course, started)
        except (Rejected, TransportError):
            if course.status in (0, 200):
                raise
            # What isn't a page has said all with its status, however its body fares.
            return Answer(
                ask.url, course.status, course.headers, b"", monotonic() - started, course.headers.get("location")
            )

    async def _get(self, ask: Ask, course: Course, started: float) -> Answer:
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(self._request(ask, course))
        except (EarlyError, LostError):
            raise
        except (DownloadCancelledError, IgnoreRequest) as error:
            raise Rejected(RejectionReason.TOO_LARGE, str(error)[:200]) from error
        except ResponseDataLossError as error:
            raise TruncatedError("the body ended before its announced length") from error
        except CannotResolveHostError as error:
            if (address := guard.unsafe_address(ask.url, self._config.allow_addresses)) is not None:
                raise Rejected(RejectionReason.PRIVATE_ADDRESS, f"the name resolves to {address}") from error
            raise TransportError(f"the name of the host was not found: {error}") from error
        except DownloadTimeoutError as error:
            raise TransportError(f"no whole answer within {self._config.page_seconds:g} s") from error
        except Exception as error:
            # Twisted and the handlers raise many kinds; a request must never bring its visitor down.
            kind = HungUpError if course.is_reused and not course.status else TransportError
            raise kind(f"{type(error).__name__}: {error}"[:300]) from error
        headers = {
            key.decode("latin-1").lower(): values[-1].decode("latin-1")
            for key, values in response.headers.items()
            if values
        }
        # A list over several headers is one list.
        encodings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        body = await self._decoded(response.body, encodings, ask)
        return Answer(ask.url, response.status, headers, body, monotonic() - started, headers.get("location"))

    async def _decoded(self, body: bytes, encodings: str, ask: Ask) -> bytes:
        if not encodings.strip():
            return body if ask.head_bytes is None else body[: ask.head_bytes]
        is_head, most = ask.head_bytes is not None, ask.head_bytes or self._config.page_bytes
        unpack = partial(decoding.decode, body, encodings, most, is_head_enough=is_head)
        try:
            return unpack() if len(body) <= SMALL_BYTES else await asyncio.to_thread(unpack)
        except decoding.TooLargeError as error:
            raise Rejected(RejectionReason.TOO_LARGE, str(error)) from error
        except decoding.CutError as error:
            raise TruncatedError(str(error)) from error

    def _request(self, ask: Ask, course: Course) -> Request:
        headers = dict(ask.headers)
        meta: dict[str, object] = {WATCH: course, "download_maxsize": self._config.page_bytes}
        if ask.head_bytes is not None:
            meta.update({HEAD: ask.head_bytes, "download_maxsize": HEAD_FACTOR * self._config.page_bytes})
        if ask.portal is not None:
            headers = {**ask.portal.headers, **headers}
            if ask.portal.user_agent:
                headers["User-Agent"] = ask.portal.user_agent
            if ask.portal.proxy:
                meta["proxy"] = ask.portal.proxy
        return Request(ask.url, headers=headers, meta=meta, dont_filter=True)

    def _stop_refused(self, request: Request) -> None:
        """End an answer that has said all with its status, and whose body could keep us from acting on it."""
        if WATCH in request.meta and (request.meta[WATCH].status == 429 or request.meta[WATCH].status >= 500):
            raise StopDownload(fail=False)

    def _stop_long(self, data: bytes, request: Request) -> None:
        """End an answer of which only the head is wanted."""
        if HEAD in request.meta:
            request.meta[HEAD] -= len(data)
            if request.meta[HEAD] <= 0:
                raise StopDownload(fail=False)
