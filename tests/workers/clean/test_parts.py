import pytest

from workers.clean.markup import parse
from workers.clean.parts import is_numbered, part_urls

BASE = "https://portal.example/news/long-read"


def parts(html: str, url: str = BASE) -> tuple[str, ...]:
    return part_urls(parse(html.encode(), url))


def pager(*links: str) -> str:
    return " ".join(f'<a href="{link}">{at}</a>' for at, link in enumerate(links, 2))


@pytest.mark.parametrize(
    "links",
    [
        ["?page=2", "?page=3"],
        ["/news/long-read/2", "/news/long-read/3"],
        ["/news/long-read/page/2/", "/news/long-read/page/3/"],
        ["/news/long-read-seite-2", "/news/long-read-seite-3"],
    ],
)
def test_pagers_of_all_kinds_are_followed_in_order(links: list[str]) -> None:
    expected = tuple(f"{BASE}{link}" if link.startswith("?") else f"https://portal.example{link}" for link in links)
    assert parts(pager(*links)) == expected


def test_a_file_ending_stays_on_every_part() -> None:
    assert parts(pager("/a/story-2.html"), "https://portal.example/a/story.html") == (
        "https://portal.example/a/story-2.html",
    )


def test_rel_next_is_enough() -> None:
    assert parts(f'<head><link rel="next" href="{BASE}?page=2"></head>') == (f"{BASE}?page=2",)


def test_what_is_no_pager_is_left_alone() -> None:
    assert parts('<a href="/news/other/2">2</a>') == ()
    assert parts('<a href="/news/long-read/2026">2026</a>') == ()
    assert parts('<a href="?page=7">7</a>') == ()
    assert parts('<a href="?page=2">Twenty-two ways to cook an egg on page 2</a>') == ()
    assert parts('<a href="https://other.example/news/long-read/2">2</a>') == ()
    assert parts(pager("/2"), "https://portal.example/") == ()


def test_a_further_page_is_told_by_its_number() -> None:
    assert is_numbered(BASE, f"{BASE}?page=2")
    assert not is_numbered(BASE, "https://portal.example/news/long-read-in-full")
