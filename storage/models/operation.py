"""Tables: failure, operation, operation_item, lease, change, counter, gauge"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Failure(Base):
    """A job that ended in an unexpected error; kept until replayed or dismissed."""

    __tablename__ = "failure"
    __table_args__ = (Index("ix_failure_page_id", "page_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    page_id: Mapped[int | None]
    error: Mapped[str]
    traceback: Mapped[str]
    failed_at: Mapped[datetime]
    tries: Mapped[int]
    replayed_at: Mapped[datetime | None]
    dismissed_at: Mapped[datetime | None]
    note: Mapped[str | None]


class Operation(Base):
    """What an operator asked for."""

    __tablename__ = "operation"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # "recrawl", "reprocess", "replay"
    selection: Mapped[dict[str, Any]]
    reason: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    due: Mapped[int]  # how many pages it selected


class OperationItem(Base):
    """One page of an operation; `outcome` None: still pending."""

    __tablename__ = "operation_item"
    __table_args__ = (Index("ix_operation_item_page_id", "page_id"),)

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"), primary_key=True)
    outcome: Mapped[str | None]  # "fetched", "unchanged", "rejected", "failed"
    ended_at: Mapped[datetime | None]


class Lease(Base):
    """A claim to a role that one process at a time may hold: scheduler, dedup."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str | None]
    fence: Mapped[int] = mapped_column(default=0)
    until: Mapped[datetime | None]


class Change(Base):
    """One numbered line in the downstream feed of what was added or altered."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_article_id", "article_id"), Index("ix_change_story_id", "story_id"))

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    op: Mapped[str]  # "article", "revision", "withdrawn", "restored", "placed", "story_merged", "story_split", ...
    article_id: Mapped[int | None]
    revision_id: Mapped[int | None]
    story_id: Mapped[int | None]
    other_story_id: Mapped[int | None]
    at: Mapped[datetime]


class Counter(Base):
    """The last number given out in a sequence without holes."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class Gauge(Base):
    """What a process last said of itself: a heartbeat with its figures."""

    __tablename__ = "gauge"

    owner: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    pid: Mapped[int]
    version: Mapped[str]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
