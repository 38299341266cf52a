"""Job names, payloads, enqueue, depth: reminders only, the truth is in SQL"""

import logging
from collections.abc import Iterable, Sequence

import redis
from rq import Queue, Retry
from rq.serializers import JSONSerializer

from storage.broker import BLOCK_SECONDS

log = logging.getLogger(__name__)
CLEAN = "clean"
DEDUP = "dedup"
CLEAN_JOB = "workers.clean.job.clean_fetches"
# Only these run, whoever wrote the job.
ALLOWED = frozenset({CLEAN_JOB})
JOB_SECONDS = 600
KEEP_SECONDS = 300
TRIES = 3


def open_queue(connection: redis.Redis, name: str) -> Queue:
    """The queue of that name; payloads are JSON."""
    return Queue(name, connection=connection, serializer=JSONSerializer)


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
            retry=Retry(max=TRIES, interval=[1, 5, 15]),
            description=f"clean {len(part)} fetches",
        )
        for part in _batches(fetch_ids, batch)
    ]
    try:
        open_queue(connection, CLEAN).enqueue_many(jobs)
    except (redis.RedisError, OSError) as error:
        log.warning("%d fetches wait for the sweep, the queue is away: %s", len(fetch_ids), error)
        return False
    return True


def _batches(ids: Sequence[int], size: int) -> Iterable[list[int]]:
    return (list(ids[start : start + size]) for start in range(0, len(ids), size))


def depth(connection: redis.Redis, name: str) -> int | None:
    """Jobs that wait; None when the server is away."""
    try:
        return open_queue(connection, name).count
    except (redis.RedisError, OSError):
        return None


def ring(connection: redis.Redis, name: str) -> None:
    """Wake whoever waits at that doorbell; ringing it twice is once."""
    try:
        with connection.pipeline() as pipe:
            pipe.lpush(f"dateline:bell:{name}", "1")
            pipe.ltrim(f"dateline:bell:{name}", 0, 0)
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        log.debug("the doorbell %s is out of order: %s", name, error)


def wait(connection: redis.Redis, name: str) -> bool:
    """Wait for a ring, 2 s at the longest. Raises redis.RedisError or OSError when the server is away."""
    return connection.blpop([f"dateline:bell:{name}"], timeout=BLOCK_SECONDS) is not None
