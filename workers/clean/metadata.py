"""Headline, dates, people, section, canonical link and the rest from the page's own markup"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from storage.domain import Block, Moment, PageContext, Provenance
from workers.clean import authors, byline, dateline, details, language, paywall, published, time_claims, title
from workers.clean import headline as headlines
from workers.clean.authors import Authors
from workers.clean.dateline import Dateline
from workers.clean.markup import Markup, text_of
from workers.clean.segment import Outline
from workers.clean.signals import Signals
from workers.clean.title import Claim

_HEAD_BLOCKS = 2  # paragraphs that may open with a dateline
_TAIL_BLOCKS = 4  # paragraphs that may credit contributors
_LONGEST_TITLE = 400
_LONGEST_CREDIT = 400
_MAX_CREDITS = 12
_COPYRIGHT = re.compile(
    r"©|\(c\)\s|copyright|all rights reserved|alle rechte vorbehalten|tous droits réservés|все права защищены",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of its article besides the text; fields as in CleanedArticle."""

    title: str = ""
    dek: str | None = None
    authors: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    contributors: tuple[str, ...] = ()
    publisher: str | None = None
    place: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    image: str | None = None
    is_paywalled: bool = False
    canonical_url: str | None = None
    amp_url: str | None = None
    published: Moment | None = None
    modified: Moment | None = None
    credits: tuple[str, ...] = ()
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


def read(
    markup: Markup,
    outline: Outline,
    context: PageContext,
    blocks: Sequence[Block],
    headline: tuple[str, Provenance] | None = None,
) -> Metadata:
    """The metadata of one page; `blocks` is its text, already without what is not the article.

    `headline`: what `title_of` gave, if it was asked before.
    """
    signals = Signals(markup, outline, context, blocks)
    sites = details.site_names(signals)
    chosen = headline or _title(signals, sites)
    near = signals.near(signals.headline_at(chosen[0]) if chosen else None)
    credited = authors.choose(signals, near, sites)
    times = published.choose(signals, near, time_claims.locale_of(signals))
    opening = next(filter(None, (dateline.read(block.text) for block in blocks[:_HEAD_BLOCKS])), None)
    is_paywalled, judged_by = paywall.judge(signals)
    found = {
        "title": chosen,
        "dek": details.dek(signals, chosen[0] if chosen else ""),
        "publisher": details.publisher(signals),
        "section": details.section(signals),
        "language": language.choose("\n".join(block.text for block in blocks), _declared_languages(signals)),
        "image": details.image(signals),
    }
    texts = {name: each[0] for name, each in found.items() if each}
    sources = {name: each[1] for name, each in found.items() if each} | times.provenance | {"is_paywalled": judged_by}
    return Metadata(
        title=texts.get("title", ""),
        dek=texts.get("dek"),
        authors=credited.byline.people,
        desks=credited.byline.desks,
        contributors=_contributors(blocks, credited),
        publisher=texts.get("publisher"),
        place=opening.place if opening else None,
        section=texts.get("section"),
        tags=details.tags(signals),
        language=texts.get("language"),
        image=texts.get("image"),
        is_paywalled=is_paywalled,
        canonical_url=signals.canonical,
        amp_url=next(iter(markup.links.get("amphtml", ())), None),
        published=times.published,
        modified=times.modified,
        credits=_credits(signals, credited, opening),
        provenance=sources | ({"authors": credited.provenance} if credited.provenance else {}),
        reasons=times.reasons,
    )


def title_of(
    markup: Markup, outline: Outline, context: PageContext, blocks: Sequence[Block]
) -> tuple[str, Provenance] | None:
    """The headline alone; `blocks` may still hold what stands round the text."""
    signals = Signals(markup, outline, context, blocks)
    return _title(signals, details.site_names(signals))


def _title(signals: Signals, sites: Sequence[str]) -> tuple[str, Provenance] | None:
    return title.choose(list(_titles(signals, sites)), sites)


def _titles(signals: Signals, sites: Sequence[str]) -> Iterator[Claim]:
    """Strings that may be the headline, in order of trust."""
    markup, entry = signals.markup, signals.context.entry
    chosen = signals.context.selectors.get("title")
    texts: list[tuple[str, str | None]] = []
    if chosen and (node := markup.tree.css_first(chosen)):
        texts.append(("selector", text_of(node)))
    firsts = [("h1", text) for text in _first_headings(signals)]
    told = [("og", markup.meta_first("og:title")), ("jsonld", signals.declared.text("headline"))]
    told += [("title", signals.head_title), ("entry", entry.title if entry else None)]
    told += [("meta", markup.meta_first("twitter:title", "dc.title", "parsely-title", "sailthru.title", "title"))]
    lines = headlines.lines(signals, sites)
    shown = headlines.confirmed(lines, [text for _, text in told if text])
    texts += [*firsts, ("headline", shown), *told]
    if not shown and not any(text for _, text in firsts):
        texts.append(("large", headlines.largest(signals.markup.tree, lines)))
    return (Claim(text, source) for source, text in texts if text and len(text) < _LONGEST_TITLE)


def _first_headings(signals: Signals) -> list[str]:
    """What stands in h1, without those of lists behind the text where others stand before it."""
    texts = [text_of(node) for node in signals.marked if node.tag == "h1"]
    behind = {leaf.text for leaf in signals.outline.leaves[signals.text_end :]} if signals.text_end else set()
    return [text for text in texts if text not in behind] or texts


def _declared_languages(signals: Signals) -> list[tuple[str | None, str]]:
    """What markup, settings and seed say the language is, in order of trust."""
    markup, context = signals.markup, signals.context
    return [
        (markup.language, "html"),
        (context.language, "portal"),
        (signals.declared.text("inLanguage"), "jsonld"),
        (markup.meta_first("og:locale", "content-language", "dc.language"), "meta"),
        (context.entry.language if context.entry else None, "entry"),
    ]


def _contributors(blocks: Sequence[Block], credited: Authors) -> tuple[str, ...]:
    """Who helped, by the credit at the end of the text; authors are not named twice."""
    known = {name.casefold() for name in credited.byline.people}
    names = (name for block in blocks[-_TAIL_BLOCKS:] for name in byline.contributors(block.text))
    return tuple(dict.fromkeys(name for name in names if name.casefold() not in known))


def _credits(signals: Signals, credited: Authors, opening: Dateline | None) -> tuple[str, ...]:
    """Lines that credit a source, as found: byline, dateline, tail credit, copyright."""
    lines = [*credited.lines, *([opening.text] if opening else [])]
    tail = [block.text for block in signals.blocks[-_TAIL_BLOCKS:]]
    tail += [leaf.text for leaf in signals.outline.leaves[signals.text_end : signals.text_end + _TAIL_BLOCKS]]
    lines += [
        text
        for text in tail
        if len(text) < _LONGEST_CREDIT and (byline.is_tail_credit(text) or _COPYRIGHT.search(text))
    ]
    return tuple(dict.fromkeys(lines))[:_MAX_CREDITS]
