"""Tables: article, revision, fingerprint, learned"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base

PENDING = "placed_at IS NULL"


class Article(Base):
    """The news text at a page; its identity stays while its text changes."""

    __tablename__ = "article"
    __table_args__ = (Index("ix_article_story_id", "story_id"), Index("ix_article_portal_id", "portal_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"), unique=True)
    portal_id: Mapped[int] = mapped_column(ForeignKey("portal.id"))
    canonical_url: Mapped[str] = mapped_column(unique=True)
    revision_id: Mapped[int | None]  # the current one
    discovered_at: Mapped[datetime]
    stored_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]  # the portal took it down
    withdrawn_reason: Mapped[str | None]
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"))
    is_original: Mapped[bool] = mapped_column(default=True)
    copy_kind: Mapped[str | None]  # CopyKind
    copy_score: Mapped[float | None]
    copy_of_id: Mapped[int | None]  # the article it was matched with
    agency: Mapped[str | None]  # key of agencies.toml
    agency_source: Mapped[str | None]
    agency_confidence: Mapped[float | None]
    is_pinned: Mapped[bool] = mapped_column(default=False)  # an operator placed it
    placed_reason: Mapped[str | None]  # why it stands in its story, one plain sentence


class Revision(Base):
    """One cleaned version of an article's text and metadata.

    Rows are never changed but for what deduplication adds: the agency that the text shows, and `placed_at`.
    """

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        Index("ix_revision_pending", "id", postgresql_where=text(PENDING), sqlite_where=text(PENDING)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    number: Mapped[int]  # 1, 2, ... within the article
    fetch_id: Mapped[int] = mapped_column(ForeignKey("fetch.id"))
    url: Mapped[str]  # where the bytes came from, after redirects
    title: Mapped[str]
    dek: Mapped[str | None]
    body: Mapped[str]
    blocks: Mapped[list[Any]]  # [[BlockKind, text], ...]
    authors: Mapped[list[Any]]
    desks: Mapped[list[Any]]
    contributors: Mapped[list[Any]]
    credits: Mapped[list[Any]]
    publisher: Mapped[str | None]
    canonical_claim: Mapped[str | None]  # the page's rel=canonical as it stands: it may name whose text this is
    place: Mapped[str | None]
    section: Mapped[str | None]
    tags: Mapped[list[Any]]
    language: Mapped[str | None]
    image: Mapped[str | None]
    is_paywalled: Mapped[bool]
    is_live: Mapped[bool]
    word_count: Mapped[int]
    published_at: Mapped[datetime | None]
    published_at_source: Mapped[str | None]
    published_at_precision: Mapped[str | None]
    published_at_zone: Mapped[str | None]
    modified_at: Mapped[datetime | None]
    modified_at_source: Mapped[str | None]
    fetched_at: Mapped[datetime]
    stored_at: Mapped[datetime]
    agency: Mapped[str | None]  # as this text itself shows it
    agency_source: Mapped[str | None]
    agency_confidence: Mapped[float | None]
    provenance: Mapped[dict[str, Any]]
    reasons: Mapped[dict[str, Any]]
    digest: Mapped[str]  # of title and body in normal form
    rule_version: Mapped[str]  # of the cleaning rules
    habit_version: Mapped[int]
    placed_at: Mapped[datetime | None]  # when deduplication placed it; None: pending


class Fingerprint(Base):
    """The rarest terms of an article's current revision, by which its copies are found.

    One row an article, not one a term: the index in memory is filled from them in seconds, and keeping them costs
    a twentieth of what 32 rows would.
    """

    __tablename__ = "fingerprint"
    __table_args__ = (Index("ix_fingerprint_until", "until"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    at: Mapped[int]  # seconds since 1970: published, or arrived where that is unknown
    until: Mapped[int]  # the last second at which a newer article may still be a copy of it
    terms: Mapped[bytes] = mapped_column(LargeBinary)  # signed 64-bit numbers, little-endian
    weights: Mapped[bytes] = mapped_column(LargeBinary)  # 32-bit floats, in the order of `terms`


class Learned(Base):
    """What deduplication has learnt, for its next start."""

    __tablename__ = "learned"

    name: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]
