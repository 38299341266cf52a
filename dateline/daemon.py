"""Starts the child processes and restarts the ones that die, whatever their exit code"""

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from types import FrameType

from storage import config, db, processes, telemetry
from storage.broker import Embedded
from storage.config import Config
from storage.db import Database
from storage.errors import Retryable
from storage.repositories import health, sweeping

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.2
BEAT_SECONDS = 5.0
FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 15.0
STEADY_SECONDS = 30.0  # a child that lived so long starts anew without a wait
# Starting takes a processor a second: were all to start at once, the crawler, for which all wait, would be late, too.
APART_SECONDS = 0.8
DRAIN_SECONDS = 15.0
# A process that runs but has written no heartbeat for so long hangs, and is ended so that another takes its place.
HUNG_SECONDS = 120.0


@dataclass
class Pace:
    """When something that fails may be tried again: at once, then after waits that double."""

    failures: int = 0
    again_at: float = field(default_factory=time.monotonic)

    def failed(self, now: float) -> None:
        """Wait longer than the last time."""
        self.again_at = now + min(FIRST_WAIT_SECONDS * 2.0**self.failures, LONGEST_WAIT_SECONDS)
        self.failures += 1

    def went_well(self) -> None:
        """The next failure is a first one."""
        self.failures = 0


@dataclass
class Child:
    """A process that should always run."""

    role: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    owner: str = ""
    started: float = 0.0
    starts: int = 0
    beat: datetime | None = None  # its last sign of life, by its own clock
    beat_at: float = 0.0  # when we saw that
    pace: Pace = field(default_factory=Pace)


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
        self._server_pace = Pace()
        self._held = ExitStack()

    def start(self) -> None:
        """Take the folder and bring up the queue's server; the first look starts the children.

        Raises Refused while another daemon has the folder.
        """
        self._held.enter_context(processes.alone(self.settings.var))
        self._keep_server(time.monotonic())

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
        self._keep_server(now)
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._bury(child, now)
            if child.process is None and now >= child.pace.again_at and not self.stopping.is_set():
                self._start(child, now)
        if now - self._beaten > BEAT_SECONDS:
            self._beaten = now
            self._beat.beat({c.role: c.starts for c in self.children})
            self._end_the_hung(now)

    def _keep_server(self, now: float) -> None:
        """A server that doesn't come up stops nobody: workers then take their work from the store."""
        if self.server is None or now < self._server_pace.again_at or self._is_server_up():
            return
        if self.server.process is not None:
            log.warning("the embedded server ended; starting it again")
        try:
            self.server.start()
            self._server_pace.went_well()
        except (Retryable, OSError) as error:
            log.error("%s", error)
            self._server_pace.failed(now)

    def _is_server_up(self) -> bool:
        assert self.server is not None
        process = self.server.process
        return process.poll() is None if process is not None else self.server.is_up()

    def _start(self, child: Child, now: float) -> None:
        child.starts += 1
        child.owner = f"{child.role}-{self._name}-{child.starts}"
        environment = config.child_environment(**{**self._changed, "owner": child.owner})
        try:
            child.process = processes.start_child(child.command, environment=environment)
        except OSError as error:
            log.error("%s could not be started: %s", child.role, error)
            child.pace.failed(now)
            return
        child.started = now
        log.info("%s started, pid %d", child.role, child.process.pid)

    def _bury(self, child: Child, now: float) -> None:
        assert child.process is not None
        log.warning("%s ended with code %d; starting it again", child.role, child.process.returncode)
        child.process = None
        if now - child.started > STEADY_SECONDS:
            child.pace = Pace()
        else:
            child.pace.failed(now)
        self._free(child.owner)

    def _free(self, owner: str) -> None:
        """A child known to be dead can't come back for its leases: its successor needn't wait for them."""
        try:
            with self.database.session() as session:
                sweeping.free_owner(session, owner, db.now(session), self.settings.clean_tries)
        except Retryable as error:
            log.warning("the leases of %s are left to expire: %s", owner, error)

    def _end_the_hung(self, now: float) -> None:
        """Kill children that stopped giving signs of life.

        Time is counted here, from when the last sign was seen to change: a clock that jumps makes nobody hang.
        """
        running = [c for c in self.children if c.process is not None]
        try:
            with self.database.read() as session:
                beats = health.last_beats(session, [c.owner for c in running])
        except Retryable:
            beats = {}  # nobody can write heartbeats while the store is away
        for child in running:
            beat = beats.get(child.owner)
            if beat is None or beat != child.beat:
                child.beat, child.beat_at = beat, now
            elif now - child.beat_at > HUNG_SECONDS and child.process is not None:
                log.error("%s has given no sign of life for %.0f s; killed", child.role, HUNG_SECONDS)
                child.process.kill()

    def shut_down(self) -> None:
        """End the children, politely first, then the server."""
        self.stopping.set()
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
        self._held.close()

    def _reap(self, child: Child, end: float) -> None:
        assert child.process is not None
        while child.process.poll() is None:
            if time.monotonic() > end or self.hurry.is_set():
                log.warning("%s doesn't end; killed", child.role)
                child.process.kill()
                child.process.wait()
                break
            time.sleep(0.05)
        child.process = None
        self._free(child.owner)


def children(settings: Config, *, is_once: bool = False) -> list[Child]:
    """The processes of a daemon; those of a run that ends are without what its own process does."""
    python = [sys.executable, "-m"]
    found = [Child("crawler", [*python, "crawler", "run"])]
    if not (is_once and works_itself(settings)):
        cleaners = [f"clean-{n}" if n > 1 else "clean" for n in range(1, settings.cleaners + 1)]
        now = time.monotonic()
        for place, role in enumerate([cleaners[0], "dedup", *cleaners[1:]]):
            command = [*python, "dateline", "worker", role.partition("-")[0]]
            found.append(Child(role, command, pace=Pace(again_at=now + place * APART_SECONDS)))
    if not is_once:
        found.append(Child("scheduler", [*python, "dateline", "scheduler"]))
    return found


def works_itself(settings: Config) -> bool:
    """Whether a run that ends cleans and places in its own process, which saves memory where one cleaner is enough."""
    return settings.cleaners == 1
