"""The faults that a running daemon meets with SQLite and its own queue server, each as a function of the scene"""

import shutil
import signal
import time

import psutil
import redis

from storage import queue as hints
from tests import running

LEASE_SECONDS = float(running.PACE["lease_seconds"])


def kill_crawler(scene):
    scene.replaced("crawler")


def kill_cleaner(scene):
    scene.replaced("clean")


def kill_writer(scene):
    scene.replaced("dedup")


def kill_scheduler(scene):
    scene.replaced("scheduler")


def kill_queue(scene):
    scene.replaced("valkey")


def kill_supervisor(scene):
    scene.daemon.kill("supervisor")
    scene.process.wait()
    scene.start_again()


def empty_queue(scene):
    with scene.queue() as queue:
        queue.flushall()


def recover_queue(scene):
    """An operator doesn't wait for the sweep."""
    empty_queue(scene)
    assert scene.daemon.run("recover").returncode == 0


def repeat_hints(scene):
    """Reminders come twice, backwards, and of fetches that don't exist."""
    with scene.queue() as queue:
        for ids in ([3, 2, 1], [1, 1, 2], [999_999_999, 4], list(range(20, 0, -1))):
            assert hints.enqueue_clean(queue, ids, 20)


def freeze_queue(scene):
    scene.frozen("valkey", 10)


def cut_power_of_queue(scene):
    """The append-only file lacks what wasn't synced, and ends within an entry."""
    with scene.queue_down() as folder:
        for file in (folder / "appendonlydir").glob("*.incr.aof"):
            size = file.stat().st_size
            with file.open("r+b") as cut:
                cut.truncate(max(0, size - 1000) * 2 // 3)


def fall_back_to_lagging_queue(scene):
    """A server takes over that has seen nothing of the last seconds, and offers jobs done long ago."""
    with scene.queue_down() as folder:
        shutil.copytree(folder / "appendonlydir", folder / "replica")
    running.until(lambda: scene.daemon.child("valkey"), "the queue's server")
    time.sleep(5)
    with scene.queue_down() as folder:
        shutil.rmtree(folder / "appendonlydir")
        (folder / "replica").rename(folder / "appendonlydir")


def fill_queue(scene):
    """The server refuses every write for want of memory."""
    with scene.queue() as queue:
        before = queue.config_get("maxmemory")["maxmemory"]
        queue.config_set("maxmemory", "1mb")
        time.sleep(6)
        try:
            queue.config_set("maxmemory", before)
        except redis.RedisError as error:
            raise AssertionError("the server is gone") from error


def freeze_crawler(scene):
    scene.frozen("crawler", LEASE_SECONDS + 4)


def freeze_cleaner(scene):
    scene.frozen("clean", LEASE_SECONDS + 4)


def freeze_writer(scene):
    scene.frozen("dedup", LEASE_SECONDS + 4)


def fill_disk(scene):
    """No process of the daemon can make a file longer: database, queue and log alike."""
    root = psutil.Process(scene.process.pid)
    family = [root, *root.children(recursive=True)]
    for process in family:
        process.rlimit(psutil.RLIMIT_FSIZE, (0, -1))
    time.sleep(8)
    root.rlimit(psutil.RLIMIT_FSIZE, (-1, -1))
    for process in root.children(recursive=True):
        process.rlimit(psutil.RLIMIT_FSIZE, (-1, -1))


def rough_web(scene):
    """A third of all requests fail in some way for ten seconds."""
    scene.web.faults(*({"kind": kind, "rate": 0.1, "seconds": 10} for kind in ("errors", "cut", "reset")))
    time.sleep(10)


def poison(scene):
    """Pages that crash, hang and swell the cleaner."""
    scene.web.faults({"kind": "poison", "seconds": 20})
    time.sleep(20)


def hangup(scene):
    """A polite end, and another start."""
    scene.stop()
    scene.start_again()


def two_signals(scene):
    """The second hurries."""
    for _ in range(2):
        scene.process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
    assert scene.process.wait(30) == 0
    scene.start_again()


ALL = (
    *(kill_crawler, kill_cleaner, kill_writer, kill_scheduler, kill_queue, kill_supervisor),
    *(
        empty_queue,
        recover_queue,
        repeat_hints,
        freeze_queue,
        cut_power_of_queue,
        fall_back_to_lagging_queue,
        fill_queue,
    ),
    *(freeze_crawler, freeze_cleaner, freeze_writer, fill_disk, rough_web, poison, hangup, two_signals),
)
