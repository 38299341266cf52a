"""Heavy bodies are read in a process of their own, within limits, and come out as others do"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crawler import apart
from crawler.apart import Limits
from crawler.sources.bodies import Terms
from storage.domain import SeedKind

HOME = "https://a.example/"
TERMS = Terms(HOME, ZoneInfo("Europe/Vienna"), datetime(2020, 1, 1, tzinfo=UTC), 1000, 50_000_000)
LIMITS = Limits(seconds=3, megabytes=96)
ITEM = "<item><title>Rain {0}</title><link>/news/{0}</link><pubDate>2026-11-20 09:00</pubDate></item>"


def feed(count: int, before: str = "") -> bytes:
    return f"{before}<rss><channel>{''.join(map(ITEM.format, range(count)))}</channel></rss>".encode()


def seen(monkeypatch, body, kind=SeedKind.FEED, limits=LIMITS):
    monkeypatch.setattr(apart, "read_here", None)  # not in this process
    return apart.read(apart.Body(body), HOME + "seed", kind, TERMS, limits)


def test_what_a_process_of_its_own_reads_is_what_this_one_reads(monkeypatch):
    body = feed(5000)
    wanted = apart.read_here(body, HOME + "seed", SeedKind.FEED, TERMS)
    found = seen(monkeypatch, body)
    assert found == wanted
    assert len(found[1].entries) == TERMS.limit
    assert found[1].entries[0].published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_a_heavy_home_names_its_own_seeds(monkeypatch):
    links = "".join(f'<a href="/news/a-long-headline-{n}">A headline of many words</a>' for n in range(11_000))
    body = f'<html><link rel="alternate" type="application/rss+xml" href="/rss">{links}</html>'.encode()
    kind, found = seen(monkeypatch, body, SeedKind.HOME)
    assert (kind, len(found.entries)) == (SeedKind.SECTION, TERMS.limit)
    assert [s.url for s in found.seeds] == [HOME + "rss"]


@pytest.mark.parametrize(
    ("body", "kind", "why"),
    [
        (b'<html><a b=">" ' + b" ".join(b"a%d=x" % n for n in range(400_000)), SeedKind.SECTION, "more than 3 s"),
        (b"<html>" + b"<b>word </b>" * 2_000_000, SeedKind.SECTION, "memory"),
        (b"<rss " + b" ".join(b'a%d="1"' % n for n in range(600_000)) + b"><channel/></rss>", SeedKind.FEED, "memory"),
        (b'{"items":[' + b"{}," * 3_000_000 + b"{}]}", SeedKind.FEED, "memory"),
    ],
    ids=["a link of many attributes", "millions of elements", "a million attributes", "a gigabyte of objects"],
)
def test_what_exceeds_its_limits_is_a_problem(monkeypatch, body, kind, why):
    found = seen(monkeypatch, body, kind)
    assert found[0] is kind
    assert why in found[1].problem
    assert not found[1].entries


def test_a_page_is_given_less_time_than_a_feed(monkeypatch):
    given = []
    monkeypatch.setattr(apart, "_ask", lambda task, limits: given.append(limits.seconds) or b"")
    for body in (b"<html>" + b"<b>" * 30_000, feed(30_000)):
        seen(monkeypatch, body, limits=Limits(10, 96))
    assert given == [apart.PAGE_SECONDS, 10]


def test_one_bad_address_costs_only_itself(monkeypatch):
    items = b',{"url":"/news/%d"}' * 60_000 % tuple(range(60_000))
    body = b'{"items":[{"url":"/\\ud800","image":"\\udfff","title":"\\ud800"}' + items + b"]}"
    found = seen(monkeypatch, body)[1]
    assert found.problem is None
    assert found.entries[1].url == HOME + "news/0"


@given(st.binary(max_size=300), st.sampled_from(SeedKind))
def test_light_bodies_are_read_here(body, kind):
    assume(apart.is_light(body))
    assert apart.read(apart.Body(body), HOME, kind, TERMS, Limits(0, 0)) == apart.read_here(body, HOME, kind, TERMS)


def test_what_is_light():
    assert apart.is_light(feed(100))
    assert not apart.is_light(b"<a>" * 30_000)
    assert not apart.is_light(b"x" * 600_000)
    assert not apart.is_light(b"\x1f\x8b")


def test_a_body_that_waits_for_its_turn_is_held_packed():
    large = b"<a>" * 3_000_000
    waiting = apart.Body(large)
    assert not waiting.make_ready()
    assert not waiting.make_ready()
    assert len(waiting._data) < 10_000
    assert waiting.unpacked() == large
    small = apart.Body(feed(100))
    assert small.make_ready()
    assert small.unpacked() == feed(100)
