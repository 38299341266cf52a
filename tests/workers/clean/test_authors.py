import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.domain import Entry
from tests.workers.clean.pages import HEADLINE, TEXT, URL, page, signals
from workers.clean import authors
from workers.clean.authors import Authors

SITES = ["Harbour Herald", "harbourherald.example", "harbourherald"]


def credited(html: str, **context: object) -> Authors:
    seen = signals(html, **context)
    return authors.choose(seen, seen.near(seen.headline_at(HEADLINE)), SITES)


def declaring(*people: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "author": people})}</script>'


def test_people_of_jsonld_and_the_desk_apart() -> None:
    found = credited(page(declaring({"@type": "Person", "name": "Ada Quill"}, {"name": "Associated Press"}, "Bo Sand")))
    assert found.byline.people == ("Ada Quill", "Bo Sand")
    assert found.byline.desks == ("Associated Press",)
    assert found.provenance is not None
    assert found.provenance.source == "jsonld"


def test_a_desk_that_is_declared_a_person_is_a_desk_and_the_visible_byline_names_the_people() -> None:
    desk = declaring({"@type": "Person", "name": "Harbour Herald"})
    found = credited(page(desk, "<p class=byline>By <a href=/a>Ada Quill</a> and <a href=/b>Bo Sand</a></p>"))
    assert found.byline.people == ("Ada Quill", "Bo Sand")
    assert found.byline.desks == ("Harbour Herald",)
    assert found.lines == ("By Ada Quill and Bo Sand",)


def test_the_fuller_of_two_lists_is_taken() -> None:
    found = credited(page(declaring("Ada Quill"), "<div>By Ada Quill, Bo Sand and Mira Holt</div>"))
    assert found.byline.people == ("Ada Quill", "Bo Sand", "Mira Holt")


@pytest.mark.parametrize(
    "line",
    [
        "<p>By Ada Quill | 3 Nov 2026, 14:05</p>",
        "<p>Nov. 3, 2026 by Ada Quill</p>",
        "<span class=author-name>Ada Quill</span>",
        "<p itemprop=author itemscope><span itemprop=name>Ada Quill</span></p>",
        '<a rel=author href="/ada">Ada Quill</a>',
        "<p>A guest column by Ada Quill</p>",
        "<p>Von Ada Quill</p>",
    ],
)
def test_bylines_by_the_headline(line: str) -> None:
    assert credited(page(under=line)).byline.people == ("Ada Quill",)


@pytest.mark.parametrize(
    "line",
    [
        "<figcaption>The pier. (Photo: Ada Quill)</figcaption>",
        "<p>Photo by Ada Quill</p>",
        "<p>The tunnel was opened by Queen Victoria in the year of the flood, and stayed so.</p>",
        "<p class=standfirst>The talks that Ada Quill leads begin on Wednesday.</p>",
    ],
)
def test_lines_that_credit_no_author(line: str) -> None:
    assert credited(page(under=line)).byline.people == ()


def test_a_signature_under_the_text() -> None:
    assert credited(page(text=(*TEXT, "Ada Quill / The Associated Press"))).byline.people == ("Ada Quill",)
    assert credited(page(text=(*TEXT, "Read More"))).byline.people == ()


def test_authors_of_related_articles_are_not_taken() -> None:
    cards = "<div class=related><a rel=author href=/m>Mira Holt</a><span class=byline>By Ned Orly</span></div>"
    found = credited(page(declaring({"name": "Ada Quill"}), behind=cards))
    assert found.byline.people == ("Ada Quill",)


def test_the_feed_names_who_the_page_does_not() -> None:
    assert credited(page(), entry=Entry(URL, authors=("Ada Quill",))).byline.people == ("Ada Quill",)


@settings(deadline=None)  # the first call loads word lists
@given(st.lists(st.text(max_size=30), max_size=3), st.text(max_size=60))
def test_no_page_raises_and_each_name_stands_once(names: list[str], line: str) -> None:
    people = credited(page(declaring(*names), f"<p class=byline>{line}</p>")).byline.people
    assert len({name.casefold() for name in people}) == len(people)
