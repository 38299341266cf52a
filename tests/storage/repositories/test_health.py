"""Figures of a store"""

from datetime import timedelta

from storage.models.operation import Failure
from storage.models.page import Host, Page
from storage.models.portal import Portal, Seed
from storage.repositories import health, portal_health


def fill(database, now):
    with database.session() as session:
        for key in ("a", "b"):
            session.add(Portal(key=key, home=f"https://{key}.example/", settings={}, added_at=now, observed={}))
        session.add(Host(name="a.example", ready_at=now + timedelta(minutes=3), failures=2))
        session.flush()
        session.get_one(Portal, 2).paused_at = now
        seed = Seed(portal_id=1, host_id=1, url="https://a.example/rss", kind="feed", found_by="file", added_at=now)
        seed.due_at, seed.failures, seed.last_error = now, 4, "timeout"
        session.add(seed)
        for i, (state, step) in enumerate((("scheduled", "fetch"), ("scheduled", "clean"), ("quarantined", "fetch"))):
            page = Page(url=f"https://a.example/{i}", host_id=1, portal_id=1, state=state, step=step, discovered_at=now)
            page.due_at, page.detail = now - timedelta(minutes=i), "x"
            session.add(page)
        session.add(Failure(job="clean", arguments={}, error="E", traceback="T", failed_at=now, tries=1))


def test_look(database, now):
    fill(database, now)
    with database.read() as session:
        found = health.look(session, now)
    assert found.pages == {"scheduled fetch": 1, "scheduled clean": 1, "quarantined fetch": 1}
    assert (found.fetch_due, found.oldest_due_at, found.clean_waiting, found.failures_open) == (1, now, 1, 1)
    assert found.hosts_waiting == (("a.example", now + timedelta(minutes=3), 2),)
    assert found.seeds_failing == (("a", "https://a.example/rss", 4, "timeout"),)
    assert found.paused == ("b",)


def test_portals(database, now):
    fill(database, now)
    with database.read() as session:
        a, b = portal_health.summary(session)
    assert (a.state, a.seeds, a.seeds_failing) == ("enabled", 1, 1)
    assert (a.pages, a.waiting, a.quarantined, a.articles) == (3, 2, 1, 0)
    assert (b.state, b.pages, b.last_stored_at) == ("paused", 0, None)
