import pytest

from storage.domain import RejectionReason
from workers.clean.markup import parse
from workers.clean.segment import segment
from workers.clean.verdict import is_live, judge

URL = "https://portal.example/world/ferry-dispute"
TEXT = "The minister will travel to the island on Wednesday for talks with harbour chiefs, the department said. " * 4
HEADLINES = [f"Headline number {at} of a list of reports" for at in range(8)]
RELATED = "".join(f'<p><a href="/{at}">{text}</a></p>' for at, text in enumerate(HEADLINES))


def reason(html: str, *kept: str, url: str = URL, is_in_feed: bool = False) -> RejectionReason | None:
    page = parse(html.encode(), url)
    outline = segment(page.tree.body)
    indices = [at for at, leaf in enumerate(outline.leaves) if leaf.text in {text.strip() for text in kept}]
    found = judge(page, outline, indices, "\n\n".join(outline.leaves[at].text for at in indices), url, is_in_feed)
    return found.reason if found else None


def test_a_plain_article_without_metadata_is_one_whatever_surrounds_it() -> None:
    assert reason(f"<h1>Ferry dispute</h1><p>{TEXT}</p>{RELATED}<footer>We use cookies. Log in</footer>", TEXT) is None


def test_one_word_over_and_over_is_no_article() -> None:
    assert reason(f"<h1>Poison</h1><p>{'word ' * 5000}</p>", "word " * 5000) is RejectionReason.NOT_ARTICLE
    assert reason(f"<h1>Ferry dispute</h1><p>{TEXT * 50}</p>", TEXT * 50) is None


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
    ("title", "is_collection"),
    [
        ("Posts tagged ferries - Portal", True),
        ("Tag: ferries", True),
        ("Schlagwort „Fähren“", True),
        ("Suchergebnisse für Fähren", True),
        ("タグ：フェリー", True),
        ("Tag team of ministers visits island", False),
        ("Archive of a lost island is found", False),
        ("Ministers say search results for missing ferry: nothing yet", False),
    ],
)
def test_a_collection_says_so_in_its_title_even_where_a_feed_names_it(title: str, is_collection: bool) -> None:
    html = f"<title>{title}</title><h1>{title}</h1><p>{TEXT}</p>{RELATED}"
    expected = RejectionReason.TAG_PAGE if is_collection else None
    assert reason(html, TEXT, is_in_feed=True) is expected
    assert reason("<meta property='og:type' content='article'>" + html, TEXT, is_in_feed=True) is None


@pytest.mark.parametrize(
    ("html", "kept", "expected"),
    [
        (
            "<title>An error occurred</title><pre>Traceback (most recent call last): app.py</pre>",
            "",
            RejectionReason.SOFT_404,
        ),
        (
            "<title>Portal</title><h1>Please disable your ad blocker</h1><p>Our work is paid for by advertising.</p>",
            "Our work is paid for by advertising.",
            RejectionReason.CONSENT_WALL,
        ),
        (
            "<title>451: Unavailable due to legal reasons</title><p>Access cannot be granted at this time.</p>",
            "Access cannot be granted at this time.",
            RejectionReason.SOFT_404,
        ),
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


def paragraphs(count: int) -> list[str]:
    return [
        f"In the {at}th hour of the talks the harbour chiefs asked for a pause of a day or two." for at in range(count)
    ]


def test_a_box_of_promos_in_the_middle_makes_no_section_of_an_article() -> None:
    texts = paragraphs(8)
    bar = '<div><a href="/a">World and Business</a> <a href="/b">Science and Health</a> <a href="/c">Sports</a></div>'
    html = f"{bar}<h1>Ferry talks go on</h1>{''.join(f'<p>{text}</p>' for text in texts[:2])}{RELATED}"
    assert reason(html + "".join(f"<p>{text}</p>" for text in texts[2:]), *texts) is None


def digest() -> tuple[str, list[str]]:
    texts = paragraphs(6)
    lines = (f'<h3><a href="/{at}">{HEADLINES[at]}</a></h3><p>{text}</p>' for at, text in enumerate(texts))
    return f"<h1>Five things to know this morning</h1>{''.join(lines)}", texts


def test_a_page_that_a_feed_names_may_lead_to_others() -> None:
    html, texts = digest()
    assert reason(html, *texts) is RejectionReason.SECTION_PAGE
    assert reason(html, *texts, is_in_feed=True) is None
    assert reason(html, *texts, url="https://portal.example/tag/x", is_in_feed=True) is RejectionReason.TAG_PAGE


@pytest.mark.parametrize(
    ("heading", "address", "expected"),
    [
        ("Health", "/category/health/", RejectionReason.SECTION_PAGE),
        ("Gorod", "/list.php?r=gorod", RejectionReason.SECTION_PAGE),
        ("Наука", "/c/17/", RejectionReason.SECTION_PAGE),
        ("#penza", "/tag/penza", RejectionReason.TAG_PAGE),
        ("Bridge closed", "/c/bridge-closed-again", None),
    ],
)
def test_a_page_with_a_teaser_or_two_is_known_by_its_name(
    heading: str, address: str, expected: RejectionReason | None
) -> None:
    teaser = "Doctors asked for a pause of a day or two in the talks, the harbour said."
    bar = '<ul><li><a href="/c/17/">Наука</a></li><li><a href="/c/18/">Sport</a></li></ul>'
    html = f'{bar}<h1>{heading}</h1><h3><a href="/1">{HEADLINES[0]}</a></h3><p>{teaser}</p>'
    assert reason(html, teaser, url=f"https://portal.example{address}") is expected


def test_notices_repetitions_and_feet_of_pages_are_no_text_of_an_article() -> None:
    foot = "Nobody here answers for what other sites on the net may say about anything at all."
    rights = "All rights reserved, and the words of this site may not be used by others anywhere."
    wall = "Subscribe for a crown a week, and then go on with what you came here for."
    title = "Only subscribers can go on with this one, so sign in or buy the paper"
    html = f"<h1>{title}</h1><p>{title}</p><p>{rights}</p><footer><p>{foot}</p></footer>"
    assert reason(html, title, rights, foot) is RejectionReason.PAYWALL_STUB
    assert reason(f"<h1>{title}</h1><p>{wall}</p><p>{TEXT}</p>", TEXT, wall) is None


@pytest.mark.parametrize("word", ["Eine Umfrage ergab 597 Prozent Zustimmung.", "The site uses cookies, she said."])
def test_an_article_may_speak_of_consent(word: str) -> None:
    text = f"{TEXT}{word}"
    assert reason(f"<h1>Ferry dispute</h1><p>{text}</p>", text) is None


@pytest.mark.parametrize(
    "wall",
    [
        "Bevor es weitergeht: Wir und 214 Partner speichern Informationen auf Ihrem Gerät. Einverstanden?",
        "Nous et nos partenaires gardons des informations sur votre appareil pour choisir ce que vous voyez ici.",
        f"We and our partners keep data on your device. {TEXT}",
    ],
)
def test_walls_speak_of_partners_and_devices(wall: str) -> None:
    assert reason(f"<h1>The Portal</h1><p>{wall}</p><button>OK</button>", wall) is RejectionReason.CONSENT_WALL


def test_a_hidden_login_box_makes_no_wall_of_an_article() -> None:
    texts = paragraphs(4)
    html = (
        f"<form>Log in<input type='password'></form><h1>Ferry talks go on</h1>{''.join(f'<p>{t}</p>' for t in texts)}"
    )
    assert reason(html, *texts) is None
    assert reason(f"<title>Log in to go on</title>{html}", *texts) is RejectionReason.LOGIN


def test_a_text_may_stand_below_a_topic() -> None:
    texts = paragraphs(9)
    html = f"<h1>Ferry talks go on</h1>{''.join(f'<p>{text}</p>' for text in texts)}{RELATED}"
    assert reason(html, *texts, url="https://portal.example/topics/harbour/ferry-talks-go-on") is None
    assert reason(html, *texts, url="https://portal.example/topics/ferry-talks") is RejectionReason.TAG_PAGE


def test_questions_in_the_head_make_no_list_of_a_text() -> None:
    texts = paragraphs(9)
    declared = '<script type="application/ld+json">{"@type": "FAQPage"}</script>'
    html = f"{declared}<h1>Ferry talks go on</h1>{''.join(f'<p>{text}</p>' for text in texts)}{RELATED}"
    assert reason(html, *texts) is None
    assert reason(html, texts[0]) is RejectionReason.SECTION_PAGE


def test_a_brief_without_any_word_of_the_head_is_an_article() -> None:
    texts = ["The harbour chiefs asked for a pause of a day or two in the talks.", *paragraphs(1)]
    assert reason(f"<b>Ferry talks</b>{''.join(f'<p>{text}</p>' for text in texts)}{RELATED}", *texts) is None


def test_a_list_of_lines_under_a_sections_name_is_a_section() -> None:
    html = "".join(f"<p>2{at}.11.2026 {text}</p>" for at, text in enumerate(HEADLINES))
    kept = [f"2{at}.11.2026 {text}" for at, text in enumerate(HEADLINES)]
    link = '<p><a href="/">Headline number 1 of a list of reports</a></p>'
    bad = reason(f"<h1>Harbour</h1>{html}{link}", *kept, url="https://portal.example/list?r=harbour")
    assert bad is RejectionReason.SECTION_PAGE
    assert reason(f"<h1>Ferry talks</h1>{html}{link}", *kept) is None


def test_a_brief_of_one_long_sentence_under_its_headline_is_an_article() -> None:
    text = paragraphs(1)[0]
    html = f"<title>Post: Ferry talks go on today</title><b>Ferry talks go on today</b><p>{text}</p>{RELATED}"
    assert reason(html, text) is None
    assert reason(html.replace("on today", "on"), text, url="https://portal.example/x") is None
    assert reason(f"<title>Post: Ferries</title><b>Ferries</b><p>{text}</p>{RELATED}", text) is not None


def test_subheads_make_no_list_of_a_text_that_is_called_like_its_address() -> None:
    texts = paragraphs(6)
    heads = [f"Hour {at} of the talks" for at in range(6)]
    html = "".join(f"<h2>{head}</h2><p>{text} {text}</p>" for head, text in zip(heads, texts, strict=True))
    kept = [*heads, *(f"{text} {text}" for text in texts)]
    assert reason(f"<h1>Ferry talks</h1>{html}{RELATED}", *kept, url="https://portal.example/ferry-talks") is None
