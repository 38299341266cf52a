from hypothesis import given
from hypothesis import strategies as st

from workers.clean.markup import parse, text_of

URL = "https://portal.example/world/a.html"
PAGE = """<!doctype html><html lang="en-GB"><head>
<noscript><img src="/pixel"></noscript>
<base href="/static/"><meta charset="utf-8">
<meta property="OG:Title" content=" A  title "><meta name="author" content="One">
<meta name="author" content="Two">
<meta name="empty" content=""><link rel="canonical" href="../world/a">
<link rel="alternate" hreflang="de" href="/de">
<link rel="alternate amphtml" href="https://amp.portal.example/a"><link rel="next" href="javascript:void(0)">
<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle"}]}</script></head>
<body><p itemprop="x"><meta itemprop="datePublished" content="2026-01-02">text</p></body></html>"""


def test_declarations_are_read() -> None:
    page = parse(PAGE.encode(), URL)
    assert page.language == "en-GB"
    assert page.base_url == "https://portal.example/static/"
    assert page.objects == [{"@type": "NewsArticle"}]
    assert page.meta["og:title"] == ["A title"]
    assert page.meta["author"] == ["One", "Two"]
    assert page.meta_first("article:published_time", "datepublished") == "2026-01-02"
    assert "empty" not in page.meta
    assert page.links == {
        "canonical": ["https://portal.example/world/a"],
        "amphtml": ["https://amp.portal.example/a"],
    }


def test_addresses_that_are_none_are_none() -> None:
    page = parse(b"", URL)
    assert page.absolute("b.html") == "https://portal.example/world/b.html"
    assert [page.absolute(a) for a in (None, "", "mailto:x@y", "http://[bad", "data:,x")] == [None] * 5


def test_text_parts_at_blocks_and_flows_through_words() -> None:
    page = parse(b"<div>One<br>two<p>th<b>re</b>e</p>four<script>no()</script><style>no</style></div>", URL)
    assert text_of(page.tree.body) == "One two three four"


def test_ruby_keeps_the_base_text() -> None:
    page = parse("<p><ruby>漢<rp>(</rp><rt><b>kan</b></rt><rp>)</rp></ruby>字".encode(), URL)
    assert text_of(page.tree.body) == "漢字"


def test_text_below_thousands_of_elements_is_reached() -> None:
    page = parse(b"<div>" * 3000 + b"deep", URL)
    assert text_of(page.tree.body) == "deep"


@given(st.binary(max_size=300))
def test_no_page_raises(body: bytes) -> None:
    page = parse(b"<head><meta name=a content=" + body + b"<base href=" + body + b"><link rel=x href=" + body, URL)
    assert page.meta is not None
    assert page.links is not None
    assert page.base_url.startswith("http")
    if page.tree.body is not None:
        text_of(page.tree.body)
