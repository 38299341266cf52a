"""The process that reads pages: killable, limited in memory, fed over a pipe

    python -c "from workers.clean.child import main; main()" FD READER MEGABYTES SECONDS BYTES

It alone holds parsers. It ends when its parent does (the pipe closes), and by an alarm of the kernel's if a page
hangs when no parent is left to kill it.
"""

import contextlib
import importlib
import signal
import sys
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from storage import archive, processes
from storage.domain import CleanedArticle, PageContext, Rejection, RejectionReason
from workers.clean import parcel

READY = b"ready"
ALARM_SECONDS = 60.0  # beyond the parent's patience: only orphans live to hear it
OOM_SCORE = "500"  # if the machine runs out of memory, this process goes first


class Reader(Protocol):
    """What reads pages, and learns each portal's habits from them."""

    def read(self, body: bytes, context: PageContext) -> CleanedArticle | Rejection:
        """Read a page."""

    def habits(self, portal: str) -> str:
        """What is known of a portal's habits, as text to keep."""

    def known(self, portal: str) -> int:
        """How many lines of a portal are habits."""

    def remember(self, portal: str, habits: str) -> None:
        """Take up what was kept of a portal's habits."""


_WARM_UP = (
    b"<!doctype html><html><head><title>A first page</title></head><body><p>It loads what reading needs.</p></body>"
)


def main() -> None:
    """Serve the pipe whose number the command line gives, until it closes."""
    handle, reader, megabytes, seconds, largest = sys.argv[1:]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # sent to the whole group: the parent decides when this ends
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")
    made = _load(reader)
    processes.limit_memory(int(megabytes))
    with Connection(int(handle)) as pipe:
        pipe.send_bytes(READY)
        serve(pipe, made, float(seconds), int(largest))


def _load(reader: str) -> Reader:
    """A reader, with all that it loads when first used."""
    module, _, name = reader.partition(":")
    made: Reader = getattr(importlib.import_module(module), name)()
    context = PageContext(url="https://example.org/", final_url="https://example.org/", fetched_at=datetime.now(UTC))
    with contextlib.suppress(Exception):
        made.read(_WARM_UP, context)
    processes.spare_collection()
    return made


def serve(pipe: Connection, reader: Reader, seconds: float, largest: int) -> None:
    """Answer messages until the other side closes."""
    freed = processes.Freed()
    while True:
        try:
            message = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        signal.setitimer(signal.ITIMER_REAL, 3 * seconds + ALARM_SECONDS)
        answer = _answer(message[:1], message[1:], reader, largest)
        signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.send_bytes(answer)
        freed.give_back()


def _answer(kind: bytes, data: bytes, reader: Reader, largest: int) -> bytes:
    if kind == parcel.READ:
        return _read(data, reader, largest)
    portal, _, habits = data.decode().partition("\0")
    if kind == parcel.REMEMBER:
        reader.remember(portal, habits)
        return b""
    return (reader.habits(portal) if kind == parcel.HABITS else str(reader.known(portal))).encode()


def _read(data: bytes, reader: Reader, largest: int) -> bytes:
    try:
        order = parcel.unpack_order(data)
        body = archive.unpack(order.record)
        if len(body) > largest:
            return parcel.pack_answer(Rejection(RejectionReason.TOO_LARGE, f"{len(body):,} bytes"))
        return parcel.pack_answer(reader.read(body, order.context))
    except MemoryError:
        return parcel.pack_answer(Rejection(RejectionReason.MEMORY_LIMIT, "reading it takes too much memory"))
    except RecursionError as error:
        return parcel.pack_answer(Rejection(RejectionReason.UNREADABLE, f"nested too deeply: {error}"))
    except Exception as error:  # noqa: BLE001 - whatever a page does to a parser, it is that page's rejection
        return parcel.pack_answer(Rejection(RejectionReason.UNREADABLE, _place(error)))


def _place(error: Exception) -> str:
    """What happened and where, on one line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}: {error}{where}"[:500]
