"""One article at two addresses of one portal: that which was looked at before the other appeared is visited again

A portal that moves an article names it by its new address; that the old one leads there shows only when it is asked.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.db import Session
from storage.domain import PageState, PageStep
from storage.models.article import Article, Revision
from storage.models.page import Page
from storage.repositories import hosts


def visit_again(session: Session, pairs: Iterable[tuple[int, int]], now: datetime) -> None:
    """Make due, of each pair of an article and its copy, the page that nobody has visited since the other was found.

    Only where both stand under one headline at one portal; what stood beside the text may be read in one of them.
    """
    both = {pair for one, other in pairs for pair in ((one, other), (other, one))}
    if not both:
        return
    at = _addresses(session, {article for pair in both for article in pair})
    ids = sorted({at[old].page_id for old, new in both if old in at and new in at and _has_moved(at[old], at[new])})
    rests = (
        Page.state == PageState.DONE,
        Page.step == PageStep.FETCH,
        sa.or_(Page.due_at.is_(None), Page.due_at > now),
    )
    woken = (
        sa.update(Page)
        .where(Page.id.in_(ids), *rests)
        .values(state=PageState.SCHEDULED, due_at=now)
        .returning(Page.host_id)
    )
    if ids:
        hosts.make_due(session, set(session.scalars(woken)), now)


def _addresses(session: Session, article_ids: Iterable[int]) -> dict[int, Any]:
    """Where these articles stand, those that are withdrawn left out.

    The pairs are looked at here, not in SQL: asked for pairs, SQLite looks through all articles.
    """
    columns = (Article.id, Article.portal_id, Article.page_id, Revision.title, Page.fetched_at, Page.discovered_at)
    query = (
        sa.select(*columns)
        .join(Revision, Revision.id == Article.revision_id)
        .join(Page, Page.id == Article.page_id)
        .where(Article.id.in_(article_ids), Article.withdrawn_at.is_(None))
    )
    return {row.id: row for row in session.execute(query)}


def _has_moved(old: Any, new: Any) -> bool:
    is_one = (old.portal_id, old.title) == (new.portal_id, new.title)
    return is_one and old.fetched_at is not None and old.fetched_at < new.discovered_at
