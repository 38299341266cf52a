import pytest

from storage.domain import Entry
from tests.workers.clean.pages import HEADLINE, TEXT, URL, page, signals
from workers.clean import details

CRUMBS = """<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":[
{"name":"Home"},{"item":{"name":"Ferries"}},{"name":"Ministers meet"}]}</script>"""


def test_a_description_is_a_dek_unless_it_repeats_text_or_headline() -> None:
    own = "Night boats may stop running before the winter."
    assert details.dek(signals(page(f'<meta name="description" content="{own}">')), HEADLINE) is not None
    for repeated in (TEXT[0][:90], f"{TEXT[0][:90]}...", HEADLINE):
        assert details.dek(signals(page(f'<meta name="description" content="{repeated}">')), HEADLINE) is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta property="article:section" content="Islands">', ("Islands", "meta")),
        (
            '<script type="application/ld+json">{"@type":"Article","articleSection":["Ports"]}</script>',
            ("Ports", "jsonld"),
        ),
        (CRUMBS, ("Ferries", "breadcrumb")),
        ("", ("politics", "url")),
    ],
)
def test_section(head: str, expected: tuple[str, str]) -> None:
    found = details.section(signals(page(head)))
    assert found is not None
    assert (found[0], found[1].source) == expected


def test_tags_are_each_given_once() -> None:
    head = '<meta name="keywords" content="ferry, Ports; pay"><meta property="article:tag" content="Ferry">'
    assert details.tags(signals(page(head, behind="<a rel=tag href=/t>#Crews</a>"))) == (
        "Ferry",
        "Ports",
        "pay",
        "Crews",
    )


def test_image_is_absolute_and_falls_back_on_jsonld_and_seed() -> None:
    assert details.image(signals(page('<meta property="og:image" content="/a.jpg">'))) is not None
    ld = '<script type="application/ld+json">{"@type":"Article","image":[{"url":"//cdn.example/b.jpg"}]}</script>'
    found = details.image(signals(page(ld)))
    assert found is not None
    assert found[0] == "https://cdn.example/b.jpg"
    seed = details.image(signals(page(), entry=Entry(URL, image="https://cdn.example/c.jpg")))
    assert seed is not None
    assert seed[1].source == "entry"
    assert details.image(signals(page())) is None


def test_publisher() -> None:
    assert details.publisher(signals(page())) is None
    found = details.publisher(signals(page('<meta property="og:site_name" content="Harbour Herald">')))
    assert found is not None
    assert found[0] == "Harbour Herald"
