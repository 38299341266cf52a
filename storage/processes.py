"""Child processes that end with their parent, signals that ask for an end, one daemon a folder"""

import contextlib
import ctypes
import fcntl
import gc
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from storage.errors import Refused

PR_SET_PDEATHSIG = 1
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # of malloc.h
YOUNG_OBJECTS = 20_000  # by default the collector runs at every 700: many times a batch, a twentieth of the time
GROWN_MEGABYTES = 8.0
ORPHAN_LOOK_SECONDS = 1.0
ORPHAN_GRACE_SECONDS = 20.0  # for what is under way, before an orphan that hangs is ended the hard way


def start_child(
    command: Sequence[str], *, output: IO[bytes] | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a process that is asked to end when this one does, however it does.

    It has a group of its own: a signal to the parent's group, such as Ctrl-C, reaches the parent alone, which
    decides what it means.
    """
    parent = os.getpid()
    return subprocess.Popen(  # noqa: S603 - commands are our own
        list(command),
        stdout=output,
        stderr=output,
        stdin=subprocess.DEVNULL,
        env=None if environment is None else dict(environment),
        process_group=0,
        preexec_fn=lambda: _follow(parent),  # noqa: PLW1509 - it takes no lock that another thread may hold
    )


def _follow(parent: int) -> None:
    """In a child just made: be sent SIGTERM when the parent dies (Linux; elsewhere `end_as_orphan` looks)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)


def end_as_orphan(parent: int | None = None, grace_seconds: float = ORPHAN_GRACE_SECONDS) -> None:
    """Let a thread look whether the parent still lives: without it, ask this process to end, later end it."""
    parent = os.getppid() if parent is None else parent
    threading.Thread(target=_look_for_parent, args=(parent, grace_seconds), name="orphan", daemon=True).start()


def _look_for_parent(parent: int, grace_seconds: float) -> None:
    while os.getppid() == parent:
        time.sleep(ORPHAN_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_seconds)
    os._exit(1)


def stop_event() -> threading.Event:
    """An event that SIGTERM and SIGINT set; a SIGINT that is ignored, as under nohup, stays so."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, stop)
    return stopping


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the daemon's folder. Raises Refused while another daemon has it; a killed one has it no more."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "daemon.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Refused(
                f"a daemon already works in {folder} (pid {file.read().strip() or 'unknown'}): "
                "stop it first, or give this one a folder of its own with `var`"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def limit_memory(megabytes: int) -> None:
    """Let this process hold `megabytes` of memory of its own, not counting what it has only reserved.

    RLIMIT_AS would count what libraries reserve and never touch, hundreds of megabytes that differ by machine.
    """
    held = memory_kilobytes()
    if held:
        reserved = max(held["VmData"] - held["RssAnon"], 0)
        limit = (reserved + megabytes * 1024) * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def memory_kilobytes() -> Mapping[str, int]:
    """This process's sizes by their names in /proc; empty where there is no such file."""
    with contextlib.suppress(OSError, ValueError):
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        pairs = (line.split(":", 1) for line in lines if line.endswith("kB"))
        return {name: int(value.split()[0]) for name, value in pairs}
    return {}


def memory_megabytes() -> float:
    """What this process holds of the machine's memory; 0 where there is no /proc."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * resource.getpagesize() / 1_000_000
    return 0.0


def limit_computing(seconds: float) -> None:
    """Let the system end this process after so much computing: SIGXCPU, or SIGKILL where that is caught."""
    most = max(1, round(seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))


def spare_collection() -> None:
    """Look for garbage seldom, and never in what is loaded: for a process that has all its modules, and then handles
    one thing after the other, each of which leaves next to no garbage that counting doesn't free."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def spare_memory() -> None:
    """Let what this process frees go back to the system, whichever thread had it: what children are told by their
    environment (config.ALLOCATOR), for a process that is there already. Of glibc's allocator; no other has this."""
    with contextlib.suppress(AttributeError, OSError):
        for option, value in ((M_ARENA_MAX, 2), (M_MMAP_THRESHOLD, 1_000_000), (M_TRIM_THRESHOLD, 4_000_000)):
            ctypes.CDLL(None).mallopt(option, value)


class Freed:
    """Gives the system back what this process freed, pages between what is still held, too: glibc by itself gives
    back the heap's end alone, and one large thing read leaves tens of megabytes in front of it."""

    def __init__(self) -> None:
        self._settled = memory_megabytes()

    def give_back(self) -> bool:
        """Do so if the process has grown by GROWN_MEGABYTES since; whether it did. Takes a millisecond then."""
        held = memory_megabytes()
        self._settled = min(self._settled, held)
        if held < self._settled + GROWN_MEGABYTES:
            return False
        with contextlib.suppress(AttributeError, OSError):  # other allocators have no such call
            ctypes.CDLL(None).malloc_trim(0)
        self._settled = memory_megabytes()
        return True
