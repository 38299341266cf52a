"""Which links of a page lead to articles, which to lists"""

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


@given(st.binary(max_size=300))
def test_no_body_raises(body):
    sections.read(body, HOME, HOME, 100)
