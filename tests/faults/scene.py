"""A daemon that follows a live lab, and what must hold after each fault"""

import signal
import time
from contextlib import contextmanager

import psutil
import redis

from storage import broker
from tests import running

BACK_SECONDS = 30.0
# Enough that a fault meets work under way, little enough that a case takes half a minute.
LAB = ("--scale", "40", "--live", "2", "--arrivals", "400")
# One whose sites ask for pauses and now and then refuse: it takes longer.
STRICT_LAB = ("--scale", "small", *LAB[2:])
PACE = {"poll_min_seconds": "2", "poll_max_seconds": "5"}
# An article that was out so shortly before the last visit may be unseen.
SLACK_SECONDS = "60"


class Scene:
    """A running daemon, with ways to hurt it."""

    def __init__(self, daemon, web, back_seconds=BACK_SECONDS):
        self.daemon, self.web = daemon, web
        self.back_seconds = back_seconds
        self.process = None

    def begin(self):
        """Start the daemon and wait until it is well under way."""
        self.process = self.daemon.start("up")
        running.until(lambda: self.daemon.articles() >= 5, "the first articles", 4 * self.back_seconds)
        return self

    def goes_on(self):
        """The next article is stored soon enough."""
        running.until(lambda: self.daemon.stored() is not None, "the store answers", self.back_seconds)
        before = self.daemon.articles()
        running.until(lambda: self.daemon.articles() > before, "the next article", self.back_seconds)

    def replaced(self, role, number=signal.SIGKILL):
        """Kill a child; another takes its place."""
        gone = self.daemon.kill(role, number)
        running.until(lambda: (c := self.daemon.child(role)) and c.pid != gone.pid, f"a new {role}", self.back_seconds)

    def frozen(self, role, seconds):
        """Stop a process and let it go on."""
        found = self.daemon.kill(role, signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            found.send_signal(signal.SIGCONT)

    def queue(self):
        """A connection to the embedded server."""
        return redis.Redis(unix_socket_path=str(broker.socket_path(self.daemon.config)), socket_timeout=5)

    @contextmanager
    def queue_down(self):
        """The embedded server is killed, and stays away while the caller looks into its folder."""
        supervisor = self.daemon.kill("supervisor", signal.SIGSTOP)
        try:
            killed = self.daemon.kill("valkey")
            # The one who would bury it is stopped.
            running.until(lambda: killed.status() == psutil.STATUS_ZOMBIE, "the server ends", 10)
            yield broker.folder(self.daemon.config)
        finally:
            supervisor.send_signal(signal.SIGCONT)

    def start_again(self):
        """Another `up` goes on where the last one ended."""
        self.process = self.daemon.start("up")
        running.until(lambda: self.daemon.child("scheduler"), "another daemon takes over", 2 * self.back_seconds)

    def stop(self):
        """End the daemon politely."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        assert code == 0, f"the daemon ended with code {code}"

    def settle(self):
        """End the daemon, work everything off, look whether anything is lost, doubled or rude."""
        if self.process.poll() is None:
            self.stop()
        # The lab goes on publishing: seeds are read once more, not again and again.
        self.daemon.settings.update(poll_min_seconds="60", poll_max_seconds="60")
        self.daemon.once()
        found = self.daemon.broken("--slack", SLACK_SECONDS)
        assert found == [], "\n".join(found)


@contextmanager
def open_scene(folder, seed, back_seconds, database="", variables=(), code=None, lab=LAB):
    """A scene that has begun; `variables` of the environment for all processes, `code` is another copy of ours."""
    with (
        running.web(folder / "lab", *lab, "--seed", str(seed)) as web,
        running.daemon(folder / "var", web, database, **PACE) as daemon,
    ):
        daemon.variables.update(variables)
        daemon.code = code or daemon.code
        yield Scene(daemon, web, back_seconds).begin()
