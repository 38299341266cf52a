"""Which links of a page lead to articles, which to lists"""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sources import sections

HOME = "https://www.a.example/"
PAGE = b"""<html><base href="/section/"><nav><a href="/sport">Sport</a><a href="/login">Log in</a></nav>
<a href="/2026/11/20/rain-falls-on-the-old-town">Rain falls</a>
<a href="/news/storm-closes-harbour-for-two-days">Storm closes harbour</a>
<a href="story-4711.html">A headline of more than twenty-five letters</a>
<a rel="nofollow" href="/ads/buy-this-now-please">Buy</a>
<a href="https://other.example/2026/11/20/not-ours-at-all">x</a>
<a href="/about">About us</a><a href="/img/a-b-c-d.jpg">pic</a></html>"""


def test_links_by_kind():
    found = sections.read(PAGE, HOME + "section/", HOME, 100)
    assert [e.url.removeprefix(HOME) for e in found.entries] == [
        "2026/11/20/rain-falls-on-the-old-town", "news/storm-closes-harbour-for-two-days", "section/story-4711.html",
    ]  # fmt: skip
    assert [s.url for s in found.seeds] == [HOME + "sport"]


@pytest.mark.parametrize(
    ("url", "words", "is_article"),
    [
        ("https://a.example/world/minister-resigns-after-vote", "", True),
        ("https://a.example/a/123456", "Minister resigns after the vote", True),
        ("https://a.example/index.php?id=77", "Minister resigns after the long vote", True),
        ("https://a.example/tag/minister-resigns-after-vote", "Minister", False),
        ("https://a.example/sport", "Sport", False),
        ("https://a.example/", "Home", False),
        ("https://a.example/privacy-policy-and-cookies-here", "Privacy", True),
        ("https://a.example/datenschutz/", "Datenschutz", False),
    ],
)
def test_looks(url, words, is_article):
    assert sections.looks_like_article(url, words) is is_article


MENU = b"""<ul class="main-menu"><li><a href="/thema/politik/">Politik</a></li>
<li><a href="/rubrik.php?r=stadt">Stadt</a></li></ul><div><a href="/thema/katzen/">Katzen</a><a href="/x.php?q=7">x</a>
<a href="/leute/">Leute</a></div>"""


def test_menus_name_sections_that_other_places_do_not():
    found = sections.read(MENU, HOME, HOME, 100)
    assert [s.url.removeprefix(HOME) for s in found.seeds] == ["thema/politik/", "rubrik.php?r=stadt", "leute/"]


@pytest.mark.parametrize(
    ("page", "link", "following"),
    [
        ("sport/", '<a rel="next" href="/sport/page/2/">2</a>', "sport/page/2/"),
        ("sport/", '<head><link rel="next" href="/sport/?page=2"></head>', "sport/?page=2"),
        ("sport/page/2/", '<a href="/sport/page/1/">1</a><a href="/sport/page/3/">Weiter &raquo;</a>', "sport/page/3/"),
        ("sport/page/2/", '<a href="/sport/page/1/" class="next">zur\xfcck</a>', None),
        ("r.php?r=a", '<a href="/r.php?r=a&amp;p=2">Далее</a>', "r.php?p=2&r=a"),
        ("sport/", '<a class="btn load-more" href="/sport/?page=2">Show</a>', "sport/?page=2"),
        ("sport/", '<a rel="next" href="/politics/page/2/">next</a>', None),
        ("sport/", '<a href="/sport/history-of-the-cup-in-2">Next</a>', None),
        ("sport/", '<a rel="next" href="https://other.example/sport/page/2/">next</a>', None),
    ],
)  # fmt: skip
def test_the_next_page_of_a_list(page, link, following):
    found = sections.read(f"<html>{link}</html>".encode(), HOME + page, HOME, 100)
    assert (found.more.url.removeprefix(HOME) if found.more else None) == following
    assert following is None or not any(e.url.endswith(following) for e in (*found.entries, *found.seeds))


def test_links_of_a_page_that_nests_for_ever():
    deep = b"<html>" + b"<div>" * 200_000 + b'<a href="/2026/11/20/a-long-headline-of-the-day">A long headline</a>'
    assert len(sections.read(deep, HOME, HOME, 100).entries) == 1


@given(st.binary(max_size=300))
def test_no_body_raises(body):
    found = sections.read(b'<a href="/2026/11/20/a-long-headline-of-the-day">' + body, HOME, HOME, 100)
    assert all(urlsplit(one.url).netloc == urlsplit(HOME).netloc for one in (*found.entries, *found.seeds))
