"""What the page's head and the feed say about its text, before the text is read"""

from collections.abc import Iterable
from html import unescape
from itertools import pairwise
from typing import Any

from storage.domain import Entry
from workers.clean.features import Hints
from workers.clean.markup import Markup

_MAX_CHARS = 20_000
_MIN_BODY_WORDS = 20


def hints_of(page: Markup, entry: Entry | None) -> Hints:
    """Words of title, dek and announced body, for comparing leaves with."""
    title = page.meta_first("og:title", "twitter:title") or (entry.title if entry else None) or _title_tag(page)
    dek = page.meta_first("og:description", "description", "twitter:description")
    return Hints(
        title=frozenset((title or "").lower().split()),
        dek=frozenset((dek or "").lower().split()),
        body=_pairs(announced_body(page.objects)),
        feed=_pairs(entry.text if entry and entry.text else ""),
    )


def announced_body(objects: Iterable[dict[str, Any]]) -> str:
    """The longest articleBody that the JSON-LD gives, as plain text; often cut short."""
    bodies = [value for found in objects if isinstance(value := found.get("articleBody"), str)]
    return unescape(max(bodies, key=len, default=""))


def _title_tag(page: Markup) -> str:
    node = page.tree.css_first("title")
    return node.text() if node is not None else ""


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    words = text[:_MAX_CHARS].lower().split()
    if len(words) < _MIN_BODY_WORDS:
        return frozenset()
    return frozenset(pairwise(words))
