"""Keeps the cleaning child: starts it, hands it pages, kills it when a page exceeds its limits

This side imports no parser, so the memory of the worker stays small and a page can break nothing in it.
"""

import contextlib
import math
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

import psutil

from storage.config import Config
from storage.domain import CleanedArticle, Rejection, RejectionReason
from storage.errors import Retryable
from workers.clean import parcel
from workers.clean.parcel import Order

READER = "workers.clean.reading:PortalReader"
READY = b"ready"
START_SECONDS = 60.0
SLICE_SECONDS = 0.1
PATIENCE = 3.0  # a page that waits instead of computing may take so many times its limit: the machine may be busy
SEND_SECONDS = 30
WORN = 0.7  # of the memory limit: a child that holds so much is replaced before the next page

_BOOT = "import sys; sys.path[:] = {path!r}; from workers.clean.child import main; main()"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one page may take."""

    seconds: float
    megabytes: int
    bytes: int

    @classmethod
    def of(cls, config: Config) -> "Limits":
        """The limits that the settings give."""
        return cls(config.clean_seconds, config.clean_megabytes, config.page_bytes)


class _Died(Exception):
    """The child ended while it read a page."""


class _Exceeded(Exception):
    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.detail)
        self.rejection = rejection


class Keeper:
    """Reads pages in a child process that lives on from page to page. One page at a time; not for threads."""

    def __init__(self, limits: Limits, reader: str = READER) -> None:
        self._limits, self._reader = limits, reader
        self._process: subprocess.Popen[bytes] | None = None
        self._usage: psutil.Process | None = None  # the same, to look at what it takes
        self._pipe: Connection | None = None
        self._pages = 0  # that this child has read
        self.starts = 0

    def read(self, order: Order, tick: Callable[[], None] = lambda: None) -> CleanedArticle | Rejection:
        """Read one page within its limits; what exceeds them is a rejection, never an error.

        `tick` is called every tenth of a second meanwhile: to keep a lease. A child that dies is replaced and the
        page tried once more: another page, or somebody's `kill`, may have been the cause.
        """
        for is_last in (False, True):
            self._start()
            is_fresh = self._pages == 0
            try:
                return self._ask(order, tick)
            except _Exceeded as error:
                self.close()
                if is_last or is_fresh or error.rejection.reason is not RejectionReason.MEMORY_LIMIT:
                    return error.rejection
            except _Died:
                rejection = self._post_mortem()
                if is_last:
                    return rejection
        raise AssertionError("the second try returns")

    def remember(self, portal: str, habits: str) -> int:
        """Let the child know a portal's habits; returns which child knows them (`starts`), -1 if it died of it."""
        self._start()
        return self.starts if self._tell(parcel.REMEMBER + f"{portal}\0{habits}".encode()) is not None else -1

    def habits(self, portal: str) -> str | None:
        """What the child knows of a portal's habits; None if there is no child to ask."""
        if self._process is None:
            return None
        answer = self._tell(parcel.HABITS + portal.encode())
        return answer.decode() if answer is not None else None

    def known(self, portal: str) -> int | None:
        """How many habits of a portal the child knows; None if there is no child to ask."""
        answer = self._tell(parcel.KNOWN + portal.encode()) if self._process is not None else None
        return int(answer) if answer is not None else None

    def _tell(self, message: bytes) -> bytes | None:
        assert self._pipe is not None
        try:
            self._pipe.send_bytes(message)
            return self._wait(lambda: None)
        except (EOFError, OSError, _Exceeded):
            self.close()
            return None

    def _ask(self, order: Order, tick: Callable[[], None]) -> CleanedArticle | Rejection:
        assert self._pipe is not None
        try:
            self._pipe.send_bytes(parcel.READ + parcel.pack_order(order))
            result = parcel.unpack_answer(self._wait(tick))
        except (EOFError, OSError, ValueError) as error:
            raise _Died from error
        self._pages += 1
        out_of_memory = isinstance(result, Rejection) and result.reason is RejectionReason.MEMORY_LIMIT
        if out_of_memory:
            assert isinstance(result, Rejection)
            raise _Exceeded(result)  # its memory is in pieces: a fresh child judges
        if self._megabytes() > WORN * self._limits.megabytes:
            self.close()
        return result

    def _wait(self, tick: Callable[[], None]) -> bytes:
        """The child's answer. Time in which this process itself stood still doesn't count against the page."""
        assert self._pipe is not None
        waited, began = 0.0, math.nan
        while True:
            start = time.monotonic()
            if self._pipe.poll(SLICE_SECONDS):
                return self._pipe.recv_bytes(parcel.LARGEST_ANSWER + 1_000_000)
            if math.isnan(began):  # nearly every page is read by now
                began = self._cpu_seconds()
            waited += min(time.monotonic() - start, 2 * SLICE_SECONDS)
            tick()
            if self._megabytes() > self._limits.megabytes:
                raise _Exceeded(
                    Rejection(
                        RejectionReason.MEMORY_LIMIT, f"reading it takes more memory than {self._limits.megabytes} MB"
                    )
                )
            if waited > self._limits.seconds:
                computed = self._cpu_seconds() - began
                if computed > 0.8 * self._limits.seconds or waited > PATIENCE * self._limits.seconds:
                    raise _Exceeded(Rejection(RejectionReason.TIME_LIMIT, f"not read after {waited:.1f} s"))

    def _start(self) -> None:
        """Have a child that is alive. Raises Retryable if none can be started."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        with theirs:
            command = self._command(theirs.fileno())
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()])  # noqa: S603 - our own interpreter
            self._usage = psutil.Process(self._process.pid)
        self._pipe = Connection(ours.detach())
        self._pages = 0
        self.starts += 1
        with contextlib.suppress(EOFError, OSError):
            if self._pipe.poll(START_SECONDS) and self._pipe.recv_bytes(len(READY)) == READY:
                return
        self.close()
        raise Retryable("the cleaning child did not start: its own message stands above in the log")

    def _command(self, handle: int) -> list[str]:
        limits = self._limits
        numbers = (str(handle), self._reader, str(limits.megabytes), str(limits.seconds), str(limits.bytes))
        return [sys.executable, "-c", _BOOT.format(path=sys.path), *numbers]

    def _megabytes(self) -> float:
        with contextlib.suppress(psutil.Error):
            if self._usage is not None:
                return float(self._usage.memory_info().rss) / 1_000_000
        return 0.0

    def _cpu_seconds(self) -> float:
        with contextlib.suppress(psutil.Error):
            if self._usage is not None:
                used = self._usage.cpu_times()
                return float(used.user + used.system)
        return 0.0

    def _post_mortem(self) -> Rejection:
        """What a dead child's end says about the page it read."""
        code = self._process.wait(5) if self._process and not self._is_alive() else None
        self.close()
        if code == -signal.SIGKILL:
            return Rejection(RejectionReason.MEMORY_LIMIT, "the system killed its reader, most likely for its memory")
        how = f"signal {signal.Signals(-code).name}" if code is not None and code < 0 else f"code {code}"
        return Rejection(RejectionReason.UNREADABLE, f"it ended its reader with {how}")

    def _is_alive(self) -> bool:
        """Whether the child still runs a moment after its pipe broke."""
        assert self._process is not None
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            return True
        return False

    def close(self) -> None:
        """End the child."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = self._usage = None
