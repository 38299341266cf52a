"""Works whenever a doorbell rings, and every few seconds anyway"""

import logging
from threading import Event

from storage import broker, queue
from storage.config import Config
from storage.domain import Outcome
from workers.jobs import Job

log = logging.getLogger(__name__)
AWAY_SECONDS = 1.0
AFTER_FAILURE_SECONDS = 5.0
GATHER_SECONDS = 0.4  # what a round costs whatever it finds is shared by more


class Attendant:
    """Runs a job that finds its own work in the store, again and again while it finds some.

    A round that finds less than `full` has caught up: the next lets some more work gather.
    """

    def __init__(self, config: Config, bell: str, job: Job, full: int) -> None:
        self._connection = broker.connect(config)
        self._bell, self._job, self._full = bell, job, full
        self._is_away = False

    def run(self, stopping: Event) -> None:
        """Work until told to stop; the job in hand is finished."""
        while not stopping.is_set():
            ended = self._job()
            if ended is None:
                continue
            if ended.get(Outcome.FAILED):
                stopping.wait(AFTER_FAILURE_SECONDS)
            elif not any(ended.values()):
                self._wait(stopping)
            elif sum(ended.values()) < self._full:
                stopping.wait(GATHER_SECONDS)

    def _wait(self, stopping: Event) -> None:
        try:
            queue.wait(self._connection, self._bell)
            self._is_away = False
        except broker.AWAY as error:
            if not self._is_away:
                log.warning("no doorbell, the queue is away; the store is looked at every second: %s", error)
            self._is_away = True
            stopping.wait(AWAY_SECONDS)
