"""What a site may be called in titles and bylines: by markup, publisher, settings, address and the page's foot"""

import re
from urllib.parse import urlsplit

from storage.domain import PageContext
from workers.clean.markup import Markup
from workers.clean.normal import clean_line
from workers.clean.outline import Outline

_META_SITE = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "dc.publisher",
    "twitter:app:name:iphone",
    "publisher",
)
# Who a page's foot says holds the rights.
_OWNER = re.compile(
    r"(?:©|\(c\)|copyright|&copy;)(?:\s*(?:©|\(c\)|copyright|by|\d{4}|[-–—,]))*\s*([^\W\d_][^.,;|©\n–—]{1,40}?)"
    r"(?=\s*(?:[.,;|\n–—]|\d{4}|all rights|$))",
    re.IGNORECASE,
)
_MARKS = ("©", "(c)", "copyright", "&copy;")  # one of which every owner stands behind
_FOOT = 12  # leaves
_LONGEST_NOTICE = 300


def site_names(markup: Markup, outline: Outline, context: PageContext, publisher: str | None) -> list[str]:
    """Names of the site, each once; `publisher` is the one that JSON-LD gives."""
    host = (urlsplit(context.final_url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    foot = "\n".join(leaf.text for leaf in outline.leaves[-_FOOT:] if len(leaf.text) <= _LONGEST_NOTICE)
    names = [markup.meta_first(name) for name in _META_SITE]
    names += [publisher, context.portal, host, f"www.{host}"]
    names += _OWNER.findall(foot) if any(mark in foot.lower() for mark in _MARKS) else []
    names += [labels[0], labels[-2] if len(labels) > 1 and len(labels[-2]) > 3 else None]
    kept = dict.fromkeys(clean_line(name) for name in names if name and not name.startswith(("http", "@")))
    return [name for name in kept if len(name) > 1 and not name.isdigit()]
