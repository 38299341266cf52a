"""Daemons that are broken on purpose: the same check finds each of them out"""

import shutil
import signal
import time

import pytest
import sqlalchemy as sa

from storage.models.page import Page
from tests import running
from tests.faults.scene import SLACK_SECONDS, STRICT_LAB, open_scene
from tests.faults.test_deploy import PACKAGES, ROOT

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(900)]
SWEEP_SECONDS = float(running.PACE["sweep_seconds"])
LEASE_SECONDS = float(running.PACE["lease_seconds"])


def broken_copy(folder, file, lines):
    """A copy of the code in which some lines are others."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / file).read_text("utf-8")
    for line, instead in lines.items():
        assert text.count(line) == 1, line
        text = text.replace(line, instead)
    (folder / file).write_text(text, "utf-8")
    return folder


def in_cleaning(scene):
    """How many pages cleaners hold."""
    store = scene.daemon.store()
    try:
        with store.read() as session:
            held = sa.select(sa.func.count()).select_from(Page)
            return session.scalar(held.where(Page.step == "clean", Page.state == "leased"))
    finally:
        store.close()


def complaints(scene):
    """The checks that find something, when the daemon was stopped."""
    scene.process.send_signal(signal.SIGKILL)
    scene.process.wait()
    return {line.split(":")[0] for line in scene.daemon.broken("--slack", SLACK_SECONDS)}


def test_leases_of_the_dead_that_nobody_frees(tmp_path, back_seconds):
    swept = "    expired = (Page.state == PageState.LEASED, Page.step == PageStep.CLEAN, Page.lease_until < now)\n"
    buried = "    # A page in cleaning may be what killed it, so that counts as a try.\n"
    lines = {swept: f"    return 0\n{swept}", buried: "    return\n"}
    code = broken_copy(tmp_path / "code", "storage/repositories/sweeping.py", lines)
    with open_scene(tmp_path, 1, back_seconds, code=code) as scene:
        for _ in range(5):
            running.until(lambda: in_cleaning(scene), "a page is being cleaned")
            scene.replaced("clean")
        time.sleep(LEASE_SECONDS + 3 * SWEEP_SECONDS)
        assert "page leases" in complaints(scene)


def test_reminders_that_nobody_repeats(tmp_path, back_seconds):
    line = "    pages = session.scalars(query).all()\n"
    code = broken_copy(tmp_path / "code", "storage/repositories/sweeping.py", {line: "    pages = []\n"})
    with open_scene(tmp_path, 1, back_seconds, code=code) as scene:
        cleaner = scene.daemon.kill("clean", signal.SIGSTOP)
        time.sleep(15)
        with scene.queue() as queue:
            queue.flushall()
        cleaner.send_signal(signal.SIGCONT)
        time.sleep(float(SLACK_SECONDS))
        assert "lab missing" in complaints(scene)


def test_delays_that_nobody_keeps(tmp_path, back_seconds):
    line = "        return max(self.pace.delay_seconds, self.host.crawl_delay_seconds or 0.0)\n"
    code = broken_copy(tmp_path / "code", "crawler/gates.py", {line: "        return 0.0\n"})
    with open_scene(tmp_path, 1, back_seconds, code=code, lab=STRICT_LAB) as scene:
        assert "lab crawl-delay" in complaints(scene)
