"""Crawls a hostile portal once and writes what it stored: the command that a rig of hostile cases runs

    python RIG/rig.py run --base-port 21540 --timeout 115 --stored FILE --json FILE -- python benchmarks/hostile.py

The rig says in the environment where its portals are (HOSTILE_PORTALS, a list of {"name", "home", "feeds", "sitemaps",
"allowed_hosts"}), which address that isn't public may be contacted (HOSTILE_ALLOW) and where to write (HOSTILE_STORED,
an object {"url", "title", "text", "published"} a line). All state is fresh, in a temporary folder.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# The rig's limits of a page, and tries that come soon: a run is over in less than two minutes.
LIMITS = {
    "PAGE_BYTES": "10000000",
    "PAGE_SECONDS": "6",
    "REDIRECTS": "10",
    "SEED_ENTRIES": "1000",
    "URL_LENGTH": "2083",
    "FETCH_TRIES": "2",
    "RETRY_SECONDS": "1",
    "HOST_CONCURRENCY": "4",
    "CLEAN_WORKERS": "1",
    "CLEAN_MEGABYTES": "100",
    "CLEAN_SECONDS": "4",
    "LOG_LEVEL": "WARNING",
}

MOST_SECONDS = 90.0


def main() -> int:
    """Crawl, export; the daemon's own exit code."""
    with tempfile.TemporaryDirectory(prefix="dateline-hostile-") as folder:
        var = Path(folder)
        environment = settings(var, os.environ)
        given = json.loads(Path(os.environ["HOSTILE_PORTALS"]).read_text(encoding="utf-8"))
        (var / "portals.toml").write_text(portals(given), encoding="utf-8")
        code = crawl(environment)
        count = export(environment["DATELINE_DATABASE"], Path(os.environ["HOSTILE_STORED"]), var / "rows.jsonl")
    print(f"{count} articles; exit code {code}")
    return code


def crawl(environment: Mapping[str, str]) -> int:
    """Visit what is due; what takes longer than a rig may wait is left, and what is there is written all the same."""
    process = subprocess.Popen([sys.executable, "-m", "dateline", "once"], cwd=ROOT, env=environment)
    try:
        return process.wait(MOST_SECONDS)
    except subprocess.TimeoutExpired:
        process.terminate()
        return process.wait()


def settings(var: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The daemon's environment; limits that are set in ours already stay."""
    limits = {"DATELINE_" + key: value for key, value in LIMITS.items()}
    return {
        **limits,
        **environment,
        "DATELINE_VAR": str(var),
        "DATELINE_PORTALS": str(var / "portals.toml"),
        "DATELINE_DATABASE": f"sqlite:///{var.resolve() / 'dateline.db'}",
        "DATELINE_ALLOW_ADDRESSES": environment["HOSTILE_ALLOW"],
    }


def portals(given: list[dict[str, Any]]) -> str:
    """The rig's portals as a portals file. JSON's strings and lists of them are TOML's, too."""
    quoted = partial(json.dumps, ensure_ascii=False)
    lines = []
    for portal in given:
        seeds = [(url, "feed") for url in portal["feeds"]] + [(url, "sitemap") for url in portal["sitemaps"]]
        tables = ", ".join(f"{{ url = {quoted(url)}, kind = {quoted(kind)} }}" for url, kind in seeds)
        lines += ["[[portal]]", f"id = {quoted(portal['name'])}", f"home = {quoted(portal['home'])}"]
        lines += [f"hosts = {quoted(portal['allowed_hosts'])}", f"seeds = [{tables}]", 'since = "3650d"']
    return "\n".join(lines) + "\n"


def export(database: str, target: Path, scratch: Path) -> int:
    """Write the rows that are up in the rig's words; how many."""
    from benchmarks import rows  # after the crawl: this process counts as part of it

    rows.export(database, scratch)
    count = 0
    with scratch.open(encoding="utf-8") as found, target.open("w", encoding="utf-8") as out:
        for row in map(json.loads, found):
            if row["withdrawn_at"] is None:
                line = {
                    "url": row["url"],
                    "title": row["title"],
                    "text": row["body"],
                    "published": row["published_at"],
                }
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
    return count


if __name__ == "__main__":
    raise SystemExit(main())
