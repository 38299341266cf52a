"""A fetch in, a revision or a rejection out

A batch goes through four steps: claim (a lease and a fence a page), load, read in the child, save. The last is one
transaction; each page has its savepoint there and proves its fence, so a batch that runs twice, or too late, or dies
anywhere does no harm: what wasn't saved is claimed again after its lease.
"""

import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage import db, urls
from storage.config import Config
from storage.db import Database, Session
from storage.domain import CleanedArticle, Outcome, PageContext, Rejection, RejectionReason
from storage.errors import Permanent, StaleFence
from storage.repositories import articles, cleanings, parts
from storage.repositories.articles import Source
from storage.repositories.cleanings import Task
from workers.clean import joining, newcomers
from workers.clean.keeper import Keeper
from workers.clean.memory import Memory
from workers.clean.newcomers import Cleaned
from workers.clean.parcel import Order
from workers.clean.parts import is_numbered
from workers.clean.saving import Save

RULE_VERSION = "1"
MOST_PARTS = 30
LARGE_BYTES = 1_000_000  # a page of so many takes long, if it isn't poison
SLOW_SECONDS = 2.0
RENEWALS = 3  # in the time of a lease


@dataclass(frozen=True, slots=True)
class Waiting:
    """The article has further pages that aren't here yet."""

    urls: tuple[str, ...]


Result = CleanedArticle | Rejection | Waiting


@dataclass(slots=True)
class Report:
    """What became of a batch."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    claimed: int = 0
    waiting: int = 0  # for further pages
    stale: int = 0  # leases lost before the result was saved

    @property
    def has_news(self) -> bool:
        """Whether there are revisions to place."""
        return self.outcomes[Outcome.STORED] > 0


class Cleaner:
    """Cleans batches of pages; one a worker process."""

    def __init__(self, database: Database, config: Config, keeper: Keeper, owner: str) -> None:
        self._database, self._config = database, config
        self._keeper, self._owner = keeper, owner
        self._memory = Memory(database, keeper)
        self._records: dict[int, bytes] = {}  # of the batch in hand
        self._part_wait = timedelta(seconds=config.part_wait_seconds)

    def clean(self, fetch_ids: Sequence[int]) -> Report:
        """Clean those of the fetches that wait for it. Raises Retryable where the store is away."""
        report = Report()
        with self._database.read() as session:
            slow = cleanings.slow_ones(session, fetch_ids, LARGE_BYTES)
        together = [fetch_id for fetch_id in dict.fromkeys(fetch_ids) if fetch_id not in slow]
        if together:
            self._clean_batch(together, report)
        self._clean_slow(slow, report)
        return report

    def _clean_slow(self, fetch_ids: Sequence[int], report: Report) -> None:
        """Clean some of the pages that may take long, each alone, and leave the rest to wait behind all others."""
        end = time.monotonic() + SLOW_SECONDS
        for place, fetch_id in enumerate(fetch_ids):
            if place and time.monotonic() > end:
                with self._database.session() as session:
                    cleanings.leave(session, fetch_ids[place:], db.now(session))
                return
            self._clean_batch([fetch_id], report)

    def _clean_batch(self, fetch_ids: Sequence[int], report: Report) -> None:
        with self._database.session() as session:
            seconds = self._config.lease_seconds
            claimed = cleanings.claim(session, fetch_ids, self._owner, db.now(session), seconds)
        if not claimed:
            return
        report.claimed += len(claimed)
        with self._database.read() as session:
            tasks = cleanings.load(session, claimed)
            self._records = cleanings.small_records(session, list(_fetches(tasks)))
        lease = Lease(self._database, self._owner, [t.page_id for t in tasks], self._config.lease_seconds)
        versions = self._memory.tell(tasks)
        results: list[tuple[Task, Result]] = []
        for task in tasks:
            began = time.monotonic()
            results.append((task, self._read(task, lease)))
            if time.monotonic() - began > SLOW_SECONDS:  # what was read before needn't wait for what comes
                self._save(results, versions, report)
                results = []
        lease.keep()
        self._save(results, versions, report)

    def _read(self, task: Task, lease: "Lease") -> Result:
        """Read a page with the further pages of its article."""
        lease.keep()
        first = self._read_one(task.fetch_id, task.context, lease)
        if not isinstance(first, CleanedArticle) or not (first.part_urls or task.parts):
            return first
        rest = [
            (part.context.url, self._read_one(part.fetch_id, part.context, lease))
            for part in task.parts
            if part.fetch_id is not None and not part.is_awaited
        ]
        pages = [page for url, page in rest if isinstance(page, CleanedArticle) and _is_part(task, first, url, page)]
        missing = further_urls(task, [first, *pages])
        return Waiting(missing) if missing and not self._has_waited(task, missing) else joining.join(first, pages)

    def _has_waited(self, task: Task, missing: Sequence[str]) -> bool:
        with self._database.read() as session:
            now = db.now(session)
            until = parts.wait_until(session, task.page_id, missing, self._part_wait, now)
            return until is not None and until <= now

    def _read_one(self, fetch_id: int, context: PageContext, lease: "Lease") -> CleanedArticle | Rejection:
        record = self._records.pop(fetch_id, None) or self._read_record(fetch_id)
        if record is None:
            return Rejection(RejectionReason.UNREADABLE, f"the bytes of fetch {fetch_id} are kept no more")
        return self._keeper.read(Order(context, record), lease.keep)

    def _read_record(self, fetch_id: int) -> bytes | None:
        with self._database.read() as session:
            return cleanings.read_record(session, fetch_id)

    def _save(self, results: Sequence[tuple[Task, Result]], versions: Mapping[int, int], report: Report) -> None:
        if not results:
            return
        # In the order of their addresses, so that two workers with neighbours in hand wait instead of deadlocking.
        ordered = sorted(results, key=lambda pair: pair[0].url)
        learnt = self._memory.learnt([task for task, _ in ordered])
        with self._database.session() as session:
            now, counts = db.now(session), Report()
            saved = _save_new(session, ordered, versions, now)
            counts.outcomes.update(saved.values())
            rest = [(task, result) for task, result in ordered if task.page_id not in saved]
            held = articles.preload(session, [task.page_id for task, _ in rest])
            for task, result in rest:
                self._save_one(session, task, result, versions[task.portal_id], counts)
            kept = self._memory.keep(session, learnt)
            cleanings.wake_hosts(session, [task.page_id for task, _ in ordered])
            del held
        self._memory.kept(kept)
        report.outcomes += counts.outcomes
        report.waiting += counts.waiting
        report.stale += counts.stale

    def _save_one(self, session: Session, task: Task, result: Result, habits: int, counts: Report) -> None:
        now = db.now(session)
        try:
            if isinstance(result, Waiting):
                page = cleanings.hold(session, task)
                parts.ask(session, page, result.urls, self._part_wait, now)
                counts.waiting += 1
                return
            counts.outcomes[_twice(session, Save(session, task, _source(task, habits), now), result)] += 1
        except StaleFence:
            counts.stale += 1
        except Permanent as error:
            page = cleanings.hold(session, task)
            reason = f"{error}\n{''.join(traceback.format_exception(error))}"
            counts.outcomes[cleanings.put_back(session, page, reason, self._config.clean_tries, now)] += 1


def _fetches(tasks: Iterable[Task]) -> Iterator[int]:
    for task in tasks:
        yield task.fetch_id
        yield from (part.fetch_id for part in task.parts if part.fetch_id is not None)


def _is_part(task: Task, first: CleanedArticle, url: str, page: CleanedArticle) -> bool:
    """A further page is known by its number; one that a link alone leads to must tell the same."""
    return is_numbered(task.context.final_url, url) or joining.is_same_text(first, page)


def _source(task: Task, habits: int) -> Source:
    return Source(task.fetch_id, task.context.final_url, task.context.fetched_at, RULE_VERSION, habits)


def _save_new(
    session: Session, results: Iterable[tuple[Task, Result]], versions: Mapping[int, int], now: datetime
) -> Mapping[int, Outcome]:
    """Save the pages that are new to the store together; none of them where one can't be written."""
    cleaned = [
        Cleaned(task, result, _source(task, versions[task.portal_id]))
        for task, result in results
        if not isinstance(result, Waiting)
    ]
    try:
        with cleanings.attempt(session):
            return newcomers.save(session, cleaned, now)
    except Permanent:
        return {}


def _twice(session: Session, save: Save, result: CleanedArticle | Rejection) -> Outcome:
    """Save, and once more if it fails: another worker may have stored the same address meanwhile."""
    try:
        with cleanings.attempt(session):
            return save.result(result)
    except Permanent:
        with cleanings.attempt(session):
            return save.result(result)


def further_urls(task: Task, pages: Sequence[CleanedArticle]) -> tuple[str, ...]:
    """The further pages that these name, in order; empty if all of them are here."""
    awaited = {part.context.url for part in task.parts if part.is_awaited}
    known = [part.context.url for part in task.parts]
    named = (urls.canonical(url, task.url) for page in pages for url in page.part_urls)
    home = task.portal
    on_portal = (url for url in named if url and url != task.url and urls.belongs(url, home.home, home.hosts))
    wanted = [url for url in on_portal if url not in known]
    every = list(dict.fromkeys([*known, *wanted]))[:MOST_PARTS]
    return tuple(every) if len(every) > len(known) or awaited else ()


class Lease:
    """Keeps the claims of a batch alive while it is read."""

    def __init__(self, database: Database, owner: str, page_ids: Sequence[int], seconds: float) -> None:
        self._database, self._owner, self._page_ids, self._seconds = database, owner, page_ids, seconds
        self._next = time.monotonic() + seconds / RENEWALS

    def keep(self) -> None:
        """Prolong the claims if it is time to."""
        if time.monotonic() < self._next:
            return
        with self._database.session() as session:
            cleanings.renew(session, self._page_ids, self._owner, db.now(session), self._seconds)
        self._next = time.monotonic() + self._seconds / RENEWALS
