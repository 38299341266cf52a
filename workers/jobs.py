"""The wrapper round every job: one outcome, retries, failures"""

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from threading import Event
from typing import Any

from storage import db
from storage.db import Database
from storage.domain import Outcome
from storage.errors import Retryable
from storage.repositories import failures
from storage.repositories.failures import Failed

log = logging.getLogger(__name__)
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 15.0

Work = Callable[[Sequence[int]], Mapping[Outcome, int]]


class Job:
    """Runs one kind of work so that each run is counted once, and none is lost without a trace.

    The work returns how its items ended. Retryable makes it run again, after a wait that doubles each time in a row;
    anything else becomes a failure with traceback and arguments.
    """

    def __init__(self, database: Database, name: str, work: Work, stopping: Event) -> None:
        self.name = name
        self.outcomes: Counter[Outcome] = Counter()
        self._database, self._work = database, work
        self._stopping = stopping
        self._waits = 0

    def __call__(self, ids: Sequence[int] = ()) -> Mapping[Outcome, int] | None:
        """Run once and tell how its items ended; None where it must run again because what hindered it may pass."""
        try:
            try:
                ended: Mapping[Outcome, int] = self._work(ids)
            except Retryable:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is becomes a failure that an operator sees
                ended = self._failed(error, {"ids": list(ids)})
        except Retryable as error:
            self._wait(error)
            return None
        self.outcomes.update(ended)
        self._waits = 0
        return ended

    def _failed(self, error: Exception, arguments: dict[str, Any]) -> Mapping[Outcome, int]:
        log.exception("%s failed; `dateline failures list` shows it", self.name)
        trace = "".join(traceback.format_exception(error))
        with self._database.session() as session:
            failures.keep(
                session, Failed(self.name, arguments, f"{type(error).__name__}: {error}", trace), db.now(session)
            )
        return {Outcome.FAILED: 1}

    def _wait(self, error: Retryable) -> None:
        self.outcomes[Outcome.RETRIED] += 1
        seconds = min(FIRST_WAIT_SECONDS * 2.0**self._waits, LONGEST_WAIT_SECONDS)
        self._waits += 1
        log.warning("%s waits %.1f s and tries again: %s", self.name, seconds, error)
        self._stopping.wait(seconds)

    def figures(self) -> dict[str, int]:
        """How many items ended how since the process started."""
        return {str(outcome): number for outcome, number in self.outcomes.items() if number}
