"""What cleaning has learnt of each portal's recurring blocks"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import db
from storage.db import Session
from storage.domain import PageState, PageStep
from storage.models.article import Article, Revision
from storage.models.page import Page
from storage.models.portal import Habit


@dataclass(frozen=True, slots=True)
class Learnt:
    """A portal's habits as kept: `data` is the text that `habits.Habits.to_json` gives."""

    version: int
    data: str


def load(session: Session, portal_ids: Collection[int]) -> dict[int, Learnt]:
    """The habits of these portals; those of which nothing is known are left out."""
    rows = session.scalars(sa.select(Habit).where(Habit.portal_id.in_(portal_ids)))
    return {row.portal_id: Learnt(row.version, row.data["text"]) for row in rows}


def hold(session: Session, portal_ids: Collection[int], now: datetime) -> dict[int, Learnt]:
    """The habits of these portals, locked until the transaction ends so that no other saves meanwhile."""
    rows = [{"portal_id": of, "version": 0, "data": {"text": ""}, "updated_at": now} for of in sorted(portal_ids)]
    if not rows:
        return {}
    session.execute(db.insert(session, Habit).on_conflict_do_nothing(), rows)
    held = sa.select(Habit).where(Habit.portal_id.in_(portal_ids)).order_by(Habit.portal_id).with_for_update()
    return {row.portal_id: Learnt(row.version, row.data["text"]) for row in session.scalars(held)}


def versions(session: Session, portal_ids: Collection[int]) -> dict[int, int]:
    """Only the versions."""
    rows = session.execute(sa.select(Habit.portal_id, Habit.version).where(Habit.portal_id.in_(portal_ids)))
    return {portal_id: version for portal_id, version in rows}  # noqa: C416 - dict() of rows has no type


def save(session: Session, portal_id: int, data: str, now: datetime) -> int:
    """Keep a portal's habits; their new version. Whoever isn't alone holds them first, and adds to what they are."""
    insert = db.insert(session, Habit).values(portal_id=portal_id, version=1, data={"text": data}, updated_at=now)
    values = {"version": Habit.version + 1, "data": {"text": data}, "updated_at": now}
    upsert = insert.on_conflict_do_update(index_elements=["portal_id"], set_=values).returning(Habit.version)
    saved: int = session.execute(upsert).scalar_one()
    return saved


def early_ones(session: Session, portal_id: int, version: int, limit: int) -> dict[int, list[str]]:
    """The newest pages whose articles were cleaned without habits of `version`, with the lines kept of each."""
    early = (
        sa.select(Page.id, Revision.blocks)
        .join(Article, Article.page_id == Page.id)
        .join(Revision, Revision.id == Article.revision_id)
        .where(Page.portal_id == portal_id, Page.state == PageState.DONE, Page.step == PageStep.FETCH)
        .where(Page.fetch_id == Revision.fetch_id, Revision.habit_version < version)
        .order_by(Page.id.desc())
        .limit(limit)
    )
    return {page_id: [text for _, text in blocks] for page_id, blocks in session.execute(early)}
