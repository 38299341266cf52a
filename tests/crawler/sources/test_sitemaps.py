"""Sitemaps, indexes and their breakages"""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sources import sitemaps
from crawler.sources.reading import Reading
from storage.domain import SeedKind

URL = "https://a.example/sitemap.xml"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=7)
NEWS = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://a.example/1</loc><n:news><n:publication><n:language>en</n:language></n:publication>
<n:publication_date>2026-11-20T08:00:00Z</n:publication_date><n:title>Rain</n:title></n:news></url>
<url><loc> /2 </loc><lastmod>2026-11-19</lastmod></url>
<url><loc>https://a.example/old</loc><lastmod>2020-01-01</lastmod></url>
<url><lastmod>2026-11-19</lastmod></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://a.example/new.xml.gz</loc><lastmod>2026-11-19</lastmod></sitemap>
<sitemap><loc>https://a.example/2019.xml</loc><lastmod>2019-12-31</lastmod></sitemap>
<sitemap><loc>/undated.xml</loc></sitemap></sitemapindex>"""


def read(text, limit=100):
    body = text.encode() if isinstance(text, str) else text
    return sitemaps.read(body, URL, UTC, SINCE, limit)


def test_a_news_sitemap():
    first, second = read(NEWS).entries
    assert {first.url, second.url} == {"https://a.example/1", "https://a.example/2"}
    news = first if first.url.endswith("1") else second
    assert (news.title, news.language, news.published_at) == ("Rain", "en", datetime(2026, 11, 20, 8, tzinfo=UTC))


def test_an_index_leaves_old_children_out():
    found = read(INDEX)
    assert [s.url for s in found.seeds] == ["https://a.example/new.xml.gz", "https://a.example/undated.xml"]
    assert {s.kind for s in found.seeds} == {SeedKind.SITEMAP}


def test_a_broken_one_keeps_what_stands_before_the_break():
    assert [e.url for e in read(NEWS[: NEWS.index("<url><lastmod>")] + "<url><loc>https://a.example/x").entries][:1]


def test_a_bomb_is_not_expanded():
    bomb = '<!DOCTYPE u [<!ENTITY a "' + "x" * 1000 + '"><!ENTITY b "' + "&a;" * 1000 + '">]>'
    found = read(NEWS.replace('<?xml version="1.0"?>', bomb).replace("Rain", "&b;"))
    assert "https://a.example/1" in [e.url for e in found.entries]
    assert all(len(e.title or "") < 1000 for e in found.entries)


def test_a_plain_list():
    assert [e.url for e in read("https://a.example/1\nhttps://a.example/2\n").entries] == [
        "https://a.example/1",
        "https://a.example/2",
    ]
    assert read("words\nhttps://a.example/1").problem


def test_the_limit_takes_the_newest():
    (entry,) = read(NEWS, limit=1).entries
    assert entry.url == "https://a.example/1"


def test_unzip_is_bounded():
    assert sitemaps.unzip(gzip.compress(b"a" * 100), 1000) == b"a" * 100
    assert sitemaps.unzip(gzip.compress(b"a" * 10_000_000), 1000) is None
    assert sitemaps.unzip(b"\x1f\x8bnonsense", 1000) is None


def test_unzip_reads_each_member_and_a_cut_one_as_far_as_it_goes():
    packed = gzip.compress(b"a" * 100)
    assert sitemaps.unzip(packed + packed, 1000) == b"a" * 200
    assert sitemaps.unzip(packed + packed, 150) is None
    assert sitemaps.unzip(gzip.compress(bytes(range(256)))[:150], 1000).startswith(b"\x00\x01\x02")


@given(st.binary(max_size=300))
def test_no_body_raises(body):
    found = read(body)
    assert found.entries or found.seeds or found.problem


@pytest.mark.parametrize(
    "body", [b"<urlset/>", b'<?xml version="1.0"?><s:urlset xmlns:s="s"></s:urlset>', b"<sitemapindex>"]
)
def test_a_sitemap_of_nothing_is_no_problem(body):
    assert read(body) == Reading()


@pytest.mark.parametrize("body", [b"<", b"<error>no such file</error>", b"", b"\x00\x01"])
def test_what_is_no_sitemap_says_so(body):
    assert "no sitemap" in read(body).problem


def test_the_newest_are_kept_in_order():
    days = [3, 9, 1, 7, 5]
    urls = "".join(f"<url><loc>/{d}</loc><lastmod>2026-11-{10 + d}</lastmod></url>" for d in days)
    found = read(f"<urlset>{urls}<url><loc>/undated</loc></url></urlset>", limit=3)
    assert [e.url for e in found.entries] == [f"https://a.example/{d}" for d in (9, 7, 5)]


def test_a_doctype_that_never_ends_costs_only_the_doctype():
    assert len(read("<!DOCTYPE urlset [<urlset><url><loc>/1</loc></url></urlset>").entries) == 1


def test_addresses_of_images_are_not_the_pages():
    image = '<i:image xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><i:loc>https://a.example/p.jpg</i:loc></i:image>'
    (entry,) = read(f"<urlset><url>{image}<loc>/1</loc></url></urlset>").entries
    assert (entry.url, entry.image) == ("https://a.example/1", "https://a.example/p.jpg")


def test_bare_ampersands_in_addresses():
    found = read("<urlset><url><loc>https://a.example/?id=1&page=2</loc></url></urlset>")
    assert [e.url for e in found.entries] == ["https://a.example/?id=1&page=2"]


def test_half_an_address_is_none():
    found = read("<urlset><url><loc>https://a.example/1</loc></url><url><loc>https://a.exa")
    assert [e.url for e in found.entries] == ["https://a.example/1"]


def test_what_a_script_wrote_above_it():
    found = read('<br/>Warning: no file\n<?xml version="1.0"?><urlset><url><loc>/1</loc></url></urlset>')
    assert [e.url for e in found.entries] == ["https://a.example/1"]
