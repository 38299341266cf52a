"""The spider as a process, against a portal on loopback: rows, drains, kills and limits"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import db
from storage.models.page import Fetch, Host, Page, Record
from storage.models.portal import Seed
from storage.portals import Portal
from storage.repositories import portals

pytestmark = pytest.mark.slow
ARTICLES = 12
LIMIT_SECONDS = 120
REST_SECONDS = 12


@dataclass
class Site:
    """A portal whose requests are written down: (path, start, end)."""

    robots: str = ""
    seconds: float = 0.0  # that an article takes
    requests: list[tuple[str, float, float]] = field(default_factory=list)
    home: str = ""
    busy: str = ""  # the path that is refused, once
    refused_at: float = 0.0

    def page(self, path: str) -> tuple[int, str]:
        if path == "/robots.txt":
            return 200, self.robots
        if path == "/":
            links = (
                f'<a href="/news/story-about-a-thing-{n}">A headline of enough words {n}</a>' for n in range(ARTICLES)
            )
            return 200, "<!doctype html><html>" + "".join(links)
        if path == self.busy and not self.refused_at:
            self.refused_at = time.time()
            return 429, "wait"
        if path == "/news/story-about-a-thing-3":
            return 301, "/news/story-that-moved-elsewhere-3"
        if path.startswith("/news/"):
            time.sleep(self.seconds)
            return 200, f"<!doctype html><html><p>{path}</p></html>"
        return 404, ""


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            began = time.time()
            status, text = site.page(self.path)
            body = b"" if status == 301 else text.encode()
            self.send_response(status)
            if status == 301:
                self.send_header("Location", text)
            if status == 429:
                self.send_header("Retry-After", str(REST_SECONDS))
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            site.requests.append((self.path, began, time.time()))

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site.home = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    wanted = {
        "var": str(tmp_path),
        "database": f"sqlite:///{tmp_path / 'dateline.db'}",
        "redis": "redis://127.0.0.1:1/0",
    }
    wanted |= {"allow_addresses": "127.0.0.0/8", "lease_seconds": "3", **more}
    return {**os.environ, **{"DATELINE_" + key.upper(): value for key, value in wanted.items()}}


def start(tmp_path: Path, *command: str, **settings: str) -> "subprocess.Popen[bytes]":
    words = command or ("-m", "crawler", "run", "--until-idle")
    with (tmp_path / "log").open("ab") as log:
        return subprocess.Popen([sys.executable, *words], env=environment(tmp_path, **settings), stdout=log, stderr=log)


def finish(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a crawler to end by itself; one that doesn't is not left behind."""
    try:
        assert process.wait(LIMIT_SECONDS) == 0
    finally:
        process.kill()
        process.wait()


def follow(database, site: Site) -> None:
    with database.session() as session:
        portals.apply(session, [Portal.model_validate({"id": "a", "home": site.home})], db.now(session))


def until(holds, what: str) -> None:
    end = time.monotonic() + LIMIT_SECONDS
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)


def leases(database) -> int:
    with database.read() as session:
        held = [
            session.scalar(sa.select(sa.func.count()).where(t.lease_owner.is_not(None))) for t in (Page, Seed, Host)
        ]
        return sum(held)


def states(database) -> dict[tuple[str, str, str | None], int]:
    with database.read() as session:
        rows = session.execute(
            sa.select(Page.state, Page.step, Page.reason, sa.func.count()).group_by(sa.text("1, 2, 3"))
        )
        return {(state, step, reason): count for state, step, reason, count in rows}


def test_a_home_becomes_pages_fetches_and_records(sqlite, tmp_path):
    with serving(Site()) as site:
        follow(sqlite, site)
        finish(start(tmp_path))
    assert states(sqlite) == {("scheduled", "clean", None): ARTICLES, ("done", "fetch", "alias"): 1}
    assert leases(sqlite) == 0
    with sqlite.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Record)) == ARTICLES
        assert {f.robots for f in session.scalars(sa.select(Fetch))} == {"allowed"}
    asked = [path for path, _, _ in site.requests if path.startswith("/news/")]
    assert sorted(asked) == sorted(set(asked))
    assert site.requests[0][0] == "/robots.txt"


def test_sigterm_gives_everything_back_at_once(sqlite, tmp_path):
    with serving(Site(seconds=10.0)) as site:
        follow(sqlite, site)
        process = start(tmp_path, "-m", "crawler", "run")
        until(lambda: states(sqlite).get(("leased", "fetch", None), 0) >= 2, "a visit")
        began = time.monotonic()
        process.terminate()
        finish(process)
        assert time.monotonic() - began < 8.0  # the requests under way take longer
        assert leases(sqlite) == 0
        with sqlite.read() as session:
            assert set(session.scalars(sa.select(Page.tries))) == {0}


def test_pauses_hold_over_a_kill(sqlite, tmp_path):
    with serving(Site(robots="User-agent: *\nCrawl-delay: 1\n")) as site:
        follow(sqlite, site)
        process = start(tmp_path)
        until(lambda: len(site.requests) >= 6, "some requests")
        process.kill()
        process.wait()
        finish(start(tmp_path))  # the dead one's leases end by themselves
    times = sorted(began for _, began, _ in site.requests)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) >= 1.0
    assert states(sqlite)["scheduled", "clean", None] == ARTICLES


def test_a_rest_holds_over_a_kill(sqlite, tmp_path):
    with serving(Site(seconds=0.05, busy="/news/story-about-a-thing-5")) as site:
        follow(sqlite, site)
        process = start(tmp_path)
        until(lambda: site.refused_at, "a refusal")
        time.sleep(1.0)  # what is on its way into the store gets there, on a loaded machine, too
        process.kill()
        process.wait()
        finish(start(tmp_path))
        sent = sorted(began for _, began, _ in site.requests)
        after = [began - site.refused_at for began in sent if began > site.refused_at + 0.05]
    assert min(after) >= REST_SECONDS  # what was sent before the answer was there is no matter
    found = states(sqlite)
    assert found["scheduled", "clean", None] == ARTICLES - 1
    assert found["scheduled", "fetch", None] == 1  # the refused one, whose own time is later


def test_scrapys_own_limits_end_it(sqlite, tmp_path):
    with serving(Site(seconds=0.2)) as site:
        follow(sqlite, site)
        limits = ("-s", "CLOSESPIDER_PAGECOUNT=5")
        process = start(tmp_path, "-m", "scrapy", "crawl", "portals", *limits)
        finish(process)
        assert 5 <= len(site.requests) < 5 + ARTICLES
        assert leases(sqlite) == 0
