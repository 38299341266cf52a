"""A revision in, its verdict and its story out

One writer at a time in the whole system, under a lease: two that met two copies at the same instant would found two
stories. Whoever holds the lease places what is pending, a batch a call, and proves its fence in the transaction that
writes the batch. What it holds in memory is worth as long as nobody else wrote: with another fence it starts anew
from the store.
"""

import logging
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from urllib.parse import urlsplit

from storage import db
from storage.config import Config
from storage.db import Database, Session
from storage.domain import AgencyClaim, Document, Outcome
from storage.errors import DatelineError, Retryable, StaleFence
from storage.repositories import candidates, failures, leases, ledger, stories
from storage.repositories.failures import Failed
from storage.repositories.ledger import Pending, Standing
from storage.repositories.stories import Batch, Origin
from workers import agencies
from workers.dedup import classify, corpus, original, wire
from workers.dedup.candidates import Index
from workers.dedup.corpus import SqlCorpus
from workers.dedup.engine import Engine, Saved
from workers.dedup.homes import Homes
from workers.dedup.limits import Limits
from workers.dedup.values import Fingerprint, Placed

log = logging.getLogger(__name__)
ROLE = "dedup"
BATCH = 64
CHARACTERS = 500_000  # of all texts of a batch, which a lease must outlast: three times those of an ordinary one
LEARN_EVERY = 1000  # articles; a start keeps what it learnt sooner: after 1, 8, 64 ...
LEARN_SECONDS = 120.0
FORGET_EVERY = 20_000
OWN_PORTAL = 0.99  # how surely a text on an agency's own portal is that agency's
LEARNT_PORTAL = 0.95  # the same where only what the portal prints says whose it is

Claims = dict[int, AgencyClaim | None]


def _credited(document: Document, claim: AgencyClaim | None) -> Document:
    is_home = document.is_agency_portal or original.is_at_home(claim)
    return replace(document, agency=claim, is_agency_portal=is_home)


def _at_once(pending: Sequence[Pending]) -> Sequence[Pending]:
    """The first of these whose texts together are no longer than those of a batch may be; one at least."""
    sizes = accumulate(len(one.document.body) for one in pending)
    return pending[: max(1, sum(size <= CHARACTERS for size in sizes))]


class Writer:
    """Places pending revisions in stories; only the one that holds the lease does anything."""

    def __init__(self, database: Database, config: Config, owner: str) -> None:
        self._database, self._config, self._owner = database, config, owner
        self._agencies = agencies.load(*([config.agencies] if config.agencies else []))
        self._homes = Homes(self._agencies)
        self._corpus = SqlCorpus(database)
        self._engine: Engine | None = None
        self._fence, self._renew_at = -1, 0.0
        self._unlearned, self._unforgotten = 0, 0
        self._learn_after = 1
        self._learned_at = time.monotonic()

    def place(self, _ids: Sequence[int] = ()) -> Mapping[Outcome, int]:
        """Place one batch of what is pending; how many revisions. Nothing to do, or another writer at it: none.

        Raises Retryable where the store is away.
        """
        with self._database.read() as session:
            pending = _at_once(ledger.pending(session, BATCH))
        if not pending:
            self._learn_if_idle()
            return {}
        engine = self._take()
        if engine is None:
            return {}
        try:
            self._place(engine, pending)
        except StaleFence as error:
            log.info("%s", error)
            self._engine = None
            return {}
        return {Outcome.STORED: len(pending)}

    def _take(self) -> Engine | None:
        """The engine, if the lease is ours: the one in memory if nobody else has written meanwhile.

        The lease isn't renewed for each batch: whether it still is ours shows as the batch is written.
        """
        if self._engine is not None and time.monotonic() < self._renew_at:
            return self._engine
        fence = self._renew()
        if fence is None:
            self._engine = None
            return None
        if self._engine is None or fence != self._fence:
            self._fence = fence
            self._engine = self._open()
        return self._engine

    def _renew(self) -> int | None:
        self._renew_at = time.monotonic() + self._config.lease_seconds / 3
        with self._database.session() as session:
            return leases.take(session, ROLE, self._owner, db.now(session), self._config.lease_seconds)

    def _open(self) -> Engine:
        """An engine that knows what the store knows."""
        started = time.monotonic()
        with self._database.read() as session:
            learned = candidates.learned(session)
        saved = None
        if "commonness" in learned and "habits" in learned:
            saved = Saved(learned["commonness"], learned["habits"])
        self._homes = Homes(self._agencies, learned.get("homes"))
        days = self._config.copies_window_days
        limits = Limits(window_days=days, wire_window_days=max(days, self._config.archive_window_days))
        engine = Engine(classify.shipped(), Index(), saved, limits)
        count = engine.load(self._watched(corpus.load(self._database)))
        log.info("deduplication knows %d articles after %.1f s", count, time.monotonic() - started)
        return engine

    def _watched(self, fingerprints: Iterator[Fingerprint]) -> Iterator[Fingerprint]:
        """The same, with the lease renewed meanwhile: a large store takes longer than a lease."""
        for number, fingerprint in enumerate(fingerprints):
            if number % 1000 == 0 and time.monotonic() > self._renew_at:
                self._renew()
            yield fingerprint

    def _place(self, engine: Engine, pending: Sequence[Pending]) -> None:
        """Place a batch; if one of its texts breaks it, each by itself, so that only that one is left out."""
        try:
            placed, claims = self._decide(engine, pending)
        except DatelineError:
            raise
        except Exception as error:
            if len(pending) > 1:
                log.warning("a batch of %d is placed one by one: %s", len(pending), error)
                for one in pending:
                    self._place(engine, [one])
                return
            log.exception("revision %d stands alone", pending[0].document.revision_id)
            self._leave_alone(pending[0].document, error)
            return
        with self._database.session() as session:
            self._prove(session)
            now = db.now(session)
            revisions = stories.current_revisions(session, corpus.others_in(placed))
            stories.write(session, corpus.batch_of(placed, claims, revisions), now)
            candidates.save(session, corpus.pack(placed.fingerprints))
            self._count(session, engine, len(pending), now)

    def _decide(self, engine: Engine, pending: Sequence[Pending]) -> tuple[Placed, Claims]:
        claims: Claims = {one.document.revision_id: self._attribute(one) for one in pending}
        documents = [_credited(one.document, claims[one.document.revision_id]) for one in pending]
        return engine.place(documents, self._corpus), claims

    def _attribute(self, one: Pending) -> AgencyClaim | None:
        """The agency that a text itself shows."""
        document = one.document
        if one.portal_agency:
            return AgencyClaim(one.portal_agency, "portal", OWN_PORTAL)
        host = urlsplit(document.url).hostname
        signs = wire.Signs(
            title=document.title,
            body=document.body,
            authors=document.authors,
            desks=one.desks,
            credits=one.credits,
            publisher=one.publisher,
            canonical_url=one.canonical_claim,
            portal=host,
        )
        claim = wire.attribute(signs, self._agencies)
        self._homes.learn(document.portal, claim.agency if claim else None)
        home = self._homes.agency_of(document.portal, one.publisher, host)
        if home is not None and (claim is None or claim.agency == home):
            return AgencyClaim(home, "portal", LEARNT_PORTAL)
        return claim

    def _prove(self, session: Session) -> None:
        if not leases.holds(session, ROLE, self._owner, self._fence):
            raise StaleFence("another writer has taken deduplication over: this batch is thrown away")

    def _leave_alone(self, document: Document, error: Exception) -> None:
        """A text that cannot be compared is a story of its own, and a failure that an operator sees."""
        alone = Standing(
            document.article_id, document.revision_id, document.revision_id, True, reason=f"not compared: {error}"[:500]
        )
        with self._database.session() as session:
            self._prove(session)
            now = db.now(session)
            standing = ledger.standings(session, [document.article_id]).get(document.article_id, alone)
            origins = [] if standing is not alone else [Origin(alone.story_id, alone.article_id, ("only member",))]
            claims: Claims = {document.revision_id: standing.agency}
            stories.write(session, Batch(claims, [standing], origins), now)
            trace = "".join(traceback.format_exception(error))
            arguments = {"revision_id": document.revision_id}
            failures.keep(session, Failed(ROLE, arguments, f"{type(error).__name__}: {error}", trace), now)

    def _count(self, session: Session, engine: Engine, placed: int, now: datetime) -> None:
        """Now and then keep what was learnt, and forget articles whose window has ended."""
        self._unlearned += placed
        self._unforgotten += placed
        if self._unlearned >= self._learn_after:
            self._learn(session, engine, now)
            self._learn_after = min(8 * self._learn_after, LEARN_EVERY)
        if self._unforgotten >= FORGET_EVERY:
            expired = engine.index.expired(int(now.timestamp()))
            engine.forget(expired)
            candidates.forget(session, expired[:FORGET_EVERY])
            self._unforgotten = 0

    def _learn_if_idle(self) -> None:
        is_time = time.monotonic() - self._learned_at > LEARN_SECONDS
        if self._engine is not None and self._unlearned and is_time:
            self._keep_learned()

    def _keep_learned(self) -> None:
        with self._database.session() as session:
            if self._engine is not None and leases.holds(session, ROLE, self._owner, self._fence):
                self._learn(session, self._engine, db.now(session))

    def _learn(self, session: Session, engine: Engine, now: datetime) -> None:
        saved = engine.save()
        learnt = {"commonness": saved.commonness, "habits": saved.habits, "homes": self._homes.to_bytes()}
        candidates.learn(session, learnt, now)
        self._unlearned, self._learned_at = 0, time.monotonic()

    def close(self) -> None:
        """Keep what was learnt and let another writer go on at once."""
        try:
            if self._unlearned:
                self._keep_learned()
            with self._database.session() as session:
                leases.release(session, ROLE, self._owner)
        except Retryable as error:
            log.info("the lease of deduplication is left to expire: %s", error)
        self._engine = None
