"""Job names, payloads, enqueue, depth: reminders only, the truth is in SQL"""

import logging
import time
from collections.abc import Iterable, Sequence

import redis
from rq import Queue, Retry
from rq.job import Job
from rq.serializers import JSONSerializer

from storage import broker
from storage.config import Config

log = logging.getLogger(__name__)
CLEAN = "clean"
DEDUP = "dedup"
CLEAN_JOB = "workers.clean.job.clean_fetches"
JOB_SECONDS = 600
KEEP_SECONDS = 300
TRIES = 3
# Reminders of the same work pile up while no worker runs: beyond so many jobs the sweep reminds of nothing.
MOST_JOBS = 500
AWAY_SECONDS = 5.0


def open_queue(connection: redis.Redis, name: str, job_class: type[Job] = Job) -> Queue:
    """The queue of that name; payloads are JSON."""
    return Queue(name, connection=connection, serializer=JSONSerializer, job_class=job_class)


def enqueue_clean(connection: redis.Redis, fetch_ids: Sequence[int], batch: int) -> bool:
    """Remind a worker of fetches to clean, in batches; call it after the commit.

    False when the server is away: nothing is lost, the sweep reminds again.
    """
    jobs = [
        Queue.prepare_data(
            CLEAN_JOB,
            args=(part,),
            timeout=JOB_SECONDS,
            result_ttl=0,
            failure_ttl=KEEP_SECONDS,
            retry=Retry(max=TRIES),  # without an interval: RQ would need a scheduler process to wait for it
            description=f"clean {len(part)} fetches",
        )
        for part in _batches(fetch_ids, batch)
    ]
    try:
        open_queue(connection, CLEAN).enqueue_many(jobs)
    except broker.AWAY as error:
        log.warning("%d fetches wait for the sweep, the queue is away: %s", len(fetch_ids), error)
        return False
    return True


class Outbox:
    """Hands committed fetches to the cleaners and waits for nobody.

    While the server is away it is tried only every few seconds: the sweep brings what isn't sent.
    """

    def __init__(self, config: Config) -> None:
        self._connection = broker.connect(config, is_hasty=True)
        self._batch = config.clean_batch
        self._again_at = 0.0

    def send(self, fetch_ids: Sequence[int]) -> bool:
        """Send; False where nothing was sent."""
        if time.monotonic() < self._again_at:
            return False
        is_sent = enqueue_clean(self._connection, fetch_ids, self._batch)
        self._again_at = 0.0 if is_sent else time.monotonic() + AWAY_SECONDS
        return is_sent


def remind(connection: redis.Redis, fetch_ids: Sequence[int], batch: int) -> bool:
    """Remind once more of fetches that wait for cleaning, unless the queue is full as it is."""
    waiting = depth(connection, CLEAN) if fetch_ids else None
    if waiting is None or waiting >= MOST_JOBS:
        return False
    return enqueue_clean(connection, fetch_ids, batch)


def _batches(ids: Sequence[int], size: int) -> Iterable[list[int]]:
    return (list(ids[start : start + size]) for start in range(0, len(ids), size))


def depth(connection: redis.Redis, name: str) -> int | None:
    """Jobs that wait; None when the server is away."""
    try:
        return open_queue(connection, name).count
    except broker.AWAY:
        return None


def empty(connection: redis.Redis) -> None:
    """Drop all reminders of fetches, where nothing waits any more."""
    try:
        open_queue(connection, CLEAN).empty()  # type: ignore[no-untyped-call]
    except broker.AWAY as error:
        log.debug("the queue keeps its reminders: %s", error)


def ring(connection: redis.Redis, name: str) -> None:
    """Wake whoever waits at that doorbell; ringing it twice is once."""
    try:
        with connection.pipeline() as pipe:
            pipe.lpush(f"dateline:bell:{name}", "1")
            pipe.ltrim(f"dateline:bell:{name}", 0, 0)
            pipe.execute()
    except broker.AWAY as error:
        log.debug("the doorbell %s is out of order: %s", name, error)


def wait(connection: redis.Redis, name: str) -> bool:
    """Wait for a ring, half a second at the longest. Raises redis.RedisError or OSError when the server is away."""
    return connection.blpop([f"dateline:bell:{name}"], timeout=broker.BLOCK_SECONDS) is not None
