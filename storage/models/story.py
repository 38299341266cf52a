"""Tables: story, verdict, pin"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Story(Base):
    """An original and all its copies: what downstream counts once."""

    __tablename__ = "story"

    id: Mapped[int] = mapped_column(
        primary_key=True
    )  # that of the revision that founded it; + 2**40 if it founded one before
    original_article_id: Mapped[int | None]
    original_reasons: Mapped[list[Any]] = mapped_column(default=list)
    agency: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"))  # a redirect; members moved there


class StoredVerdict(Base):
    """What the comparison of an article with an earlier one was taken to mean."""

    __tablename__ = "verdict"
    __table_args__ = (Index("ix_verdict_article_id", "article_id"), Index("ix_verdict_other_id", "other_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    other_revision_id: Mapped[int]
    kind: Mapped[str | None]  # CopyKind; None: no copy
    score: Mapped[float]
    is_related: Mapped[bool]
    evidence: Mapped[dict[str, Any]]
    spans: Mapped[list[Any]]
    rule_version: Mapped[str]
    decided_at: Mapped[datetime]


class Pin(Base):
    """An operator's word on a pair of articles: they are one story, or they are not."""

    __tablename__ = "pin"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    is_copy: Mapped[bool]
    kind: Mapped[str | None]
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
