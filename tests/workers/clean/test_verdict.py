import pytest

from storage.domain import RejectionReason
from workers.clean.markup import parse
from workers.clean.segment import segment
from workers.clean.verdict import is_live, judge

URL = "https://portal.example/world/ferry-dispute"
TEXT = "The minister will travel to the island on Wednesday for talks with harbour chiefs, the department said. " * 4
HEADLINES = [f"Headline number {at} of a list of reports" for at in range(8)]
RELATED = "".join(f'<p><a href="/{at}">{text}</a></p>' for at, text in enumerate(HEADLINES))


def reason(html: str, *kept: str, url: str = URL) -> RejectionReason | None:
    page = parse(html.encode(), url)
    outline = segment(page.tree.body)
    indices = [at for at, leaf in enumerate(outline.leaves) if leaf.text in {text.strip() for text in kept}]
    found = judge(page, outline, indices, "\n\n".join(outline.leaves[at].text for at in indices), url)
    return found.reason if found else None


def test_a_plain_article_without_metadata_is_one_whatever_surrounds_it() -> None:
    assert reason(f"<h1>Ferry dispute</h1><p>{TEXT}</p>{RELATED}<footer>We use cookies. Log in</footer>", TEXT) is None


def test_a_brief_is_an_article() -> None:
    brief = "A freight train left the rails near Orle on Friday, closing the line for two days, the railway said."
    assert reason(f"<meta property='og:type' content='article'><p>{brief}</p>{RELATED}", brief) is None


def test_a_box_of_promos_within_an_article_makes_no_section() -> None:
    before, after = "First the harbour chiefs spoke. " * 6, "Then the minister spoke. " * 6
    assert reason(f"<h1>Ferry</h1><p>{before}</p>{RELATED}<p>{after}</p>", before, after) is None


def test_teasers_between_linked_headlines_are_a_section() -> None:
    teaser = "Some words on it, and then a link to the rest of the report that follows."
    html = "".join(f'<h3><a href="/{at}">{text}</a></h3><p>{teaser}</p>' for at, text in enumerate(HEADLINES))
    assert reason(html, teaser) is RejectionReason.SECTION_PAGE
    assert reason(html, teaser, url="https://portal.example/tag/ferries") is RejectionReason.TAG_PAGE
    assert reason(html, teaser, url="https://portal.example/") is RejectionReason.SECTION_PAGE


@pytest.mark.parametrize(
    ("html", "kept", "expected"),
    [
        ("<title>Before you continue</title><p>We and our partners use cookies.</p>", "", RejectionReason.CONSENT_WALL),
        ("<title>Nur noch ein Klick</title><p>Wir verwenden Cookies. Zustimmung</p>", "", RejectionReason.CONSENT_WALL),
        (
            "<title>Ein Schritt noch</title><p>Wir speichern Informationen auf Ihrem Gerät.</p>",
            "",
            RejectionReason.CONSENT_WALL,
        ),
        ("<title>Sorry, we could not find that page</title><p>It moved.</p>", "", RejectionReason.SOFT_404),
        ("<title>Page not found</title><p>Try the search.</p>", "Try the search.", RejectionReason.SOFT_404),
        ("<title>Страница не найдена</title><p>Начните с главной.</p>", "", RejectionReason.SOFT_404),
        ('<h1>Log in</h1><input type="password"><p>Members only.</p>', "", RejectionReason.LOGIN),
        ("<h1>Title</h1><p>Subscribe to go on.</p>", "", RejectionReason.PAYWALL_STUB),
        ("<h1>Contact</h1><p>Write to us.</p>", "Write to us.", RejectionReason.NOT_ARTICLE),
        ("<h1>Nothing</h1>", "", RejectionReason.EMPTY),
        ("", "", RejectionReason.EMPTY),
    ],
)
def test_pages_that_stand_in_for_articles(html: str, kept: str, expected: RejectionReason) -> None:
    assert reason(html, kept) is expected


@pytest.mark.parametrize("address", ["/about/", "/about-us.html", "/Datenschutz", "/x"])
def test_pages_about_the_portal_are_no_articles(address: str) -> None:
    html = "<title>About us | Portal</title><h1>About us</h1>" if address == "/x" else "<title>Portal</title>"
    url = f"https://portal.example{address}"
    assert reason(f"{html}<p>{TEXT}</p>", TEXT, url=url) is RejectionReason.NOT_ARTICLE


def test_headlines_with_such_words_are_none_of_them() -> None:
    html = f"<title>Help arrives about noon | Portal</title><h1>Help arrives about noon</h1><p>{TEXT}</p>"
    assert reason(html, TEXT, url="https://portal.example/about-the-storm") is None


def test_an_article_about_a_missing_page_is_an_article() -> None:
    html = '<meta property="article:published_time" content="2026-01-01"><title>Why 404 was not found</title>'
    assert reason(f"{html}<p>{TEXT}</p>", TEXT) is None


def test_live_pages_are_known_by_json_ld_and_address() -> None:
    assert is_live(parse(b'<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script>', URL))
    assert is_live(parse(b"", "https://portal.example/live-updates/bridge"))
    assert not is_live(parse(b"", "https://portal.example/alive-and-well"))
