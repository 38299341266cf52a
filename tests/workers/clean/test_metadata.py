from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.domain import Block, BlockKind
from tests.workers.clean.pages import HEADLINE, TEXT, URL, page, signals
from workers.clean import metadata
from workers.clean.metadata import Metadata

LD = """<script type="application/ld+json">{"@type": "NewsArticle",
"headline": "Ministers meet as ferry dispute widens",
"datePublished": "2026-11-03T14:05:00+01:00", "author": {"@type": "Person", "name": "Ada Quill"}, "keywords": ["ferry"],
"publisher": {"name": "Harbour Herald"}, "articleSection": "Islands", "isAccessibleForFree": true,
"description": "Night boats may stop running before the winter."}</script>"""
LINKS = """<link rel=canonical href="/politics/ferry"><link rel=amphtml href="/amp/ferry">
<meta property="og:image" content="https://cdn.example/a.jpg">"""
AGENCY = (
    "PORT ELLERY (AP) — The two ministers will meet on Wednesday as the dispute widens, officials said.",
    *TEXT,
    "Associated Press writer Tomas Wick contributed to this report from Sand Quay.",
)


def read(html: str, text: tuple[str, ...] = TEXT, **context: object) -> Metadata:
    return metadata.read(signals(html, text, **context))


def test_a_page_that_declares_everything() -> None:
    found = read(page(LD + LINKS))
    assert found.title == HEADLINE
    assert found.dek == "Night boats may stop running before the winter."
    assert found.authors == ("Ada Quill",)
    assert (found.publisher, found.section, found.tags) == ("Harbour Herald", "Islands", ("ferry",))
    assert found.language == "en"
    assert (found.canonical_url, found.amp_url) == (URL, "https://harbourherald.example/amp/ferry")
    assert found.image == "https://cdn.example/a.jpg"
    assert found.published is not None
    assert found.published.at == datetime(2026, 11, 3, 13, 5, tzinfo=UTC)
    assert not found.is_paywalled
    fields = {"title", "dek", "authors", "publisher", "section", "language", "image", "published", "is_paywalled"}
    assert fields <= set(found.provenance)
    assert all(0 < each.confidence < 1 for each in found.provenance.values())


def test_an_agency_text_under_a_desks_name_and_a_header_with_the_day_of_the_visit() -> None:
    top = "<header><div class=td_data_time>Tuesday, November 24, 2026</div></header>"
    under = "<div class=author>By <a href=/desk>Harbour Herald Desk</a></div>"
    found = read(page(top=top, under=under, text=AGENCY, behind="<footer>© 2026 Harbour Herald</footer>"), AGENCY)
    assert found.title == HEADLINE
    assert found.authors == ()
    assert found.desks == ("Harbour Herald Desk",)
    assert found.contributors == ("Tomas Wick",)
    assert found.place == "PORT ELLERY"
    assert found.published is None
    assert found.reasons == {"published": "no time stands by the article"}
    assert set(found.credits) == {"By Harbour Herald Desk", "PORT ELLERY (AP) —", AGENCY[-1], "© 2026 Harbour Herald"}


def test_the_portals_selector_for_the_headline_wins() -> None:
    found = read(page(LD, "<h2 class=hed>Another headline that the operator chose</h2>"), selectors={"title": "h2.hed"})
    assert found.title == "Another headline that the operator chose"
    assert found.provenance["title"].source == "selector"


def test_an_empty_page_gives_nothing() -> None:
    found = read("", ())
    assert found == replace(Metadata(), section="politics", provenance=found.provenance, reasons=found.reasons)


@settings(deadline=None)  # the first call loads word lists
@given(st.text(max_size=200), st.lists(st.text(max_size=40), max_size=3))
def test_no_page_raises(html: str, lines: list[str]) -> None:
    seen = signals(f"<title>{html}</title><body>{html}<h1>{html}</h1>{html}", ())
    blocks = [Block(BlockKind.PARAGRAPH, line) for line in lines]
    metadata.read(seen.with_text(blocks))


def test_an_h1_behind_the_text_is_of_a_list() -> None:
    html = page(behind="<h1>More from the harbour today</h1>").replace("<title>Ministers", "<title>Why ministers")
    seen = signals(html)
    found = metadata.title_of(seen)
    assert found is not None
    assert found[0] == HEADLINE
    known = metadata.read(seen, ("Another", found[1]))
    assert known.title == "Another"
