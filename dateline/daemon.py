"""Starts the child processes and restarts the ones that die, whatever their exit code"""

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from types import FrameType

from storage import broker, config, telemetry
from storage.broker import Embedded
from storage.config import Config
from storage.db import Database
from storage.errors import Retryable
from storage.repositories import hosts

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.2
BEAT_SECONDS = 5.0
FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 15.0
STEADY_SECONDS = 30.0  # a child that lived so long starts anew without a wait
DRAIN_SECONDS = 15.0


@dataclass
class Child:
    """A process that should always run."""

    role: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    owner: str = ""
    started: float = 0.0
    starts: int = 0
    failures: int = 0
    next_start: float = field(default_factory=time.monotonic)


class Supervisor:
    """The embedded server and the children of one daemon."""

    def __init__(
        self,
        settings: Config,
        database: Database,
        children: Sequence[Child],
        changed: Mapping[str, str] | None = None,
    ) -> None:
        """`changed`: settings that the children take instead of the file's and the environment's."""
        self._changed = dict(changed or {})
        self.settings = settings
        self.database = database
        self.children = list(children)
        self.server = None if settings.redis else Embedded(settings)
        self.stopping = Event()
        self.hurry = Event()
        self._name = telemetry.owner("supervisor")
        self._beat = telemetry.Heartbeat(database, "supervisor", self._name)
        self._beaten = 0.0

    def start(self) -> None:
        """Bring up the queue's server; the first look starts the children."""
        if self.server is not None:
            self.server.start()

    def listen(self) -> None:
        """Let SIGTERM and SIGINT end the daemon: the first drains, the second hurries."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopping.is_set():
            self.hurry.set()
        self.stopping.set()

    def run(self) -> None:
        """Look after the children until told to stop."""
        while not self.stopping.wait(LOOK_SECONDS):
            self.look()
        self.shut_down()

    def look(self) -> None:
        """Start what should run and doesn't; free what the dead had leased."""
        now = time.monotonic()
        if self.server is not None and not self._is_server_up():
            log.warning("the embedded server ended; starting it again")
            try:
                self.server.start()
            except Retryable as error:
                log.error("%s", error)
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._bury(child, now)
            if child.process is None and now >= child.next_start:
                self._start(child, now)
        if now - self._beaten > BEAT_SECONDS:
            self._beaten = now
            self._beat.beat({c.role: c.starts for c in self.children})

    def _is_server_up(self) -> bool:
        assert self.server is not None
        process = self.server.process
        return process.poll() is None if process is not None else self.server.is_up()

    def _start(self, child: Child, now: float) -> None:
        child.starts += 1
        child.owner = f"{child.role}-{self._name}-{child.starts}"
        environment = config.child_environment(**{**self._changed, "owner": child.owner})
        child.process = broker.start_child(list(child.command), environment=environment)
        child.started = now
        log.info("%s started, pid %d", child.role, child.process.pid)

    def _bury(self, child: Child, now: float) -> None:
        assert child.process is not None
        log.warning("%s ended with code %d", child.role, child.process.returncode)
        child.process = None
        child.failures = 0 if now - child.started > STEADY_SECONDS else child.failures + 1
        wait = min(FIRST_WAIT_SECONDS * 2**child.failures, LONGEST_WAIT_SECONDS) if child.failures else 0.0
        child.next_start = now + wait
        self._free(child.owner)

    def _free(self, owner: str) -> None:
        """A child known to be dead can't come back for its leases: its successor needn't wait for them."""
        try:
            with self.database.session() as session:
                hosts.release_owner(session, owner)
        except Retryable as error:
            log.warning("the leases of %s are left to expire: %s", owner, error)

    def shut_down(self) -> None:
        """End the children, politely first, then the server."""
        alive = [c for c in self.children if c.process is not None and c.process.poll() is None]
        for child in alive:
            assert child.process is not None
            child.process.terminate()
        end = time.monotonic() + DRAIN_SECONDS
        for child in alive:
            self._reap(child, end)
        if self.server is not None:
            self.server.stop()
        self._beat.end()

    def _reap(self, child: Child, end: float) -> None:
        assert child.process is not None
        while child.process.poll() is None:
            if time.monotonic() > end or self.hurry.is_set():
                log.warning("%s doesn't end; killed", child.role)
                child.process.kill()
                child.process.wait()
                self._free(child.owner)
                break
            time.sleep(0.05)
        child.process = None


def children(settings: Config, *, is_once: bool = False) -> list[Child]:
    """The processes of a daemon; without a scheduler where the caller does its work."""
    python = [sys.executable, "-m"]
    found = [Child("crawler", [*python, "crawler", "run"])]
    found += [
        Child(f"clean-{n}" if n > 1 else "clean", [*python, "dateline", "worker", "clean"])
        for n in range(1, settings.clean_workers + 1)
    ]
    found.append(Child("dedup", [*python, "dateline", "worker", "dedup"]))
    if not is_once:
        found.append(Child("scheduler", [*python, "dateline", "scheduler"]))
    return found
