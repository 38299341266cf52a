import json

from storage.domain import Block, BlockKind
from workers.clean.fallback import better_text
from workers.clean.markup import parse
from workers.clean.segment import segment

URL = "https://portal.example/a"
TEXT = "The minister will travel to the island on Wednesday for talks with harbour chiefs, the department said. " * 8


def better(html: str, *blocks: str) -> tuple[Block, ...] | None:
    body = html.encode()
    page = parse(body, URL)
    found = tuple(Block(BlockKind.PARAGRAPH, text) for text in blocks)
    return better_text(page, segment(page.tree.body), found, body)


def test_a_page_drawn_by_script_gives_its_announced_text() -> None:
    data = json.dumps({"@type": "NewsArticle", "articleBody": f"<p>{TEXT.strip()}</p>\n<p>Second &amp; last.</p>"})
    found = better(f'<script type="application/ld+json">{data}</script><div id="app"></div>')
    assert found is not None
    assert [block.text for block in found] == [TEXT.strip(), "Second & last."]


def test_text_that_was_found_is_kept() -> None:
    assert better(f"<p>{TEXT}</p>", TEXT) is None
    assert better("<p>Short page.</p>", "Short page.") is None


def test_shown_text_that_nobody_picked_goes_to_the_other_extractor() -> None:
    found = better("<html><body><article>" + f"<p>{TEXT}</p>" * 3 + "</article></body></html>")
    assert found is not None
    assert TEXT.strip() in found[0].text


def drawn(html: str, head: str = "<meta property='og:type' content='article'>") -> list[str] | None:
    state = json.dumps(json.dumps({"props": {"teaser": "<p>Read this.</p>", "html": html}})).replace("<", "\\u003c")
    found = better(
        f"<html><head>{head}</head><body><div id=app></div><script>draw.push([1,{state}])</script></body></html>"
    )
    return None if found is None else [block.text for block in found]


def test_an_article_drawn_by_script_gives_the_text_that_the_script_holds() -> None:
    caption = '<figure><p>A ferry.</p></figure><div class="photo-caption"><p>Another ferry.</p></div>'
    html = (
        f'{caption}<p class="x">{TEXT}</p><h3>Talks &amp; tides</h3><p>The "talks" begin at 5" of rain.</p><p>Last.</p>'
    )
    wanted = [TEXT.strip(), "Talks & tides", 'The "talks" begin at 5" of rain.', "Last."]
    assert drawn(html) == wanted
    assert drawn(html, head="") is None  # a page that doesn't call itself an article may hold anything
    assert drawn(f"<p>{TEXT}</p>") is None


def test_broken_strings_in_scripts_are_passed_over() -> None:
    html = f"<meta property='og:type' content='article'><script>x = \"<p>{TEXT}<p>a<p>b\\x</script>"
    assert better(html) is None
