import pytest

from workers.clean.markup import parse
from workers.clean.segment import segment
from workers.clean.whole import whole_url

URL = "https://portal.example/news/ferry"
CUT = "The harbour chiefs asked for a pause of a day or two in the talks, and then […]"
ENDED = "The harbour chiefs asked for a pause of a day or two in the talks."


def whole(text: str, *links: tuple[str, str], behind: str = "", times: int = 1) -> str | None:
    anchors = "".join(f'<p><a href="{href}">{label}</a></p>' for href, label in links)
    page = parse(f"<h1>Ferry</h1>{f'<p>{text}</p>' * times}{anchors}{behind}".encode(), URL)
    outline = segment(page.tree.body)
    kept = [at for at, leaf in enumerate(outline.leaves) if leaf.text == text]
    return whole_url(page, outline, kept, "\n\n".join([text] * times))


@pytest.mark.parametrize(
    "label", ["Continue reading", "CONTINUE READING →", "Weiterlesen …", "Lire la suite »", "Читать далее", "阅读全文"]
)
def test_a_link_that_promises_the_whole_text(label: str) -> None:
    assert whole(ENDED, ("/news/ferry-talks-in-full", label)) == "https://portal.example/news/ferry-talks-in-full"


def test_read_more_leads_on_only_from_a_text_that_is_cut_off() -> None:
    link = ("/news/ferry-talks#top", "Read more")
    assert whole(CUT, link) == "https://portal.example/news/ferry-talks"
    assert whole(ENDED, link) is None
    assert whole(CUT, ("/news/other", "Read more: Storm closes the northern bridge")) is None


@pytest.mark.parametrize(
    "links",
    [
        [("/a/1", "Continue reading"), ("/a/2", "Continue reading")],
        [("https://other.example/a/1", "Continue reading")],
        [("/login?next=/news/ferry", "Continue reading")],
        [("/subscribe/", "Continue reading")],
        [("/news/ferry/#text", "Continue reading")],
        [("/", "Continue reading")],
        [("javascript:more()", "Continue reading")],
        [],
    ],
)
def test_links_that_lead_to_no_whole_text(links: list[tuple[str, str]]) -> None:
    assert whole(CUT, *links) is None


def test_only_a_short_text_with_the_link_beside_it_is_a_teaser() -> None:
    link = ("/news/ferry-talks", "Continue reading")
    assert whole(CUT, link, times=20) is None
    far = "<p>One more line of the page</p>" * 5
    assert whole(CUT, behind=f'{far}<p><a href="/news/ferry-talks">Continue reading</a></p>') is None
