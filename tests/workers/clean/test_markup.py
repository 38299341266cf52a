from hypothesis import given
from hypothesis import strategies as st

from storage.excess import MAX_DEPTH
from workers.clean.markup import has_many_tags, parse, text_of
from workers.clean.segment import segment

URL = "https://portal.example/world/a.html"
MANY = 200_000
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


def texts(source: str) -> list[str]:
    return [leaf.text for leaf in segment(parse(source.encode(), URL).tree.body).leaves]


def test_text_of_a_page_nested_without_bound_is_read() -> None:
    assert texts("<p>first</p>" + "<div class=a>" * MANY + "deep") == ["first", "deep"]
    assert texts("<div>" * MANY + "deep" + "</div>" * MANY + "<p>last") == ["deep", "last"]
    assert texts("<span>" * MANY + "deep") == ["deep"]


def test_depth_stays_bounded_and_what_follows_stands_where_it_stood() -> None:
    html = "<main>" + "<div>" * MANY + "<b>deep</b>" + "</div>" * MANY + "<p>after</p></main>"
    outline = segment(parse(html.encode(), URL).tree.body)
    assert max(outline.depths) <= MAX_DEPTH + 1
    after = outline.leaves[-1].element
    assert outline.tags[outline.parents[after]] == "main"


def test_depth_is_looked_at_only_where_it_can_matter() -> None:
    assert not has_many_tags(b"")
    assert not has_many_tags(b"<p>" * 5_000)
    assert has_many_tags(b"<p>" * 5_001)
