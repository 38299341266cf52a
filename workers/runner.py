"""One RQ worker listening to one queue"""

import logging
import signal
import time
from collections.abc import Callable
from threading import Event
from types import FrameType

import redis
from rq import SimpleWorker
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer

from storage import broker, queue
from storage.config import Config

log = logging.getLogger(__name__)
# Short, so that a job whose worker was killed comes back in a minute, not in a quarter of an hour.
MAINTENANCE_SECONDS = 20
WORKER_TTL = 45
IDLE_SECONDS = 3
AWAY_SECONDS = 1.0

CatchUp = Callable[[], int]


class Worker(SimpleWorker):
    """Runs allowed jobs in this process; the cleaning child is what gets killed, not the worker."""

    def execute_job(self, job: Job, queue_: Queue) -> None:
        """Run a job if its name is one of ours: a name alone can otherwise run anything."""
        if job.func_name not in queue.ALLOWED:
            log.error("a job that is none of ours was thrown away: %r", job.func_name)
            job.delete()
            return
        super().execute_job(job, queue_)

    def _install_signal_handlers(self) -> None:
        """The runner's own handlers stay."""


class Runner:
    """Works a queue off until told to stop, through every absence of the server."""

    def __init__(self, config: Config, name: str, catch_up: CatchUp) -> None:
        self._config = config
        self._name = name
        self._catch_up = catch_up
        self._worker: Worker | None = None
        self.stopping = Event()

    def run(self) -> None:
        """Work until SIGTERM or SIGINT: the job in hand is finished."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self.stopping.is_set():
            try:
                self._work()
            except (redis.RedisError, OSError) as error:
                log.warning("the queue is away: %s", error)
                time.sleep(AWAY_SECONDS)
            if not self.stopping.is_set():
                # What the queue forgot, and all there is while it is away, stands in SQL.
                self._catch_up()

    def _work(self) -> None:
        connection = broker.connect(self._config)
        broker.check_server(connection)
        self._worker = Worker(
            [queue.open_queue(connection, self._name)],
            connection=connection,
            serializer=JSONSerializer,
            maintenance_interval=MAINTENANCE_SECONDS,
            worker_ttl=WORKER_TTL,
            log_job_description=False,
        )
        self._worker.work(max_idle_time=IDLE_SECONDS, logging_level="WARNING")

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()
        if self._worker is not None:
            self._worker._stop_requested = True  # what its own handler does, without leaving by an exception
