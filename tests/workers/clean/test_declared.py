from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workers.clean.declared import Credit, of_page

URL = "https://paper.example/politics/ferry"


def test_the_article_of_this_page_is_taken_not_that_of_a_card() -> None:
    own = {
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@id": f"{URL}/"},
        "headline": "Own",
        "datePublished": "2026-11-03",
    }
    card = {
        "@type": "NewsArticle",
        "url": "https://paper.example/other",
        "headline": "Other",
        "author": "X",
        "dateModified": "y",
    }
    assert of_page([card, own], URL, None).text("headline") == "Own"
    assert of_page([card, own], "https://www.paper.example/amp/1", URL).text("headline") == "Own"


def test_people_in_every_shape() -> None:
    objects: list[dict[str, Any]] = [
        {
            "@type": ["ReportageNewsArticle"],
            "author": [
                {"@type": "Person", "name": "Ada Quill"},
                {"@type": "Organization", "name": ["Harbour Herald"]},
                {"@id": "#p1"},
                {"@type": "Person", "givenName": "Bo", "familyName": "Sand"},
                "Mira Holt",
                "https://paper.example/authors/someone",
                None,
            ],
        },
        {"@type": "Person", "@id": "#p1", "name": "Tomas Wick"},
    ]
    assert of_page(objects, URL, None).people("author") == [
        Credit("Ada Quill", "person"),
        Credit("Harbour Herald", "organization"),
        Credit("Tomas Wick", "person"),
        Credit("Bo Sand", "person"),
        Credit("Mira Holt"),
    ]


def test_publisher_and_lesser_objects() -> None:
    objects = [
        {"@type": "WebPage", "datePublished": "2026-11-03", "publisher": {"name": "Harbour Herald"}},
        {"@type": "Organization", "name": "Harbour Herald"},
    ]
    declared = of_page(objects, URL, None)
    assert declared.article == {}
    assert declared.publisher() == "Harbour Herald"
    assert [each["datePublished"] for each in declared.lesser] == ["2026-11-03"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "name", "author", "url", "publisher", "headline", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["@type", "@id", "name", "author", "url", "publisher", "headline"]), JSON),
        max_size=4,
    )
)
def test_no_object_raises(objects: list[dict[str, Any]]) -> None:
    declared = of_page(objects, URL, None)
    assert all(credit.name for credit in declared.people("author"))
    assert declared.text("headline") != ""
    declared.publisher()
