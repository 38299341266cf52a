"""Each portal's habits are its own, learnt from articles only, kept as text"""

from datetime import UTC, datetime

from storage.domain import CleanedArticle, PageContext
from workers.clean.habits import Habits
from workers.clean.reading import PortalReader

SENTENCE = "The council of {place} voted on {day} to rebuild the harbour wall after the storm of item {number}. "


def page(number):
    words = SENTENCE.format(place=f"Port{number}", day=f"day {number}", number=number)
    more = "".join(
        f"<p>{words} Paragraph {n} of report {number} tells more about costs and dates.</p>" for n in range(6)
    )
    return (
        f"<html><head><title>Report {number}</title></head><body><article>"
        f"<h1>Report {number} from the harbour</h1>{more}"
        "<p>Get our morning letter with all that matters in the harbour, every day.</p></article></body></html>"
    ).encode()


def context(portal):
    url = f"https://{portal}.example/news/1"
    return PageContext(url=url, final_url=url, fetched_at=datetime(2026, 11, 20, tzinfo=UTC), portal=portal)


def test_habits_are_learnt_portal_by_portal_and_kept():
    reader = PortalReader()
    for number in range(30):
        assert isinstance(reader.read(page(number), context("a")), CleanedArticle)
    assert Habits.from_json(reader.habits("a")).articles == 30
    assert Habits.from_json(reader.habits("b")).articles == 0
    result = reader.read(page(31), context("a"))
    assert isinstance(result, CleanedArticle)
    assert "morning letter" not in result.body
    assert "Port31" in result.body
    other = PortalReader()
    other.remember("a", reader.habits("a"))
    assert other.habits("a") == reader.habits("a")


def test_what_is_no_article_teaches_nothing():
    reader = PortalReader()
    reader.read(b"<html><body><p>x</p></body></html>", context("a"))
    assert Habits.from_json(reader.habits("a")).articles == 0
