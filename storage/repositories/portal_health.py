"""How each portal is doing: seeds, pages, articles, last news"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.db import Session
from storage.domain import PageState
from storage.models.article import Article
from storage.models.page import Page
from storage.models.portal import Portal, Seed


@dataclass(frozen=True, slots=True)
class PortalHealth:
    """One portal's figures."""

    key: str
    home: str
    state: str  # "enabled", "disabled", "paused", "removed"
    paused_reason: str | None
    seeds: int
    seeds_failing: int
    pages: int
    waiting: int  # pages scheduled or leased
    quarantined: int
    articles: int
    last_visited_at: datetime | None
    last_stored_at: datetime | None


def summary(session: Session) -> list[PortalHealth]:
    """Every portal, by key."""
    seeds = _grouped(
        session,
        sa.select(
            Seed.portal_id, sa.func.count(), sa.func.sum(_one(Seed.failures > 0)), sa.func.max(Seed.visited_at)
        ).where(Seed.retired_at.is_(None)),
        Seed.portal_id,
    )
    waiting = Page.state.in_([PageState.SCHEDULED, PageState.LEASED])
    pages = _grouped(
        session,
        sa.select(
            Page.portal_id,
            sa.func.count(),
            sa.func.sum(_one(waiting)),
            sa.func.sum(_one(Page.state == PageState.QUARANTINED)),
        ),
        Page.portal_id,
    )
    articles = _grouped(
        session, sa.select(Article.portal_id, sa.func.count(), sa.func.max(Article.stored_at)), Article.portal_id
    )
    return [
        _health(row, seeds.get(row.id, (0, 0, None)), pages.get(row.id, (0, 0, 0)), articles.get(row.id, (0, None)))
        for row in session.scalars(sa.select(Portal).order_by(Portal.key))
    ]


def _one(condition: "sa.ColumnElement[bool]") -> "sa.Case[int]":
    return sa.case((condition, 1), else_=0)


def _grouped(session: Session, query: Any, by: Any) -> dict[int, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in session.execute(query.group_by(by))}


def _health(row: Portal, seeds: tuple[Any, ...], pages: tuple[Any, ...], articles: tuple[Any, ...]) -> PortalHealth:
    states = ((row.removed_at, "removed"), (row.paused_at, "paused"), (not row.is_enabled, "disabled"))
    return PortalHealth(
        key=row.key,
        home=row.home,
        state=next((name for holds, name in states if holds), "enabled"),
        paused_reason=row.paused_reason,
        seeds=seeds[0],
        seeds_failing=int(seeds[1] or 0),
        last_visited_at=seeds[2],
        pages=pages[0],
        waiting=int(pages[1] or 0),
        quarantined=int(pages[2] or 0),
        articles=articles[0],
        last_stored_at=articles[1],
    )
