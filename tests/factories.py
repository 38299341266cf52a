"""Builds portals, pages, fetches and articles with sensible defaults"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from storage import archive
from storage.domain import Block, BlockKind, CleanedArticle, Moment, Precision
from storage.models.page import Fetch, Host, Page, Record
from storage.models.portal import Portal as PortalRow
from storage.portals import Portal
from storage.repositories import articles
from storage.repositories.articles import Draft, Source
from storage.urls import host_key

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def portal(session, key="a", **settings):
    """A portal's row, made if it isn't there; its home is https://KEY.example/."""
    row = session.scalar(sa.select(PortalRow).where(PortalRow.key == key))
    if row is None:
        entry = Portal.model_validate({"id": key, "home": f"https://{key}.example/", **settings})
        row = PortalRow(
            key=key, home=entry.home, settings=entry.model_dump(mode="json"), is_enabled=True, added_at=NOW, observed={}
        )
        session.add(row)
        session.flush()
    return row


def page(session, url, *, state="done", step="fetch", **words):
    """A page at its portal, whose key is the first label of the host."""
    name = host_key(url)
    host = session.scalar(sa.select(Host).where(Host.name == name))
    if host is None:
        host = Host(name=name)
        session.add(host)
    owner = portal(session, name.split(".")[0])
    session.flush()
    words = {"discovered_at": NOW, "due_at": None, **words}
    row = Page(url=url, host_id=host.id, portal_id=owner.id, state=state, step=step, **words)
    session.add(row)
    session.flush()
    return row


def fetch(session, of, body=b"", at=NOW, **words):
    """A visit that brought bytes; the page waits for cleaning."""
    row = Fetch(
        page_id=of.id, fetched_at=at, url=of.url, final_url=of.url, hops=[], status=200, outcome="stored",
        headers={"content-type": "text/html"}, size=len(body), directives=[], **words,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(Record(fetch_id=row.id, data=archive.pack(body if isinstance(body, bytes) else body.encode())))
    of.fetch_id, of.fetched_at = row.id, at
    of.state, of.step, of.due_at = "scheduled", "clean", at
    of.revisit_at = at + timedelta(hours=2)
    session.flush()
    return row


def cleaned(title="Title", body="Body", **words):
    """A cleaned article of one paragraph."""
    found = CleanedArticle(
        title=title,
        body=body,
        blocks=(Block(BlockKind.PARAGRAPH, body),),
        language="en",
        word_count=len(body.split()),
        published=Moment(NOW - timedelta(hours=1), Precision.SECOND, "jsonld", "offset"),
    )
    return replace(found, **words)


def article(session, url, title="Title", body="Body", at=NOW, **words):
    """An article with its first revision, stored at `at`."""
    of = page(session, url, discovered_at=at)
    source = fetch(session, of, at=at)
    of.state, of.step, of.due_at = "done", "fetch", None
    draft = Draft(of, url, cleaned(title, body, **words), Source(source.id, url, at, "1"))
    return articles.add(session, [draft], at)[0]
