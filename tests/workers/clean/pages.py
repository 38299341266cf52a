"""Small pages for the tests of the readers of metadata"""

from dataclasses import replace
from datetime import UTC, datetime

from storage.domain import Block, BlockKind, PageContext
from workers.clean.markup import parse
from workers.clean.segment import segment
from workers.clean.signals import Signals

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
URL = "https://harbourherald.example/politics/ferry"
HEADLINE = "Ministers meet as ferry dispute widens"
TEXT = (
    "The two ministers will meet on Wednesday as the dispute about the night ferry widens, officials said.",
    "The meeting follows talks that failed last week, when both sides could not agree on pay and crews.",
)


def page(head: str = "", under: str = "", *, top: str = "", behind: str = "", text: tuple[str, ...] = TEXT) -> str:
    """A page with its headline; `under` stands between headline and text, `behind` after the text."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text)
    return (
        f"<html lang=en><head><title>{HEADLINE} | Harbour Herald</title>{head}</head><body>{top}"
        f"<article><h1>{HEADLINE}</h1>{under}<div>{paragraphs}</div></article>{behind}</body></html>"
    )


def signals(html: str, text: tuple[str, ...] = TEXT, **context: object) -> Signals:
    """What the readers get to see of a page; further arguments go into its context."""
    told = replace(PageContext(URL, URL, NOW), **context)  # type: ignore[arg-type]
    markup = parse(html.encode(), told.final_url, "text/html; charset=utf-8")
    blocks = [Block(BlockKind.PARAGRAPH, paragraph) for paragraph in text]
    return Signals(markup, segment(markup.tree.body), told, blocks)
