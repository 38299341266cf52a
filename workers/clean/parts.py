"""Further pages of a paginated article, from the links of its first page"""

import re
from urllib.parse import parse_qsl, urlsplit

from workers.clean.markup import Markup, text_of

MAX_PARTS = 30
_MIN_PATH = 2  # a home page has no parts
_PAGE_KEYS = frozenset({"page", "p", "pg", "seite", "pagina", "pag", "part", "pn", "paged"})
_PATH_PART = re.compile(r"[/_-](?:page|seite|pagina|part|p|s)?[/_-]?(\d{1,2})(?=(?:\.\w{2,5})?/?$)", re.IGNORECASE)
# A quick look at the link as written: most links of a page end in no small number.
_MAY_BE_PART = re.compile(r"=\d{1,2}(?:[&#]|$)|[/_-][a-z]{0,6}[/_-]?\d{1,2}(?:\.\w{2,5})?/?(?:[?#]|$)", re.IGNORECASE)
_ENDING = re.compile(r"(\.\w{2,5})?/?$")
_NUMBER = re.compile(r"\d{1,2}")


def part_urls(page: Markup) -> tuple[str, ...]:
    """Addresses of parts two and on, in order, absolute; empty where the article has one part."""
    here = _strip(page.url)
    if len(here[1]) < _MIN_PATH:
        return ()
    found: dict[int, str] = {}
    stem = here[1].rstrip("/")
    for node, href in page.anchors:
        # An address that is written whole and without the page's own path in it leads elsewhere.
        is_whole = href.startswith(("/", "http")) and "/." not in href and href.isascii()
        if (is_whole and stem not in href) or not _MAY_BE_PART.search(href):
            continue
        address = page.absolute(href)
        number = _part_number(here, address) if address else None
        if address and number and number not in found and _is_pager_label(text_of(node), number):
            found[number] = address.split("#")[0]
    for address in page.links.get("next", ()):
        number = _part_number(here, address)
        if number:
            found.setdefault(number, address)
    return _unbroken(found)


def is_numbered(url: str, address: str) -> bool:
    """Whether an address is that of a further page of `url` by its number."""
    return _part_number(_strip(url), address) is not None


def _unbroken(found: dict[int, str]) -> tuple[str, ...]:
    """Parts two, three and on up to the first that is missing: a lone far number is no pager."""
    parts = []
    for number in range(2, MAX_PARTS + 2):
        if number not in found:
            break
        parts.append(found[number])
    return tuple(parts)


def _is_pager_label(text: str, number: int) -> bool:
    """A pager's link is a bare number, or a short word such as "next" round one."""
    return len(text) <= 25 and (not _NUMBER.search(text) or str(number) in _NUMBER.findall(text))


def _strip(url: str) -> tuple[str, str, frozenset[tuple[str, str]]]:
    split = urlsplit(url)
    path = _ENDING.sub("", split.path)
    query = frozenset(pair for pair in parse_qsl(split.query) if pair[0].lower() not in _PAGE_KEYS)
    return split.netloc.removeprefix("www."), path, query


def _part_number(here: tuple[str, str, frozenset[tuple[str, str]]], address: str) -> int | None:
    """Which part of the page at `here` an address is, if it is one."""
    there = _strip(address)
    if there[0] != here[0] or len(there[1]) < _MIN_PATH:
        return None
    if there[1] == here[1] and there[2] == here[2]:
        pages = [value for key, value in parse_qsl(urlsplit(address).query) if key.lower() in _PAGE_KEYS]
        return int(pages[0]) if pages and pages[0].isdigit() and 2 <= int(pages[0]) <= MAX_PARTS + 1 else None
    split = urlsplit(address)
    match = _PATH_PART.search(split.path)
    if match is None or there[2] != here[2] or not 2 <= int(match[1]) <= MAX_PARTS + 1:
        return None
    base = split.path[: match.start()]
    return int(match[1]) if base.rstrip("/") == here[1].rstrip("/") else None
