"""Feeds of each kind, whole and broken"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sources import feeds

URL = "https://a.example/rss"
VIENNA = ZoneInfo("Europe/Vienna")
RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<language>de-AT</language>
<item><title>Rain &amp; more</title>
<link>/news/1</link><pubDate>Fri, 20 Nov 2026 10:00:00 +0100</pubDate>
<dc:creator>Ann Lee</dc:creator>
<category>World</category><description>&lt;p&gt;Wet.&lt;/p&gt;</description></item>
<item><title>Second</title>
<link>https://a.example/news/2?utm_source=rss</link><pubDate>2026-11-20 09:00</pubDate></item>
<item><title>No link</title></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><link rel="self" href="/x"/>
<link rel="alternate" href="/news/3"/><published>2026-11-20T08:00:00Z</published><updated>2026-11-20T09:00:00Z</updated>
<author><name>Bo Ek</name></author></entry></feed>"""
JSON = """{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"/news/4","title":"J",
"date_published":"2026-11-20T08:00:00+01:00","authors":[{"name":"Cy Dee"}],"tags":["sport"]},"junk",{"id":7}]}"""


def read(text, limit=100):
    return feeds.read(text.encode() if isinstance(text, str) else text, URL, VIENNA, limit)


def test_rss():
    first, second = read(RSS).entries
    assert (first.url, first.title, first.authors, first.section, first.text) == (
        "https://a.example/news/1",
        "Rain & more",
        ("Ann Lee",),
        "World",
        "Wet.",
    )
    assert first.published_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert second.published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)  # the portal's zone, for want of one
    assert first.language == "de-AT"


def test_atom():
    (entry,) = read(ATOM).entries
    assert (entry.url, entry.authors) == ("https://a.example/news/3", ("Bo Ek",))
    assert entry.modified_at == datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_json_feed_drops_only_what_is_broken():
    (entry,) = read(JSON).entries
    assert (entry.url, entry.authors, entry.section) == ("https://a.example/news/4", ("Cy Dee",), "sport")
    assert entry.published_at == datetime(2026, 11, 20, 7, tzinfo=UTC)


def test_a_bomb_costs_nothing_and_keeps_the_items():
    bomb = f'<!DOCTYPE r [<!ENTITY a "{"a" * 99}"><!ENTITY b "{"&a;" * 99}"><!ENTITY c "{"&b;" * 99}">]>'
    body = bomb + RSS.replace('<?xml version="1.0"?>', "").replace("Second", "&c;")
    assert "https://a.example/news/1" in [e.url for e in read(body).entries]


def test_the_limit_holds():
    assert len(read(RSS, limit=1).entries) == 1


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "<rss>", "<html><body>no feed</body></html>", '{"items": 7}', "\x00\x01"]
)
def test_what_is_no_feed_says_so(body):
    found = read(body)
    assert not found.entries
    assert found.problem


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: (RSS[:400] + t).encode("utf-8", "replace")))
def test_no_body_raises(body):
    assert all(e.url.startswith(("http://", "https://")) for e in read(body).entries)


@pytest.mark.parametrize(
    "feed",
    [
        '<rss version="2.0"><channel><title>t</title>{}</channel></rss>',
        '<x:RDF xmlns:x="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">{}</x:RDF>',
        '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>',
    ],
    ids=["rss", "rdf", "atom"],
)
def test_no_more_is_parsed_than_is_kept(feed):
    name = "entry" if "Atom" in feed else "item"
    items = "".join(f'<{name}><title>T</title><link href="/{n}">/{n}</link></{name}>' for n in range(50))
    cut = feeds.first(feed.format(items).encode(), 7)
    assert cut.count(b"<title>T<") == 7
    assert [e.url for e in read(cut).entries] == [f"https://a.example/{n}" for n in range(7)]
    assert not feeds.feedparser.parse(cut).bozo


@given(st.binary(max_size=200), st.integers(0, 5))
def test_cutting_never_fails(body, limit):
    feed = b"<rss><item>" * 3 + body + b"<item>" * 4
    cut = feeds.first(feed, limit)
    assert cut == feed or len(feeds.ITEM.findall(cut)) == limit


@pytest.mark.parametrize(
    "bad", ["&#xD800;", "&#57343;", "&#x110000;", "&#99999999999;", "&#0;", "\x00", "&nosuch;", "&"]
)
def test_a_bad_character_costs_no_entry(bad):
    text = f"<rss><channel><item><title>A {bad} b</title><link>/1</link></item>"
    found = read(text + "<item><title>Next</title><link>/2</link></item></channel></rss>")
    assert [e.url for e in found.entries] == ["https://a.example/1", "https://a.example/2"]
    assert all((e.title or "").isprintable() for e in found.entries)


def test_half_an_address_is_none():
    found = read("<rss><channel><item><link>https://a.example/1</link></item><item><link>https://a.exa")
    assert [e.url for e in found.entries] == ["https://a.example/1"]


def test_what_cannot_be_seen_round_a_link_is_no_part_of_it():
    feed = "<rss version='2.0'><channel><item><link>\u200bhttps://a.example/1\u00a0</link></item></channel></rss>"
    assert [e.url for e in read(feed.encode()).entries] == ["https://a.example/1"]


def test_a_link_that_counts_readers_gives_way_to_the_original_one():
    item = "<link>https://count.example/~r/1</link><feedburner:origLink>https://a.example/1</feedburner:origLink>"
    namespace = "xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'"
    feed = f"<rss version='2.0' {namespace}><channel><item>{item}</item></channel></rss>"
    assert [e.url for e in read(feed).entries] == ["https://a.example/1"]
