"""The workers of a run that ends by itself: threads of its process, which is smaller than processes of their own

Pages are still read in the cleaner's child, so nothing that a portal sends is parsed here.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from storage.config import Config
from storage.db import Database
from workers.clean import service as cleaning
from workers.dedup import service as dedup

log = logging.getLogger(__name__)
END_SECONDS = 30.0

Work = Callable[[Database, Config, Event], None]


@contextmanager
def working(database: Database, settings: Config, stopping: Event) -> Iterator[None]:
    """Clean and place in threads meanwhile; afterwards `stopping` is set. One that breaks sets it, too."""
    threads = [
        Thread(target=_work, args=(work, database, settings, stopping), name=name, daemon=True)
        for name, work in (("clean", cleaning.run_here), ("dedup", dedup.run_here))
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join(END_SECONDS)


def _work(work: Work, database: Database, settings: Config, stopping: Event) -> None:
    try:
        work(database, settings, stopping)
    except Exception:
        log.exception("a worker broke; the run ends")
    finally:
        stopping.set()
