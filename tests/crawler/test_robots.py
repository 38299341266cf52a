"""Robots.txt by RFC 9309"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import robots

AGENT = "dateline/0.1 (+https://example.org/bot)"
URL = "https://a.example/private/x"


def judge(text, status=200, url=URL):
    body = text.encode() if isinstance(text, str) else text
    return robots.rules(status, robots.decode(body), AGENT).judge(url)


def test_disallowed():
    assert judge("User-agent: *\nDisallow: /private") == "disallowed"
    assert judge("User-agent: *\nDisallow: /private", url="https://a.example/news") == "allowed"
    assert judge("User-agent: dateline\nDisallow:\n\nUser-agent: *\nDisallow: /") == "allowed"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_marks_and_line_ends(ends, mark):
    assert judge(mark + ends.join(["User-agent: *", "Disallow: /private", ""]).encode()) == "disallowed"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (404, "allowed"),
        (403, "allowed"),
        (500, "unreachable"),
        (503, "unreachable"),
        (0, "unreachable"),
        (None, "unreachable"),
        (429, "unreachable"),
    ],
)
def test_answers_without_rules(status, verdict):
    assert robots.rules(status, None, AGENT).judge(URL) == verdict


def test_delay_and_sitemaps():
    found = robots.rules(200, "User-agent: *\nCrawl-delay: 2.5\nSitemap: /news.xml\n", AGENT)
    assert found.crawl_delay_seconds == 2.5
    assert found.sitemaps == ("/news.xml",)
    assert robots.rules(404, None, AGENT).crawl_delay_seconds is None


@given(st.binary(max_size=300))
def test_no_bytes_raise(body):
    found = robots.rules(200, robots.decode(body), AGENT)
    assert found.judge(URL) in ("allowed", "disallowed")
    assert found.crawl_delay_seconds is None or found.crawl_delay_seconds >= 0


def test_product():
    assert robots.product(AGENT) == "dateline"
    assert robots.product("Mozilla/5.0 (compatible)") == "Mozilla"


@pytest.mark.parametrize("code", ["utf-16", "utf-16-be"])
def test_two_bytes_a_character(code):
    text = ("" if code == "utf-16" else "\ufeff") + "User-agent: *\r\nDisallow: /private\r\n"
    assert judge(text.encode(code)) == "disallowed"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("User-agent: *\nDisallow: /*/x$", "disallowed"),
        ("User-agent: *\nDisallow: /private/$", "allowed"),
        ("USER-AGENT: *\nDISALLOW: /private", "disallowed"),
        ("User-agent : *\nDisallow : /private", "disallowed"),
        ("User-agent: *\nDisallow: /\nAllow: /private/x", "allowed"),
        ("User-agent: *\nDisallow: /private # and why\n", "disallowed"),
        ("User-agent: *\nCrawl-delay: 1\nDisallow: /private\n", "disallowed"),
        ("User-agent: dateline\nUser-agent: other\nDisallow: /private\n", "disallowed"),
        ("User-agent: DateLine\nDisallow: /private\n", "disallowed"),
        ("User-agent: datelines\nDisallow: /private\n", "allowed"),
        ("User-agent: *\n\n\nDisallow: /private\n", "disallowed"),
        ("User-agent: *\nDisallow: /%70rivate\n", "disallowed"),
        ("Disallow: /private\n", "allowed"),
        ("<!doctype html><html>User-agent: *<br>Disallow: /</html>", "allowed"),
    ],
)
def test_how_rules_are_written(text, verdict):
    assert judge(text) == verdict


def test_wildcards_take_no_exponential_time():
    assert judge("User-agent: *\nDisallow: /" + "a*" * 60 + "b", url="https://a.example/" + "a" * 2000) == "allowed"
