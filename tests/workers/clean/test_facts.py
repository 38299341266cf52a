from workers.clean.facts import Facts, gather
from workers.clean.markup import parse
from workers.clean.segment import segment

URL = "https://portal.example/c/harbour"
TEXTS = [f"In the {at}th hour of the talks the harbour chiefs asked for a pause of a day or two." for at in range(4)]
LINKS = [f'<h3><a href="/{at}">Headline number {at} of a list of reports</a></h3>' for at in range(4)]


def facts(html: str, url: str = URL, is_in_feed: bool = False) -> Facts:
    page = parse(html.encode(), url)
    outline = segment(page.tree.body)
    kept = [at for at, leaf in enumerate(outline.leaves) if leaf.text in TEXTS]
    return gather(page, outline, kept, "\n\n".join(outline.leaves[at].text for at in kept), url, is_in_feed)


def test_a_box_of_links_leads_to_one_text_and_a_list_to_each() -> None:
    paragraphs = [f"<p>{text}</p>" for text in TEXTS]
    box = facts(f"<h1>Ferry</h1>{paragraphs[0]}{''.join(LINKS)}{''.join(paragraphs[1:])}")
    listed = facts("".join(link + text for link, text in zip(LINKS, paragraphs, strict=True)))
    assert (box.linked_headlines, box.between, box.paragraphs) == (4, 1, 4)
    assert (listed.linked_headlines, listed.between, listed.paragraphs) == (4, 4, 4)


def test_links_in_menus_and_bars_are_no_headlines() -> None:
    bar = "<p>" + " ".join(f'<a href="/{at}">Some section of the paper</a>' for at in range(3)) + "</p>"
    assert facts(f"<nav>{''.join(LINKS)}</nav>{bar}<p>{TEXTS[0]}</p>").linked_headlines == 0


def test_words_that_were_said_before_are_no_text_of_the_page() -> None:
    once, twice = facts(f"<p>{TEXTS[0]}</p>"), facts(f"<p>{TEXTS[0]}</p><p>{TEXTS[0]}</p>")
    assert (once.own_words, twice.own_words) == (once.words, once.words)


def test_a_section_is_named_by_its_address_or_by_a_link_above_it() -> None:
    assert facts(f"<h1>Harbour</h1><p>{TEXTS[0]}</p>").is_named_after
    assert facts(f'<a href="/c/1">Sea</a><h1>Sea</h1><p>{TEXTS[0]}</p>').is_named_after
    assert not facts(f'<a href="/c/1">Sea</a><h1>Sea</h1><p>{TEXTS[0]}</p>', is_in_feed=True).is_named_after
    assert not facts(f"<h1>Ferry</h1><p>{TEXTS[0]}</p>").is_named_after


def test_what_the_head_declares() -> None:
    found = facts('<meta property="og:type" content="article"><meta name="date" content="2026-01-02"><p>x</p>')
    assert (found.is_declared_article, found.has_published, found.has_password) == (True, True, False)


def test_a_headline_stands_above_the_text_and_in_the_head() -> None:
    line = "Ferry talks go on after a long night"
    assert facts(f"<title>The Post: {line}</title><div>{line}</div><p>{TEXTS[0]}</p>").has_headline
    assert not facts(f"<title>The Post</title><div>{line}</div><p>{TEXTS[0]}</p>").has_headline
    assert not facts(f"<title>{line}</title><a href='/'>{line}</a><p>{TEXTS[0]}</p>").has_headline
    assert not facts(f"<title>The Post: Harbour</title><div>Harbour</div><p>{TEXTS[0]}</p>").has_headline
