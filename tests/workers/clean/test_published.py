from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.domain import Entry, Moment, Precision, SeedKind
from tests.workers.clean.pages import HEADLINE, NOW, page, signals
from workers.clean import published, time_claims
from workers.clean.published import Times

LD = '<script type="application/ld+json">{{"@type":"NewsArticle","datePublished":"{}","dateModified":"{}"}}</script>'
META = '<meta property="article:published_time" content="{}">'


def times(html: str, **context: object) -> Times:
    seen = signals(html, **context)
    return published.choose(seen, seen.near(seen.headline_at(HEADLINE)), time_claims.locale_of(seen))


def shown(moment: Moment | None) -> str:
    return f"{moment.at:%Y-%m-%d %H:%M} {moment.precision} {moment.source}" if moment else "none"


def test_what_the_page_declares_is_taken_with_both_times() -> None:
    found = times(page(LD.format("2026-11-03T14:05:00+01:00", "2026-11-04T09:00:00+01:00")))
    assert shown(found.published) == "2026-11-03 13:05 second jsonld"
    assert shown(found.modified) == "2026-11-04 08:00 second jsonld"
    assert found.provenance["published"].confidence > 0.9


def test_the_day_of_the_visit_in_the_header_is_no_date_of_the_article() -> None:
    header = "<div class=date>Tuesday, November 24, 2026</div>"
    found = times(page(top=f"<header>{header}</header>"))
    assert found.published is None
    assert found.reasons["published"] == "no time stands by the article"
    assert times(page(top=header)).published is None
    for day in ("Tuesday, November 24, 2026", "Friday, May 20, 2022"):  # a page that was kept for years
        top = f"<div id=page><div class=masthead><div>{day}</div></div><div>"
        assert times(page(top=top)).published is None
        assert times(page(top=f"<div id=page><div><div><p>{day}</p></div></div><main><div><section>")).published is None
    kicker = "<div class=entry><a href=/islands>Islands</a> / Nov. 3, 2026</div>"
    assert shown(times(page().replace("<h1>", f"{kicker}<h1>")).published) == "2026-11-03 00:00 day text"


def test_a_modified_time_that_a_template_prints_as_published_gives_way() -> None:
    late = "2026-11-10T08:00:00Z"
    assert shown(times(page(LD.format(late, late) + META.format("2026-11-03T14:05:00Z"))).published).startswith(
        "2026-11-03 14:05"
    )
    labelled = "<p>Published 3 November 2026, 14:05</p><p>Updated 10 November 2026, 08:00</p>"
    assert shown(times(page(LD.format(late, late), labelled)).published) == "2026-11-03 14:05 minute text"
    unlabelled = "<div class=related><h3>Storm closes bridge</h3><p>3 November 2026, 14:05</p></div>"
    assert shown(times(page(LD.format(late, late), behind=unlabelled)).published) == "2026-11-10 08:00 second jsonld"


@pytest.mark.parametrize("wrong", ["2031-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "0", "not a date"])
def test_impossible_times_are_left_out_with_the_reason(wrong: str) -> None:
    found = times(page(META.format(wrong)))
    assert found.published is None
    assert found.reasons["published"]
    assert (
        shown(times(page(META.format(wrong), "<p>3 Nov 2026, 14:05</p>")).published) == "2026-11-03 14:05 minute text"
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<p>By Jane Doe | 3 Nov 2026, 14:05</p>", "2026-11-03 13:05 minute text"),
        ("<p>Veröffentlicht: 3. November 2026, 14:05 Uhr</p>", "2026-11-03 13:05 minute text"),
        ("<span>Updated: 4 Nov 2026</span><span>Published: 3 Nov 2026</span>", "2026-11-03 00:00 day text"),
        (
            "<time datetime='2026-11-03T14:05:00+01:00'>3 November</time><p>3 November 2026</p>",
            "2026-11-03 13:05 second time",
        ),
        ("<time datetime='2026-11-03T14:05:00+01:00'>3 November 2026</time>", "2026-11-03 13:05 second time"),
        ("<p class=caption>Photo taken on 1 Nov 2026</p>", "none"),
        ("<p>© 2026 Harbour Herald, 3 Nov 2026</p>", "none"),
    ],
)
def test_lines_by_the_headline(line: str, expected: str) -> None:
    assert shown(times(page(under=line), timezone="Europe/Berlin").published) == expected


def test_dates_of_other_articles_and_of_comments_are_not_taken() -> None:
    others = "<div class=related-posts><ul><li><a href=/x>Storm closes bridge</a> <i>2 Nov 2026</i></li></ul></div>"
    comments = "<section class=comments><p>Ned says: 4 Nov 2026 at 10:00</p></section>"
    assert times(page(behind=others + comments)).published is None


def test_the_feed_knows_what_the_page_does_not_tell() -> None:
    entry = Entry("https://harbourherald.example/politics/ferry", published_at=datetime(2026, 11, 3, 14, 5, tzinfo=UTC))
    found = times(page(), entry=entry, entry_kind=SeedKind.FEED)
    assert shown(found.published) == "2026-11-03 14:05 second feed"
    exact = times(page(under="<p>3 November 2026</p>"), entry=entry, entry_kind=SeedKind.SITEMAP)
    assert shown(exact.published) == "2026-11-03 14:05 second sitemap"


def test_the_address_gives_a_day_and_text_of_that_day_the_minute() -> None:
    url = "https://harbourherald.example/2026/11/03/ferry"
    assert shown(times(page(), final_url=url).published) == "2026-11-03 00:00 day url"
    assert (
        shown(times(page(under="<p>3 Nov 2026, 14:05</p>"), final_url=url).published) == "2026-11-03 14:05 minute text"
    )
    assert (
        shown(times(page(), final_url="https://harbourherald.example/2026/nov/03/x").published)
        == "2026-11-03 00:00 day url"
    )


def test_a_time_in_the_data_of_scripts_is_taken_where_it_is_the_only_one() -> None:
    own = '<script>window.__DATA__={"headline":"x","publishedAt":"2026-11-03T14:05:00Z"}</script>'
    assert shown(times(page(own)).published) == "2026-11-03 14:05 second script"
    assert shown(times(page(own.replace('"', '\\\\"'))).published) == "2026-11-03 14:05 second script"
    other = '<script>related=[{"publishedAt":"2026-11-01T10:00:00Z"}]</script>'
    assert times(page(own + other)).published is None


def test_only_a_modified_time_is_no_published_time() -> None:
    found = times(page('<meta property="article:modified_time" content="2026-11-03T14:05:00Z">'))
    assert found.published is None
    assert shown(found.modified) == "2026-11-03 14:05 second meta"
    assert found.reasons["published"] == "only a modified time was found"


def test_order_of_day_and_month_by_where_the_site_is() -> None:
    line = "<p>3/11/2026</p>"
    assert shown(times(page(under=line), country="GB").published) == "2026-11-03 00:00 day text"
    assert shown(times(page(under=line), country="US").published) == "2026-03-11 00:00 day text"
    assert shown(times(page(under=line), final_url="https://paper.co.uk/x").published) == "2026-11-03 00:00 day text"


def test_a_zone_that_only_one_source_tells_is_used() -> None:
    naive, aware = "2026-11-03T14:05:00", "2026-11-03T14:05:00+01:00"
    found = times(page(LD.format(naive, "") + META.format(aware)))
    assert shown(found.published) == "2026-11-03 13:05 second meta"
    assert found.published is not None
    assert found.published.zone_source == "offset"


@settings(deadline=None)  # the first call loads word lists
@given(st.text(max_size=60), st.text(max_size=60), st.dates())
def test_no_page_raises_and_times_are_utc_and_not_ahead(head: str, line: str, day: object) -> None:
    found = times(page(META.format(head), f"<p>{line} {day}</p><time datetime='{line}'>{head}</time>"))
    for moment in (found.published, found.modified):
        assert moment is None or (moment.at.tzinfo is UTC and (moment.at - NOW).days <= 1)
    assert found.published is not None or found.reasons["published"]
    assert found.published is None or found.published.precision in Precision


def test_a_time_in_utc_falls_on_the_day_that_address_or_data_of_the_page_name() -> None:
    stamp = LD.format("2026-11-04T02:18:11Z", "2026-11-04T02:18:11Z")
    data = '<script>page = {"created": "2026-11-03"}</script>'
    dated = "https://harbourherald.example/2026/11/03/ferry"
    for html, url in ((stamp, dated), (stamp + data, None)):
        found = times(page(html), **({"final_url": url} if url else {})).published
        assert found is not None
        assert (found.at, found.zone_source) == (datetime(2026, 11, 4, 2, 18, 11, tzinfo=UTC), "day")
        assert time_claims.local_day(found) == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("stamp", "day", "data"),
    [
        ("2026-11-04T02:18:11+01:00", "03", ""),  # its zone is told
        ("2026-11-04T12:18:11Z", "03", ""),  # so far west nobody lives
        ("2026-11-04T22:18:11Z", "05", ""),  # the next day's printed issue
        ("2026-11-04T02:18:11Z", "04", '"2026-11-03"'),  # the address agrees
        ("2026-11-04T02:18:11Z", None, '"2026-11-03", "2026-11-04"'),
    ],
)
def test_otherwise_a_time_keeps_the_zone_it_was_written_in(stamp: str, day: str | None, data: str) -> None:
    address = {"final_url": f"https://harbourherald.example/2026/11/{day}/ferry"} if day else {}
    found = times(page(LD.format(stamp, stamp) + f"<script>[{data}]</script>"), **address).published
    assert found is not None
    assert found.zone_source == "offset"
