"""One RQ worker listening to one queue"""

import contextlib
import logging
from collections.abc import Callable, Sequence
from itertools import count
from threading import Event
from typing import Any

import redis
from rq import Queue, Retry, SimpleWorker
from rq.exceptions import DequeueTimeout, DeserializationError
from rq.job import Job as Letter
from rq.serializers import JSONSerializer
from rq.suspension import is_suspended
from rq.utils import now

from storage import broker, queue
from storage.config import Config
from storage.errors import Refused, Retryable
from workers.jobs import Job

log = logging.getLogger(__name__)
# Short, so that a job whose worker was killed comes back in a minute or two, not in a quarter of an hour.
MAINTENANCE_SECONDS = 20
WORKER_TTL = 45
AWAY_SECONDS = 1.0
AGAIN = Retry(max=1000)


class Reminder(Letter):
    """A job as the queue holds it. It runs ours or nothing: what else it names is never imported or called."""

    job: Job | None = None
    success_callback = failure_callback = stopped_callback = None

    def perform(self) -> Retry | None:
        """Run the job that the worker put here."""
        assert self.job is not None
        return AGAIN if self.job(self.args[0]) is None else None

    def send_webhooks(self, *_what: Any, **_words: Any) -> None:
        """No requests to where a job says."""

    def is_named(self, name: str) -> bool:
        """Whether this is a job of that name with one list of ids."""
        try:
            what = (self.func_name, self.instance, self.kwargs)
            args = list(self.args)
        except DeserializationError:
            return False
        is_list = len(args) == 1 and isinstance(args[0], list) and all(type(number) is int for number in args[0])
        return what == (name, None, {}) and is_list


class Worker(SimpleWorker):
    """Runs one kind of job in this process: what may have to be killed has a process of its own below."""

    job_class = Reminder
    job: Job

    def turn(self) -> bool:
        """Run a job if one comes within moments. False when none came; raises RedisError when the server is away."""
        try:
            if self.should_run_maintenance_tasks:
                self.run_maintenance_tasks()  # type: ignore[no-untyped-call]
            self.heartbeat()
            return self._take()
        except (*broker.AWAY, Retryable):
            raise
        except Exception:
            # Whoever can write to the server can write nonsense; the sweep knows what really waits.
            log.exception("a job that cannot be read was left aside")
            self.last_cleaned_at = now()  # type: ignore[assignment]
            return True

    def _take(self) -> bool:
        try:
            found = self.queue_class.dequeue_any(
                self.queues,
                broker.BLOCK_SECONDS,  # type: ignore[arg-type]  # the server takes parts of a second, too
                connection=self.connection,
                job_class=self.job_class,
                serializer=self.serializer,
                death_penalty_class=self.death_penalty_class,
            )
        except DequeueTimeout:
            return False
        if found is not None:
            self.execute_job(*found)
        return True

    def execute_job(self, job: Letter, queue: Queue) -> None:
        """Run a job if it is one of ours; anybody who can write to the server could name others."""
        if not isinstance(job, Reminder) or not job.is_named(self.job.name):
            log.error("a job that is none of ours was thrown away: %s", job.id)
            queue.intermediate_queue.remove(job.id)
            job.delete()
            return
        job.job = self.job
        super().execute_job(job, queue)

    def subscribe(self) -> None:
        """No orders over the wire: they would take a thread, and whoever reaches the server could give them."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed to."""


class Runner:
    """Works a queue off until told to stop, through every absence of the server."""

    def __init__(self, config: Config, name: str, job: Job, owner: str) -> None:
        self._config, self._name = config, name
        self._job, self._owner = job, owner
        self._numbers = count(1)
        self._is_away = False

    def run(self, stopping: Event, waiting: Callable[[], Sequence[int]]) -> None:
        """Work until told to stop; the job in hand is finished.

        `waiting` gives ids of work that the queue should have brought long ago: when nothing comes, and while the
        server is away, that is done instead.
        """
        while not stopping.is_set():
            try:
                self._serve(stopping, waiting)
            except broker.AWAY as error:
                self._say_away(error)
                self._catch_up(waiting, stopping)
                stopping.wait(AWAY_SECONDS)

    def _serve(self, stopping: Event, waiting: Callable[[], Sequence[int]]) -> None:
        connection = broker.connect(self._config)
        try:
            broker.check_server(connection)
        except Refused as error:
            raise redis.RedisError(str(error)) from error
        worker = self._worker(connection)
        worker.bootstrap("WARNING")
        self._is_away = False
        try:
            while not stopping.is_set():
                if is_suspended(connection):  # by `rq suspend`
                    stopping.wait(AWAY_SECONDS)
                elif not worker.turn():
                    self._catch_up(waiting, stopping)
        finally:
            with contextlib.suppress(*broker.AWAY):
                worker.teardown()  # type: ignore[no-untyped-call]
            connection.close()

    def _worker(self, connection: redis.Redis) -> Worker:
        worker = Worker(
            [queue.open_queue(connection, self._name, Reminder)],
            # Each connection a name: after a crash of the server the old one may still be registered there.
            name=f"{self._owner}.{next(self._numbers)}",
            connection=connection,
            serializer=JSONSerializer,
            maintenance_interval=MAINTENANCE_SECONDS,
            worker_ttl=WORKER_TTL,
            log_job_description=False,
        )
        worker.job = self._job
        return worker

    def _say_away(self, error: Exception) -> None:
        if not self._is_away:
            log.warning("the queue is away, work is taken from the store meanwhile: %s", error)
        self._is_away = True

    def _catch_up(self, waiting: Callable[[], Sequence[int]], stopping: Event) -> None:
        try:
            while not stopping.is_set() and (ids := waiting()):
                self._job(ids)
        except Retryable as error:
            log.warning("the store is away: %s", error)
