"""Tables: host, page, sighting, fetch, record"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base

CLAIMABLE = "step = 'fetch' AND state IN ('scheduled', 'done') AND due_at IS NOT NULL"
TO_CLEAN = "step = 'clean' AND state = 'scheduled'"
LEASED = "state = 'leased'"


class Host(Base):
    """The unit of politeness: one host is leased to one crawler at a time."""

    __tablename__ = "host"
    __table_args__ = (Index("ix_host_due_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)  # host:port as in the URL, port only if not the default
    due_at: Mapped[datetime | None]  # not later than the earliest of its seeds' and pages' due times
    fence: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]  # no request before this time: crawl-delay and Retry-After, kept over kills
    crawl_delay_seconds: Mapped[float | None]  # what robots.txt asks for
    failures: Mapped[int] = mapped_column(default=0)  # in a row: refused, timed out, 429, 5xx
    robots_text: Mapped[str | None]
    robots_status: Mapped[int | None]  # HTTP status; 0 where no answer came
    robots_fetched_at: Mapped[datetime | None]
    robots_expires_at: Mapped[datetime | None]


class Page(Base):
    """One canonical URL we know; a row of the frontier."""

    __tablename__ = "page"
    __table_args__ = (
        Index(
            "ix_page_claimable",
            "host_id",
            "due_at",
            postgresql_where=text(CLAIMABLE),
            sqlite_where=text(CLAIMABLE),
        ),
        Index("ix_page_to_clean", "due_at", postgresql_where=text(TO_CLEAN), sqlite_where=text(TO_CLEAN)),
        Index("ix_page_leased", "lease_until", postgresql_where=text(LEASED), sqlite_where=text(LEASED)),
        Index("ix_page_portal_id_discovered_at", "portal_id", "discovered_at"),
        Index("ix_page_part_of_id", "part_of_id"),
        Index("ix_page_fetch_id", "fetch_id"),
        CheckConstraint("state IN ('scheduled', 'leased', 'done', 'quarantined')", name="state"),
        CheckConstraint("step IN ('fetch', 'clean')", name="step"),
        CheckConstraint("(state = 'leased') = (lease_until IS NOT NULL)", name="lease"),
        CheckConstraint("state <> 'quarantined' OR detail IS NOT NULL", name="quarantine_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)  # canonical
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"))
    portal_id: Mapped[int] = mapped_column(ForeignKey("portal.id"))
    state: Mapped[str]
    step: Mapped[str]
    due_at: Mapped[datetime | None]  # when the step may next be taken; None: never again by itself
    fence: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)  # of the present step, failed ones in a row
    reason: Mapped[str | None]  # RejectionReason, where the last result is a rejection
    detail: Mapped[str | None]  # of the rejection, the last error or the quarantine
    discovered_at: Mapped[datetime]
    part_of_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"))  # a further page of that article
    part_number: Mapped[int | None]
    alias_of_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"))
    entry: Mapped[dict[str, Any] | None]  # the best Entry seen, for cleaning
    entry_kind: Mapped[str | None]
    hinted_at: Mapped[datetime | None]  # newest "modified" that a seed claimed for it
    fetch_id: Mapped[int | None]  # newest fetch with bytes: what cleaning reads
    fetched_at: Mapped[datetime | None]  # newest visit, whatever it brought
    status: Mapped[int | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    digest: Mapped[str | None]
    unchanged_streak: Mapped[int] = mapped_column(default=0)
    rung: Mapped[int] = mapped_column(default=0)  # of the ladder of revisits
    revisit_at: Mapped[datetime | None]  # becomes due_at when cleaning ends
    is_forced: Mapped[bool] = mapped_column(default=False)  # an operator asked: no conditional request
    operation_id: Mapped[int | None]  # the operation that waits for it
    lease_operation_id: Mapped[int | None]  # the operation that the present lease serves


class Sighting(Base):
    """A seed named a page."""

    __tablename__ = "sighting"
    __table_args__ = (Index("ix_sighting_seed_id", "seed_id"),)

    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"), primary_key=True)
    seed_id: Mapped[int] = mapped_column(ForeignKey("seed.id"), primary_key=True)
    seen_at: Mapped[datetime]
    raw_url: Mapped[str]  # as the seed wrote it


class Fetch(Base):
    """One retrieval of a page."""

    __tablename__ = "fetch"
    __table_args__ = (Index("ix_fetch_page_id", "page_id"), Index("ix_fetch_fetched_at", "fetched_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"))
    fetched_at: Mapped[datetime]
    url: Mapped[str]  # as requested
    final_url: Mapped[str]
    hops: Mapped[list[Any]]  # redirects on the way: [[status, url], ...]
    status: Mapped[int | None]  # None where no answer came
    outcome: Mapped[str]  # Outcome of the visit
    reason: Mapped[str | None]
    detail: Mapped[str | None]
    headers: Mapped[dict[str, Any]]  # the ones that matter later
    digest: Mapped[str | None]
    size: Mapped[int] = mapped_column(default=0)  # bytes, decoded
    seconds: Mapped[float] = mapped_column(default=0.0)
    robots: Mapped[str | None]  # "allowed", "disallowed", "unreachable"
    directives: Mapped[list[Any]] = mapped_column(default=list)  # noindex, noarchive, tdm-reservation, ...
    operation_id: Mapped[int | None]
    cleaned_at: Mapped[datetime | None]
    cleaning: Mapped[str | None]  # what cleaning made of it: Outcome
    cleaning_detail: Mapped[str | None]


class Record(Base):
    """The raw bytes of a fetch, compressed with zstd."""

    __tablename__ = "record"

    fetch_id: Mapped[int] = mapped_column(ForeignKey("fetch.id"), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
