from datetime import UTC, datetime

from storage.domain import Entry
from workers.clean.hints import announced_body, hints_of
from workers.clean.markup import parse

URL = "https://portal.example/a"
WORDS = " ".join(f"word{at}" for at in range(30))


def test_head_and_feed_are_read() -> None:
    html = '<title>T</title><meta property="og:title" content="Ferry Dispute"><meta name="description" content="A dek">'
    html += f'<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{WORDS}"}}</script>'
    entry = Entry(URL, published_at=datetime(2026, 1, 1, tzinfo=UTC), text=WORDS.upper())
    hints = hints_of(parse(html.encode(), URL), entry)
    assert hints.title == {"ferry", "dispute"}
    assert hints.dek == {"a", "dek"}
    assert ("word1", "word2") in hints.body
    assert ("word1", "word2") in hints.feed


def test_a_bare_page_hints_nothing_and_the_title_element_counts() -> None:
    hints = hints_of(parse(b"<title>Only this</title>", URL), None)
    assert hints.title == {"only", "this"}
    assert not hints.dek | hints.body | hints.feed


def test_the_longest_announced_body_wins() -> None:
    assert announced_body([{"articleBody": "a"}, {"articleBody": "b &amp; c"}, {"articleBody": 7}, {}]) == "b & c"
