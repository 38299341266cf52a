"""How fast the writer of stories places articles, store included

    python -m benchmarks.writer DATA [--articles 2000] [--database URL]

DATA is a pack that benchmarks/packs.py reads. The articles are stored first, unmeasured, in a fresh store in a
temporary folder (or in the empty database that URL names); then they are placed in batches, as online.
"""

import argparse
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from benchmarks import packs
from storage import schema
from storage.config import Config
from storage.db import Database, Session
from storage.domain import CleanedArticle, Document, Moment, Precision
from storage.models.page import Fetch, Host, Page
from storage.models.portal import Portal
from storage.repositories import articles, changes
from storage.repositories.articles import Draft, Source
from workers.dedup.job import Writer


def main() -> None:
    """Store, place, print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("data", type=Path)
    asked.add_argument("--articles", type=int, default=2000)
    asked.add_argument("--database", default="")
    words = asked.parse_args()
    documents = list(packs.load(words.data).documents)[: words.articles]
    with tempfile.TemporaryDirectory() as folder:
        config = Config(var=Path(folder), database=words.database)
        database = changes.install(Database(config.database_url))
        schema.upgrade(database)
        with database.session() as session:
            store(session, documents)
        place(database, config)
        database.close()


def store(session: Session, documents: list[Document]) -> None:
    """Keep documents as articles that wait for their stories."""
    portals: dict[str, tuple[int, int]] = {}
    for document in documents:
        if document.portal not in portals:
            settings = {"agency": "own"} if document.is_agency_portal else {}
            portal = Portal(key=document.portal, home="https://x.example/", settings=settings, observed={})
            portal.added_at = document.arrived_at
            host = Host(name=document.portal)
            session.add_all([portal, host])
            session.flush()
            portals[document.portal] = portal.id, host.id
        portal_id, host_id = portals[document.portal]
        url = f"https://{document.portal}/{document.article_id}"
        at = document.arrived_at
        page = Page(url=url, host_id=host_id, portal_id=portal_id, state="done", step="fetch", discovered_at=at)
        session.add(page)
        session.flush()
        fetch = Fetch(page_id=page.id, fetched_at=at, url=url, final_url=url, hops=[], outcome="stored", headers={})
        session.add(fetch)
        session.flush()
        published = document.published_at
        cleaned = CleanedArticle(
            title=document.title,
            body=document.body,
            blocks=(),
            language=document.language,
            authors=document.authors,
            published=Moment(published, Precision.SECOND, "jsonld", "offset") if published else None,
        )
        articles.add(session, [Draft(page, url, cleaned, Source(fetch.id, url, at, "1"))], at)


def place(database: Database, config: Config) -> None:
    """Place all that waits and print the rate."""
    writer = Writer(database, config, "benchmark")
    started, began, count = time.perf_counter(), time.process_time(), 0
    while placed := writer.place():
        count += sum(placed.values())
    took, cpu = time.perf_counter() - started, time.process_time() - began
    writer.close()
    with database.read() as session:
        copies = session.scalar(sa.text("SELECT count(*) FROM article WHERE copy_kind IS NOT NULL"))
    print(f"{count} placed in {took:.1f} s: {count / took:.0f}/s, {count / cpu:.0f} a CPU second; {copies} copies")


if __name__ == "__main__":
    main()
