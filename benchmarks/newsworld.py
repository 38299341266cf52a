"""Runs the daemon against a simulated web of portals and writes its rows as a scorer reads them

    python benchmarks/newsworld.py --portals OUT/portals.json --predictions FILE [--database URL]

portals.json is a list of {"key", "home", "timezone", ...}; nothing else is told to the daemon. A run.json beside it
with "live": true and "wall_end" makes it a live run: the daemon runs until then, its intervals divided by "speed".
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import tomlkit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import rows  # noqa: E402 - the path is set first

SCALED = {"REVISIT_SECONDS": "1200,7200,86400,604800", "POLL_MIN_SECONDS": "60", "POLL_MAX_SECONDS": "900"}
LEAST_POLL_SECONDS = 2.0
SINCE = "400d"  # a world stands still: its news is as old as the day it was made for


def main() -> int:
    """Run, export, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portals", type=Path, required=True)
    parser.add_argument("--predictions", type=Path, required=True)
    parser.add_argument("--database", default="", help="an empty database; default: SQLite in a temporary folder")
    parser.add_argument("--var", type=Path, help="where the daemon keeps its files; default: a temporary folder")
    words = parser.parse_args()
    run_file = words.portals.parent / "run.json"
    run = json.loads(run_file.read_text()) if run_file.exists() else {}
    with tempfile.TemporaryDirectory(prefix="dateline-newsworld-") as folder:
        var = words.var or Path(folder)
        environment = settings(words, var, run)
        write_portals(words.portals, var / "portals.toml")
        started = time.monotonic()
        code = live(environment, run["wall_end"]) if run.get("live") else dateline(environment, "once")
        seconds = time.monotonic() - started
        count = rows.export(environment["DATELINE_DATABASE"], words.predictions)
        print(f"{count} articles in {seconds:.1f} s: {count / seconds:.1f} articles/s; exit code {code}")
        doctor = dateline(environment, "doctor")
    return code or doctor


def settings(words: argparse.Namespace, var: Path, run: dict[str, Any]) -> dict[str, str]:
    """The daemon's environment: fresh state, loopback allowed, intervals as fast as the world's clock."""
    var.mkdir(parents=True, exist_ok=True)
    found = {
        **os.environ,
        "DATELINE_VAR": str(var),
        "DATELINE_PORTALS": str(var / "portals.toml"),
        "DATELINE_DATABASE": words.database or f"sqlite:///{var.resolve() / 'dateline.db'}",
        "DATELINE_ALLOW_ADDRESSES": "127.0.0.0/8",
        "DATELINE_LOG_LEVEL": "WARNING",
    }
    speed = float(run.get("speed") or 1.0) if run.get("live") else 1.0
    if speed != 1.0:
        for key, value in SCALED.items():
            found["DATELINE_" + key] = ",".join(f"{float(v) / speed:g}" for v in value.split(","))
        for key in ("POLL_MIN_SECONDS", "POLL_MAX_SECONDS"):
            found["DATELINE_" + key] = str(max(float(found["DATELINE_" + key]), LEAST_POLL_SECONDS))
        found["DATELINE_PROBE_SECONDS"] = str(max(30.0, 86400 / speed))
        found["DATELINE_RETRY_SECONDS"] = "2"
    return found


def write_portals(source: Path, target: Path) -> None:
    """Homes and time zones as a portals file, and how far back to begin."""
    document = tomlkit.document()
    entries = tomlkit.aot()
    for portal in json.loads(source.read_text(encoding="utf-8")):
        entry = tomlkit.table()
        entry.update({"id": portal["key"], "home": portal["home"], "timezone": portal.get("timezone") or "UTC"})
        entry["since"] = SINCE
        entries.append(entry)
    document["portal"] = entries
    target.write_text(tomlkit.dumps(document), encoding="utf-8")


def dateline(environment: dict[str, str], *command: str) -> int:
    """Run one of the daemon's commands to its end."""
    return subprocess.run(
        [sys.executable, "-m", "dateline", *command], cwd=ROOT, env=environment, check=False
    ).returncode


def live(environment: dict[str, str], wall_end: float) -> int:
    """Run the daemon until the world's end, then work off what it still has in hand."""
    process = subprocess.Popen([sys.executable, "-m", "dateline", "up"], cwd=ROOT, env=environment)
    try:
        while time.time() < wall_end + 1 and process.poll() is None:
            time.sleep(0.5)
    finally:
        process.terminate()
        process.wait(60)
    return process.returncode


if __name__ == "__main__":
    raise SystemExit(main())
