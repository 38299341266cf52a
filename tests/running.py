"""Whole daemons and labs in processes of their own, for tests that kill them"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from dateline.lab import verdict
from dateline.lab.verdict import Verdict
from storage.config import Config
from storage.db import Database
from storage.repositories import health, readings

# Waits that a person wouldn't have the patience for are shortened; nothing else differs from a daemon as it comes.
PACE = {
    "retry_seconds": "1",
    "lease_seconds": "6",
    "sweep_seconds": "2",
    "clean_seconds": "4",
    "part_wait_seconds": "5",
}
PATIENCE_SECONDS = 90.0


def until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """Wait for something that is true."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"not within {seconds:g} s: {what}"
        time.sleep(0.1)
    return found


@dataclass
class Web:
    """A lab that runs."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def ready(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "ready.json").read_text("utf-8"))
        return found

    def faults(self, *entries: Mapping[str, Any]) -> None:
        """Switch these on and all others off."""
        data = json.dumps(list(entries)).encode()
        with urllib.request.urlopen(self.ready["control"] + "/faults", data=data, timeout=10) as answer:
            assert answer.status < 300


@contextmanager
def web(folder: Path, *options: str) -> Iterator[Web]:
    """A lab; it ends by itself after some minutes, whatever becomes of the test."""
    command = [sys.executable, "-m", "dateline.lab", "--out", str(folder), "--stop-after", "900", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        until(lambda: (folder / "ready.json").exists(), "the lab is ready")
        yield Web(folder, process)
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class Daemon:
    """One daemon's folder, and the processes that a test started there."""

    var: Path
    web: Web
    database: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)  # of the environment, beside the settings
    code: Path = Path()  # the folder whose dateline is run
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def config(self) -> Config:
        return Config(var=self.var, database=self.database)

    def store(self) -> Database:
        return Database(self.config.database_url)

    def environment(self) -> dict[str, str]:
        """The settings as the environment gives them; what the caller's own environment says is left out."""
        values = {
            **PACE,
            "var": str(self.var),
            "database": self.database,
            "portals": str(self.web.folder / "portals.toml"),
            "allow_addresses": "127.0.0.0/24",
            **self.settings,
        }
        clean = {key: value for key, value in os.environ.items() if not key.startswith("DATELINE_")}
        return {**clean, **self.variables, **{f"DATELINE_{key.upper()}": value for key, value in values.items()}}

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """A command that goes on in the background, in a group of its own; its output is in `daemon.log`."""
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / "daemon.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dateline", *words],
                cwd=self.code,
                env=self.environment(),
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self.started.append(process)
        return process

    def run(self, *words: str, seconds: float = 240.0) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        command = [sys.executable, "-m", "dateline", *words]
        return subprocess.run(
            command,
            cwd=self.code,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def once(self) -> None:
        """Work everything off."""
        process = self.start("once", "--quiet")
        assert process.wait(240) == 0, (self.var / "daemon.log").read_text("utf-8")[-3000:]

    def child(self, role: str) -> psutil.Process | None:
        """The process of that role (crawler, clean, dedup, scheduler, valkey) below the last one started."""
        try:
            below = psutil.Process(self.started[-1].pid).children()
        except psutil.NoSuchProcess:
            return None
        return next((p for p in below if is_role(p, role)), None)

    def kill(self, role: str, number: int = signal.SIGKILL) -> psutil.Process:
        """Send a signal to the process of that role, `supervisor` for the one that was started; which it was."""
        if role == "supervisor":
            found = psutil.Process(self.started[-1].pid)
        else:
            found = until(lambda: self.child(role), f"a {role} runs")
        found.send_signal(number)
        return found

    def stored(self) -> int | None:
        """How many articles the store holds; None while it is away or not made yet."""
        store = self.store()
        try:
            with store.read() as session:
                return health.articles(session)
        except Exception:  # noqa: BLE001 - whatever it is, nothing can be read
            return None
        finally:
            store.close()

    def articles(self) -> int:
        """The same; 0 while the store is away."""
        return self.stored() or 0

    def rows(self) -> list[Mapping[str, Any]]:
        """The rows of article_v1."""
        store = self.store()
        try:
            with store.read() as session:
                return list(readings.articles(session))
        finally:
            store.close()

    def judged(self, slack_seconds: float = 0.0) -> Verdict:
        """Rows and request log against the lab's truth."""
        rows = verdict.rows_of(self.rows())
        return verdict.judge(self.web.folder, rows, slack_seconds=slack_seconds, limit=self.config.host_concurrency)

    def broken(self, *words: str) -> list[str]:
        """What `doctor` complains of."""
        result = self.run("doctor", "--lab", str(self.web.folder), *words, "--json")
        found = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
        assert found, result.stdout + result.stderr
        return [f"{f['name']}: {f['counterexamples']}" for f in found if f["count"]]

    def end(self) -> None:
        """End what was started here and still runs."""
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self.started:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def is_role(process: psutil.Process, role: str) -> bool:
    """Whether a daemon's child has that role, by its command."""
    words = {"crawler": ["crawler", "run"], "scheduler": ["dateline", "scheduler"]}
    try:
        line = process.cmdline()
    except psutil.Error:
        return False
    if role == "valkey":
        return "--unixsocket" in line or "unixsocket:" in " ".join(line)
    return line[-2:] == words.get(role, ["worker", role])


@contextmanager
def daemon(var: Path, of: Web, database: str = "", **settings: str) -> Iterator[Daemon]:
    """A daemon's folder; whatever a test starts in it ends with the block."""
    found = Daemon(var, of, database, settings)
    try:
        yield found
    finally:
        found.end()


def outcome(rows: list[Mapping[str, Any]], home: str = "") -> tuple[dict[str, str], set[frozenset[str]]]:
    """Bodies by canonical URL, and the partition into stories, of rows that are still out."""
    out = [row for row in rows if not row["withdrawn_at"]]
    bodies = {row["canonical_url"].replace(home, ""): row["body"] for row in out}
    stories: dict[Any, set[str]] = {}
    for row in out:
        stories.setdefault(row["story_id"], set()).add(row["canonical_url"].replace(home, ""))
    return bodies, {frozenset(urls) for urls in stories.values()}
