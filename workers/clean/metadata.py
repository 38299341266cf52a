"""Headline, dates, people, section, canonical link and the rest from the page's own markup"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from storage.domain import Block, Moment, Provenance
from workers.clean import authors, byline, dateline, details, language, paywall, published, time_claims, title
from workers.clean import headline as headlines
from workers.clean.authors import Authors
from workers.clean.dateline import Dateline
from workers.clean.details import Told
from workers.clean.markup import text_of
from workers.clean.signals import Signals
from workers.clean.title import Claim

_HEAD_BLOCKS = 2  # paragraphs that may open with a dateline
_TAIL_BLOCKS = 4  # paragraphs that may credit contributors
_LONGEST_TITLE = 400
_LONGEST_CREDIT = 400
_MAX_CREDITS = 12
_COPYRIGHT = re.compile(
    r"©|\(c\)\s|copyright|all rights reserved|alle rechte vorbehalten|tous droits réservés|все права защищены"
)  # in lower case: letters of either case are looked for at many times the cost


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


def read(signals: Signals, headline: Told | None = None) -> Metadata:
    """The metadata of one page, whose text is already without what is not the article.

    `headline`: what `title_of` gave, if it was asked before.
    """
    chosen = headline or title_of(signals)
    near = signals.near(signals.headline_at(chosen[0]) if chosen else None)
    credited = authors.choose(signals, near, signals.sites)
    times = published.choose(signals, near, time_claims.locale_of(signals))
    opening = next(filter(None, (dateline.read(block.text) for block in signals.blocks[:_HEAD_BLOCKS])), None)
    is_paywalled, judged_by = paywall.judge(signals)
    texts, sources = _single_texts(signals, chosen)
    sources |= times.provenance | {"is_paywalled": judged_by}
    return Metadata(
        **texts,
        authors=credited.byline.people,
        desks=credited.byline.desks,
        contributors=_contributors(signals.blocks, credited),
        place=opening.place if opening else None,
        tags=details.tags(signals),
        is_paywalled=is_paywalled,
        canonical_url=signals.canonical,
        amp_url=next(iter(signals.markup.links.get("amphtml", ())), None),
        published=times.published,
        modified=times.modified,
        credits=_credits(signals, credited, opening),
        provenance=sources | ({"authors": credited.provenance} if credited.provenance else {}),
        reasons=times.reasons,
    )


def _single_texts(signals: Signals, chosen: Told | None) -> tuple[dict[str, str], dict[str, Provenance]]:
    """Those fields that hold one text each, where the page gives them, and where it does."""
    text = "\n".join(block.text for block in signals.blocks)
    found = {
        "title": chosen,
        "dek": details.dek(signals, chosen[0] if chosen else ""),
        "publisher": details.publisher(signals),
        "section": details.section(signals),
        "language": language.choose(text, _declared_languages(signals)),
        "image": details.image(signals),
    }
    told = {name: each for name, each in found.items() if each}
    return {name: each[0] for name, each in told.items()}, {name: each[1] for name, each in told.items()}


def title_of(signals: Signals) -> Told | None:
    """The headline alone; the text may still hold what stands round it."""
    return title.choose(list(_titles(signals)), signals.sites)


def _titles(signals: Signals) -> Iterator[Claim]:
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
    lines = headlines.lines(signals, signals.sites)
    shown = headlines.confirmed(lines, [text for _, text in told if text])
    texts += [*firsts, ("headline", shown), *told]
    if not shown and not any(text for _, text in firsts):
        texts.append(("large", headlines.largest(signals.markup.tree, lines)))
    return (Claim(text, source) for source, text in texts if text and len(text) < _LONGEST_TITLE)


def _first_headings(signals: Signals) -> list[str]:
    """What stands in h1, without those of lists behind the text where others stand before it."""
    texts = [text_of(node) for node, _ in signals.marked if node.tag == "h1"]
    if len(texts) < 2:
        return texts
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
        if len(text) < _LONGEST_CREDIT and (byline.is_tail_credit(text) or _COPYRIGHT.search(text.lower()))
    ]
    return tuple(dict.fromkeys(lines))[:_MAX_CREDITS]
