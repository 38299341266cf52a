from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.domain import CleanedArticle, Entry, PageContext, Rejection, RejectionReason, SeedKind
from workers.clean import extract
from workers.clean.habits import MIN_ARTICLES, Habits, learn
from workers.clean.model import BodyModel, Forest

URL = "https://portal.example/news/ferry"
SENTENCES = [
    "The minister will travel to the island on Wednesday for talks with harbour chiefs, the department said.",
    "Nothing has been decided, and nothing will be decided before the end of the month, two officials said.",
    "The crews have not been paid since October, and more than a hundred sailings have been cancelled.",
    "“We are at a stage where a single cancelled crossing can empty a shelf,” the union’s secretary said.",
]
HEADER = "Every weekday the editors of this paper choose the five reports that matter most to its readers."


def context(**more: object) -> PageContext:
    return PageContext(url=URL, final_url=URL, fetched_at=datetime(2026, 11, 20, tzinfo=UTC), **more)  # type: ignore[arg-type]


def page(*paragraphs: str) -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    head = "<title>Ferry talks | Portal</title><meta property='og:type' content='article'>"
    return f"<html><head>{head}</head><body><article><h1>Ferry talks</h1>{text}</article></body></html>".encode()


def read(body: bytes, habits: Habits | None = None, **more: object) -> CleanedArticle:
    found = extract.read(body, context(**more), habits)
    assert isinstance(found, CleanedArticle)
    return found


def test_an_article_is_read_whole() -> None:
    found = read(page(*SENTENCES))
    assert found.title == "Ferry talks"
    assert found.body.split("\n\n") == SENTENCES
    assert found.word_count == sum(len(text.split()) for text in SENTENCES)


def test_habits_of_the_portal_are_taken_out_and_said() -> None:
    habits = Habits()
    for number in range(MIN_ARTICLES):
        own = [f"{text} Report {number} adds words that the others have not." for text in SENTENCES]
        habits = learn(habits, extract.examine(page(*own, HEADER), context(), habits).page_blocks)
    seen = extract.examine(page(*SENTENCES, HEADER), context(), habits)
    assert isinstance(seen.result, CleanedArticle)
    assert seen.result.body.split("\n\n") == SENTENCES
    (taken,) = [leaf for leaf in seen.leaves if leaf.text == HEADER]
    assert (taken.is_kept, taken.reason) == (False, "habit")


def test_the_portals_selector_wins_over_the_model() -> None:
    body = (
        b"<h1>Ferry talks</h1><div class='x'><p>"
        + b" ".join(s.encode() for s in SENTENCES)
        + b"</p></div><ul class='y'>"
    )
    body += (
        b"<li><a href='/1'>Twenty-four sailings were cancelled on Monday and Tuesday alone, says the list</a></li></ul>"
    )
    assert read(body, selectors={"body": ".y"}).body.startswith("Twenty-four sailings")


def test_another_model_may_judge_the_leaves() -> None:
    def stump(value: float) -> Forest:
        zeros = np.zeros(1, np.int32)
        return Forest(zeros, np.zeros(1, np.float32), zeros, zeros, np.array([value], np.float32), zeros, 0)

    seen = extract.examine(page(*SENTENCES), context(), body_model=BodyModel(stump(-9.0), stump(-9.0)))
    assert {leaf.is_kept for leaf in seen.leaves} == {False}
    seen = extract.examine(page(*SENTENCES), context(), body_model=BodyModel(stump(9.0), stump(9.0)))
    assert [leaf.text for leaf in seen.leaves if leaf.is_kept] == SENTENCES  # the headline is no text, whoever judges


def test_a_rejected_page_says_why_and_what_was_seen() -> None:
    seen = extract.examine(b"<title>Page not found</title><p>Try again.</p>", context())
    assert isinstance(seen.result, Rejection)
    assert [leaf.text for leaf in seen.leaves] == ["Try again."]


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=60)
def test_no_bytes_raise(body: bytes) -> None:
    found = extract.read(b"<html><body><h1>Title</h1><p>" + body + b"</p><div " + body, context())
    assert found.detail if isinstance(found, Rejection) else found.body.encode("utf-8")


def test_what_is_kept_can_be_stored() -> None:
    found = read(page(*SENTENCES, "A NUL &#0; a surrogate &#xD800; and a bell &#7; in one sentence of this text."))
    found.body.encode("utf-8")
    assert not any(ord(letter) < 32 and letter != "\n" for letter in found.body)


@pytest.mark.parametrize(
    ("kind", "title", "is_article"),
    [
        (SeedKind.FEED, None, True),
        (SeedKind.WORDPRESS, None, True),
        (SeedKind.SITEMAP, "Five things to know", True),
        (SeedKind.SITEMAP, None, False),
        (SeedKind.SECTION, "Five things to know", False),
        (None, None, False),
    ],
)
def test_a_feed_tells_a_digest_from_a_section(kind: SeedKind | None, title: str | None, is_article: bool) -> None:
    lines = "".join(
        f'<h3><a href="/{at}">Headline number {at} of five or more reports</a></h3><p>{text}</p>'
        for at, text in enumerate(SENTENCES * 2)
    )
    html = f"<title>Five things to know</title><h1>Five things to know</h1><div class='body'>{lines}</div>".encode()
    entry = Entry(URL, title) if kind else None
    found = extract.read(html, context(entry=entry, entry_kind=kind))
    assert isinstance(found, CleanedArticle) == is_article
    assert is_article or (isinstance(found, Rejection) and found.reason is RejectionReason.SECTION_PAGE)


def test_a_page_that_is_no_article_still_tells_when_it_was_published() -> None:
    head = b'<title>Page not found</title><meta property="article:published_time" content="2026-11-03T14:05:00Z">'
    seen = extract.examine(head + b"<p>Try again.</p>", context())
    assert isinstance(seen.result, Rejection)
    assert seen.published is not None
    assert seen.published.at == datetime(2026, 11, 3, 14, 5, tzinfo=UTC)


def test_a_page_without_a_word_in_its_markup_is_read_from_its_scripts() -> None:
    html = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES).replace("<", "\\u003c")
    head = "<title>Ferry talks | Portal</title><meta property='og:type' content='article'>"
    found = read(
        f'<html><head>{head}</head><body><script>draw({{"a": 1, "b": "{html}"}})</script></body></html>'.encode()
    )
    assert found.title == "Ferry talks"
    assert found.body.split("\n\n") == SENTENCES
