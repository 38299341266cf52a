"""The link from a teaser page to the page with its whole text"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from workers.clean import wordcount
from workers.clean.markup import Markup, text_of
from workers.clean.outline import Outline

_WORDS: dict[str, list[str]] = json.loads(Path(__file__).with_name("walls.json").read_text("utf-8"))
_WHOLE, _MORE = frozenset(_WORDS["whole"]), frozenset(_WORDS["more"])
_MOST_WORDS = 150  # of a teaser
_BEHIND = 3  # leaves behind the text in which the link may stand
_LONGEST_LABEL = 60
_CUT = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$")
_MARKS = " .…:»›>→←«‹<|[]()\u200b\xa0"
_NOT_TEXT = re.compile(
    r"log-?in|sign-?(?:in|up)|subscri|abo(?:nn|s?/|s?$)|register|account|newsletter|/(?:tags?|category|author|search)/",
    re.IGNORECASE,
)


def whole_url(page: Markup, outline: Outline, kept: Sequence[int], body: str) -> str | None:
    """Where the whole text stands of which this page shows the beginning; None where it shows all there is.

    Only a short text has one, only if one link alone on the page is called so, on this host, in or right behind the
    text. "Read more" counts only behind a text that is cut off: elsewhere it leads to other articles.
    """
    if not kept or wordcount.count(body) > _MOST_WORDS:
        return None
    labels = _WHOLE | _MORE if _CUT.search(body) else _WHOLE
    near = [_label(leaf.text) for leaf in outline.leaves[kept[0] : kept[-1] + 1 + _BEHIND] if leaf.links]
    if not any(label in text for text in near for label in labels):
        return None
    found = {address: label for address, label in _links(page) if label in labels}
    if len(found) != 1:
        return None
    [(address, label)] = found.items()
    is_near = any(label in text for text in near)
    return address if is_near and _is_elsewhere(page.url, address) else None


def _links(page: Markup) -> list[tuple[str, str]]:
    found = []
    for node, href in page.anchors:
        text = text_of(node)
        if text and len(text) <= _LONGEST_LABEL and (address := page.absolute(href)):
            found.append((address.split("#")[0], _label(text)))
    return found


def _label(text: str) -> str:
    return text.lower().strip(_MARKS)


def _is_elsewhere(here: str, address: str) -> bool:
    """Whether the address is another page of this host that may be an article."""
    ours, theirs = urlsplit(here), urlsplit(address)
    is_host = ours.netloc.removeprefix("www.") == theirs.netloc.removeprefix("www.")
    is_other = (ours.path.rstrip("/"), ours.query) != (theirs.path.rstrip("/"), theirs.query)
    return is_host and is_other and len(theirs.path) > 1 and not _NOT_TEXT.search(f"{theirs.path}?{theirs.query}")
