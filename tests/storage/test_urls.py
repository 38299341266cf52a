"""Canonical URLs: one spelling a page, nothing that can't or mustn't be fetched"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import urls

SAME = [
    ("HTTP://Example.ORG:80/a/../b/./c?b=2&a=1#top", "http://example.org/b/c?a=1&b=2"),
    ("https://example.org:443", "https://example.org/"),
    ("https://example.org/x?utm_source=rss&utm_medium=feed&id=7", "https://example.org/x?id=7"),
    ("https://example.org/x;jsessionid=1A2B?PHPSESSID=9&sid=3", "https://example.org/x"),
    ("https://example.org/x?amp=1", "https://example.org/x"),
    ("https://example.org/x?mode=print&outputType=amp", "https://example.org/x"),
    ("https://example.org/x?output=amp&id=7", "https://example.org/x?id=7"),
    ("https://example.org/x?" + "&".join(f"utm_{n}=12345678" for n in range(200)), "https://example.org/x"),
    ("https://example.org/x?m=202611", "https://example.org/x?m=202611"),
    ("https://example.org/x?view=gallery", "https://example.org/x?view=gallery"),
    ("https://example.org/%7euser/%c3%bc", "https://example.org/~user/%C3%BC"),
    ("https://example.org/ü x", "https://example.org/%C3%BC%20x"),
    ("https://müller.example/", "https://xn--mller-kva.example/"),
    (" https://example.org/\n a ", "https://example.org/a"),
    ("https://example.org./a//b", "https://example.org/a/b"),
    ("http://[::1]:8080/a", "http://[::1]:8080/a"),
    ("http://user:pw@example.org/a", "http://example.org/a"),
    ("http://user@example.org:8080/a", "http://example.org:8080/a"),
]
NONE = [
    "ftp://example.org/", "javascript:alert(1)", "mailto:a@example.org", "http://h:99999/",
    "http:///x", "//", "", "http://example.org:22/", "http://example.org:6379/", "http://a..b/", "data:text/html,x",
    "https://example.org/" + "a" * 3000, "https://example.org/?" + "utm_a=1&" * 9000,
]  # fmt: skip


@pytest.mark.parametrize(("given", "wanted"), SAME)
def test_one_spelling(given, wanted):
    assert urls.canonical(given) == wanted
    assert urls.canonical(wanted) == wanted


@pytest.mark.parametrize("given", NONE)
def test_what_is_no_page(given):
    assert urls.canonical(given) is None


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("http://user:pw@example.org/a?to=b@c", "http://example.org/a?to=b@c"),
        ("see https://u@h/x and ftp://a:b@c", "see https://h/x and ftp://c"),
        ("//u:p@h/", "//h/"),
        ("http://example.org/@name", "http://example.org/@name"),
    ],
)
def test_credentials_are_taken_out(text, bare):
    assert urls.without_credentials(text) == bare


def test_relative_ones_need_a_base():
    assert urls.canonical("../b?x=1", "https://example.org/a/c/d") == "https://example.org/a/b?x=1"
    assert urls.canonical("//other.example/a", "https://example.org/") == "https://other.example/a"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_raises_and_the_spelling_is_stable(text):
    for given_url in (text, "http://example.org/" + text, "https://" + text):
        found = urls.canonical(given_url)
        if found is not None:
            assert urls.canonical(found) == found
            assert found.isascii()
            assert "@" not in found.split("/")[2]


CLAIMS = [
    (
        "https://test-portal.org/news/1/rain",
        "https://test-portal.org/news/1/rain-in-town",
        "https://test-portal.org/news/1/rain-in-town",
    ),
    ("https://test-portal.org/news/rain/amp", "https://test-portal.org/news/rain", "https://test-portal.org/news/rain"),
    ("https://test-portal.org/news/rain/2", "https://test-portal.org/news/rain", "https://test-portal.org/news/rain"),
    (
        "https://m.test-portal.org/news/rain",
        "https://www.test-portal.org/news/rain",
        "https://www.test-portal.org/news/rain",
    ),
    ("https://test-portal.org/news/rain", "https://test-portal.org/", "https://test-portal.org/news/rain"),
    ("https://test-portal.org/news/rain", "https://test-portal.org/news", "https://test-portal.org/news/rain"),
    ("https://test-portal.org/news/rain", "https://apwire.org/rain", "https://test-portal.org/news/rain"),
    ("https://test-portal.org/news/rain", "javascript:void(0)", "https://test-portal.org/news/rain"),
    ("https://test-portal.org/news/rain", None, "https://test-portal.org/news/rain"),
]


@pytest.mark.parametrize(("page", "claimed", "wanted"), CLAIMS)
def test_claims_of_a_canonical_url(page, claimed, wanted):
    assert urls.accept_canonical(page, claimed, "https://www.test-portal.org/") == wanted


def test_sites():
    assert urls.site("www.news.co.uk") == "news.co.uk"
    assert urls.site("127.0.0.10:8000") == "127.0.0.10:8000"
    assert urls.belongs("https://m.news.co.uk/x", "https://www.news.co.uk/")
    assert not urls.belongs("https://other.co.uk/x", "https://www.news.co.uk/")
    assert urls.belongs("https://cdn.example/x", "https://test-portal.org/", ("cdn.example",))
    assert urls.is_home("https://www.test-portal.org/index.html", "https://test-portal.org")
    assert not urls.is_home("https://test-portal.org/news", "https://test-portal.org")


@pytest.mark.parametrize("url", ["https://a.example/\ud800", "https://a.example/?q=\udfff", "https://a.ex\ud800ample/"])
def test_half_a_surrogate_pair_is_no_address(url):
    assert urls.canonical(url) is None
    assert urls.canonical(url, "https://a.example/") is None


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("/news/%2e%2e/private/x", "/private/x"),
        ("/news/.%2E/private/x", "/private/x"),
        ("/%2e/x", "/x"),
        ("/%252e%252e/x", "/%252e%252e/x"),
        ("/a story.html", "/a%20story.html"),
        ("/a\n      -story", "/a-story"),
        ("  /x\u200b ", "/x"),
    ],
)
def test_what_hides_in_a_path(given, wanted):
    assert urls.canonical(given, "https://a.example/") == "https://a.example" + wanted


@given(st.text(alphabet="/.%2eE5aA?;& \\\t", max_size=40))
def test_nothing_is_left_to_climb(text):
    found = urls.canonical("https://a.example/" + text)
    assert found is not None
    assert not {"..", "."} & set(urls.urlsplit(found).path.split("/"))
    assert urls.canonical(found) == found
