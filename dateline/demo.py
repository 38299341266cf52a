"""The daemon against the bundled web of portals, with what it finds told as it comes"""

import json
import logging
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

import click

from dateline import operations
from dateline.daemon import Supervisor, children
from storage import processes, schema, telemetry
from storage.config import Config
from storage.db import Database
from storage.errors import Permanent
from storage.repositories import showcase
from storage.repositories.showcase import ShownStory

log = logging.getLogger(__name__)
LAB_SECONDS = 30.0
LOOK_SECONDS = 0.5
MOST_LINES = 6  # articles told in one look; the others are counted
QUERY = "SELECT portal, copy_kind, original_portal, canonical_url FROM copy_v1 ORDER BY story_id LIMIT 20"
# The simulated portals publish faster than real ones, so they are looked at more often.
PACE = {"poll_min_seconds": "3", "poll_max_seconds": "20", "revisit_seconds": "20,60,300", "retry_seconds": "3"}


def run(settings: Config, folder: Path | None, seconds: float | None, *, is_kept: bool) -> int:
    """Run until told to stop, or for `seconds`; 0 where articles came and copies were named."""
    var = (folder or settings.var / "demo").resolve()
    with processes.alone(var):
        pass  # a demo that still runs there would lose its store below
    if not is_kept:
        shutil.rmtree(var, ignore_errors=True)
    var.mkdir(parents=True, exist_ok=True)
    with lab(var) as portals:
        changed = {
            "var": str(var),
            "portals": str(portals),
            "allow_addresses": "127.0.0.0/8",
            "database": "",
            "redis": "",
            "log_level": "ERROR",
            **PACE,
        }
        ours = Config(**{**settings.model_dump(), **changed})
        telemetry.set_up_logs(ours.log_level, ours.log_format)
        database = operations.open_store(ours)
        schema.upgrade(database)
        supervisor = Supervisor(ours, database, children(ours), changed)
        supervisor.listen()
        supervisor.start()
        introduce(var, ours)
        try:
            return watch(supervisor, database, seconds)
        finally:
            supervisor.shut_down()


@contextmanager
def lab(var: Path) -> Iterator[Path]:
    """The simulated web in a process of its own; gives its portals file."""
    out = var / "web"
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "dateline.lab", "--out", str(out), "--scale", "demo", "--live", "4"]
    with (var / "web.log").open("ab") as output:
        process = processes.start_child(command, output=output)
    try:
        yield Path(_ready(process, out)["portals"])
    finally:
        process.terminate()
        process.wait(10)


def _ready(process: Popen[bytes], out: Path) -> dict[str, Any]:
    end = time.monotonic() + LAB_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if (out / "ready.json").exists():
            found: dict[str, Any] = json.loads((out / "ready.json").read_text("utf-8"))
            return found
        time.sleep(0.1)
    raise Permanent(f"the simulated web didn't start: see {out.parent / 'web.log'}")


def introduce(var: Path, settings: Config) -> None:
    """Say where everything is and how to stop."""
    say = click.echo
    say("A small simulated web of news portals runs on this machine; the daemon knows only their homes.")
    say(f"  store   {settings.database_url}")
    program = Path(sys.argv[0]).resolve()
    command = f"DATELINE_VAR={_short(var)} {'dateline' if program.suffix == '.py' else _short(program)}"
    say(f"  look    {command} status   (in another terminal)")
    say(f'  query   {command} sql "{QUERY}"')
    say("  stop    Ctrl-C\n")


def _short(path: Path) -> str:
    here = Path.cwd().resolve()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def watch(supervisor: Supervisor, database: Database, seconds: float | None) -> int:
    """Tell what arrives until the end; 0 where articles and copies did."""
    teller = Teller(click.echo)
    end = time.monotonic() + seconds if seconds else None
    while not supervisor.stopping.wait(LOOK_SECONDS):
        supervisor.look()
        teller.look(database)
        if end and time.monotonic() >= end:
            break
    click.echo(
        f"\n{teller.articles} articles, {len(teller.told)} stories with copies, {teller.copies()} copies in all."
    )
    return 0 if teller.articles and teller.told else 1


class Teller:
    """Remembers what it has told."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._last = 0
        self.articles = 0
        self.told: dict[int, int] = {}  # story: copies told

    def copies(self) -> int:
        """Copies told so far."""
        return sum(self.told.values())

    def look(self, database: Database) -> None:
        """Tell the articles and copies that are new since the last look."""
        with database.read() as session:
            fresh = showcase.articles_after(session, self._last)
            stories = showcase.stories_with_copies(session)
        for article in fresh[:MOST_LINES]:
            self._say(f"article  {article.portal:<16} {article.title[:90]}")
        if len(fresh) > MOST_LINES:
            self._say(f"article  ... and {len(fresh) - MOST_LINES} more")
        if fresh:
            self._last = fresh[-1].article_id
            self.articles += len(fresh)
        for story in stories:
            if len(story.copies) > self.told.get(story.story_id, 0):
                self.told[story.story_id] = len(story.copies)
                self._tell(story)

    def _tell(self, story: ShownStory) -> None:
        agency = f" ({story.agency})" if story.agency else ""
        self._say(f"story    {story.title[:80]}{agency}, first at {story.portal}")
        for portal, kind, score in story.copies:
            self._say(f"           {kind:<10} {portal:<16} probability {score:.2f}")
