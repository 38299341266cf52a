"""Bodies are read by what they are"""

import gzip
from datetime import UTC, datetime

import pytest

from crawler.sources import bodies
from storage.domain import SeedKind

HOME = "https://example.org/"
RSS = b"<?xml version='1.0'?><rss><channel><item><link>https://example.org/a</link><title>A</title></item></channel></rss>"
ATOM = b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='https://example.org/a'/></entry></feed>"
JSON = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "https://example.org/a"}]}'
MAP = b"<urlset><url><loc>https://example.org/a</loc></url></urlset>"
REST = b'[{"link": "https://example.org/a", "title": {"rendered": "A"}}]'
PAGE = b"<!doctype html><a href='/2026/11/20/a-long-story-of-the-day'>A long story of the day, told well</a>"


@pytest.fixture
def terms(now):
    return bodies.Terms(HOME, UTC, now.replace(year=2020), 100, 100_000)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (RSS, SeedKind.FEED),
        (b"\xef\xbb\xbf\n" + RSS, SeedKind.FEED),
        (ATOM, SeedKind.FEED),
        (JSON, SeedKind.FEED),
        (MAP, SeedKind.SITEMAP),
        (gzip.compress(MAP, mtime=0), SeedKind.SITEMAP),
        (REST, SeedKind.WORDPRESS),
    ],
)
@pytest.mark.parametrize("expected", [SeedKind.FEED, SeedKind.SITEMAP, SeedKind.WORDPRESS])
def test_the_body_says_what_it_is(terms, body, kind, expected):
    found, reading = bodies.read(body, HOME + "seed", expected, terms)
    assert found is kind
    assert [e.url for e in reading.entries] == ["https://example.org/a"]


def test_a_web_page_is_a_section_only_where_one_was_expected(terms):
    assert len(bodies.read(PAGE, HOME, SeedKind.SECTION, terms)[1].entries) == 1
    assert bodies.read(PAGE, HOME, SeedKind.HOME, terms)[0] is SeedKind.SECTION
    kind, reading = bodies.read(PAGE, HOME, SeedKind.FEED, terms)
    assert (kind, reading.entries) == (SeedKind.FEED, ())
    assert "web page" in reading.problem


def test_a_gzip_that_grows_too_large_is_refused(terms):
    reading = bodies.read(gzip.compress(b" " * 200_000), HOME, SeedKind.SITEMAP, terms)[1]
    assert "too large" in reading.problem


def test_zones():
    assert bodies.zone(None) is UTC
    assert datetime(2026, 7, 1, tzinfo=bodies.zone("Europe/Vienna")).astimezone(UTC).hour == 22


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            '<?xml version="1.0" encoding="{}"?><rss><channel><item><link>/é</link></item></channel></rss>',
            SeedKind.FEED,
        ),
        ('<?xml version="1.0" encoding="{}"?><urlset><url><loc>/é</loc></url></urlset>', SeedKind.SITEMAP),
        ('{{"items":[{{"url":"/é"}}]}}', SeedKind.FEED),
        ("https://a.example/é", SeedKind.SITEMAP),
    ],
    ids=["rss", "sitemap", "json", "plain"],
)
def test_marks_of_encodings(terms, code, text, kind):
    mark = "\ufeff" if code == "utf-16-be" else ""
    body = (mark + text.format("utf-16" if "16" in code else "utf-8")).encode(code)
    found, reading = bodies.read(body, HOME + "seed", kind, terms)
    assert (found, [e.url.rsplit("/", 1)[1] for e in reading.entries]) == (kind, ["é"])
