from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.domain import Entry, SeedKind
from tests.workers.clean.pages import URL, page, signals
from workers.clean import time_claims


def told(html: str, **context: object) -> list[str]:
    seen = signals(html, **context)
    found = time_claims.of_page(seen, time_claims.locale_of(seen))
    return [f"{c.moment.at:%m-%d %H:%M} {c.moment.source}{' modified' if c.is_modified else ''}" for c in found]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta name="parsely-pub-date" content="2026-11-03T14:05:00Z">', ["11-03 14:05 meta"]),
        ('<meta property="og:updated_time" content="2026-11-03T14:05:00Z">', ["11-03 14:05 meta modified"]),
        ('<meta property="article:published_time" content="1793714700000">', ["11-03 14:05 meta"]),
        (
            '<script type="application/ld+json">{"@type":"WebPage","datePublished":"2026-11-03"}</script>',
            ["11-03 00:00 jsonld_other"],
        ),
        ('<meta name="viewport" content="2026-11-03">', []),
    ],
)
def test_what_the_head_tells(head: str, expected: list[str]) -> None:
    assert told(page(head)) == expected


def test_only_the_first_itemprop_of_a_kind_is_the_articles() -> None:
    own = "<time itemprop=datePublished datetime='2026-11-03T14:05Z'>x</time>"
    card = "<time itemprop=datePublished datetime='2026-11-02T10:00Z'>x</time>"
    assert told(page(under=own, behind=card)) == ["11-03 14:05 microdata"]


def test_seeds_and_addresses() -> None:
    entry = Entry(
        URL, published_at=datetime(2026, 11, 3, 14, 5, tzinfo=UTC), modified_at=datetime(2026, 11, 4, tzinfo=UTC)
    )
    assert told(page(), entry=entry, entry_kind=SeedKind.FEED) == ["11-03 14:05 feed", "11-04 00:00 feed modified"]
    assert told(page(), entry=entry, entry_kind=SeedKind.SITEMAP)[0] == "11-03 14:05 sitemap"
    assert told(page(), final_url="https://p.example/20261103-ferry") == ["11-03 00:00 url"]
    assert told(page(), final_url="https://p.example/2026-11-03/ferry") == ["11-03 00:00 url"]
    assert told(page(), final_url="https://p.example/ferry-120261103") == []


@pytest.mark.parametrize(
    ("context", "is_day_first"),
    [
        ({"country": "US"}, False),
        ({"country": "GB"}, True),
        ({"final_url": "https://paper.com.au/x"}, True),
        ({"timezone": "Europe/London"}, True),
        ({"timezone": "America/Chicago"}, False),
        ({}, False),
    ],
)
def test_whether_the_day_comes_first_in_english(context: dict[str, str], is_day_first: bool) -> None:
    assert time_claims.locale_of(signals(page(), **context)).is_day_first is is_day_first


def test_scripts_are_believed_when_they_name_one_day() -> None:
    seen = signals(page('<script>a={"pubDate":"2026-11-03 14:05","x":{"publishedAt":"2026-11-03"}}</script>'))
    assert len(list(time_claims.from_scripts(seen, time_claims.locale_of(seen)))) == 1
    seen = signals(page('<script>a=[{"pubDate":"2026-11-03"},{"pubDate":"2026-11-02"}]</script>'))
    assert list(time_claims.from_scripts(seen, time_claims.locale_of(seen))) == []


@settings(deadline=None)  # the first call loads word lists
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_head_and_no_address_raises(head: str, address: str) -> None:
    told(
        page(f'<meta name="date" content="{head}"><script>{{"pubDate":"{head}"}}</script>'),
        final_url=f"https://p.example/{address}",
    )


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Ferry talks | Politics | Herald | 03.11.2026", ["11-03 00:00 title"]),
        ("Ferry talks - 3 November 2026", ["11-03 00:00 title"]),
        ("Ferry talks | News of 3 November 2026 and more", []),
        ("3 November 2026", []),
        ("Herald | 24.11.2026", []),  # the day of the crawl
    ],
)
def test_a_date_that_ends_the_title(title: str, expected: list[str]) -> None:
    html = page(head=f'<meta property="og:title" content="{title}">')
    assert told(html.replace("lang=en", "lang=de")) == expected
