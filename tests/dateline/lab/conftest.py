"""Fixtures: worlds laid out, and a lab running in its own process"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dateline.lab.model import World
from dateline.lab.plan import plan
from dateline.lab.world import WorldBuilder

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def _lay_out(scale: str = "small", seed: int = 7, every: float = 0.0, arrivals: int = 40) -> World:
    layout = plan(scale, port=9999, net="ips", every_seconds=every, arrivals=arrivals)
    return WorldBuilder(layout, seed, START).build()


@pytest.fixture(scope="session")
def lay_out() -> Callable[..., World]:
    return _lay_out


@pytest.fixture(scope="session")
def small() -> World:
    return _lay_out()


@pytest.fixture(scope="session")
def demo() -> World:
    return _lay_out("demo")


@dataclass(frozen=True)
class RunningLab:
    control: str
    folder: Path
    process: subprocess.Popen[str]


@pytest.fixture
def running_lab(tmp_path: Path) -> Iterator[RunningLab]:
    command = [sys.executable, "-m", "dateline.lab", "--out", str(tmp_path), "--stop-after", "60"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        yield RunningLab(ready["control"], tmp_path, process)
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout
        process.stdout.close()
