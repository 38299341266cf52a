"""WordPress listings, page by page back to where we begin"""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.sources import wordpress

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://a.example/wp-json/wp/v2/posts?per_page=2"


def post(number, days):
    at = (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "link": f"https://a.example/{number}",
        "date_gmt": at,
        "modified_gmt": at,
        "title": {"rendered": "A &amp; B"},
    }


def read(items, url=URL):
    return wordpress.read(json.dumps(items).encode(), url, UTC, NOW - timedelta(days=7), 100)


def test_a_full_page_of_news_names_the_next():
    found = read([post(1, 0), post(2, 1)])
    assert [e.title for e in found.entries] == ["A & B", "A & B"]
    assert found.more.url == URL + "&page=2"
    assert read([post(1, 0), post(2, 1)], URL + "&page=2").more.url.endswith("page=3")


def test_old_posts_end_it():
    found = read([post(1, 0), post(2, 30)])
    assert [e.url for e in found.entries] == ["https://a.example/1"]
    assert found.more is None


def test_a_root_becomes_a_listing():
    assert wordpress.listing("https://a.example/wp-json").startswith("https://a.example/wp-json/wp/v2/posts?per_page=")


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=9),
        lambda c: st.lists(c, max_size=3) | st.dictionaries(st.sampled_from(["link", "date", "title"]), c),
    )
)
def test_no_document_raises(document):
    assert all(entry.url.startswith("https://") for entry in read(document).entries)
