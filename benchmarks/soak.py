"""Runs the daemon on the lab for long, with random faults: memory a quarter, queues, doctor

    python -m benchmarks.soak --seconds 3600 [--seed N] [--fault-every 45] [--database URL]

Ends with 0 when the memory of the last quarter is at most 1.1 times that of the second, queues kept their bounds, each
fault was got over in time, and the doctor finds nothing in store and request log; else store and log are left to look
at. Everything happens on loopback.
"""

import argparse
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import redis
import sqlalchemy as sa

from storage import queue
from storage.errors import Retryable
from storage.repositories import pages
from tests import running
from tests.faults import acts
from tests.faults.scene import PACE, Scene

SAMPLE_SECONDS = 5.0
ARRIVAL_SECONDS = 1.0
NEWS_SECONDS = 600.0  # there is news longer than the daemon runs: it starts later, and faults take their time
GROWTH = 1.1
BACK_SECONDS = 90.0


@dataclass
class Samples:
    """What was seen every few seconds."""

    at: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    jobs: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    def take(self, scene: Scene, at: float) -> None:
        """Look at the daemon; what is away at the moment is left out."""
        try:
            root = psutil.Process(scene.process.pid)
            family = [root, *root.children(recursive=True)]
            self.megabytes.append(sum(p.memory_full_info().uss for p in family) / 1e6)
            self.at.append(at)
        except psutil.Error:
            pass  # one of them died this moment
        with scene.queue() as connection:
            if (jobs := queue.depth(connection, queue.CLEAN)) is not None:
                self.jobs.append(jobs)
        store = scene.daemon.store()
        try:
            with store.read() as session:
                self.waiting.append(pages.waiting_for_cleaning(session))
        except (Retryable, sa.exc.DBAPIError):
            pass
        finally:
            store.close()

    def quarters(self, seconds: float) -> list[float]:
        """The median memory of each quarter of the time, in megabytes."""
        found = []
        for quarter in range(4):
            low, high = quarter * seconds / 4, (quarter + 1) * seconds / 4
            of = [m for at, m in zip(self.at, self.megabytes, strict=True) if low <= at < high]
            found.append(statistics.median(of) if of else 0.0)
        return found


def main() -> int:
    """Run, disturb, settle, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault-every", type=float, default=45.0, help="seconds of rest between faults; 0: none")
    parser.add_argument("--database", default="", help="an empty database; default: SQLite in the soak's folder")
    words = parser.parse_args()
    arrivals = int((words.seconds + NEWS_SECONDS) / ARRIVAL_SECONDS)
    lab = ("--scale", "demo", "--live", str(ARRIVAL_SECONDS), "--arrivals", str(arrivals))
    ends = ("--stop-after", str(words.seconds + 1200), "--seed", str(words.seed))
    folder = Path(tempfile.mkdtemp(prefix="dateline-soak-"))
    with (
        running.web(folder / "lab", *lab, *ends) as web,
        running.daemon(folder / "var", web, words.database, **PACE) as daemon,
    ):
        scene = Scene(daemon, web, BACK_SECONDS).begin()
        samples = Samples()
        broken = disturb(scene, words, samples)
        print(f"{daemon.articles()} articles while it ran", flush=True)
        code = report(samples, words.seconds, daemon.config.backlog_pages, broken + settle(scene))
    if code:
        print(f"store, logs and requests are in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return code


def disturb(scene: Scene, words: argparse.Namespace, samples: Samples) -> list[str]:
    """Let it run, with a fault now and then; the faults that weren't got over in time."""
    broken, dice, begun = [], random.Random(words.seed), time.monotonic()
    next_fault = begun + (words.fault_every or 2 * words.seconds)
    while (now := time.monotonic()) < begun + words.seconds:
        samples.take(scene, now - begun)
        if now < next_fault:
            time.sleep(SAMPLE_SECONDS)
            continue
        act = dice.choice(acts.ALL)
        print(f"{now - begun:6.0f} s  {act.__name__}", flush=True)
        try:
            act(scene)
            scene.goes_on()
        except (AssertionError, redis.RedisError, psutil.Error) as error:
            broken.append(f"{act.__name__} at {now - begun:.0f} s: {type(error).__name__}: {error}")
            print(f"          {broken[-1]}", flush=True)
        if scene.process.poll() is not None:
            scene.start_again()
        next_fault = time.monotonic() + words.fault_every
    return broken


def settle(scene: Scene) -> list[str]:
    """What the doctor finds when everything is worked off."""
    try:
        scene.settle()
    except (AssertionError, subprocess.TimeoutExpired) as error:
        return str(error).splitlines() or ["it didn't settle"]
    return []


def report(samples: Samples, seconds: float, backlog: int, broken: list[str]) -> int:
    """Print what came out; the exit code."""
    quarters = samples.quarters(seconds)
    growth = quarters[3] / quarters[1] if all(quarters) else float("inf")  # a quarter without samples proves nothing
    print("memory by quarter, MB (median of all processes together): " + "  ".join(f"{m:.0f}" for m in quarters))
    print(f"last to second quarter: {growth:.2f} (at most {GROWTH})")
    print(f"most jobs in the queue: {max(samples.jobs, default=0)} (the sweep adds none above {queue.MOST_JOBS})")
    print(f"most pages waiting for cleaning: {max(samples.waiting, default=0)} (crawling pauses at {backlog})")
    print("\n".join(broken) if broken else "doctor: nothing found")
    is_bounded = max(samples.waiting, default=0) <= 2 * backlog and max(samples.jobs, default=0) <= 2 * queue.MOST_JOBS
    return 0 if growth <= GROWTH and is_bounded and not broken else 1


if __name__ == "__main__":
    raise SystemExit(main())
