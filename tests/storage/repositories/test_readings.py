"""Rows of the views as records, from both stores"""

from storage.models.article import Article, Revision
from storage.models.page import Fetch, Host, Page
from storage.models.portal import Portal
from storage.repositories import readings


def test_articles_come_in_order_with_the_columns_of_the_view(database, now):
    with database.session() as session:
        session.add_all(
            [Portal(key="a", home="https://a.example/", settings={}, added_at=now, observed={}), Host(name="h")]
        )
        session.flush()
        for number in (1, 2):
            url = f"https://a.example/{number}"
            session.add(Page(url=url, host_id=1, portal_id=1, state="done", step="fetch", discovered_at=now))
            session.flush()
            fetch = Fetch(page_id=number, fetched_at=now, url=url, final_url=url, hops=[], outcome="stored")
            fetch.headers, fetch.directives = {}, []
            times = {"discovered_at": now, "stored_at": now}
            article = Article(page_id=number, portal_id=1, canonical_url=url, **times)
            session.add_all([fetch, article])
            session.flush()
            lists = {key: [] for key in ("blocks", "authors", "desks", "contributors", "credits", "tags")}
            texts = {
                "title": f"T{number}",
                "body": "B",
                "url": url,
                "digest": "d",
                "rule_version": "1",
                "habit_version": 0,
            }
            texts |= {"word_count": 1, "is_paywalled": False, "is_live": False, "provenance": {}, "reasons": {}}
            session.add(
                Revision(article_id=number, number=1, fetch_id=number, fetched_at=now, stored_at=now, **lists, **texts)
            )
            session.flush()
            article.revision_id = number
    with database.read() as session:
        found = list(readings.articles(session))
    assert [(record["article_id"], record["title"], record["portal"]) for record in found] == [
        (1, "T1", "a"),
        (2, "T2", "a"),
    ]
