"""A URL's life is found by any of its spellings and told whole"""

from storage.models.article import Article
from storage.models.page import Fetch, Host, Page, Sighting
from storage.models.portal import Portal, Seed
from storage.models.story import Story
from storage.repositories import life

URL = "https://a.example/news/rain"


def fill(database, now):
    with database.session() as session:
        session.add(Portal(key="a", home="https://a.example/", settings={}, added_at=now, observed={}))
        session.add(Host(name="a.example", crawl_delay_seconds=2.0))
        session.flush()
        seed = Seed(portal_id=1, host_id=1, url="https://a.example/rss", kind="feed", found_by="file", added_at=now)
        seed.due_at = now
        session.add(seed)
        session.add(Page(url=URL, host_id=1, portal_id=1, state="done", step="fetch", discovered_at=now))
        session.add(Story(created_at=now, updated_at=now, original_reasons=["earliest"]))
        session.flush()
        session.add(Sighting(page_id=1, seed_id=1, seen_at=now, raw_url=URL + "?utm_source=rss"))
        fetch = Fetch(page_id=1, fetched_at=now, url=URL, final_url=URL, hops=[[301, URL]], outcome="stored")
        fetch.headers, fetch.directives, fetch.robots, fetch.status = {}, ["noarchive"], "allowed", 200
        session.add(fetch)
        article = Article(page_id=1, portal_id=1, canonical_url=URL + "/", discovered_at=now, stored_at=now, story_id=1)
        session.add(article)


def test_found_by_any_spelling(database, now):
    fill(database, now)
    with database.read() as session:
        for url in (URL, URL + "?utm_source=rss", URL + "/"):
            found = life.find(session, url)
            assert found is not None
            assert found.id == 1
        assert life.find(session, "https://a.example/other") is None
        assert life.near(session, "https://b.example/world/rain?x=1") == [URL]
        assert life.near(session, "https://a.example/50%_off") == [URL]


def test_told_whole(database, now):
    fill(database, now)
    with database.read() as session:
        told = life.tell(session, session.get_one(Page, 1))
    assert told.sightings[0]["seed"] == "https://a.example/rss"
    assert told.fetches[0]["directives"] == ["noarchive"]
    assert told.host["crawl_delay_seconds"] == 2.0
    assert [m["portal"] for m in told.members] == ["a"]
    assert told.story is not None
    assert told.story["original_reasons"] == ["earliest"]
