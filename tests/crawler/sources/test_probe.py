"""What a home page offers"""

from hypothesis import given
from hypothesis import strategies as st

from crawler.sources import probe
from storage.domain import SeedKind

HOME = "https://a.example/"
PAGE = b"""<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml">
<link rel="alternate" type="application/feed+json" href="feed.json">
<link rel="https://api.w.org/" href="https://a.example/wp-json/"><link rel="alternate" hreflang="de" href="/de/"></head>
<body><a href="/sport">Sport</a><a href="/politics.rss">Politics by RSS</a></body></html>"""


def test_declared():
    found = {(s.url.removeprefix(HOME).split("?")[0], s.kind) for s in probe.declared(PAGE, HOME, HOME)}
    assert found == {
        ("rss.xml", SeedKind.FEED), ("feed.json", SeedKind.FEED), ("politics.rss", SeedKind.FEED),
        ("wp-json/wp/v2/posts", SeedKind.WORDPRESS), ("sport", SeedKind.SECTION),
    }  # fmt: skip


def test_guesses_begin_with_what_robots_names():
    found = probe.guesses(HOME, ("/s/news.xml",))
    assert found[0].url == HOME + "s/news.xml"
    assert HOME + "feed" in [s.url for s in found]
    assert all(s.url.startswith(HOME) for s in found)


@given(st.binary(max_size=300))
def test_no_body_raises(body):
    urls = [s.url for s in probe.declared(body, HOME, HOME)]
    assert len(urls) == len(set(urls))
    assert all(url.startswith(("http://", "https://")) for url in urls)
