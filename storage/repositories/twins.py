"""One article at two addresses of one portal: that which was looked at before the other appeared is visited again

A portal that moves an article names it by its new address; that the old one leads there shows only when it is asked.
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

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
    old, new, old_page, new_page = aliased(Article), aliased(Article), aliased(Page), aliased(Page)
    old_text, new_text = aliased(Revision), aliased(Revision)
    moved = (
        sa.select(old_page.id)
        .join(old, old.page_id == old_page.id)
        .join(old_text, old_text.id == old.revision_id)
        .join(new, sa.and_(new.portal_id == old.portal_id, new.id != old.id))
        .join(new_text, sa.and_(new_text.id == new.revision_id, new_text.title == old_text.title))
        .join(new_page, new_page.id == new.page_id)
        .where(sa.tuple_(old.id, new.id).in_(both), old.withdrawn_at.is_(None), new.withdrawn_at.is_(None))
        .where(old_page.fetched_at < new_page.discovered_at)
    )
    ids = sorted(set(session.scalars(moved)))
    rests = (
        Page.state == PageState.DONE,
        Page.step == PageStep.FETCH,
        sa.or_(Page.due_at.is_(None), Page.due_at > now),
    )
    woken = sa.update(Page).where(Page.id.in_(ids), *rests).values(due_at=now).returning(Page.host_id)
    if ids:
        hosts.make_due(session, set(session.scalars(woken)), now)
