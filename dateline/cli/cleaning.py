"""The command that shows what cleaning keeps of a page: clean"""

from collections.abc import Iterator
from typing import Any

import click

from dateline.terminal import cell, json_option, say_json

LONGEST_LINE = 110


@click.command()
@click.argument("pages", nargs=-1, required=True, metavar="FILE|URL...")
@click.option("--portal", help="Clean as a page of this portal: its time zone, language and selectors.")
@click.option("--timezone", help="IANA name, for times that a page gives without a zone.")
@click.option("--url", help="Where the page of a FILE stands on the web: its host and path are read too.")
@click.option("--kept", "is_brief", is_flag=True, help="Only the blocks that were kept.")
@json_option
@click.pass_obj
def clean(settings: Any, /, pages: tuple[str, ...], **words: Any) -> None:
    """What is kept of a page, and why, block by block. Nothing is stored.

    Each block stands with the chance that it is text of the article, and with `+` where it was kept. An address
    is fetched as politely as the daemon would. With --json: one line a page, in the names of article_v1.
    Ends with 1 where a page gave no article.

    \b
      dateline clean page.html --url https://www.example.org/a/b --timezone Europe/Vienna
      dateline clean https://www.example.org/a/b --portal example
    """
    from dataclasses import replace

    from dateline import cleaning, probing
    from dateline.errands import Portal
    from storage import portal_checks
    from storage.domain import CleanedArticle

    portal = cleaning.portal_of(settings, words["portal"]) if words["portal"] else Portal()
    if words["timezone"]:
        portal = replace(portal, timezone=probing.checked(portal_checks.timezone, words["timezone"]))
    is_whole = True
    for one in cleaning.clean(settings, pages, portal, words["url"]):
        is_whole = is_whole and one.found is not None and isinstance(one.found.result, CleanedArticle)
        if words["is_json"]:
            say_json([cleaning.row(one, settings)])
            continue
        for line in _screen(one, is_brief=words["is_brief"]):
            click.echo(line)
    raise SystemExit(0 if is_whole else 1)


def _screen(one: Any, *, is_brief: bool) -> Iterator[str]:
    yield click.style(cell(one.given), bold=True)
    if one.found is None:
        yield f"  {cell(one.problem)}\n"
        return
    yield from _fields(one.found.result)
    yield ""
    for leaf in one.found.leaves:
        if leaf.is_kept or not is_brief:
            mark = "+" if leaf.is_kept else "-"
            text = " ".join(leaf.text.split())
            text = text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"
            yield f"  {mark} {leaf.chance:.2f} {leaf.reason:8} {cell(text)}"
    yield ""


def _fields(result: Any) -> Iterator[str]:
    from storage.domain import Rejection

    if isinstance(result, Rejection):
        yield f"  no article: {result.reason} {cell(result.detail)}"
        return
    names = ("title", "dek", "authors", "desks", "contributors", "publisher", "place", "section", "tags", "language")
    values = [(name, getattr(result, name)) for name in names]
    values += [(name, moment.at if moment else None) for name, moment in _moments(result)]
    values += [("credits", result.credits), ("image", result.image), ("paywalled", result.is_paywalled)]
    values.append(("canonical", result.canonical_url))
    for name, value in values:
        if value not in (None, (), ""):
            yield f"  {name:12} {cell(value)}{_why(result, name)}"
        elif name in result.reasons:
            yield f"  {name:12} none: {cell(result.reasons[name])}"
    yield f"  {'words':12} {result.word_count}"


def _moments(result: Any) -> Iterator[tuple[str, Any]]:
    yield "published", result.published
    yield "modified", result.modified


def _why(result: Any, name: str) -> str:
    found = result.provenance.get(name)
    moment = getattr(result, name, None) if name in ("published", "modified") else None
    zone = f", to the {moment.precision}, zone {moment.zone_source}" if moment else ""
    return f"   [{cell(found.source)}, {found.confidence:.2f}{zone}]" if found else zone
