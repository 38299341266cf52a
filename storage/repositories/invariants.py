"""Proves from the tables that nothing is lost, doubled or stuck, and names counterexamples"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.config import Config
from storage.db import Session
from storage.models.article import Article, Revision
from storage.models.operation import Change, Counter, Operation, OperationItem
from storage.models.page import Host, Page
from storage.models.portal import Seed
from storage.models.story import Story
from storage.repositories.changes import COUNTER

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What one invariant came to; `counterexamples` holds the first few of `count`."""

    name: str
    promise: str
    count: int
    counterexamples: tuple[str, ...]


Check = Callable[[Session, Config, datetime], "sa.Select[str]"]


def check(session: Session, config: Config, now: datetime) -> Iterator[Finding]:
    """Run every check; a finding whose count is 0 holds."""
    for name, (promise, query) in CHECKS.items():
        rows = query(session, config, now)
        count = session.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0
        shown = tuple(session.scalars(rows.limit(SHOWN))) if count else ()
        yield Finding(name, promise, count, shown)


def _text(*parts: Any) -> "sa.ColumnElement[str]":
    """Parts of a counterexample as one string: literals and columns."""
    text: sa.ColumnElement[str] = sa.literal("")
    for part in parts:
        is_literal = isinstance(part, str)
        text = text.concat(sa.literal(part) if is_literal else sa.func.coalesce(sa.cast(part, sa.String), "-"))
    return text


def _done(_session: Session, _config: Config, _now: datetime) -> "sa.Select[str]":
    has_article = sa.exists().where(Article.page_id == Page.id)
    return sa.select(_text(Page.url)).where(
        Page.state == "done", Page.reason.is_(None), Page.part_of_id.is_(None), ~has_article
    )


def _quarantined(_session: Session, config: Config, _now: datetime) -> "sa.Select[str]":
    least = min(config.fetch_tries, config.clean_tries)
    return sa.select(_text(Page.url, " after ", Page.tries, " tries: ", Page.detail)).where(
        Page.state == "quarantined", sa.or_(Page.tries < least, Page.detail.is_(None), Page.detail == "")
    )


def _page_leases(_session: Session, config: Config, now: datetime) -> "sa.Select[str]":
    late = now - timedelta(seconds=config.lease_seconds + 2 * config.sweep_seconds)
    return sa.select(_text(Page.url, " until ", Page.lease_until)).where(
        Page.state == "leased", Page.lease_until < late
    )


def _host_leases(_session: Session, config: Config, now: datetime) -> "sa.Select[str]":
    late = now - timedelta(seconds=config.lease_seconds + 2 * config.sweep_seconds)
    return sa.select(_text(Host.name, " until ", Host.lease_until)).where(Host.lease_until < late)


def _seed_leases(_session: Session, config: Config, now: datetime) -> "sa.Select[str]":
    late = now - timedelta(seconds=config.lease_seconds + 2 * config.sweep_seconds)
    return sa.select(_text(Seed.url, " until ", Seed.lease_until)).where(Seed.lease_until < late)


def _seq(session: Session, _config: Config, _now: datetime) -> "sa.Select[str]":
    value = session.scalar(sa.select(Counter.value).where(Counter.name == COUNTER)) or 0
    before = sa.select(Change.seq.label("seq"), sa.func.lag(Change.seq, 1, 0).over(order_by=Change.seq).label("before"))
    steps = before.subquery()
    holes = sa.select(_text("between ", steps.c.before, " and ", steps.c.seq)).where(steps.c.seq != steps.c.before + 1)
    top = sa.select(sa.func.coalesce(sa.func.max(Change.seq), 0).label("top")).subquery()
    beyond = sa.select(_text("the counter is at ", sa.literal(value), ", the last seq is ", top.c.top))
    both = holes.union_all(beyond.where(top.c.top != value)).subquery()
    return sa.select(both.c[0])


def _revisions(_session: Session, _config: Config, _now: datetime) -> "sa.Select[str]":
    grouped = (
        sa.select(Revision.article_id, sa.func.count().label("n"), sa.func.max(Revision.number).label("top"))
        .group_by(Revision.article_id)
        .subquery()
    )
    return (
        sa.select(_text(Article.canonical_url, " has ", grouped.c.n, " revisions, the last is ", grouped.c.top))
        .outerjoin(grouped, grouped.c.article_id == Article.id)
        .where(sa.or_(grouped.c.n.is_(None), grouped.c.n != grouped.c.top, Article.revision_id.is_(None)))
    )


def _unplaced(_session: Session, _config: Config, _now: datetime) -> "sa.Select[str]":
    return (
        sa.select(_text(Article.canonical_url))
        .join(Revision, Revision.id == Article.revision_id)
        .where(Revision.placed_at.is_not(None), Article.story_id.is_(None))
    )


def _originals(_session: Session, _config: Config, _now: datetime) -> "sa.Select[str]":
    members = (
        sa.select(Article.story_id, sa.func.sum(sa.case((Article.is_original, 1), else_=0)).label("originals"))
        .where(Article.story_id.is_not(None))
        .group_by(Article.story_id)
        .subquery()
    )
    return sa.select(_text("story ", members.c.story_id, " has ", members.c.originals)).where(members.c.originals != 1)


def _redirects(_session: Session, _config: Config, _now: datetime) -> "sa.Select[str]":
    return (
        sa.select(_text("article ", Article.id, " is in story ", Story.id, ", merged into ", Story.merged_into_id))
        .join(Story, Story.id == Article.story_id)
        .where(Story.merged_into_id.is_not(None))
    )


def _operations(_session: Session, _config: Config, _now: datetime) -> "sa.Select[str]":
    items = (
        sa.select(OperationItem.operation_id, sa.func.count().label("n"))
        .group_by(OperationItem.operation_id)
        .subquery()
    )
    return (
        sa.select(_text("operation ", Operation.id, ": ", Operation.due, " due, ", items.c.n, " counted"))
        .outerjoin(items, items.c.operation_id == Operation.id)
        .where(sa.func.coalesce(items.c.n, 0) != Operation.due)
    )


def _backlog(_session: Session, config: Config, _now: datetime) -> "sa.Select[str]":
    waiting = sa.select(sa.func.count().label("n")).where(Page.step == "clean", Page.state == "scheduled").subquery()
    limit = 2 * config.backlog_pages
    return sa.select(_text(waiting.c.n, " pages wait for cleaning")).where(waiting.c.n > limit)


CHECKS: dict[str, tuple[str, Check]] = {
    "done": ("done means one article or a recorded rejection", _done),
    "quarantined": ("quarantined means enough tries and a reason", _quarantined),
    "page leases": ("no page's lease outlives lease + sweep", _page_leases),
    "host leases": ("no host's lease outlives lease + sweep", _host_leases),
    "seed leases": ("no seed's lease outlives lease + sweep", _seed_leases),
    "seq": ("change.seq has no hole a reader could fall into", _seq),
    "revisions": ("an article's revisions are numbered 1, 2, ... and the last is current", _revisions),
    "placed": ("a placed article has a story", _unplaced),
    "originals": ("a story with articles has one original", _originals),
    "redirects": ("no article stays in a story that was merged into another", _redirects),
    "operations": ("due = fetched + unchanged + rejected + failed + pending", _operations),
    "backlog": ("what waits for cleaning is bounded", _backlog),
}
