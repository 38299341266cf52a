"""Tables: portal, seed, habit"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Portal(Base):
    """A news site we follow. It outlives its entry in the portals file: `removed_at` then says so."""

    __tablename__ = "portal"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    home: Mapped[str]
    settings: Mapped[dict[str, Any]]  # the entry of the portals file, as read
    is_enabled: Mapped[bool] = mapped_column(default=True)
    paused_at: Mapped[datetime | None]
    paused_reason: Mapped[str | None]
    removed_at: Mapped[datetime | None]
    added_at: Mapped[datetime]
    probed_at: Mapped[datetime | None]  # when its home was last searched for seeds
    observed: Mapped[dict[str, Any]] = mapped_column(default=dict)  # learnt: edit rate, feed names, ...


class Seed(Base):
    """An address we start from at a portal."""

    __tablename__ = "seed"
    __table_args__ = (
        UniqueConstraint("portal_id", "url"),
        Index("ix_seed_host_id_due_at", "host_id", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    portal_id: Mapped[int] = mapped_column(ForeignKey("portal.id"))
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"))
    url: Mapped[str]
    kind: Mapped[str]  # SeedKind
    found_by: Mapped[str]  # "file", "probe", "index 2" (a sitemap index named it), ...
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("seed.id"))
    added_at: Mapped[datetime]
    due_at: Mapped[datetime]
    fence: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    interval_seconds: Mapped[float] = mapped_column(default=0.0)
    visited_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]  # when a visit last brought a new page
    visits: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    last_new: Mapped[int] = mapped_column(default=0)  # pages that the last visit discovered
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    digest: Mapped[str | None]
    unchanged_streak: Mapped[int] = mapped_column(default=0)  # answers 304 in a row
    is_conditional: Mapped[bool] = mapped_column(default=True)  # False: its 304 proved wrong
    lastmod: Mapped[datetime | None]  # as the index that names it claims
    retired_at: Mapped[datetime | None]
    retired_reason: Mapped[str | None]


class Habit(Base):
    """What cleaning has learnt of a portal's recurring blocks; newest version per portal wins."""

    __tablename__ = "habit"

    portal_id: Mapped[int] = mapped_column(ForeignKey("portal.id"), primary_key=True)
    version: Mapped[int]
    data: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
